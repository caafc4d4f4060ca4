"""Where each person rated one touchpoint only: the outcome of those who did against the others."""

from dataclasses import dataclass

import numpy as np

from feedback.driving.people import People
from feedback.metrics.multiplicity import holm
from feedback.metrics.suppression import OK_BASE
from feedback.metrics.two_samples import welch


@dataclass(frozen=True, slots=True)
class Exposure:
    """How the mean outcome of those who rated a touchpoint differs from that of all others.

    In units of the outcome, with a 95 % interval; `p` by Welch's t, adjusted by Holm.
    """

    touchpoint_id: int
    n_met: int
    n_other: int
    difference: float
    low: float
    high: float
    p: float


def exposures(people: People) -> tuple[Exposure, ...]:
    """Return the touchpoints that at least 30 people rated and 30 did not, the largest first."""
    outcome = people.score.astype(float)
    found = []
    for touchpoint in np.unique(people.others.touchpoint):
        met = np.zeros(len(outcome), dtype=bool)
        met[people.row[people.others.touchpoint == touchpoint]] = True
        if min(met.sum(), (~met).sum()) < OK_BASE:
            continue
        here, there = outcome[met], outcome[~met]
        test = welch(
            float(there.mean()), float(there.var(ddof=1)), len(there),
            float(here.mean()), float(here.var(ddof=1)), len(here),
        )  # fmt: skip
        if test is not None:
            found.append((int(touchpoint), len(here), len(there), test))
    adjusted = holm([test.p for *_, test in found])
    each = (
        Exposure(touchpoint, met, other, test.difference, test.low, test.high, p)
        for (touchpoint, met, other, test), p in zip(found, adjusted, strict=True)
    )
    return tuple(sorted(each, key=lambda one: -abs(one.difference)))
