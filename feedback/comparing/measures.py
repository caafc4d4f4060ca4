"""What can be compared: a score, a rate or a wait, each with its own test and its own words."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any, Generic, TypeVar

from feedback.evidence import Span
from feedback.metrics import sample_size
from feedback.metrics.claims import claim_p, share_claim_p
from feedback.metrics.compare import Difference, compare, mann_whitney
from feedback.metrics.compare_events import compare_durations, compare_rates, ranked
from feedback.metrics.display import round_half_away
from feedback.metrics.durations import DurationHistogram
from feedback.metrics.estimates import Estimate
from feedback.metrics.groups import PSEUDO_TOTAL
from feedback.metrics.histogram import Histogram
from feedback.metrics.intervals import wilson
from feedback.metrics.rate import Rate
from feedback.metrics.scales import SCALE_ORDER, SCALES
from feedback.models import DurationKind
from feedback.wording import (
    COMPONENT_WORDS,
    duration_metric,
    label,
    margin_text,
    minutes_text,
    percent_text,
    plain,
    score_metric,
)
from journeys.maps.grid import Metric

Sample = TypeVar("Sample", Histogram, Rate, DurationHistogram)


@dataclass(frozen=True)
class Measure(ABC, Generic[Sample]):
    """Something that was measured on both sides; `key` is its name in addresses."""

    key: str

    better_when_up = False

    @property
    @abstractmethod
    def label(self) -> str:
        """Return its name for people."""

    @abstractmethod
    def of(self, span: Span) -> Sample | None:
        """Return what a span holds of it; None where nobody answered, or too few."""

    @abstractmethod
    def hidden(self, span: Span) -> bool:
        """Return whether there is something, but of too few people to show."""

    @abstractmethod
    def figure(self, sample: Sample) -> Metric:
        """Return one side in words."""

    @abstractmethod
    def difference(self, a: Sample, b: Sample) -> Difference:
        """Return B less A, tested as its kind is."""

    @abstractmethod
    def claim_p(self, a: Sample, b: Sample, *, among_many: bool) -> float | None:
        """Return the p-value on which a claim rests, by itself or to be corrected for others."""

    @abstractmethod
    def needed(self, a: Sample, b: Sample, conf: float) -> int | None:
        """Return how many answers of both sides together would tell a difference of this size.

        In the proportion of now, with a power of 80 %; None where there is no difference to tell.
        """

    @property
    def noun(self) -> str:
        """Return what it is counted of."""
        return "cases"

    @property
    def digits(self) -> int:
        """Return how many decimals its differences are shown with."""
        return 1

    def size(self, value: float) -> str:
        """Return a difference in words, with a minus where it is below 0: "6.2"."""
        return plain(value, self.digits)

    @property
    def unit(self) -> str:
        """Return what its differences are counted in, behind the size: " points"."""
        return ""

    @abstractmethod
    def n(self, sample: Sample) -> int:
        """Return how many answers or observations a sample holds."""

    def pooled(self, samples: Iterable[Sample]) -> Sample:
        """Return several samples as one."""
        return reduce(add, samples)

    def superiority(self, a: Sample, b: Sample) -> float | None:
        """Return how often one of B beats one of A, 0..1, ties half; None where that says less."""
        return None


class Score(Measure[Histogram]):
    """The headline of a scale: NPS, CSAT, effort."""

    better_when_up = True

    @property
    def label(self) -> str:
        """Return the short name of the scale."""
        return label(SCALES[self.key])

    def of(self, span: Span) -> Histogram | None:
        """Return the answers on the scale."""
        return span.scores.get(self.key)

    def hidden(self, span: Span) -> bool:
        """Return whether too few answered."""
        return self.key in span.hidden

    def figure(self, sample: Histogram) -> Metric:
        """Return the headline as on the map."""
        return score_metric(self.key, sample)

    def difference(self, a: Histogram, b: Histogram) -> Difference:
        """Return the difference of the headlines."""
        return compare(a, b)

    @property
    def noun(self) -> str:
        """Return what it is counted of."""
        return "answers"

    def claim_p(self, a: Histogram, b: Histogram, *, among_many: bool) -> float | None:
        """Return that of the scale's test, guarded against small and skewed samples."""
        return claim_p(a, b, among_many=among_many)

    def n(self, sample: Histogram) -> int:
        """Return how many answered."""
        return sample.n

    def superiority(self, a: Histogram, b: Histogram) -> float | None:
        """Return how often an answer of B is higher than one of A."""
        ranks = mann_whitney(a.counts, b.counts)
        return ranks.prob_superiority if ranks else None

    def needed(self, a: Histogram, b: Histogram, conf: float) -> int | None:
        """Return the answers of both sides by the scale's own test."""
        ratio = b.n / a.n
        if SCALES[self.key].metric == "nps":
            (one, se1), (two, se2) = a.groups.adjusted(), b.groups.adjusted()
            spread1, spread2 = (
                (se1 / 100) ** 2 * (a.n + PSEUDO_TOTAL),
                (se2 / 100) ** 2 * (b.n + PSEUDO_TOTAL),
            )
            return _together(
                ratio,
                lambda: sample_size.nps_for_difference(
                    spread1, spread2, abs(two - one), conf=conf, ratio=ratio
                ),
            )
        if SCALES[self.key].metric == "csat":
            shares = a.positive / a.n, b.positive / b.n
            return _together(
                ratio,
                lambda: sample_size.shares_for_difference(*shares, conf=conf, ratio=ratio),
            )
        return _together(
            ratio,
            lambda: sample_size.means_for_difference(
                a.variance or 0.0,
                b.variance or 0.0,
                abs((b.mean or 0.0) - (a.mean or 0.0)),
                conf=conf,
                ratio=ratio,
            ),
        )

    @property
    def digits(self) -> int:
        """Return one, two for means of a scale."""
        return 2 if SCALES[self.key].metric == "ces" else 1

    @property
    def unit(self) -> str:
        """Return points, or the scale's own."""
        scale = SCALES[self.key]
        return f" of {scale.low}–{scale.high}" if scale.metric == "ces" else " points"


class EventRate(Measure[Rate]):
    """How many gave up, came back with the same matter, or met an error."""

    @property
    def label(self) -> str:
        """Return what happened, in a word."""
        return COMPONENT_WORDS[self.key].capitalize()

    def of(self, span: Span) -> Rate | None:
        """Return the hits and their base."""
        return span.rates.get(self.key)

    def hidden(self, span: Span) -> bool:
        """Return whether it was counted of too few."""
        return self.key in span.too_few

    def figure(self, sample: Rate) -> Metric:
        """Return the share with Wilson's interval."""
        low, high = wilson(sample.hits, sample.base) or (None, None)
        share = 100 * (sample.value or 0.0)
        estimate = Estimate(share, low, high, sample.base)
        return Metric(
            self.key, self.label, percent_text(share), share, low, high, margin_text(estimate),
            n=sample.base, n_text=f"n {sample.base:,}", base="ok",
        )  # fmt: skip

    def difference(self, a: Rate, b: Rate) -> Difference:
        """Return the difference in percentage points."""
        return compare_rates(a, b)

    def claim_p(self, a: Rate, b: Rate, *, among_many: bool) -> float | None:
        """Return that of two shares."""
        return share_claim_p(a.hits, a.base, b.hits, b.base, among_many=among_many)

    def n(self, sample: Rate) -> int:
        """Return the base."""
        return sample.base

    def needed(self, a: Rate, b: Rate, conf: float) -> int | None:
        """Return the bases of both sides by the N-1 test."""
        ratio, shares = b.base / a.base, (a.value or 0.0, b.value or 0.0)
        return _together(
            ratio, lambda: sample_size.shares_for_difference(*shares, conf=conf, ratio=ratio)
        )

    @property
    def unit(self) -> str:
        """Return percentage points."""
        return " points"


class Time(Measure[DurationHistogram]):
    """A wait, or the time to a first response: medians in seconds."""

    @property
    def label(self) -> str:
        """Return what was timed."""
        return DurationKind(self.key).label

    def of(self, span: Span) -> DurationHistogram | None:
        """Return the durations."""
        return span.durations.get(self.key)

    def hidden(self, span: Span) -> bool:
        """Return whether too few were timed."""
        return self.key in span.too_few

    def figure(self, sample: DurationHistogram) -> Metric:
        """Return the median in minutes."""
        return duration_metric(self.key, self.label, sample)

    def difference(self, a: DurationHistogram, b: DurationHistogram) -> Difference:
        """Return the difference of the medians in seconds, tested by ranks."""
        return compare_durations(a, b)

    def claim_p(
        self, a: DurationHistogram, b: DurationHistogram, *, among_many: bool
    ) -> float | None:
        """Return that of the test by ranks, which trusts no spread."""
        ranks = ranked(a, b)
        return ranks.p if ranks else None

    def n(self, sample: DurationHistogram) -> int:
        """Return how many were timed."""
        return sample.n

    def superiority(self, a: DurationHistogram, b: DurationHistogram) -> float | None:
        """Return how often B takes longer than A."""
        ranks = ranked(a, b)
        return ranks.prob_superiority if ranks else None

    def needed(self, a: DurationHistogram, b: DurationHistogram, conf: float) -> int | None:
        """Return the timed cases of both sides by ranks."""
        ratio, superiority = b.n / a.n, self.superiority(a, b) or 0.5
        return _together(
            ratio, lambda: sample_size.ranks_for_difference(superiority, conf=conf, ratio=ratio)
        )

    def size(self, value: float) -> str:
        """Return minutes, hours or days."""
        sign = "−" if round_half_away(value) < 0 else ""
        return f"{sign}{minutes_text(abs(value) / 60)}"


def _together(ratio: float, first: Callable[[], int]) -> int | None:
    try:
        return math.ceil(first() * (1 + ratio))
    except ValueError:
        # No difference, or no spread: no number of answers tells what is not there.
        return None


EVENTS = ("abandon", "repeat", "error")
TIMES = tuple(DurationKind.values)

MEASURES: tuple[Measure[Any], ...] = (
    *(Score(key) for key in SCALE_ORDER),
    *(EventRate(key) for key in EVENTS),
    *(Time(key) for key in TIMES),
)
