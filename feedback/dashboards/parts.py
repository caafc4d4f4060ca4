"""The answers of every segment, or every channel, at every touchpoint, where they may be shown."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from feedback.evidence import Gathered
from feedback.metrics.histogram import Histogram
from feedback.metrics.scales import SCALES
from feedback.nested import nested_parts
from feedback.slices import Cell, gives_away
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

    A cell is shown where the map of that part alone shows it, and nowhere else: no two pages can be
    subtracted from one another, nor cells from the total of their touchpoint. Totals of a part over
    touchpoints are of shown cells only, wherever they stand, so they give nothing away.
    """
    counted: dict[int, dict[int, Sequence[int]]] = defaultdict(dict)
    sizes: dict[int, dict[Cell, int]] = defaultdict(dict)
    for pk, part, scores in sums_by_part(ids, gathered.window, column=column, metric=metric):
        sizes[pk][part,] = sum(scores)
        if part is not None:
            counted[pk][part] = scores
    kept_back = nested_parts(ids, period, minimum, column=column, metric=metric)
    parts = Parts()
    for pk, by_part in counted.items():
        # Who names no part is whom the parts leave over.
        sizes[pk][None,] -= sum(sizes[pk][part,] for part in by_part)
        known = {cell: n for cell, n in sizes[pk].items() if n}
        for part, scores in by_part.items():
            if (part,) not in known:
                continue
            if (pk, part) in kept_back or gives_away(known, (part,), minimum):
                parts.hidden.add((pk, part))
            else:
                parts.shown[pk, part] = Histogram.from_columns(SCALES[metric], scores)
    return parts
