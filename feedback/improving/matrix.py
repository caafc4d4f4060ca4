"""Impact against effort as a picture: where each bubble stands, how large it is, what it is called.

The picture has five columns of effort, from little on the left, and five rows of impact, from much
on top. Several in one cell stand side by side.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from feedback.models import Opportunity

CELL = 100
EDGE = 5 * CELL
SMALLEST, LARGEST = 11.0, 26.0

CORNERS = (
    ("Quick wins", "much impact, little effort"),
    ("Big bets", "much impact, much effort"),
    ("Fill-ins", "little impact, little effort"),
    ("Think twice", "little impact, much effort"),
)


@dataclass(frozen=True, slots=True)
class Bubble:
    """An opportunity in the picture; `n` is the largest number of answers behind its evidence."""

    number: int
    opportunity: Opportunity
    n: int
    x: float
    y: float
    r: float

    @property
    def says(self) -> str:
        """Return what is read out of it."""
        each = self.opportunity
        behind = f"evidence of {self.n:,}" if self.n else "no counted evidence"
        return (
            f"{each.title}: impact {each.impact} of 5, effort {each.effort} of 5, {behind}, "
            f"{each.get_state_display().lower()}"
        )


def bubbles(opportunities: Iterable[Opportunity]) -> list[Bubble]:
    """Return those that are rated, numbered in their order."""
    rated = [each for each in opportunities if each.impact and each.effort]
    most = max((_n(each) for each in rated), default=0)
    cells: dict[tuple[int, int], list[tuple[int, Opportunity]]] = defaultdict(list)
    for number, each in enumerate(rated, start=1):
        cells[each.impact or 0, each.effort or 0].append((number, each))
    found = [
        bubble
        for (impact, effort), inside in cells.items()
        for bubble in _in_cell(impact, effort, inside, most)
    ]
    return sorted(found, key=lambda bubble: bubble.number)


def _in_cell(
    impact: int, effort: int, inside: Sequence[tuple[int, Opportunity]], most: int
) -> Iterator[Bubble]:
    """Yield a cell's bubbles in rows, smaller where there are many."""
    across = math.ceil(math.sqrt(len(inside)))
    down = math.ceil(len(inside) / across)
    room = CELL / max(across, down, 1)
    for place, (number, each) in enumerate(inside):
        row, column = divmod(place, across)
        in_row = min(across, len(inside) - row * across)
        yield Bubble(
            number,
            each,
            _n(each),
            round((effort - 1) * CELL + CELL / 2 + (column - (in_row - 1) / 2) * room, 1),
            round((5 - impact) * CELL + CELL / 2 + (row - (down - 1) / 2) * room, 1),
            round(min(_radius(_n(each), most), room / 2 - 2), 1),
        )


def _radius(n: int, most: int) -> float:
    """Return a radius whose circle grows in area with n."""
    return SMALLEST + (LARGEST - SMALLEST) * math.sqrt(n / most) if most else SMALLEST


def _n(opportunity: Opportunity) -> int:
    return getattr(opportunity, "evidence_n", None) or 0
