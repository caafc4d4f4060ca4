"""Intervals of a proportion and of several shares at once, in percent."""

import math
from collections.abc import Sequence

from feedback.metrics.quantiles import Interval, special, z_quantile


def _check(k: int, n: int) -> None:
    if not 0 <= k <= n:
        raise ValueError(f"{k} of {n} is not a proportion.")


def wilson(k: int, n: int, conf: float = 0.95) -> Interval | None:
    """Wilson score interval of k of n in percent, None for n = 0: the one that is shown.

    Source: Wilson 1927. Raises ValueError unless 0 <= k <= n.
    """
    _check(k, n)
    if not n:
        return None
    z = z_quantile(conf)
    share, square = k / n, z * z / n
    centre = share + square / 2
    reach = z * math.sqrt((share * (1 - share) + square / 4) / n)
    # Exactly 0 and 100 at the ends, where rounding would miss them by a hair.
    low = 100 * (centre - reach) / (1 + square) if k else 0.0
    high = 100 * (centre + reach) / (1 + square) if k < n else 100.0
    return low, high


def agresti_coull(k: int, n: int, conf: float = 0.95) -> Interval | None:
    """Agresti-Coull interval in percent: Wald on n + z^2 answers. Clipped to 0..100."""
    _check(k, n)
    if not n:
        return None
    z = z_quantile(conf)
    total = n + z * z
    share = (k + z * z / 2) / total
    return _around(share, z * math.sqrt(share * (1 - share) / total))


def wald(k: int, n: int, conf: float = 0.95) -> Interval | None:
    """Wald interval in percent, clipped to 0..100. Without width at 0 and 100 %: never shown."""
    _check(k, n)
    if not n:
        return None
    share = k / n
    return _around(share, z_quantile(conf) * math.sqrt(share * (1 - share) / n))


def clopper_pearson(k: int, n: int, conf: float = 0.95) -> Interval | None:
    """The "exact" interval in percent, from quantiles of the beta distribution."""
    _check(k, n)
    if not n:
        return None
    tail = (1 - conf) / 2
    low = 100 * float(special().betaincinv(k, n - k + 1, tail)) if k else 0.0
    high = 100 * float(special().betaincinv(k + 1, n - k, 1 - tail)) if k < n else 100.0
    return low, high


def goodman(counts: Sequence[int], conf: float = 0.95) -> tuple[Interval, ...] | None:
    """Simultaneous intervals in percent of all the shares of `counts`, for a stacked bar.

    Source: Goodman 1965, with chi2 of one degree of freedom at 1 - (1 - conf)/k.
    None without answers; ValueError for a negative count.
    """
    if min(counts, default=0) < 0:
        raise ValueError("A count of answers cannot be below 0.")
    n = sum(counts)
    if not n:
        return None
    chi2 = z_quantile(1 - (1 - conf) / len(counts)) ** 2
    result = []
    for count in counts:
        reach = math.sqrt(chi2 * (chi2 + 4 * count * (n - count) / n))
        total = 2 * (n + chi2)
        result.append(
            (
                100 * max((chi2 + 2 * count - reach) / total, 0.0),
                100 * min((chi2 + 2 * count + reach) / total, 1.0),
            )
        )
    return tuple(result)


def _around(share: float, reach: float) -> Interval:
    return 100 * max(share - reach, 0.0), 100 * min(share + reach, 1.0)
