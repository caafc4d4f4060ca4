"""How often alerts are false, and how fast they come: the table of docs/metrics.md, simulated.

    .venv/bin/python benchmarks/alerts.py [--runs 20000] [--seed 1]

Weeks are drawn for as long as it takes until each chart calls, once with nothing changed and once
after the change that is worth finding. For each figure that is stated it prints what was simulated
with its standard error, and what is computed exactly. The stated figures were simulated, too, and
nobody wrote down how often: they are taken for means of 2,000 runs. One of them does not agree: the
EWMA finds a shift of one sigma in 10.5 weeks, as Lucas and Saccucci (1990) have it, not in 9.5.
"""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from feedback.metrics.control import EWMA_LAMBDA, EWMA_LIMIT  # noqa: E402
from feedback.metrics.rate import Rate  # noqa: E402
from feedback.metrics.turns import Plan, plan, run_length  # noqa: E402

Numbers = NDArray[np.float64]
USUAL, WORSE = 0.20, 0.30
"""Unfavourable shares; as favourable ones these are the .80 and .70 of metrics.md."""
STATED_RUNS = 2_000

# n a week: false alarm every, found in; by p-chart, CUSUM h = 4, CUSUM h = 5 (metrics.md 5).
STATED = {
    20: ((366, 20.9), (363, 7.9), (981, 9.4)),
    50: ((384, 7.0), (262, 3.6), (779, 4.4)),
    200: ((282, 1.4), (381, 1.3), (972, 1.5)),
}
# Shift in standard deviations: weeks until the EWMA calls, and until a point is beyond 3 sigma.
STATED_MEANS = {0.0: (500, 371), 0.5: (40, 155), 1.0: (9.5, 44)}


@dataclass
class Line:
    """One figure: what is stated, what was simulated with its standard error, what is exact."""

    name: str
    stated: float
    lengths: Numbers
    exact: float | None

    @property
    def simulated(self) -> float:
        return float(self.lengths.mean())

    @property
    def error(self) -> float:
        return float(self.lengths.std(ddof=1) / np.sqrt(len(self.lengths)))

    @property
    def agrees(self) -> bool:
        """Within three standard errors of the difference, and the rounding of what is stated."""
        spread = float(self.lengths.std(ddof=1))
        error = np.hypot(self.error, spread / np.sqrt(STATED_RUNS))
        rounding = 0.5 if self.stated == int(self.stated) and self.stated >= 10 else 0.05
        return bool(abs(self.simulated - self.stated) <= 3 * error + rounding)

    @property
    def is_exact(self) -> bool:
        """Whether the computed figure lies within three standard errors of the simulated one."""
        return self.exact is None or abs(self.simulated - self.exact) <= 3 * self.error

    def __str__(self) -> str:
        exact = "      –" if self.exact is None else f"{self.exact:7.1f}"
        return (
            f"{self.name:<36} {self.stated:7.1f} {self.simulated:9.2f} ±{self.error:6.2f} "
            f"{exact}   {'yes' if self.agrees else 'NO':<4} {'yes' if self.is_exact else 'NO'}"
        )


def run_lengths(runs: int, call: Callable[[Numbers], tuple[Numbers, NDArray[np.bool_]]]) -> Numbers:
    """Return after how many weeks each run calls; `call` takes states and returns the next ones."""
    lengths = np.zeros(runs)
    alive = np.arange(runs)
    states = np.zeros(runs)
    week = 0
    while alive.size:
        week += 1
        states, called = call(states)
        lengths[alive[called]] = week
        alive, states = alive[~called], states[~called]
    return lengths


def p_chart_runs(
    rng: np.random.Generator, runs: int, n: int, share: float
) -> tuple[Numbers, float]:
    """Return the run lengths of a p-chart of three sigmas around 20 %, and their exact mean."""
    reach = 3 * np.sqrt(USUAL * (1 - USUAL) / n)
    low, high = n * max(0.0, USUAL - reach), n * min(1.0, USUAL + reach)

    def call(states: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
        hits = rng.binomial(n, share, states.size)
        return states, (hits < low) | (hits > high)

    from scipy.stats import binom

    counts = np.arange(n + 1)
    out = binom.pmf(counts, n, share)[(counts < low) | (counts > high)].sum()
    return run_lengths(runs, call), float(1 / out)


def cusum_runs(
    rng: np.random.Generator, runs: int, n: int, share: float, by: Plan
) -> tuple[Numbers, float]:
    """Return the run lengths of the CUSUM that the product uses, and their computed mean."""
    hit, miss = np.log(by.p1 / by.p0), np.log((1 - by.p1) / (1 - by.p0))

    def call(states: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
        hits = rng.binomial(n, share, states.size)
        states = np.maximum(0.0, states + hits * hit + (n - hits) * miss)
        return states, states > by.h

    return run_lengths(runs, call), run_length(n, share, by)


def ewma_runs(rng: np.random.Generator, runs: int, shift: float) -> tuple[Numbers, float]:
    """Return the run lengths of the EWMA of normal z values, and their computed mean."""
    bound = EWMA_LIMIT * np.sqrt(EWMA_LAMBDA / (2 - EWMA_LAMBDA))

    def call(states: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
        states = EWMA_LAMBDA * rng.normal(shift, 1, states.size) + (1 - EWMA_LAMBDA) * states
        return states, np.abs(states) > bound

    return run_lengths(runs, call), ewma_length(shift, float(bound))


def ewma_length(shift: float, bound: float, cells: int = 401) -> float:
    """Return the mean run length of the EWMA by a Markov chain of cells (Brook and Evans 1972)."""
    from scipy.special import ndtr

    edges = np.linspace(-bound, bound, cells + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    needed = (edges[None, :] - (1 - EWMA_LAMBDA) * middles[:, None]) / EWMA_LAMBDA - shift
    moves = np.diff(ndtr(needed), axis=1)
    return float(np.linalg.solve(np.eye(cells) - moves, np.ones(cells))[cells // 2])


def shewhart_runs(rng: np.random.Generator, runs: int, shift: float) -> tuple[Numbers, float]:
    """Return the run lengths of three sigmas on normal z values, and their exact mean."""
    from statistics import NormalDist

    def call(states: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
        return states, np.abs(rng.normal(shift, 1, states.size)) > 3

    normal = NormalDist(shift)
    return run_lengths(runs, call), 1 / (normal.cdf(-3) + 1 - normal.cdf(3))


def table(rng: np.random.Generator, runs: int) -> list[Line]:
    """Return a line for every figure of metrics.md 5."""
    lines = []
    for n, (chart, four, five) in STATED.items():
        for h, stated in ((0.0, chart), (4.0, four), (5.0, five)):
            name = f"n {n:>3}, " + (f"CUSUM h = {h:g}" if h else "p-chart")
            for share, value, what in (
                (USUAL, stated[0], "false every"),
                (WORSE, stated[1], "found in"),
            ):
                lengths, exact = (
                    cusum_runs(rng, runs, n, share, Plan(USUAL, WORSE, h))
                    if h
                    else p_chart_runs(rng, runs, n, share)
                )
                lines.append(Line(f"{name}: {what}", value, lengths, exact))
    for shift, (moving, single) in STATED_MEANS.items():
        lines.append(Line(f"EWMA, shift {shift:g}", moving, *ewma_runs(rng, runs, shift)))
        lines.append(Line(f"3 sigma, shift {shift:g}", single, *shewhart_runs(rng, runs, shift)))
    return lines


def estimated_baselines(rng: np.random.Generator, runs: int) -> None:
    """Print what a baseline that is itself a sample does to the false alarms of a year."""
    print("\nA baseline that is estimated, 20 answers a week, nothing changed: false alarms a year")
    print(f"{'answers in it':>14} {'p0 its share':>14} {'p0 as used':>14}    found within 13 weeks")
    weeks = 52
    for size in (100, 200, 500, 2_000):
        hits = rng.binomial(size, USUAL, runs)
        plans = {
            k: (Plan(max(k / size, 0.005), _rise(max(k / size, 0.005))), plan(Rate(k, size)))
            for k in set(hits.tolist())
        }
        shares = []
        for used in (0, 1):
            chosen = [plans[k][used] for k in hits.tolist()]
            shares.append(_called_within(rng, chosen, USUAL, weeks))
        found = _called_within(rng, [plans[k][1] for k in hits.tolist()], WORSE, 13)
        print(f"{size:>14,} {shares[0]:>14.3f} {shares[1]:>14.3f}    {found:.0%}")


def _rise(p0: float) -> float:
    return p0 + min(max(p0, 0.05), 0.10)


def _called_within(
    rng: np.random.Generator, plans: list[Plan | None], share: float, weeks: int
) -> float:
    """Return the share of series that have called once within so many weeks."""
    known = [each for each in plans if each is not None]
    hit = np.log([each.p1 / each.p0 for each in known])
    miss = np.log([(1 - each.p1) / (1 - each.p0) for each in known])
    states, called = np.zeros(len(known)), np.zeros(len(known), bool)
    for _ in range(weeks):
        hits = rng.binomial(20, share, len(known))
        states = np.maximum(0.0, states + hits * hit + (20 - hits) * miss)
        called |= states > 5.0
    return float(called.mean())


def main() -> None:
    """Simulate, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    start = time.monotonic()
    print(f"{options.runs:,} runs each, seed {options.seed}; weeks until the chart calls")
    print(
        f"{'':<36} {'stated':>7} {'simulated':>9} {'error':>7} {'exact':>7}   agrees exact agrees"
    )
    lines = table(rng, options.runs)
    for line in lines:
        print(line)
    estimated_baselines(rng, options.runs)
    agree, exact = sum(line.agrees for line in lines), sum(line.is_exact for line in lines)
    print(
        f"\n{agree} of {len(lines)} agree with what is stated, {exact} with what is computed; "
        f"{time.monotonic() - start:.0f} s"
    )


if __name__ == "__main__":
    main()
