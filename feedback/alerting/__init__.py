"""Watching the numbers of a workspace, and telling who answers for them when they turn."""
