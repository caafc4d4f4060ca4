"""A series that is watched for a turn to the worse and back, and how often that errs.

The watch is a binomial CUSUM of the share of unfavourable answers (metrics.md 5). Once it has
called, one of the same strength the other way says when the share is back.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from feedback.metrics.control import CUSUM_H, cusum
from feedback.metrics.intervals import wilson
from feedback.metrics.quantiles import special
from feedback.metrics.rate import Rate

LEAST_RISE = 0.05
MOST_RISE = 0.10
BASELINE_CONFIDENCE = 0.5
HIGHEST = 0.9
"""A share that is usually above this cannot get much worse: it is not watched."""

_CELLS = 300


@dataclass(frozen=True, slots=True)
class Plan:
    """What a series is judged by: the usual share `p0`, and `p1`, the one worth finding."""

    p0: float
    p1: float
    h: float = CUSUM_H


@dataclass(frozen=True, slots=True)
class Mark:
    """The state after one period: evidence for a turn, or where `worse` for the way back."""

    value: float
    worse: bool


@dataclass(frozen=True, slots=True)
class Course:
    """A series that was watched: a mark for each period, and where the present turn began.

    `began` is the first period of the rise that `called` ended in; both None while all is well.
    """

    marks: tuple[Mark, ...]
    began: int | None
    called: int | None

    @property
    def worse(self) -> bool:
        """True where the series has turned to the worse and not back."""
        return self.called is not None


def plan(baseline: Rate) -> Plan | None:
    """Return how to watch a series whose usual share was that of `baseline`.

    p0 is the upper end of the baseline's 50 % interval (Wilson): a baseline of few answers that
    was low by chance would call without end (benchmarks/alerts.py has the figures). p1 is twice
    p0, but at least 5 and at most 10 points above it. None without answers, and for a share that
    cannot get much worse.
    """
    interval = wilson(baseline.hits, baseline.base, BASELINE_CONFIDENCE)
    if interval is None:
        return None
    p0 = interval[1] / 100
    if p0 > HIGHEST:
        return None
    return Plan(p0, min(p0 + min(max(p0, LEAST_RISE), MOST_RISE), (1 + p0) / 2))


def follow(periods: Sequence[Rate], by: Plan) -> Course:
    """Watch a series from its first period on, through turns to the worse and back."""
    marks: list[Mark] = []
    worse, began, called = False, None, None
    rest = list(periods)
    while rest:
        p0, p1 = (by.p1, by.p0) if worse else (by.p0, by.p1)
        steps = cusum(rest, p0=p0, p1=p1, h=by.h)
        turned = next((place for place, step in enumerate(steps) if step.alert), None)
        if turned is None:
            return Course((*marks, *(Mark(step.value, worse) for step in steps)), began, called)
        passed = len(marks)
        marks += [Mark(step.value, worse) for step in steps[: turned + 1]]
        if worse:
            began = called = None
        else:
            at_rest = [place for place, step in enumerate(steps[:turned]) if step.value == 0]
            began, called = passed + max(at_rest, default=-1) + 1, passed + turned
        worse = not worse
        rest = rest[turned + 1 :]
    return Course(tuple(marks), began, called)


def run_length(n: int, share: float, by: Plan) -> float:
    """How many periods of `n` answers it takes to call, on average, where the share is `share`.

    With `share` = p0 that is how rarely it calls for nothing. Source: Brook and Evans 1972, the
    states between 0 and h as a Markov chain, here with linear weights between neighbours.
    """
    middle, reach = n * share, 8 * math.sqrt(n * share * (1 - share)) + 10
    hits = np.arange(max(0, int(middle - reach)), min(n, int(middle + reach)) + 1)
    logs = special().gammaln
    weights = np.exp(
        logs(n + 1) - logs(hits + 1) - logs(n - hits + 1)
        + hits * math.log(share) + (n - hits) * math.log(1 - share)
    )  # fmt: skip
    gains = hits * math.log(by.p1 / by.p0) + (n - hits) * math.log((1 - by.p1) / (1 - by.p0))
    states = np.linspace(0, by.h, _CELLS)
    after = np.maximum(states[:, None] + gains[None, :], 0.0)
    inside = after <= by.h
    place = np.where(inside, after, 0.0) / by.h * (_CELLS - 1)
    below = np.minimum(place.astype(int), _CELLS - 2)
    beyond = place - below
    moves = np.zeros((_CELLS, _CELLS))
    rows = np.broadcast_to(np.arange(_CELLS)[:, None], after.shape)
    weighed = weights[None, :] * inside
    np.add.at(moves, (rows, below), weighed * (1 - beyond))
    np.add.at(moves, (rows, below + 1), weighed * beyond)
    lengths = np.linalg.solve(np.eye(_CELLS) - moves, np.ones(_CELLS))
    return float(lengths[0])
