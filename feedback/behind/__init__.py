"""What stands behind one number of the map: formula, distribution, trend, parts, comments."""

from feedback.behind.build import Behind, behind

__all__ = ["Behind", "behind"]
