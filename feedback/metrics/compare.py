"""Did it change? Two independent histograms of one scale, before and after."""

import math
from dataclasses import dataclass

from feedback.metrics.groups import Groups, clip, versus_target
from feedback.metrics.histogram import Histogram, Moments
from feedback.metrics.multiplicity import benjamini_hochberg, holm
from feedback.metrics.quantiles import z_p_value, z_quantile
from feedback.metrics.scales import Scale
from feedback.metrics.two_samples import (
    fisher,
    mann_whitney,
    n_minus_1,
    newcombe,
    pooled_z,
    smallest_expected,
    welch,
    welch_p,
)

__all__ = [
    "Difference",
    "benjamini_hochberg",
    "compare",
    "compare_shares",
    "fisher",
    "holm",
    "mann_whitney",
    "n_minus_1",
    "newcombe",
    "nps_z",
    "pooled_z",
    "versus_target",
    "welch",
]

ALPHA = 0.05
"""Below this p-value a difference is called clear."""

Z_ADJUSTED = "z on adjusted counts"
N_MINUS_1 = "N−1 two-proportion z"
FISHER = "Fisher’s exact"
WELCH = "Welch’s t"
NO_TEST = "none"


@dataclass(frozen=True, slots=True)
class Difference:
    """after - before in the unit of the headline, its interval, and the p-value of `test`.

    None where not computable. For NPS the interval belongs to the adjusted difference and may
    lie beside `value` when the samples are tiny.
    """

    value: float | None
    low: float | None
    high: float | None
    p: float | None
    test: str

    @property
    def clear(self) -> bool | None:
        """Whether p < .05. False is "no clear difference", which is not "no difference"."""
        return None if self.p is None else self.p < ALPHA


NOTHING = Difference(None, None, None, None, NO_TEST)


def compare(before: Histogram, after: Histogram, conf: float = 0.95) -> Difference:
    """The change of the headline from `before` to `after`, by the test of its metric.

    NPS: points, z on adjusted counts. CSAT: percentage points of the positive, N-1 test (Fisher's
    when an expected cell is below 1) with Newcombe's interval. CES: scores, Welch's t.
    All None when either side has no answers. Raises ValueError for different scales.
    """
    metric = shared_scale(before, after).metric
    if metric == "nps":
        return nps_z(before.groups, after.groups, conf)
    if metric == "csat":
        return compare_shares(before.positive, before.n, after.positive, after.n, conf)
    return _means(before, after, conf)


def compare_p(before: Histogram, after: Histogram) -> float | None:
    """The p-value of `compare` alone, where many are tested and few are shown."""
    metric = shared_scale(before, after).metric
    if metric == "nps":
        return nps_p(before.groups, after.groups)
    if metric == "csat":
        return shares_p(before.positive, before.n, after.positive, after.n)
    return means_p(before.moments(), after.moments())


def shared_scale(before: Histogram, after: Histogram) -> Scale:
    """The scale of both. Raises ValueError for different ones."""
    if before.scale is not after.scale and before.scale != after.scale:
        raise ValueError(f"{before.scale.label} and {after.scale.label} cannot be compared.")
    return before.scale


def nps_z(before: Groups, after: Groups, conf: float = 0.95) -> Difference:
    """Difference of two net scores in points, with .75 / 1.5 / .75 answers added to each arm.

    `value` is not adjusted; interval and p-value are.
    Source: measuringu.com/nps-significance-test; R package NPS, "adjusted.wald".
    """
    first, second = before.net, after.net
    if first is None or second is None:
        return NOTHING
    difference, se = _adjusted(before, after)
    reach = z_quantile(conf) * se
    low, high = clip(difference - reach, difference + reach, 200.0)
    return Difference(second - first, low, high, z_p_value(difference / se), Z_ADJUSTED)


def nps_p(before: Groups, after: Groups) -> float | None:
    """The p-value of `nps_z` alone."""
    if not before.n or not after.n:
        return None
    difference, se = _adjusted(before, after)
    return z_p_value(difference / se)


def _adjusted(before: Groups, after: Groups) -> tuple[float, float]:
    """The difference of the adjusted net scores in points, and its standard error."""
    centre1, se1 = before.adjusted()
    centre2, se2 = after.adjusted()
    return centre2 - centre1, math.hypot(se1, se2)


def compare_shares(k1: int, n1: int, k2: int, n2: int, conf: float = 0.95) -> Difference:
    """Difference of k2/n2 and k1/n1 in percentage points: N-1 test, Newcombe's interval.

    Fisher's exact test where an expected cell is below 1.
    """
    interval = newcombe(k1, n1, k2, n2, conf)
    if interval is None:
        return NOTHING
    value = 100 * (k2 / n2 - k1 / n1)
    test = FISHER if _exact(k1, n1, k2, n2) else N_MINUS_1
    return Difference(value, *interval, shares_p(k1, n1, k2, n2), test)


def shares_p(k1: int, n1: int, k2: int, n2: int) -> float | None:
    """The p-value of `compare_shares` alone."""
    if not n1 or not n2:
        return None
    test = (fisher if _exact(k1, n1, k2, n2) else n_minus_1)(k1, n1, k2, n2)
    return test.p if test else None


def _exact(k1: int, n1: int, k2: int, n2: int) -> bool:
    return smallest_expected(k1, n1, k2, n2) < 1


def _means(before: Histogram, after: Histogram, conf: float) -> Difference:
    samples = _samples(before.moments(), after.moments())
    if samples is None:
        return NOTHING
    test = welch(*samples, conf)
    if test is None:
        mean1, _, _, mean2, _, _ = samples
        return Difference(mean2 - mean1, None, None, None, WELCH)
    low, high = clip(test.low, test.high, before.scale.high - before.scale.low)
    return Difference(test.difference, low, high, test.p, WELCH)


def means_p(before: Moments, after: Moments) -> float | None:
    """The p-value of Welch's test of two means."""
    samples = _samples(before, after)
    return None if samples is None else welch_p(*samples)


def _samples(before: Moments, after: Moments) -> tuple[float, float, int, float, float, int] | None:
    """Mean, variance and n of both, as Welch's test takes them; None where one is empty."""
    (n1, sum1, squares1), (n2, sum2, squares2) = before, after
    if not n1 or not n2:
        return None
    variance1 = (n1 * squares1 - sum1 * sum1) / (n1 * (n1 - 1)) if n1 > 1 else 0.0
    variance2 = (n2 * squares2 - sum2 * sum2) / (n2 * (n2 - 1)) if n2 > 1 else 0.0
    return sum1 / n1, variance1, n1, sum2 / n2, variance2, n2
