"""Key drivers: which touchpoints go along with the outcome. Associated with, not causes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from feedback.metrics.cross_sums import CrossSums, Matrix
from feedback.metrics.penalty_reward import contrast_sums, penalty_reward

__all__ = [
    "CrossSums",
    "KeyDrivers",
    "contrast_sums",
    "importances",
    "johnson",
    "key_drivers",
    "lmg",
    "penalty_reward",
    "quadrants",
    "r_squared",
    "std_beta",
]

LMG_MOST = 12
"""LMG goes over all subsets: above this many drivers Johnson's weights are used."""

_SINGULAR = 1e-10


@dataclass(frozen=True, slots=True)
class KeyDrivers:
    """Importance of each driver for one outcome; tuples in the order of `names`.

    `importance` adds up to `r2` (0..1), `shares` to 1 (None when r2 is 0). `n` is the smallest
    number of respondents behind a correlation, `enough` says whether it reaches 30 + 10 per
    driver (convention). Drivers whose answers do not vary are `excluded`.
    """

    names: tuple[str, ...]
    method: str
    n: int
    enough: bool
    r2: float
    importance: tuple[float, ...]
    shares: tuple[float, ...] | None
    performance: tuple[float, ...]
    excluded: tuple[str, ...]

    @property
    def quadrants(self) -> tuple[str, ...] | None:
        """Where each driver stands on the importance-performance map; see `quadrants`."""
        return None if self.shares is None else quadrants(self.shares, self.performance)


def key_drivers(sums: CrossSums) -> KeyDrivers | None:
    """Importance of all but the last variable of `sums` for the last, the outcome.

    By LMG for up to 12 drivers, else by Johnson's weights. None when the outcome or every driver
    lacks spread, or a pair has too few common answers.
    """
    outcome = len(sums.names) - 1
    varying = sums.varying()
    if outcome not in varying or len(varying) < 2:
        return None
    used = sums.subset(varying)
    correlation = used.correlation()
    if correlation is None:
        return None
    names = used.names[:-1]
    importance = tuple(importances(correlation).tolist())
    r2 = math.fsum(importance)
    n = int(used.n.min())
    return KeyDrivers(
        names,
        "LMG" if len(names) <= LMG_MOST else "Johnson",
        n,
        n >= 30 + 10 * len(names),
        r2,
        importance,
        tuple(value / r2 for value in importance) if r2 > _SINGULAR else None,
        tuple(mean for mean in used.means()[:-1] if mean is not None),
        tuple(name for i, name in enumerate(sums.names[:-1]) if i not in varying),
    )


def r_squared(correlation: Matrix) -> float:
    """R2 of the last variable on all the others, from their (p+1) x (p+1) correlations."""
    return float(correlation[:-1, -1] @ np.array(std_beta(correlation)))


def std_beta(correlation: Matrix) -> tuple[float, ...]:
    """Standardised regression coefficients of the last variable on the others."""
    inner, outer = correlation[:-1, :-1], correlation[:-1, -1]
    return tuple(float(b) for b in np.linalg.pinv(inner, hermitian=True) @ outer)


def lmg(correlation: Matrix) -> tuple[float, ...]:
    """Average gain in R2 of each driver over all orders of entry (Lindeman, Merenda, Gold).

    `correlation` (p+1) x (p+1), the outcome last. The values add up to R2.
    Source: sensitivity::lmg. Raises ValueError above 12 drivers: 2^p regressions.
    """
    count = len(correlation) - 1
    if count > LMG_MOST:
        raise ValueError(f"LMG takes at most {LMG_MOST} drivers, not {count}; use johnson().")
    return tuple(_lmg(correlation).tolist())


def johnson(correlation: Matrix) -> tuple[float, ...]:
    """Johnson's relative weights: R_xx = V L V', A = V L^.5 V', b = A^-1 r, sum_k A_jk^2 b_k^2.

    `correlation` (p+1) x (p+1), the outcome last. The values add up to R2.
    Source: Johnson 2000; sensitivity::johnson.
    """
    return tuple(_johnson(correlation).tolist())


def importances(correlations: Matrix) -> Matrix:
    """Importance of each driver in many correlation matrices: (..., p+1, p+1) -> (..., p).

    By LMG for up to 12 drivers, else by Johnson's weights.
    """
    by_lmg = correlations.shape[-1] - 1 <= LMG_MOST
    return _lmg(correlations) if by_lmg else _johnson(correlations)


def _lmg(correlations: Matrix) -> Matrix:
    count = correlations.shape[-1] - 1
    explained = _all_subsets(correlations)
    masks = np.arange(2**count)
    sizes = sum((masks >> i & 1 for i in range(count)), start=np.zeros_like(masks))
    factorial = [math.factorial(i) for i in range(count + 1)]
    weights = np.array(
        [factorial[s] * factorial[count - s - 1] / factorial[count] for s in range(count)]
    )
    gains = []
    for i in range(count):
        without = masks[(masks >> i & 1) == 0]
        gain = explained[..., without | 1 << i] - explained[..., without]
        gains.append(gain @ weights[sizes[without]])
    return np.stack(gains, axis=-1)


def _all_subsets(correlations: Matrix) -> Matrix:
    """R2 of the outcome on every subset of the drivers, by bit mask: (..., 2^p).

    One driver after the other is left out or partialled out of all that come after it, in all
    subsets of those before it at once. One that the chosen ones determine adds nothing.
    """
    left = correlations[..., None, :, :]
    for _ in range(correlations.shape[-1] - 1):
        column, rest = left[..., 1:, :1], left[..., 1:, 1:]
        variance = left[..., :1, :1]
        weight = np.divide(1, variance, out=np.zeros_like(variance), where=variance > _SINGULAR)
        taken = rest - weight * column * column.swapaxes(-1, -2)
        left = np.concatenate([rest, taken], axis=-3)
    return 1 - left[..., 0, 0]


def _johnson(correlations: Matrix) -> Matrix:
    inner, outer = correlations[..., :-1, :-1], correlations[..., :-1, -1:]
    values, vectors = np.linalg.eigh(inner)
    roots = np.sqrt(np.maximum(values, 0))[..., None, :]
    inverse = np.divide(1, roots, out=np.zeros_like(roots), where=roots**2 > _SINGULAR)
    turned = vectors.swapaxes(-1, -2)
    half, b = (vectors * roots) @ turned, (vectors * inverse) @ turned @ outer
    weights: Matrix = (half**2 @ b**2)[..., 0]
    return weights


def quadrants(
    shares: Sequence[float], performance: Sequence[float], drivers: int | None = None
) -> tuple[str, ...]:
    """Each driver's place by importance (cut at 1/p) and performance mean (cut at their mean).

    p is the number of shares, or `drivers` where some have no performance to place them by.

    "concentrate here" (important, weak), "keep up", "low priority" (neither), "possible
    overkill". Source: Martilla and James 1977. Raises ValueError for different lengths.
    """
    if not shares:
        return ()
    importance_cut = 1 / (drivers or len(shares))
    performance_cut = math.fsum(performance) / len(shares)
    places = {
        (True, False): "concentrate here",
        (True, True): "keep up",
        (False, False): "low priority",
        (False, True): "possible overkill",
    }
    return tuple(
        places[share >= importance_cut, mean >= performance_cut]
        for share, mean in zip(shares, performance, strict=True)
    )
