"""Whether two samples are made of the same kinds of people, and what differs when they are not.

A total can rise because more of those answered who were content before (Simpson's paradox).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feedback.metrics.estimates import value_of
from feedback.metrics.histogram import Histogram
from feedback.metrics.quantiles import special

SMALL_V = 0.1
"""From here on Cramér's V is a small effect, below it none worth a word (Cohen 1988)."""


@dataclass(frozen=True, slots=True)
class MixTest:
    """Pearson's chi-square test of two samples over the same parts, and its effect size."""

    chi2: float
    df: int
    p: float
    v: float
    """Cramér's V, 0 (the same shares) to 1; of two samples, as large as Cohen's w."""

    @property
    def clear(self) -> bool:
        """Whether the mix differs beyond chance, and enough to matter: many answers find all."""
        return self.p < 0.05 and self.v >= SMALL_V


def mix_test(first: Sequence[int], second: Sequence[int]) -> MixTest | None:
    """Return whether two samples, counted in the same parts, are mixed alike.

    Parts that nobody belongs to are left out. None when a sample is empty or only one part is left.
    Raises ValueError when the parts differ in number or a count is below 0.
    """
    if len(first) != len(second):
        raise ValueError("Both samples must be counted in the same parts.")
    if min(first, default=0) < 0 or min(second, default=0) < 0:
        raise ValueError("A count of answers cannot be below 0.")
    pairs = [(a, b) for a, b in zip(first, second, strict=True) if a + b]
    n1, n2 = sum(first), sum(second)
    if not n1 or not n2 or len(pairs) < 2:
        return None
    total = n1 + n2
    # Every expected count is above 0, because both samples and the part have somebody.
    chi2 = math.fsum(
        (count - (a + b) * n / total) ** 2 / ((a + b) * n / total)
        for a, b in pairs
        for count, n in ((a, n1), (b, n2))
    )
    df = len(pairs) - 1
    return MixTest(chi2, df, float(special().chdtrc(df, chi2)), math.sqrt(chi2 / total))


def standardised(
    first: Mapping[str, Histogram], second: Mapping[str, Histogram]
) -> tuple[float, float] | None:
    """Return the headline of both samples as if they were mixed alike, by the parts of both.

    The mix is that of all answers together (direct standardisation); parts that only one of them
    has are left out. None where they share no part.
    """
    shared = [key for key in first if key in second and first[key].n and second[key].n]
    weights = [first[key].n + second[key].n for key in shared]
    if not shared:
        return None
    sides = []
    for side in (first, second):
        values = [value_of(side[key]) or 0.0 for key in shared]
        weighted = (weight * value for weight, value in zip(weights, values, strict=True))
        sides.append(math.fsum(weighted) / sum(weights))
    return sides[0], sides[1]
