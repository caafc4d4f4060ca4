"""Tests and intervals for two independent samples, from counts alone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from feedback.metrics.intervals import wilson
from feedback.metrics.quantiles import Interval, t_p_value, t_quantile, z_p_value


@dataclass(frozen=True, slots=True)
class ZTest:
    """A z statistic and its two-sided p-value."""

    z: float
    p: float


@dataclass(frozen=True, slots=True)
class Fisher:
    """Sample odds ratio of the first against the second arm (None: not finite) and p-value."""

    odds_ratio: float | None
    p: float


@dataclass(frozen=True, slots=True)
class Welch:
    """Difference of two means (second - first) with its t interval."""

    difference: float
    low: float
    high: float
    t: float
    df: float
    p: float


@dataclass(frozen=True, slots=True)
class MannWhitney:
    """U of the second sample, and how often an answer of it beats one of the first (ties half).

    `z` and `p` are None when all the answers are alike.
    """

    u: float
    z: float | None
    p: float | None
    prob_superiority: float


def pooled_z(k1: int, n1: int, k2: int, n2: int) -> ZTest | None:
    """Two-proportion z test with the pooled variance, of k2/n2 against k1/n1.

    None when an arm is empty, or all answers of both arms are alike.
    """
    _check(k1, n1, k2, n2)
    if not n1 or not n2:
        return None
    pooled = (k1 + k2) / (n1 + n2)
    variance = pooled * (1 - pooled) * (1 / n1 + 1 / n2)
    if not variance:
        return None
    z = (k2 / n2 - k1 / n1) / math.sqrt(variance)
    return ZTest(z, z_p_value(z))


def n_minus_1(k1: int, n1: int, k2: int, n2: int) -> ZTest | None:
    """Campbell's "N-1" two-proportion test: pooled z * sqrt((N-1)/N). None as in `pooled_z`.

    Source: Campbell 2007.
    """
    test = pooled_z(k1, n1, k2, n2)
    if test is None:
        return None
    z = test.z * math.sqrt((n1 + n2 - 1) / (n1 + n2))
    return ZTest(z, z_p_value(z))


def newcombe(k1: int, n1: int, k2: int, n2: int, conf: float = 0.95) -> Interval | None:
    """Interval in percentage points of 100 * (k2/n2 - k1/n1), None when an arm is empty.

    Source: Newcombe 1998, hybrid of the two Wilson intervals.
    """
    first, second = wilson(k1, n1, conf), wilson(k2, n2, conf)
    if first is None or second is None:
        return None
    p1, p2 = 100 * k1 / n1, 100 * k2 / n2
    return (
        p2 - p1 - math.hypot(p2 - second[0], first[1] - p1),
        p2 - p1 + math.hypot(second[1] - p2, p1 - first[0]),
    )


def smallest_expected(k1: int, n1: int, k2: int, n2: int) -> float:
    """The smallest expected cell of the 2 x 2 table of k1 of n1 and k2 of n2 (N > 0)."""
    total, hits = n1 + n2, k1 + k2
    return min(n1, n2) * min(hits, total - hits) / total


def fisher(k1: int, n1: int, k2: int, n2: int) -> Fisher | None:
    """Fisher's exact test, two-sided: the sum of all tables no likelier than the one observed.

    None when an arm is empty.
    """
    _check(k1, n1, k2, n2)
    if not n1 or not n2:
        return None
    against, favour = (n1 - k1) * k2, k1 * (n2 - k2)
    return Fisher(favour / against if against else None, _fisher_p(k1, n1, k1 + k2, n1 + n2))


def _fisher_p(observed: int, n1: int, hits: int, total: int) -> float:
    """Two-sided p-value of `observed` hits in the first arm of n1, given all margins."""
    low, high = max(0, hits - (total - n1)), min(n1, hits)
    mode = min(max((hits + 1) * (n1 + 1) // (total + 2), low), high)
    # Relative to the likeliest table: nothing overflows, and no factorial is needed.
    weights = {mode: 1.0}
    for k in range(mode, high):
        up = (hits - k) * (n1 - k) / ((k + 1) * (total - n1 - hits + k + 1))
        weights[k + 1] = weights[k] * up
    for k in range(mode, low, -1):
        down = k * (total - n1 - hits + k) / ((hits - k + 1) * (n1 - k + 1))
        weights[k - 1] = weights[k] * down
    # The slack is that of R and scipy: equally likely tables may differ by rounding.
    limit = weights[observed] * (1 + 1e-7)
    return math.fsum(w for w in weights.values() if w <= limit) / math.fsum(weights.values())


def welch(
    mean1: float,
    variance1: float,
    n1: int,
    mean2: float,
    variance2: float,
    n2: int,
    conf: float = 0.95,
) -> Welch | None:
    """Welch's t test of two means from their moments (sample variances, divisor n - 1).

    None when a sample has fewer than two answers, or neither shows any spread.
    """
    test = _welch_t(mean1, variance1, n1, mean2, variance2, n2)
    if test is None:
        return None
    difference, se, df = test
    reach = t_quantile(df, conf) * se
    t = difference / se
    return Welch(difference, difference - reach, difference + reach, t, df, t_p_value(t, df))


def welch_p(
    mean1: float, variance1: float, n1: int, mean2: float, variance2: float, n2: int
) -> float | None:
    """The p-value of `welch` alone: its interval costs most."""
    test = _welch_t(mean1, variance1, n1, mean2, variance2, n2)
    if test is None:
        return None
    difference, se, df = test
    return t_p_value(difference / se, df)


def _welch_t(
    mean1: float, variance1: float, n1: int, mean2: float, variance2: float, n2: int
) -> tuple[float, float, float] | None:
    """The difference of the means, its standard error and its degrees of freedom."""
    if n1 < 2 or n2 < 2:
        return None
    share1, share2 = variance1 / n1, variance2 / n2
    square = share1 + share2
    if not square:
        return None
    df = square * square / (share1 * share1 / (n1 - 1) + share2 * share2 / (n2 - 1))
    return mean2 - mean1, math.sqrt(square), df


def mann_whitney(first: Sequence[int], second: Sequence[int]) -> MannWhitney | None:
    """Mann-Whitney test of two samples counted in the same ordered categories.

    Normal approximation with correction for ties and for continuity. None when a sample is
    empty; ValueError when the categories differ in number or a count is below 0.
    """
    if len(first) != len(second):
        raise ValueError("Both samples must be counted in the same categories.")
    if min(first, default=0) < 0 or min(second, default=0) < 0:
        raise ValueError("A count of answers cannot be below 0.")
    n1, n2 = sum(first), sum(second)
    if not n1 or not n2:
        return None
    below, doubled_u, ties = 0, 0, 0
    for count1, count2 in zip(first, second, strict=True):
        doubled_u += count2 * (2 * below + count1)
        below += count1
        ties += (count1 + count2) ** 3 - (count1 + count2)
    u, pairs, total = doubled_u / 2, n1 * n2, n1 + n2
    variance = pairs / 12 * (total + 1 - ties / (total * (total - 1)))
    if variance <= 0:
        return MannWhitney(u, None, None, u / pairs)
    distance = u - pairs / 2
    z = math.copysign(max(abs(distance) - 0.5, 0.0), distance) / math.sqrt(variance)
    return MannWhitney(u, z, z_p_value(z), u / pairs)


def _check(k1: int, n1: int, k2: int, n2: int) -> None:
    if not (0 <= k1 <= n1 and 0 <= k2 <= n2):
        raise ValueError(f"{k1} of {n1} and {k2} of {n2} are not two proportions.")
