"""Editing a map on its page: every part by a form of its own, in place or as a page."""
