"""How many answers it takes: for a margin, or to find a difference of a given size.

`ratio` is the size of the second group by that of the first. What is returned is the size of the
first, so the second needs `ratio` times as many. Every function raises ValueError for a variance,
difference or ratio that is not above 0.
"""

import math
from statistics import NormalDist

from feedback.metrics.groups import PSEUDO_TOTAL
from feedback.metrics.quantiles import z_quantile

POWER = 0.8
"""How often a difference that is really there is to be found, by convention."""


def nps_for_margin(variance: float, margin: float, conf: float = 0.95) -> int:
    """Answers for an adjusted Wald interval of +-`margin` points: ceil(z^2 var / margin^2 - 3).

    `variance` on the proportion scale (.64 is usual). Source:
    measuringu.com/nps-sig-test-sample-size.
    """
    _positive(variance, margin)
    return max(_ceil(z_quantile(conf) ** 2 * variance / (margin / 100) ** 2 - PSEUDO_TOTAL), 1)


def nps_for_difference(
    variance1: float,
    variance2: float,
    difference: float,
    conf: float = 0.95,
    power: float = POWER,
    ratio: float = 1.0,
) -> int:
    """Answers in the first group to find a `difference` in points with `power`.

    ceil((z_a + z_b)^2 (var1 + var2 / ratio) / d^2 - 3), variances on the proportion scale; same
    source.
    """
    _positive(variance1, variance2, difference, ratio)
    spread = variance1 + variance2 / ratio
    return max(_ceil(_reach(conf, power) ** 2 * spread / (difference / 100) ** 2 - PSEUDO_TOTAL), 1)


def shares_for_difference(
    share1: float, share2: float, conf: float = 0.95, power: float = POWER, ratio: float = 1.0
) -> int:
    """Answers in the first group to find that two shares, 0..1, differ, by the N-1 test.

    Source: Fleiss, Levin & Paik 2003, chapter 4, without correction for continuity; the test loses
    one answer of all.
    """
    _positive(abs(share2 - share1), ratio)
    _shares(share1, share2)
    pooled = (share1 + ratio * share2) / (1 + ratio)
    alike = math.sqrt(pooled * (1 - pooled) * (1 + 1 / ratio))
    apart = math.sqrt(share1 * (1 - share1) + share2 * (1 - share2) / ratio)
    reach = z_quantile(conf) * alike + _z(power) * apart
    return max(_ceil((reach / (share2 - share1)) ** 2 + 1 / (1 + ratio)), 1)


def means_for_difference(
    variance1: float,
    variance2: float,
    difference: float,
    conf: float = 0.95,
    power: float = POWER,
    ratio: float = 1.0,
) -> int:
    """Answers in the first group to find a `difference` of two means by Welch's t test.

    (z_a + z_b)^2 (var1 + var2 / ratio) / d^2, and z_a^2 / 4 more because the spread has to be
    estimated too. Source: Guenther 1981.
    """
    _positive(variance1, variance2, difference, ratio)
    reach, z = _reach(conf, power), z_quantile(conf)
    return max(_ceil((reach / difference) ** 2 * (variance1 + variance2 / ratio) + z * z / 4), 2)


def ranks_for_difference(
    superiority: float, conf: float = 0.95, power: float = POWER, ratio: float = 1.0
) -> int:
    """Answers in the first group to find, by Mann-Whitney, that the second ranks otherwise.

    `superiority` is how often one of the second beats one of the first, 0..1, ties half; .5 is no
    difference. Source: Noether 1987, N = (z_a + z_b)^2 / (12 c (1 - c) (p - 1/2)^2).
    """
    _positive(abs(superiority - 0.5), ratio)
    _shares(superiority)
    first = 1 / (1 + ratio)
    needed = _reach(conf, power) ** 2 / (12 * first * (1 - first) * (superiority - 0.5) ** 2)
    return max(_ceil(needed * first), 1)


def _reach(conf: float, power: float) -> float:
    return z_quantile(conf) + _z(power)


def _z(power: float) -> float:
    return NormalDist().inv_cdf(power)


def _ceil(value: float) -> int:
    # A hair above a whole number is rounding, not one more answer.
    return math.ceil(value - 1e-9)


def _positive(*values: float) -> None:
    if not all(0 < value < math.inf for value in values):
        raise ValueError("Variances, margins, differences and ratios must be above 0.")


def _shares(*values: float) -> None:
    if not all(0 <= value <= 1 for value in values):
        raise ValueError("A share lies between 0 and 1.")
