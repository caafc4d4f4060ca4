"""Net scores of three groups, negative / neutral / positive: NPS and its intervals."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from feedback.metrics.quantiles import Interval, z_p_value, z_quantile

# Added to detractors, passives and promoters before Wald: MeasuringU, Rocks 2016, R package NPS.
PSEUDO_OUTER = 0.75
PSEUDO_TOTAL = 3.0


@dataclass(frozen=True, slots=True)
class Groups:
    """How many answers are negative, neutral and positive (NPS: detractors, passives, promoters).

    Raises ValueError for a negative count.
    """

    negative: int
    neutral: int
    positive: int

    def __post_init__(self) -> None:
        if self.negative < 0 or self.neutral < 0 or self.positive < 0:
            raise ValueError("A count of answers cannot be below 0.")

    def __add__(self, other: "Groups") -> "Groups":
        return Groups(
            self.negative + other.negative,
            self.neutral + other.neutral,
            self.positive + other.positive,
        )

    @property
    def n(self) -> int:
        """All answers."""
        return self.negative + self.neutral + self.positive

    @property
    def net(self) -> float | None:
        """100 * (positive - negative) / n, in points of -100..100."""
        n = self.n
        return 100 * (self.positive - self.negative) / n if n else None

    @property
    def variance(self) -> float | None:
        """Variance of one answer counted -1 / 0 / +1, divisor n (so on the proportion scale)."""
        n = self.n
        if not n:
            return None
        net = (self.positive - self.negative) / n
        return (self.positive + self.negative) / n - net * net

    @property
    def se(self) -> float | None:
        """Standard error of `net` in points: 100 * sqrt(variance / n)."""
        variance = self.variance
        return None if variance is None else 100 * math.sqrt(variance / self.n)

    def adjusted(self) -> tuple[float, float]:
        """Adjusted net score and its standard error in points, with .75 / 1.5 / .75 answers added.

        Source: measuringu.com/nps-confidence-intervals; R package NPS.
        """
        n = self.n + PSEUDO_TOTAL
        net = (self.positive - self.negative) / n
        outer = (self.positive + self.negative + 2 * PSEUDO_OUTER) / n
        return 100 * net, 100 * math.sqrt((outer - net * net) / n)


def clip(low: float, high: float, bound: float = 100.0) -> Interval:
    """The part of an interval that lies in -bound..bound."""
    return max(low, -bound), min(high, bound)


def wald(groups: Groups, conf: float = 0.95) -> Interval | None:
    """net +- z * se in points. Has no width when all answers agree: for comparison, never shown."""
    net, se = groups.net, groups.se
    if net is None or se is None:
        return None
    reach = z_quantile(conf) * se
    return net - reach, net + reach


def adjusted_wald(groups: Groups, conf: float = 0.95) -> Interval | None:
    """The interval shown for a net score: Wald on the adjusted counts, clipped to -100..100.

    It is centred on the adjusted score, so a unanimous sample may lie outside its own interval.
    """
    if not groups.n:
        return None
    centre, se = groups.adjusted()
    reach = z_quantile(conf) * se
    return clip(centre - reach, centre + reach)


def score_interval(groups: Groups, conf: float = 0.95) -> Interval | None:
    """Score interval in points, found by bisection.

    Source: Tango 1998; "iterative" in the R package NPS.
    """
    net = groups.net
    if net is None:
        return None
    z = z_quantile(conf)
    return (
        100 * _bisect(lambda delta: _tango_z(groups, delta) > z, -1.0, net / 100),
        100 * _bisect(lambda delta: _tango_z(groups, delta) >= -z, net / 100, 1.0),
    )


def versus_target(groups: Groups, target: float) -> tuple[float, float] | None:
    """z and p-value of a net score against a fixed `target` in points, on adjusted counts."""
    if not groups.n:
        return None
    centre, se = groups.adjusted()
    z = (centre - target) / se
    return z, z_p_value(z)


def _tango_z(groups: Groups, delta: float) -> float:
    """Tango's score statistic for the hypothesis that the true net score is `delta`, -1..1."""
    n, c, b = groups.n, groups.negative, groups.positive
    linear = -b - c + (2 * n - b + c) * delta
    constant = -c * delta * (1 - delta)
    root = math.sqrt(max(linear * linear - 8 * n * constant, 0.0))
    smaller = (root - linear) / (4 * n)
    variance = n * (2 * smaller + delta * (1 - delta))
    distance = b - c - n * delta
    if variance <= 0:
        return math.copysign(math.inf, distance) if distance else 0.0
    return distance / math.sqrt(variance)


def _bisect(left_of_root: Callable[[float], bool], low: float, high: float) -> float:
    """Where `left_of_root` turns from true to false between `low` and `high`."""
    for _ in range(60):
        middle = (low + high) / 2
        if left_of_root(middle):
            low = middle
        else:
            high = middle
    return (low + high) / 2
