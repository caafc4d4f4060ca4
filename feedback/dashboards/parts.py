"""The answers of every segment, or every channel, at every touchpoint, where they may be shown."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from feedback.evidence import Gathered
from feedback.metrics.histogram import Histogram
from feedback.metrics.scales import SCALES
from feedback.metrics.suppression import suppress_crossed
from feedback.nested import nested_parts
from feedback.slices import gives_away
from feedback.tallies import sums_by_part
from journeys.maps import Period

Place = tuple[int, int]
"""A touchpoint, and a segment or channel, by their ids."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What each part answered at each touchpoint; who answered but must stay `hidden`, is named."""

    shown: dict[Place, Histogram] = field(default_factory=dict)
    hidden: set[Place] = field(default_factory=set)


def parts_of(
    ids: Sequence[int],
    gathered: Gathered,
    period: Period,
    *,
    column: str,
    metric: str,
    minimum: int,
) -> Parts:
    """Return the answers on one scale by segment or channel (`column`); three queries at most.

    A cell is shown only where the map of that segment alone would show it, so that no two pages
    can be subtracted; nor may it follow from the totals of rows and columns.
    """
    parts, cells = Parts(), Counter[tuple[int | None, int | None]]()
    counted: dict[Place, Sequence[int]] = {}
    for pk, part, scores in sums_by_part(ids, gathered.window, column=column, metric=metric):
        cells[pk, part] = sum(scores)
        if part is not None:
            counted[pk, part] = scores
    for pk, part in counted:
        # Who names no part is whom the parts leave over.
        cells[pk, None] -= cells[pk, part]
    hidden = suppress_crossed(cells, minimum) | _alone(cells, minimum)
    kept_back = nested_parts(ids, period, minimum, column=column, metric=metric)
    for place, scores in counted.items():
        if not cells[place]:
            continue
        if place in hidden or place in kept_back:
            parts.hidden.add(place)
        else:
            parts.shown[place] = Histogram.from_columns(SCALES[metric], scores)
    return parts


def _alone(
    cells: "Counter[tuple[int | None, int | None]]", minimum: int
) -> set[tuple[int | None, int | None]]:
    """Return the cells that a map of their part alone hides."""
    rows: dict[int | None, dict[tuple[int | None, ...], int]] = defaultdict(dict)
    for (pk, part), n in cells.items():
        if n:
            rows[pk][part,] = n
    return {
        (pk, part)
        for pk, sizes in rows.items()
        for (part,) in sizes
        if gives_away(sizes, (part,), minimum)
    }
