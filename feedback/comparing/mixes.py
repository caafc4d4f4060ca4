"""Who answered on each side: whether the mix differs, and what is left of a difference if it does.

A total can rise because more of those answered who were content before.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from feedback.comparing import day_sums
from feedback.comparing.edges import Run
from feedback.comparing.measures import Measure
from feedback.comparing.reading import Place
from feedback.comparing.rows import Row
from feedback.metrics.histogram import Histogram, merged
from feedback.metrics.mix import MixTest, mix_test, standardised
from feedback.metrics.scales import SCALES
from feedback.wording import p_text, signed
from journeys.models import Channel, Segment

OTHERS = "Others"
NOBODY = "Not told"

Parts = dict[str, Histogram]


@dataclass(frozen=True, slots=True)
class Mix:
    """The mix of one sort of part among the answers of one scale, and what it does to the total."""

    sort: str
    scale: str
    shares: tuple[tuple[str, float, float], ...]
    """By part the percent of A and of B, the largest change first."""
    test: MixTest
    raw: float
    alike: float | None
    """B less A as if both were mixed alike."""
    measure: Measure[Any]

    @property
    def raw_text(self) -> str:
        """Return the difference as it is, in words."""
        return self._text(self.raw)

    @property
    def alike_text(self) -> str:
        """Return the difference with one mix, in words; "" where the sides share no part."""
        return "" if self.alike is None else self._text(self.alike)

    @property
    def p_text(self) -> str:
        """Return the p-value of the mix."""
        return p_text(self.test.p)

    def _text(self, value: float) -> str:
        return f"{signed(value, self.measure.digits)}{self.measure.unit}"


def touchpoint_mixes(rows: Sequence[Row]) -> list[Mix]:
    """Return how the answers are spread over touchpoints: of each scale of the whole."""
    found = []
    for whole in _wholes(rows):
        sides: tuple[Parts, Parts] = ({}, {})
        for row in rows:
            if row.level == "touchpoint" and row.measure == whole.measure and row.samples:
                for side, sample in zip(sides, row.samples, strict=True):
                    side[row.key] = sample
        names = {row.key: row.where for row in rows}
        found += _mix("touchpoints", whole, *sides, names.__getitem__)
    return found


def people_mixes(
    rows: Sequence[Row],
    runs: tuple[Mapping[Place, Run], Mapping[Place, Run]],
    named: Mapping[str, Mapping[int, str]],
    minimum: int,
) -> list[Mix]:
    """Return how the answers are spread over segments, and over channels; four queries.

    `runs` are the days of each side at the places that are compared, `named` maps the column of a
    part to its names.
    """
    found = []
    for column, sort in (("segment_id", "segments"), ("channel_id", "channels")):
        sides = [_parts(each, column, named[column]) for each in runs]
        for whole in _wholes(rows):
            a, b = (side.get(whole.measure.key, {}) for side in sides)
            totals = whole.samples or (None, None)
            a, b = _large_enough(_with_rest(a, totals[0]), _with_rest(b, totals[1]), minimum)
            found += _mix(sort, whole, a, b, str)
    return found


def names_of(segments: Sequence[Segment], channels: Sequence[Channel]) -> dict[str, dict[int, str]]:
    """Return the names of segments and channels by the column that holds them."""
    return {
        "segment_id": {each.pk: each.name for each in segments},
        "channel_id": {each.pk: each.name for each in channels},
    }


def _wholes(rows: Sequence[Row]) -> list[Row]:
    """Return the row of each scale that holds all its answers: of the whole, else the only one."""
    found: dict[str, Row] = {}
    for row in rows:
        if row.measure.key in SCALES and row.samples and row.level != "stage":
            found.setdefault(row.measure.key, row)
    return list(found.values())


def _mix(
    sort: str, whole: Row, a: Mapping[str, Histogram], b: Mapping[str, Histogram],
    name: Callable[[str], str],
) -> list[Mix]:  # fmt: skip
    keys = list(dict.fromkeys([*a, *b]))
    sizes = [[side[key].n if key in side else 0 for key in keys] for side in (a, b)]
    test = mix_test(*sizes)
    if test is None or whole.difference is None or whole.difference.value is None:
        return []
    totals = [sum(side) for side in sizes]
    shares = [
        (name(key), 100 * one / totals[0], 100 * two / totals[1])
        for key, one, two in zip(keys, *sizes, strict=True)
    ]
    shares.sort(key=lambda each: -abs(each[2] - each[1]))
    alike = standardised(a, b)
    return [
        Mix(
            sort, whole.measure.label, tuple(shares), test, whole.difference.value,
            None if alike is None else alike[1] - alike[0], whole.measure,
        )
    ]  # fmt: skip


def _parts(runs: Mapping[Place, Run], column: str, names: Mapping[int, str]) -> dict[str, Parts]:
    """Return by scale and part what was answered at all places together."""
    found: dict[str, Parts] = defaultdict(dict)
    for (_, kind), parts in day_sums.parts(runs, column).items():
        for part, columns in parts.items():
            histogram = Histogram.from_columns(SCALES[kind], columns)
            name = names.get(part, OTHERS)
            here = found[kind]
            here[name] = here[name] + histogram if name in here else histogram
    return found


def _with_rest(parts: Parts, total: Any) -> Parts:
    """Add those who name no part: what the parts leave of the total."""
    if total is None or not parts:
        return parts
    named = [sum(counts) for counts in zip(*(each.counts for each in parts.values()), strict=True)]
    rest = tuple(max(n - m, 0) for n, m in zip(total.counts, named, strict=True))
    return parts | ({NOBODY: Histogram(total.scale, rest)} if any(rest) else {})


def _large_enough(a: Parts, b: Parts, minimum: int) -> tuple[Parts, Parts]:
    """Put together the parts that fewer than the minimum belong to on a side, and the next ones."""
    names = sorted({*a, *b}, key=lambda name: min(_n(a, name), _n(b, name)))
    together: list[str] = []
    for name in names:
        held = [sum(_n(side, each) for each in together) for side in (a, b)]
        small = min(_n(a, name), _n(b, name)) < minimum
        if small or (together and min(held) < minimum):
            together.append(name)
    if not together:
        return a, b
    return _joined(a, together), _joined(b, together)


def _n(parts: Parts, name: str) -> int:
    return parts[name].n if name in parts else 0


def _joined(parts: Parts, names: Sequence[str]) -> Parts:
    kept = {name: each for name, each in parts.items() if name not in names}
    small = [parts[name] for name in names if name in parts]
    return kept | ({OTHERS: merged(small)} if small else {})
