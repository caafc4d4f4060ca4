"""Where a run of days of one's own choice may begin and end, so that nobody can be worked out.

Who may choose any days can subtract 1 to 30 March from 1 to 31 March. So days are taken together,
from the oldest on, until as many as the minimum answered: only there is an edge. Every difference
of two runs between edges is made of such groups, whatever runs people look at, and on whatever day.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate, chain

from journeys.maps.filters import PERIODS


@dataclass(frozen=True)
class Answered:
    """How many answered on each day, ascending, inside a slice and outside it.

    `days` are ISO dates; without a slice nobody is outside. Edge i lies before the day i.
    """

    days: Sequence[str]
    inside: Sequence[int]
    outside: Sequence[int]
    sums: tuple[Sequence[int], Sequence[int]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        sums = tuple([0, *accumulate(side)] for side in (self.inside, self.outside))
        object.__setattr__(self, "sums", sums)

    @classmethod
    def of(cls, everybody: Mapping[str, int], slice_: Mapping[str, int] | None) -> "Answered":
        """Return it from how many answered by day, all of them and those of a slice."""
        days = sorted(day for day, n in everybody.items() if n)
        if slice_ is None:
            return cls(days, [everybody[day] for day in days], [0] * len(days))
        inside = [slice_.get(day, 0) for day in days]
        outside = [everybody[day] - n for day, n in zip(days, inside, strict=True)]
        return cls(days, inside, outside)

    def apart(self, one: int, other: int, minimum: int) -> bool:
        """Whether enough or nobody answered between two edges, on both sides of the slice."""
        between = (abs(side[one] - side[other]) for side in self.sums)
        return all(n == 0 or n >= minimum for n in between)

    def edges(self, minimum: int) -> list[int]:
        """Return where enough have answered since the edge before, from the oldest day on."""
        found, inside_before, outside_before = [0], 0, 0
        for edge, (inside, outside) in enumerate(zip(*self.sums, strict=True)):
            within, beside = inside - inside_before, outside - outside_before
            if within + beside and not (0 < within < minimum or 0 < beside < minimum):
                found.append(edge)
                inside_before, outside_before = inside, outside
        return found

    def snapped(self, since: date, until: date, minimum: int, today: date) -> "Run | None":
        """Return the longest run between edges within `since`..`until`; None where there is none.

        Where nothing has to be left out, it is as long as it was asked for. Edges too near to where
        a period of the map begins or ends are passed over, because its figures are on view, too.
        """
        start, end = self._place(since), self._place(until + timedelta(days=1))
        of_map = {self._place(day) for day in _ends_of_periods(today)}
        edges = self.edges(minimum)
        within = edges[bisect_left(edges, start) : bisect_right(edges, end)]
        fit = (edge for edge in within if self._fits(edge, of_map, minimum))
        first = next(fit, None)
        last = next((edge for edge in reversed(within) if self._fits(edge, of_map, minimum)), None)
        if first is None or last is None or self.sums[0][first] == self.sums[0][last]:
            return None
        return Run(
            since if first == start else date.fromisoformat(self.days[first]),
            until if last == end else date.fromisoformat(self.days[last - 1]),
            self.sums[0][last] - self.sums[0][first],
            whole=(first, last) == (start, end),
        )

    def _fits(self, edge: int, others: Iterable[int], minimum: int) -> bool:
        return all(self.apart(edge, other, minimum) for other in others)

    def _place(self, day: date) -> int:
        """Return the edge at which a day begins."""
        return bisect_left(self.days, day.isoformat())

    def asked(self, since: date, until: date) -> int:
        """Return how many answered inside the slice on the days that were asked for."""
        start, end = self._place(since), self._place(until + timedelta(days=1))
        return self.sums[0][end] - self.sums[0][start]


@dataclass(frozen=True, slots=True)
class Run:
    """Days that count, both ends included, and how many answered on them."""

    since: date
    until: date
    n: int
    whole: bool
    """False where days with answers were left out."""


def _ends_of_periods(today: date) -> Iterable[date]:
    """Yield the first days of the map's periods, of those before them, and the day after all."""
    lengths = [days for days in PERIODS.values() if days]
    ends = chain([0], lengths, (2 * days for days in lengths))
    return (today + timedelta(days=1 - length) for length in ends)
