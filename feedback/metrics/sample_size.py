"""How many answers an NPS needs."""

import math
from statistics import NormalDist

from feedback.metrics.groups import PSEUDO_TOTAL
from feedback.metrics.quantiles import z_quantile


def nps_for_margin(variance: float, margin: float, conf: float = 0.95) -> int:
    """Answers for an adjusted Wald interval of +-`margin` points: ceil(z^2 var / margin^2 - 3).

    `variance` on the proportion scale (.64 is usual). Source:
    measuringu.com/nps-sig-test-sample-size. Raises ValueError unless both are above 0.
    """
    _positive(variance, margin)
    return max(_ceil(z_quantile(conf) ** 2 * variance / (margin / 100) ** 2 - PSEUDO_TOTAL), 1)


def nps_for_difference(
    variance1: float, variance2: float, difference: float, conf: float = 0.95, power: float = 0.8
) -> int:
    """Answers per group to find a `difference` in points with `power`.

    ceil((z_a + z_b)^2 (var1 + var2) / d^2 - 3); same source, same errors.
    """
    _positive(variance1, variance2, difference)
    z = z_quantile(conf) + NormalDist().inv_cdf(power)
    return max(_ceil(z**2 * (variance1 + variance2) / (difference / 100) ** 2 - PSEUDO_TOTAL), 1)


def _ceil(value: float) -> int:
    # A hair above a whole number is rounding, not one more answer.
    return math.ceil(value - 1e-9)


def _positive(*values: float) -> None:
    if not all(0 < value < math.inf for value in values):
        raise ValueError("Variances, margins and differences must be above 0.")
