"""Did it change? Two independent histograms of one scale, before and after."""

import math
from dataclasses import dataclass

from feedback.metrics.groups import Groups, clip, versus_target
from feedback.metrics.histogram import Histogram
from feedback.metrics.multiplicity import benjamini_hochberg, holm
from feedback.metrics.quantiles import z_p_value, z_quantile
from feedback.metrics.two_samples import (
    fisher,
    mann_whitney,
    n_minus_1,
    newcombe,
    pooled_z,
    smallest_expected,
    welch,
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
    if before.scale != after.scale:
        raise ValueError(f"{before.scale.label} and {after.scale.label} cannot be compared.")
    metric = before.scale.metric
    if metric == "nps":
        return nps_z(before.groups, after.groups, conf)
    if metric == "csat":
        return compare_shares(before.positive, before.n, after.positive, after.n, conf)
    return _means(before, after, conf)


def nps_z(before: Groups, after: Groups, conf: float = 0.95) -> Difference:
    """Difference of two net scores in points, with .75 / 1.5 / .75 answers added to each arm.

    `value` is not adjusted; interval and p-value are.
    Source: measuringu.com/nps-significance-test; R package NPS, "adjusted.wald".
    """
    first, second = before.net, after.net
    if first is None or second is None:
        return NOTHING
    centre1, se1 = before.adjusted()
    centre2, se2 = after.adjusted()
    difference, se = centre2 - centre1, math.hypot(se1, se2)
    reach = z_quantile(conf) * se
    low, high = clip(difference - reach, difference + reach, 200.0)
    return Difference(second - first, low, high, z_p_value(difference / se), Z_ADJUSTED)


def compare_shares(k1: int, n1: int, k2: int, n2: int, conf: float = 0.95) -> Difference:
    """Difference of k2/n2 and k1/n1 in percentage points: N-1 test, Newcombe's interval.

    Fisher's exact test where an expected cell is below 1.
    """
    interval = newcombe(k1, n1, k2, n2, conf)
    if interval is None:
        return NOTHING
    value = 100 * (k2 / n2 - k1 / n1)
    if smallest_expected(k1, n1, k2, n2) < 1:
        exact = fisher(k1, n1, k2, n2)
        return Difference(value, *interval, exact.p if exact else None, FISHER)
    test = n_minus_1(k1, n1, k2, n2)
    return Difference(value, *interval, test.p if test else None, N_MINUS_1)


def _means(before: Histogram, after: Histogram, conf: float) -> Difference:
    n1, sum1, squares1 = before.moments()
    n2, sum2, squares2 = after.moments()
    if not n1 or not n2:
        return NOTHING
    mean1, mean2 = sum1 / n1, sum2 / n2
    variance1 = (n1 * squares1 - sum1 * sum1) / (n1 * (n1 - 1)) if n1 > 1 else 0.0
    variance2 = (n2 * squares2 - sum2 * sum2) / (n2 * (n2 - 1)) if n2 > 1 else 0.0
    test = welch(mean1, variance1, n1, mean2, variance2, n2, conf)
    if test is None:
        return Difference(mean2 - mean1, None, None, None, WELCH)
    low, high = clip(test.low, test.high, before.scale.high - before.scale.low)
    return Difference(test.difference, low, high, test.p, WELCH)
