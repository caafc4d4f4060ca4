"""Penalty-reward contrast: does a touchpoint punish when bad, delight when good, or both?"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from feedback.metrics.cross_sums import CrossSums, Matrix, Row
from feedback.metrics.quantiles import t_p_value

LOW, HIGH = 2, 5
"""On five points: 1-2 are low, 5 is high, 3-4 the reference."""

MINIMUM_CELL = 10
ALPHA = 0.05
CUT = 0.33

_SINGULAR = 1e-10

Marks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Contrast:
    """Effect of one driver on the outcome when low (`penalty`) and when high (`reward`).

    In units of the outcome, against the reference; None where nobody scored so.
    """

    name: str
    penalty: float | None
    reward: float | None
    p_penalty: float | None
    p_reward: float | None
    n_low: int
    n_high: int

    @property
    def riocs(self) -> float | None:
        """Range of impact: |reward| + |penalty|."""
        if self.penalty is None or self.reward is None:
            return None
        return abs(self.reward) + abs(self.penalty)

    @property
    def sgp(self) -> float | None:
        """Satisfaction-generating potential: |reward| / riocs, 0..1."""
        return abs(self.reward) / self.riocs if self.reward is not None and self.riocs else None

    @property
    def dgp(self) -> float | None:
        """Dissatisfaction-generating potential: |penalty| / riocs, 0..1."""
        return abs(self.penalty) / self.riocs if self.penalty is not None and self.riocs else None

    @property
    def asymmetry(self) -> float | None:
        """Impact asymmetry: sgp - dgp, -1..1."""
        return None if self.sgp is None or self.dgp is None else self.sgp - self.dgp

    @property
    def kind(self) -> str | None:
        """ "delighter", "must-have" or "performance"; None: not classifiable.

        Needs ten answers in both cells and one effect of the expected sign with p < .05.
        """
        asymmetry = self.asymmetry
        if asymmetry is None or min(self.n_low, self.n_high) < MINIMUM_CELL:
            return None
        punishes = _below(self.penalty, self.p_penalty)
        rewards = _below(None if self.reward is None else -self.reward, self.p_reward)
        if not punishes and not rewards:
            return None
        if asymmetry >= CUT:
            return "delighter"
        return "must-have" if asymmetry <= -CUT else "performance"


@dataclass(frozen=True, slots=True)
class PenaltyReward:
    """The contrasts of all drivers, the mean outcome at the reference, and the respondents."""

    intercept: float
    contrasts: tuple[Contrast, ...]
    n: int


def contrast_sums(
    names: Sequence[str],
    scores: Sequence[Row],
    outcome: Sequence[float | None],
    *,
    low: int = LOW,
    high: int = HIGH,
) -> CrossSums:
    """Additive sums for `penalty_reward` from rows of driver scores and their outcome.

    Only respondents who gave everything count. `low` is the highest low score, `high` the lowest
    high one. Raises ValueError when rows and outcomes differ in number.
    """
    rows = [
        [math.nan if score is None else score for score in (*given, result)]
        for given, result in zip(scores, outcome, strict=True)
    ]
    answers = np.array(rows, dtype=float).reshape(len(rows), len(names) + 1)
    complete = answers[~np.isnan(answers).any(axis=1)]
    drivers = complete[:, :-1]
    return mark_sums(names, drivers <= low, drivers >= high, complete[:, -1])


def mark_sums(names: Sequence[str], low: Marks, high: Marks, outcome: Matrix) -> CrossSums:
    """Additive sums for `penalty_reward` from marks of low and high scores of each driver.

    One row per respondent who gave everything, one column per driver.
    """
    labels = [f"{name}:low" for name in names] + [f"{name}:high" for name in names] + ["outcome"]
    return CrossSums.from_array(labels, np.column_stack([low, high, outcome]).astype(float))


def penalty_reward(names: Sequence[str], sums: CrossSums) -> PenaltyReward | None:
    """Least squares of the outcome on low and high marks of all drivers, from `contrast_sums`.

    Source: Mikulic and Prebezac 2008. None when there are too few respondents, or the drivers
    cannot be told apart.
    """
    count, last = len(names), len(sums.names) - 1
    if last != 2 * count:
        raise ValueError(f"The sums are not those of {count} drivers.")
    n = int(sums.n[0, 0]) if last else 0
    used = [i for i in sums.varying() if i != last]
    df = n - len(used) - 1
    if not used or df < 1:
        return None
    deviations = sums.deviations()
    inner, outer = deviations[np.ix_(used, used)], deviations[used, last]
    if float(np.linalg.eigvalsh(inner)[0]) <= _SINGULAR * n:
        return None
    betas = np.linalg.solve(inner, outer)
    left = max(float(deviations[last, last] - betas @ outer), 0.0)
    errors = np.sqrt(left / df * np.diag(np.linalg.inv(inner)))
    means = np.diag(sums.sums) / n
    effects = {
        column: (float(beta), _p_value(float(beta), float(error), df))
        for column, beta, error in zip(used, betas, errors, strict=True)
    }
    return PenaltyReward(
        float(means[last] - betas @ means[used]),
        tuple(_contrast(name, i, count, effects, sums.sums) for i, name in enumerate(names)),
        n,
    )


def _contrast(
    name: str,
    index: int,
    count: int,
    effects: dict[int, tuple[float, float | None]],
    sums: Matrix,
) -> Contrast:
    penalty, p_penalty = effects.get(index, (None, None))
    reward, p_reward = effects.get(count + index, (None, None))
    low, high = round(sums[index, index]), round(sums[count + index, count + index])
    return Contrast(name, penalty, reward, p_penalty, p_reward, low, high)


def _p_value(beta: float, error: float, df: int) -> float | None:
    return t_p_value(beta / error, df) if error and math.isfinite(error) else None


def _below(effect: float | None, p: float | None) -> bool:
    return effect is not None and effect < 0 and p is not None and p < ALPHA
