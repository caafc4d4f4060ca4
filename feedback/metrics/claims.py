"""What may be claimed: p-values that keep their word where samples are small, skewed or unequal.

Welch's test and the z test on adjusted counts trust the spread of each sample. Where a small one
happens to agree with itself, that spread is far too small: among 10 against 400 skewed effort
scores without a difference, Welch's test claims one 13 times in 100, and at p < .00125, where a
correction for 40 comparisons looks, 26 times too often (`benchmarks/compare_simulation.py`). A test
that pools the spread, as if there were no difference, errs the other way; a claim needs both.
"""

import math

from feedback.metrics.compare import means_p, nps_p, shared_scale, shares_p
from feedback.metrics.groups import Groups
from feedback.metrics.histogram import Histogram, Moments
from feedback.metrics.quantiles import z_p_value
from feedback.metrics.two_samples import fisher, smallest_expected

EXACT_BELOW = 30
"""Smallest expected cell below which a share is tested exactly among many comparisons: a normal
approximation holds at .05 long before it holds at .05/40."""


def mean_score_p(first: Moments, second: Moments) -> float | None:
    """Return the p-value of the mean-score test: the difference of two means under permutation.

    Its variance is that of all the scores together with divisor N - 1, so for shares it is the N-1
    test. Source: Agresti 2010, Analysis of Ordinal Categorical Data, section 7.3. None where a
    sample is empty or all scores are alike.
    """
    (n1, sum1, squares1), (n2, sum2, squares2) = first, second
    total = n1 + n2
    if not n1 or not n2:
        return None
    spread = total * (squares1 + squares2) - (sum1 + sum2) ** 2
    if not spread:
        return None
    variance = spread / (total * (total - 1)) * (1 / n1 + 1 / n2)
    return z_p_value((sum2 / n2 - sum1 / n1) / math.sqrt(variance))


def claim_p(before: Histogram, after: Histogram, *, among_many: bool) -> float | None:
    """Return the p-value on which a claim about a headline rests; None where it cannot be tested.

    That of `compare` for shares; of NPS and means the larger of it and the mean-score test's.
    `among_many`: it will be corrected for others, so shares are tested as in `share_claim_p`.
    Raises ValueError for different scales.
    """
    metric = shared_scale(before, after).metric
    if metric == "csat":
        return share_claim_p(
            before.positive, before.n, after.positive, after.n, among_many=among_many
        )
    if metric == "nps":
        groups = before.groups, after.groups
        p, sides = nps_p(*groups), (_moments(groups[0]), _moments(groups[1]))
    else:
        sides = before.moments(), after.moments()
        p = means_p(*sides)
    if p is None:
        return None
    pooled = mean_score_p(*sides)
    return None if pooled is None else max(p, pooled)


def share_claim_p(k1: int, n1: int, k2: int, n2: int, *, among_many: bool) -> float | None:
    """Return the p-value on which a claim about two shares, k1 of n1 and k2 of n2, rests.

    Among many it is Fisher's where an expected cell is below `EXACT_BELOW`, else that of
    `compare_shares`.
    """
    if among_many and n1 and n2 and smallest_expected(k1, n1, k2, n2) < EXACT_BELOW:
        exact = fisher(k1, n1, k2, n2)
        return exact.p if exact else None
    return shares_p(k1, n1, k2, n2)


def _moments(groups: Groups) -> Moments:
    """Return the moments of answers counted -1 / 0 / +1."""
    return groups.n, groups.positive - groups.negative, groups.positive + groups.negative
