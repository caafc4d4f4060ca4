"""Friction: how hard a touchpoint makes it, 0 (none) to 100 (worst).

Our own proposal, not an industry standard (metrics.md 2): the product shows the formula and its
version beside the score. Volume is not inside the score; see `roll_up`.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from feedback.metrics.histogram import Histogram
from feedback.metrics.rate import Rate
from feedback.metrics.severity import (
    Combined,
    Component,
    Wait,
    check_weights,
    check_worst,
    combine,
    largest,
    linear,
    rate_component,
    wait_component,
)

__all__ = [
    "COMPONENTS",
    "DEFAULT",
    "Formula",
    "Friction",
    "Rate",
    "RollUp",
    "Sentiment",
    "Wait",
    "friction",
    "roll_up",
]

COMPONENTS = ("effort", "abandon", "wait", "repeat", "error")

DISAGREE_POINTS = 25
"""From here on workshop and data are said to disagree."""

_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Formula:
    """Weights (adding up to 1) and anchors of the score; stored as a version with each result.

    `*_worst` are the rates, `wait_worst_ratio` the multiple of the target, that count as 1.
    `evidence_n0` is the n at which a component counts for half; `measured_rho` the least
    evidence for a score without experts. Raises ValueError for values that make no score.
    """

    version: int = 1
    effort: float = 0.30
    abandon: float = 0.25
    wait: float = 0.15
    repeat: float = 0.15
    error: float = 0.15
    abandonment_worst: float = 0.40
    wait_worst_ratio: float = 8.0
    repeat_worst: float = 0.30
    error_worst: float = 0.20
    evidence_n0: float = 20.0
    measured_rho: float = 0.25
    partial_coverage: float = 0.70

    def __post_init__(self) -> None:
        check_weights(self.weights)
        check_worst(
            {
                "abandonment_worst": self.abandonment_worst,
                "repeat_worst": self.repeat_worst,
                "error_worst": self.error_worst,
                "evidence_n0": self.evidence_n0,
            }
        )
        check_worst({"wait_worst_ratio": self.wait_worst_ratio}, above=1.0)

    @property
    def weights(self) -> dict[str, float]:
        """Weight of each component by its key."""
        return {
            "effort": self.effort,
            "abandon": self.abandon,
            "wait": self.wait,
            "repeat": self.repeat,
            "error": self.error,
        }


DEFAULT = Formula()


@dataclass(frozen=True, slots=True)
class Sentiment:
    """Mean machine sentiment, -1 (bad) to 1 (good), of `n` comments. ValueError outside."""

    mean: float
    n: int

    def __post_init__(self) -> None:
        if not -1 <= self.mean <= 1 or self.n < 0:
            raise ValueError(f"{self.mean!r} of {self.n} is not a sentiment of -1..1.")


@dataclass(frozen=True, slots=True)
class Friction:
    """A friction score with all that explains it; points of 0..100 unless said otherwise.

    `contributions` add up to `observed` (data alone), `expert` is the workshop's mean vote, and
    `score` blends both by the evidence `rho` (0..1). `coverage` is the weight with data (0..1).
    `basis`: "combined", "measured", "assessed", "insufficient" (too little data, no experts) or
    "none". `spread` is the widest gap between two votes, in steps of the 0-4 scale.
    """

    score: float | None
    observed: float | None
    expert: float | None
    rho: float
    coverage: float
    basis: str
    severities: dict[str, float]
    contributions: dict[str, float]
    raters: int
    spread: int | None
    formula_version: int
    standard_error: float | None = None
    partial_coverage: float = DEFAULT.partial_coverage

    @property
    def band(self) -> str | None:
        """ "low" (0-24), "moderate" (25-49), "high" (50-74) or "severe" (75-100)."""
        if self.score is None:
            return None
        if self.score < 50:
            return "low" if self.score < 25 else "moderate"
        return "high" if self.score < 75 else "severe"

    @property
    def partial(self) -> bool:
        """Whether a score with data in it rests on less than 70 % of the weights."""
        with_data = self.basis in ("measured", "combined")
        return with_data and self.coverage < self.partial_coverage - _SLACK

    @property
    def disagree(self) -> bool:
        """Whether data and workshop are 25 points or more apart."""
        if self.observed is None or self.expert is None:
            return False
        return abs(self.observed - self.expert) >= DISAGREE_POINTS - _SLACK

    @property
    def largest(self) -> str | None:
        """The component that adds most to a score, None without one and when none adds anything."""
        return None if self.score is None else largest(self.contributions)


def friction(
    *,
    effort: Histogram | None = None,
    abandonment: Rate | None = None,
    wait: Wait | None = None,
    repeat: Rate | None = None,
    error: Rate | None = None,
    sentiment: Sentiment | None = None,
    assessments: Sequence[int] = (),
    formula: Formula = DEFAULT,
) -> Friction:
    """The friction of one touchpoint, from whatever is known about it (metrics.md 2.1).

    `effort`: CES or CSAT answers; without any, `sentiment` stands in. An empty histogram or a
    base of 0 is not present, and the weights of the others are scaled up. `assessments`: votes
    of single people, 0 (none) to 4 (worst).
    Raises ValueError for NPS answers as effort, or a vote outside 0..4.
    """
    data = combine(
        {
            "effort": _effort(effort, sentiment, formula.effort),
            "abandon": rate_component(abandonment, formula.abandon, formula.abandonment_worst),
            "wait": wait_component(wait, formula.wait, formula.wait_worst_ratio),
            "repeat": rate_component(repeat, formula.repeat, formula.repeat_worst),
            "error": rate_component(error, formula.error, formula.error_worst),
        },
        formula.evidence_n0,
    )
    if any(vote not in (0, 1, 2, 3, 4) for vote in assessments):
        raise ValueError(f"Votes are 0, 1, 2, 3 or 4, not {list(assessments)}.")
    expert = 100 * sum(assessments) / len(assessments) / 4 if assessments else None
    score, basis = _blend(data, expert, formula)
    return Friction(
        score,
        data.score,
        expert,
        data.rho,
        data.coverage,
        basis,
        data.severities,
        data.contributions,
        len(assessments),
        max(assessments) - min(assessments) if assessments else None,
        formula.version,
        data.standard_error,
        formula.partial_coverage,
    )


def _blend(data: Combined, expert: float | None, formula: Formula) -> tuple[float | None, str]:
    """Score and basis."""
    if data.score is None:
        return expert, "none" if expert is None else "assessed"
    if expert is not None:
        return data.rho * data.score + (1 - data.rho) * expert, "combined"
    if data.rho >= formula.measured_rho:
        return data.score, "measured"
    return None, "insufficient"


def _effort(hist: Histogram | None, sentiment: Sentiment | None, weight: float) -> Component | None:
    """(high - mean)/(high - low) of the answers, else (1 - sentiment)/2."""
    if hist is not None:
        if hist.scale.metric == "nps":
            raise ValueError("NPS answers say nothing about effort.")
        n, total, squares = hist.moments()
        if n:
            scale = hist.scale
            width = scale.high - scale.low
            variance = (n * squares - total * total) / (n * n * (n - 1)) if n > 1 else None
            se = None if variance is None else math.sqrt(variance) / width
            return Component((scale.high - total / n) / width, weight, n, se)
    if sentiment is not None and sentiment.n:
        return Component(linear(-sentiment.mean, -1, 1), weight, sentiment.n)
    return None


@dataclass(frozen=True, slots=True)
class RollUp:
    """A stage: exposure-weighted mean score, worst score, and per touchpoint what to mend first.

    `friction_customers[i]` = score/100 * customers exposed; `ranks` lists the indices of the
    touchpoints that have one, the greatest first. None where there is no score (or, for `score`,
    nobody exposed).
    """

    score: float | None
    peak: float | None
    friction_customers: tuple[float | None, ...]
    ranks: tuple[int, ...]


def roll_up(items: Iterable[tuple[float | None, float]]) -> RollUp:
    """A stage from the (score, customers exposed) of its touchpoints (metrics.md 2.1).

    Touchpoints without a score are left out. Raises ValueError for a negative exposure.
    """
    pairs = tuple(items)
    if not all(exposed >= 0 for _, exposed in pairs):
        raise ValueError("Exposed customers cannot be below 0.")
    scored = [(score, exposed) for score, exposed in pairs if score is not None]
    total = math.fsum(exposed for _, exposed in scored)
    customers = tuple(None if score is None else score / 100 * exposed for score, exposed in pairs)
    weights = {i: value for i, value in enumerate(customers) if value is not None}
    return RollUp(
        math.fsum(score * exposed for score, exposed in scored) / total if total else None,
        max((score for score, _ in scored), default=None),
        customers,
        tuple(sorted(weights, key=lambda i: -weights[i])),
    )
