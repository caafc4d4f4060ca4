"""How often a comparison claims what is not there, and finds what is: by simulation.

    python benchmarks/compare_simulation.py

Needs no database. First 10,000 comparisons of two samples of one and the same population, for NPS,
CSAT and effort: the share that the metric's own test finds at 5 %, with its 95 % interval, the
exact share where it can be enumerated, and the share that would be claimed
(`feedback.metrics.claims`).
Then families of comparisons, as on a page: how often any false claim is left after Holm's
correction. Last, a real difference with as many answers as `sample_size` asks for: how often it is
found. Seeded, so that it prints the same every time.
"""

import math
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from feedback.metrics import sample_size
from feedback.metrics.claims import claim_p
from feedback.metrics.compare import ALPHA, compare
from feedback.metrics.compare_events import compare_durations
from feedback.metrics.durations import DurationHistogram
from feedback.metrics.histogram import Histogram
from feedback.metrics.intervals import wilson
from feedback.metrics.multiplicity import holm
from feedback.metrics.scales import CES, CSAT, NPS, Scale

COMPARISONS = 10_000
Shares = tuple[float, ...]


def nps(detractors: float, promoters: float) -> Shares:
    """Return the shares of the scores 0 to 10: only the three groups matter."""
    return (detractors, *[0.0] * 6, 1 - detractors - promoters, 0.0, promoters, 0.0)


def csat(satisfied: float) -> Shares:
    """Return the shares of the scores 1 to 5: only who is satisfied matters."""
    return 0.0, 0.0, 1 - satisfied, satisfied, 0.0


POPULATIONS: dict[str, tuple[Scale, Shares]] = {
    "NPS +30": (NPS, nps(0.2, 0.5)),
    "NPS −20": (NPS, nps(0.5, 0.3)),
    "NPS +75": (NPS, nps(0.05, 0.8)),
    "CSAT 50 %": (CSAT, csat(0.5)),
    "CSAT 80 %": (CSAT, csat(0.8)),
    "CSAT 95 %": (CSAT, csat(0.95)),
    "Effort 5.0": (CES, (0.05, 0.05, 0.1, 0.1, 0.2, 0.3, 0.2)),
    "Effort 6.3": (CES, (0.01, 0.01, 0.02, 0.03, 0.08, 0.25, 0.6)),
}
SIZES = ((10, 10), (30, 30), (100, 100), (400, 400), (30, 300), (10, 400))
UNEVEN = (30, 300)
FAMILIES = ((10, 10_000), (40, 4_000))


Counts = tuple[int, ...]
P = Callable[[Scale, Counts, Counts], float]
"""The p-value of two samples by their counts; 1 where nothing can be tested."""


@cache
def by_test(scale: Scale, first: Counts, second: Counts) -> float:
    """Return the p-value of the metric's own test."""
    p = compare(Histogram(scale, first), Histogram(scale, second)).p
    return 1.0 if p is None else p


@cache
def of_claim(scale: Scale, first: Counts, second: Counts) -> float:
    """Return the p-value on which one claim rests, decided on beforehand."""
    p = claim_p(Histogram(scale, first), Histogram(scale, second), among_many=False)
    return 1.0 if p is None else p


@cache
def among_many(scale: Scale, first: Counts, second: Counts) -> float:
    """Return the p-value that is corrected."""
    p = claim_p(Histogram(scale, first), Histogram(scale, second), among_many=True)
    return 1.0 if p is None else p


def p_values(
    of: P,
    scale: Scale,
    shares: tuple[Shares, Shares],
    sizes: tuple[int, int],
    times: int,
    seed: int,
) -> list[float]:
    """Return the p-values of so many comparisons of two populations."""
    random = np.random.default_rng(seed)
    a, b = (
        random.multinomial(n, population, size=times)
        for n, population in zip(sizes, shares, strict=True)
    )
    return [
        of(scale, tuple(one), tuple(two)) for one, two in zip(a.tolist(), b.tolist(), strict=True)
    ]


def exact_size(satisfied: float, n1: int, n2: int) -> float:
    """Return how often a CSAT comparison without a difference claims one, by enumeration."""

    def binomial(k: int, n: int) -> float:
        return math.comb(n, k) * satisfied**k * (1 - satisfied) ** (n - k)

    first, second = ([binomial(k, n) for k in range(n + 1)] for n in (n1, n2))
    return math.fsum(
        one * two
        for k1, one in enumerate(first)
        for k2, two in enumerate(second)
        if one * two > 1e-12
        and by_test(CSAT, (0, 0, n1 - k1, k1, 0), (0, 0, n2 - k2, k2, 0)) < ALPHA
    )


def without_difference() -> None:
    """Print how often one comparison claims a difference that is not there."""
    print(f"Without a difference: {COMPARISONS:,} comparisons each, claims at p < .05")
    print(f"{'population':12}{'n':>9}{'found':>9}   95 % interval         exact   claimed")
    for name, (scale, shares) in POPULATIONS.items():
        for seed, sizes in enumerate(SIZES):
            found, claimed = (
                sum(
                    p < ALPHA
                    for p in p_values(of, scale, (shares, shares), sizes, COMPARISONS, seed)
                )
                for of in (by_test, of_claim)
            )
            low, high = wilson(found, COMPARISONS) or (0.0, 0.0)
            exact = (
                f"{exact_size(shares[3], *sizes):.2%}"
                if scale is CSAT and sizes != (400, 400)
                else ""
            )
            print(
                f"{name:12}{'/'.join(map(str, sizes)):>9}{found / COMPARISONS:9.2%}"
                f"   {low:5.2f} to {high:5.2f}{_remark(low, high)}"
                f"   {exact:>6}   {claimed / COMPARISONS:6.2%}"
            )


def _remark(low: float, high: float) -> str:
    if low <= 100 * ALPHA <= high:
        return "        "
    return "  strict" if high < 100 * ALPHA else "  above "


def families() -> None:
    """Print how often a page without any difference makes at least one claim."""
    print("\nFamilies without any difference: pages on which there is at least one claim")
    every = list(POPULATIONS.values())
    for size, times in FAMILIES:
        mixed = [(*every[n % len(every)], SIZES[n % len(SIZES)]) for n in range(size)]
        _family("all populations and sizes", mixed, times)
        _family("only effort 6.3, n 30/300", [(*every[-1], UNEVEN)] * size, times // 10)


def _family(words: str, places: list[tuple[Scale, Shares, tuple[int, int]]], times: int) -> None:
    print(f"  {times:,} pages of {len(places)} comparisons, {words}")
    for of, correct, said in (
        (by_test, tuple, "own test, before correction"),
        (by_test, holm, "own test, after Holm"),
        (among_many, holm, "as claimed, after Holm"),
    ):
        columns = [
            p_values(of, scale, (shares, shares), sizes, times, seed=1_000 + number)
            for number, (scale, shares, sizes) in enumerate(places)
        ]
        count = sum(min(correct(page)) < ALPHA for page in zip(*columns, strict=True))
        low, high = wilson(count, times) or (0.0, 0.0)
        print(f"    {said:28}{count / times:7.2%} ({low:.2f} to {high:.2f})")


def power() -> None:
    """Print how often a real difference is found with as many answers as are asked for."""
    print("\nA real difference, with the answers that sample_size asks for: found in 80 % ?")
    for name, scale, first, second, ratio in (
        ("NPS +30 → +45", NPS, nps(0.2, 0.5), nps(0.15, 0.6), 1),
        ("NPS +30 → +45, 1 : 3", NPS, nps(0.2, 0.5), nps(0.15, 0.6), 3),
        ("CSAT 70 → 80 %", CSAT, csat(0.7), csat(0.8), 1),
        ("CSAT 90 → 96 %, 1 : 2", CSAT, csat(0.9), csat(0.96), 2),
        ("Effort 5.0 → 5.4", CES, POPULATIONS["Effort 5.0"][1], _EASIER, 1),
    ):
        n = needed(scale, first, second, ratio)
        values = p_values(of_claim, scale, (first, second), (n, n * ratio), COMPARISONS, seed=7)
        _tell(name, (n, n * ratio), sum(p < ALPHA for p in values))
    superiority, shift = 0.62, 0.432
    n = sample_size.ranks_for_difference(superiority)
    random = np.random.default_rng(11)
    found = sum(
        (compare_durations(_waits(random, n, 0.0), _waits(random, n, shift)).p or 1.0) < ALPHA
        for _ in range(2_000)
    )
    _tell("Waits, B longer in 62 %", (n, n), found, 2_000)


_EASIER: Shares = (0.03, 0.03, 0.06, 0.09, 0.18, 0.33, 0.28)


def _waits(random: np.random.Generator, n: int, shift: float) -> DurationHistogram:
    return DurationHistogram.from_seconds(np.exp(random.normal(6.0 + shift, 1.0, n)).tolist())


def needed(scale: Scale, first: Shares, second: Shares, ratio: int) -> int:
    """Return the answers in the first sample that sample_size asks for."""
    if scale is CSAT:
        return sample_size.shares_for_difference(first[3], second[3], ratio=ratio)
    value: Callable[[int], int] = (
        (lambda score: (score >= 9) - (score <= 6)) if scale is NPS else lambda score: score
    )
    (mean1, spread1), (mean2, spread2) = (_moments(scale, s, value) for s in (first, second))
    if scale is NPS:
        return sample_size.nps_for_difference(
            spread1, spread2, 100 * abs(mean2 - mean1), ratio=ratio
        )
    return sample_size.means_for_difference(spread1, spread2, abs(mean2 - mean1), ratio=ratio)


def _moments(
    scale: Scale, shares: Sequence[float], value: Callable[[int], int]
) -> tuple[float, float]:
    pairs = [(value(score), share) for score, share in zip(scale.points, shares, strict=True)]
    mean = sum(v * share for v, share in pairs)
    return mean, sum((v - mean) ** 2 * share for v, share in pairs)


def _tell(name: str, sizes: tuple[int, int], found: int, times: int = COMPARISONS) -> None:
    low, high = wilson(found, times) or (0.0, 0.0)
    n = "/".join(map(str, sizes))
    print(f"  {name:26}n {n:>10}   {found / times:.1%} ({low:.1f} to {high:.1f})")


if __name__ == "__main__":
    without_difference()
    families()
    power()
