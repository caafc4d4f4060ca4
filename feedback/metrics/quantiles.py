"""Quantiles and tail probabilities of the normal and of Student's t distribution."""

import math
from functools import cache, lru_cache
from statistics import NormalDist
from types import ModuleType

Interval = tuple[float, float]
"""Lower and upper end of an interval, in the unit that the function names."""

_SQRT2 = math.sqrt(2)


@cache
def special() -> ModuleType:
    """`scipy.special`, loaded on first use."""
    # Its import takes some .4 s, which commands that compute nothing should not pay.
    import scipy.special

    return scipy.special


@lru_cache(maxsize=64)
def z_quantile(conf: float) -> float:
    """The z of a two-sided interval: 1.959964 at conf .95.

    Raises ValueError unless 0 < conf < 1.
    """
    return NormalDist().inv_cdf((1 + conf) / 2)


@lru_cache(maxsize=4096)
def t_quantile(df: float, conf: float) -> float:
    """Student's t of a two-sided interval with `df` > 0 degrees of freedom, inf for the normal.

    Raises ValueError unless 0 < conf < 1 and df > 0.
    """
    if not df > 0:
        raise ValueError(f"Degrees of freedom must be above 0, not {df!r}.")
    if math.isinf(df):
        return z_quantile(conf)
    if not 0 < conf < 1:
        raise ValueError(f"Confidence must lie between 0 and 1, not {conf!r}.")
    return float(special().stdtrit(df, (1 + conf) / 2))


def z_p_value(z: float) -> float:
    """Two-sided p-value of a standard normal `z`."""
    return math.erfc(abs(z) / _SQRT2)


def t_p_value(t: float, df: float) -> float:
    """Two-sided p-value of Student's `t` with `df` degrees of freedom."""
    return 2 * float(special().stdtr(df, -abs(t)))
