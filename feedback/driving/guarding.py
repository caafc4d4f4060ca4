"""What one view of the drivers would give away beside another, by subtraction (metrics.md §1.5)."""

import numpy as np

from feedback.driving.answers import Whole
from feedback.driving.people import NEVER, Which
from feedback.metrics.suppression import shown_together, suppress
from feedback.nested import PRECEDENCE
from journeys.maps.filters import PERIODS

_DAYS = {key: days or NEVER for key, days in PERIODS.items()}
_SPANS = [(0, _DAYS[key]) for key in PRECEDENCE]


def days_of(period: str) -> int:
    """Return how many days a period has; NEVER since the beginning."""
    return _DAYS[period]


def gives_away(reach: Whole, segment: Whole, segment_id: int | None, period: str, k: int) -> bool:
    """Whether a view of these people, beside those of other periods or segments, shows too few.

    `reach` is how many days back each of them reaches, `segment` whose they are; `segment_id` is
    the view's, None for everybody. Too few is 1 to `k` - 1 people.
    """
    now = reach < _DAYS[period]
    if segment_id is not None:
        ids, counts = np.unique(segment[now], return_counts=True)
        sizes = {str(each): int(n) for each, n in zip(ids, counts, strict=True) if each}
        if str(segment_id) in suppress(int(now.sum()), sizes, k):
            return True
    inside = part_of(segment, segment_id)
    return any(_hidden(reach[part], period, k) for part in (inside, ~inside))


def _hidden(reach: Whole, period: str, k: int) -> bool:
    until = {0: 0} | {days: int((reach < days).sum()) for days in _DAYS.values()}
    shown = dict(zip(PRECEDENCE, shown_together(_SPANS, until, k), strict=True))
    return not shown[period]


def part_of(segment: Whole, segment_id: int | None) -> Which:
    """Return who is in the segment; everybody for None."""
    return np.full(len(segment), True) if segment_id is None else segment == segment_id
