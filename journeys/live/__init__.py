"""Telling the browsers that look at a map that it changed, and who else looks at it."""
