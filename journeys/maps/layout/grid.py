"""The grid that everything on a poster stands on: the lanes' names, then the steps as columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from journeys.maps.drawing import Block, Mark
from journeys.maps.grid import JourneyMap, Lane
from journeys.maps.theme import COLUMN, PAD_X, RAIL

_LEAST = 5 * COLUMN
_WIDEST = 2 * COLUMN


@dataclass(frozen=True, slots=True)
class Row:
    """A drawn row: its blocks, and where it ends, in points."""

    blocks: tuple[Block, ...]
    bottom: float
    behind: tuple[Mark, ...] = ()
    """Under the rules between columns."""
    over: tuple[Mark, ...] = ()
    """Over the rules between columns, under the blocks."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns stand; lengths in points from the poster's left edge."""

    edges: tuple[float, ...]
    """The left edge of every column, and the right edge of the last."""
    slots: tuple[float, ...]
    """The same, going on beyond a narrow map: title, figures and legend need room."""
    of_step: tuple[int, ...]
    """The column of each step; a stage without steps has a column of its own."""
    spans: tuple[tuple[int, int], ...]
    """The first column of each stage, and the one behind its last."""

    @property
    def right(self) -> float:
        """Where the map ends."""
        return self.edges[-1]

    @property
    def width(self) -> float:
        """Where the poster ends: its full width."""
        return self.slots[-1]

    @property
    def firsts(self) -> set[int]:
        """The columns with which a stage begins."""
        return {first for first, _ in self.spans}

    def inside(self, column: int, span: int = 1) -> tuple[float, float]:
        """Return the left edge and the width within one column or several."""
        left = self.edges[column]
        return left + PAD_X, self.edges[column + span] - left - 2 * PAD_X

    def cells(self, lane: Lane) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """Yield the column and the items of each cell of a lane."""
        for column, cell in zip(self.of_step, lane.cells, strict=True):
            yield column, cell.items


def columns(found: JourneyMap, width: float) -> Columns:
    """Return the columns of a map, of a width in points; a narrow map's are wider."""
    of_step: list[int] = []
    spans = []
    place = 0
    for stage in found.stages:
        spans.append((place, place + stage.width))
        of_step += range(place, place + len(stage.steps))
        place += stage.width
    count = max(1, place)
    wide = max(width, min(_WIDEST, _LEAST / count))
    edges = [RAIL + wide * each for each in range(count + 1)]
    slots = list(edges)
    while slots[-1] < RAIL + _LEAST - 1:
        slots.append(slots[-1] + COLUMN)
    return Columns(tuple(edges), tuple(slots), tuple(of_step), tuple(spans))
