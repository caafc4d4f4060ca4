"""How many answers it takes to see a change that would be worth the work."""

import math
from statistics import NormalDist

from feedback.metrics.histogram import Histogram
from feedback.metrics.quantiles import z_quantile

WORTHWHILE = {"nps": 15.0, "csat": 10.0, "ces": 0.5}
"""The smallest change that somebody would notice: points, percentage points, scores (proposal)."""


def answers_needed(before: Histogram, conf: float = 0.95, power: float = 0.8) -> int | None:
    """Answers in each of two windows to find a worthwhile change with `power`.

    ceil((z_a + z_b)^2 * 2 var / d^2) with the variance of `before` in both; None where that has
    fewer than two answers or no spread, so that nothing is known about it.
    """
    variance = _variance(before)
    if not variance:
        return None
    z = z_quantile(conf) + NormalDist().inv_cdf(power)
    size = WORTHWHILE[before.scale.metric]
    return math.ceil(z * z * 2 * variance / (size * size) - 1e-9)


def _variance(hist: Histogram) -> float | None:
    """The variance of one answer in the square of the headline's unit."""
    if hist.n < 2:
        return None
    if hist.scale.metric == "nps":
        spread = hist.groups.variance
        return None if spread is None else 10_000 * spread
    if hist.scale.metric == "csat":
        share = hist.positive / hist.n
        return 10_000 * share * (1 - share)
    return hist.variance
