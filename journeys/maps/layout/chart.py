"""The whole poster before it meets paper."""

from collections.abc import Callable
from dataclasses import dataclass

from journeys.maps.drawing import Block, Mark
from journeys.maps.sheets.moving import moved, moved_block


@dataclass(frozen=True, slots=True)
class Chart:
    """A poster at reading size; lengths in points."""

    width: float
    height: float
    blocks: tuple[Block, ...]
    behind: tuple[Mark, ...]
    bookmarks: tuple[tuple[str, float, float], ...]
    columns: tuple[float, ...]
    """Where a sheet may end, from left to right."""
    rows: tuple[float, ...]
    """Likewise from top to bottom."""

    def scaled(self, factor: float) -> "Chart":
        """Return it with everything multiplied."""
        if factor == 1:
            return self
        return Chart(
            self.width * factor,
            self.height * factor,
            tuple(moved_block(block, factor, 0, 0) for block in self.blocks),
            tuple(moved(mark, factor, 0, 0) for mark in self.behind),
            tuple((title, x * factor, y * factor) for title, x, y in self.bookmarks),
            tuple(x * factor for x in self.columns),
            tuple(y * factor for y in self.rows),
        )


Choose = Callable[[float], Chart]
"""Lays a map out with columns of a width in points."""
