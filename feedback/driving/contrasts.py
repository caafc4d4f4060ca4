"""Penalty and reward of each driver: how far the outcome lies below or above where it is so-so."""

from dataclasses import dataclass

import numpy as np

from feedback.driving.people import Table, counts_high
from feedback.metrics.penalty_reward import MINIMUM_CELL, Contrast, mark_sums, penalty_reward
from feedback.metrics.scales import SCALES

LEAST, LEAST_PER_DRIVER = 30, 10


@dataclass(frozen=True, slots=True)
class Pull:
    """A driver's contrast, in units of the outcome; None where too few scored low, or high.

    `kind` is "delighter", "must-have", "performance", or "" where it cannot be told.
    """

    touchpoint_id: int
    penalty: float | None
    reward: float | None
    p_penalty: float | None
    p_reward: float | None
    n_low: int | None
    n_high: int | None
    kind: str


def pulls(table: Table, minimum: int) -> tuple[int, tuple[Pull, ...]]:
    """Return how many scored all touchpoints, and the contrasts if those are enough.

    Scales of two points have no middle to compare with, and are left out. What rests on 1 to
    `minimum` - 1 people is None.
    """
    table = table.only([i for i, metric in enumerate(table.metrics) if metric != "csat2"])
    count = len(table.touchpoints)
    whole = ~np.isnan(table.scores).any(axis=1)
    complete = int(whole.sum())
    if not count or complete < LEAST + LEAST_PER_DRIVER * count:
        return complete, ()
    scores = table.scores[whole]
    low = scores <= [SCALES[metric].negative_max for metric in table.metrics]
    high = scores >= [counts_high(metric) for metric in table.metrics]
    names = table.names[:-1]
    found = penalty_reward(names, mark_sums(names, low, high, table.outcome[whole]))
    if found is None:
        return complete, ()
    return complete, tuple(_pull(each, complete, minimum) for each in found.contrasts)


def _pull(found: Contrast, n: int, minimum: int) -> Pull:
    middle = n - found.n_low - found.n_high
    tells_low, tells_high = (
        not (0 < cell < minimum or 0 < middle < minimum) for cell in (found.n_low, found.n_high)
    )
    return Pull(
        int(found.name),
        found.penalty if tells_low else None,
        found.reward if tells_high else None,
        found.p_penalty if tells_low else None,
        found.p_reward if tells_high else None,
        found.n_low if tells_low else None,
        found.n_high if tells_high else None,
        (found.kind or "") if middle >= MINIMUM_CELL else "",
    )
