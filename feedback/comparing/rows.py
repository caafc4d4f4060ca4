"""Every metric of every matched touchpoint, stage and of the whole, on both sides, and tested."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from feedback.comparing.matching import Matched
from feedback.comparing.measures import MEASURES, TIMES, Measure
from feedback.comparing.reading import Reading
from feedback.metrics.compare import ALPHA, Difference
from feedback.metrics.multiplicity import benjamini_hochberg, holm
from journeys.maps.grid import Metric
from touchpoints.models import Touchpoint

WHOLE = "journey"


class Aim(StrEnum):
    """What is asked of the comparison, and so how it is corrected for having looked often."""

    CLAIM = "claim"
    SCREEN = "screen"


@dataclass(frozen=True)
class Row:
    """One metric at one place on both sides. `key` is its name in addresses: "stage-7.csat"."""

    place: str
    where: str
    level: str
    measure: Measure[Any]
    a: Metric
    b: Metric
    samples: tuple[Any, Any] | None = None
    difference: Difference | None = None
    adjusted: float | None = None
    """The p-value after correction; of the one decided on beforehand, as it is."""
    primary: bool = False
    compared: int = 1
    """With how many it was corrected together, itself among them."""
    pair: tuple[Touchpoint, Touchpoint] | None = None
    """The touchpoint on both sides; None of a stage or of the whole."""

    @property
    def key(self) -> str:
        """Return its name in addresses."""
        return f"{self.place}.{self.measure.key}"

    @property
    def p(self) -> float | None:
        """Return the p-value by itself."""
        return self.difference.p if self.difference else None

    @property
    def clear(self) -> bool:
        """Whether a difference may be claimed after correction."""
        return self.adjusted is not None and self.adjusted < ALPHA

    @property
    def clear_alone(self) -> bool:
        """Whether it would be, had nobody looked anywhere else."""
        p = self.claim_p(among_many=False)
        return p is not None and p < ALPHA

    def claim_p(self, *, among_many: bool) -> float | None:
        """Return the p-value on which a claim rests before any correction; None: not testable."""
        if self.samples is None or self.p is None:
            return None
        return self.measure.claim_p(*self.samples, among_many=among_many)

    @cached_property
    def superiority(self) -> float | None:
        """Return how often one of B exceeds one of A."""
        return self.measure.superiority(*self.samples) if self.samples else None

    @property
    def way(self) -> int:
        """Return 1 where B is better, -1 where it is worse, 0 where its figures do not say."""
        value = self.difference.value if self.difference else None
        if not value:
            return 0
        up = 1 if value > 0 else -1
        ranks = self.superiority if self.measure.key in TIMES else None
        if ranks is not None and (ranks - 0.5) * up < 0:
            return 0
        return up if self.measure.better_when_up else -up

    @property
    def more(self) -> int | None:
        """Return how many more answers would tell a difference of this size; None: not known.

        As many as the strictest correction needs, so at most that many.
        """
        if self.samples is None or self.p is None or self.clear:
            return None
        a, b = self.samples
        needed = self.measure.needed(a, b, 1 - ALPHA / self.compared)
        missing = None if needed is None else needed - self.measure.n(a) - self.measure.n(b)
        return missing if missing and missing > 0 else None


def rows(matched: Matched, a: Reading, b: Reading) -> list[Row]:
    """Return every row: the whole first, then stage by stage, each before its touchpoints.

    The whole and the stages hold only what is shown on both sides, so that like is compared with
    like; where that is one touchpoint, it stands for itself.
    """
    found = list(_touchpoints(matched, a, b))
    by_stage: dict[tuple[int, str], list[Row]] = defaultdict(list)
    for row in found:
        assert row.pair is not None  # noqa: S101
        stage = row.pair[1].step.stage
        by_stage[stage.pk, stage.title].append(row)
    result = list(_pooled(WHOLE, "Whole journey", "journey", found))
    for (pk, title), of_stage in by_stage.items():
        result += [*_pooled(f"stage-{pk}", title, "stage", of_stage), *of_stage]
    return result


def _touchpoints(matched: Matched, a: Reading, b: Reading) -> Iterator[Row]:
    for left, right in matched.pairs:
        spans = a.spans[left.pk], b.spans[right.pk]
        for measure in MEASURES:
            samples = [measure.of(span) for span in spans]
            hidden = [measure.hidden(span) for span in spans]
            if not any(hidden) and all(sample is None for sample in samples):
                continue
            figures = [
                _figure(measure, sample, is_hidden)
                for sample, is_hidden in zip(samples, hidden, strict=True)
            ]
            row = Row(
                place=f"touchpoint-{right.pk}", where=right.title, level="touchpoint",
                measure=measure, a=figures[0], b=figures[1], pair=(left, right),
            )  # fmt: skip
            yield _tested(row, *samples)


def _figure(measure: Measure[Any], sample: Any, hidden: bool) -> Metric:
    if sample is not None:
        return measure.figure(sample)
    if hidden:
        return Metric(measure.key, measure.label, n=None, n_text="hidden", base="suppressed")
    return Metric(measure.key, measure.label, n_text=f"no {measure.noun}")


def _tested(row: Row, a: Any, b: Any) -> Row:
    if a is None or b is None:
        return row
    return replace(row, samples=(a, b), difference=row.measure.difference(a, b))


def _pooled(place: str, where: str, level: str, found: Iterable[Row]) -> Iterator[Row]:
    by_measure: dict[Measure[Any], list[tuple[Any, Any]]] = defaultdict(list)
    for row in found:
        if row.samples is not None:
            by_measure[row.measure].append(row.samples)
    for measure in MEASURES:
        pairs = by_measure.get(measure, [])
        if len(pairs) < 2:
            continue
        a, b = (measure.pooled(side) for side in zip(*pairs, strict=True))
        row = Row(place, where, level, measure, measure.figure(a), measure.figure(b))
        yield _tested(row, a, b)


def corrected(found: Sequence[Row], aim: Aim, primary: str = "") -> list[Row]:
    """Return the rows with their p-values corrected for how many were compared.

    `primary` is the key of the one that was decided on before looking: it is not corrected, and
    the others are not corrected for it. Holm's way keeps the chance of any false claim at 5 %,
    Benjamini and Hochberg's the share of false ones among those that are pointed out.
    """
    rest = {row.key: row.claim_p(among_many=True) for row in found if row.key != primary}
    tested = {key: p for key, p in rest.items() if p is not None}
    correct = holm if aim is Aim.CLAIM else benjamini_hochberg
    adjusted = dict(zip(tested, correct(list(tested.values())), strict=True))
    return [
        replace(row, adjusted=row.claim_p(among_many=False), primary=True)
        if row.key == primary
        else replace(row, adjusted=adjusted.get(row.key), compared=max(len(tested), 1))
        for row in found
    ]
