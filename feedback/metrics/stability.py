"""How far driver shares depend on who happened to answer: a bootstrap from additive sums."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from feedback.metrics.cross_sums import CrossSums, Matrix, correlations
from feedback.metrics.drivers import importances

GROUPS = 400
RESAMPLES = 200
SEED = 20_000
"""Fixed, so that the same answers always get the same mark."""

STEADY, FAIRLY = 0.95, 0.8
"""In so many of the resamples a share stays on its side of the importance cut (convention)."""

_LEAST = 20


@dataclass(frozen=True, slots=True)
class Stability:
    """Of each driver: the 95 % bootstrap interval of its share (0..1), and how often it stays.

    `same_side` is the part of the resamples (0..1) in which the share lies on the same side of the
    importance cut, 1/p, as the share itself.
    """

    low: tuple[float, ...]
    high: tuple[float, ...]
    same_side: tuple[float, ...]
    resamples: int


def random_groups(names: Sequence[str], values: Matrix) -> list[CrossSums]:
    """Sums of at most 400 random groups of respondents; with fewer, each is a group.

    `values` has one row per respondent and one column per name, NaN where not answered.
    """
    order = np.random.default_rng(SEED).permutation(len(values))
    parts = np.array_split(order, min(GROUPS, len(values))) if len(values) else []
    return [CrossSums.from_array(names, values[part]) for part in parts]


def stability(groups: Sequence[CrossSums], shares: Sequence[float]) -> Stability | None:
    """Resample `groups` with replacement and look where the driver shares go.

    `shares` are those of all groups together. None where fewer than 20 resamples had the spread
    that shares need.
    """
    parts = [np.array([getattr(group, name) for group in groups]) for name in _SUMS]
    draws = np.random.default_rng(SEED).multinomial(
        len(groups), np.full(len(groups), 1 / len(groups)), size=RESAMPLES
    )
    found = correlations(*(np.tensordot(draws.astype(float), part, axes=1) for part in parts))
    weights = importances(found[~np.isnan(found).any(axis=(-2, -1))])
    totals = weights.sum(axis=-1, keepdims=True)
    drawn = weights[totals[:, 0] > 0] / totals[totals[:, 0] > 0]
    if len(drawn) < _LEAST:
        return None
    low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
    cut = 1 / len(shares)
    same = ((drawn >= cut) == (np.array(shares) >= cut)).mean(axis=0)
    return Stability(tuple(low.tolist()), tuple(high.tolist()), tuple(same.tolist()), len(drawn))


def stability_mark(same_side: float | None) -> str:
    """ "steady", "fairly steady", "unsteady", or "unknown" without a bootstrap."""
    if same_side is None:
        return "unknown"
    if same_side >= STEADY:
        return "steady"
    return "fairly steady" if same_side >= FAIRLY else "unsteady"


_SUMS = ("n", "sums", "squares", "products")
