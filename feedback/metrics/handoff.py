"""Handoff quality: how well a case passes from one team to the next, 100 (smooth) to 0.

Our own proposal (metrics.md 2.2): 100 minus the friction of the handoff.
"""

from dataclasses import dataclass

from feedback.metrics.rate import Rate
from feedback.metrics.severity import (
    Wait,
    check_weights,
    check_worst,
    combine,
    largest,
    rate_component,
    wait_component,
)

COMPONENTS = ("wait", "breach", "dropoff", "reexplain", "bounce")

_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class HandoffFormula:
    """Weights (adding up to 1) and anchors; see `friction.Formula`."""

    version: int = 1
    wait: float = 0.25
    breach: float = 0.15
    dropoff: float = 0.20
    reexplain: float = 0.25
    bounce: float = 0.15
    wait_worst_ratio: float = 8.0
    breach_worst: float = 0.50
    dropoff_worst: float = 0.20
    reexplain_worst: float = 0.50
    bounce_worst: float = 0.20
    evidence_n0: float = 20.0
    partial_coverage: float = 0.70

    def __post_init__(self) -> None:
        check_weights(self.weights)
        check_worst(
            {
                "breach_worst": self.breach_worst,
                "dropoff_worst": self.dropoff_worst,
                "reexplain_worst": self.reexplain_worst,
                "bounce_worst": self.bounce_worst,
                "evidence_n0": self.evidence_n0,
            }
        )
        check_worst({"wait_worst_ratio": self.wait_worst_ratio}, above=1.0)

    @property
    def weights(self) -> dict[str, float]:
        """Weight of each component by its key."""
        return {
            "wait": self.wait,
            "breach": self.breach,
            "dropoff": self.dropoff,
            "reexplain": self.reexplain,
            "bounce": self.bounce,
        }


DEFAULT = HandoffFormula()


@dataclass(frozen=True, slots=True)
class HandoffQuality:
    """Quality 0..100 and what it loses: `contributions` add up to 100 - quality.

    `coverage` is the weight that has data and `rho` the evidence behind it, both 0..1.
    """

    quality: float | None
    severities: dict[str, float]
    contributions: dict[str, float]
    coverage: float
    rho: float
    formula_version: int = DEFAULT.version
    standard_error: float | None = None
    partial_coverage: float = DEFAULT.partial_coverage

    @property
    def band(self) -> str | None:
        """ "smooth" (from 75), "workable" (from 50) or "disjointed"."""
        if self.quality is None:
            return None
        if self.quality >= 75:
            return "smooth"
        return "workable" if self.quality >= 50 else "disjointed"

    @property
    def partial(self) -> bool:
        """Whether the quality rests on less than 70 % of the weights."""
        return self.quality is not None and self.coverage < self.partial_coverage - _SLACK

    @property
    def largest(self) -> str | None:
        """The component that costs most, None when none costs anything."""
        return largest(self.contributions)


def handoff_quality(
    *,
    wait: Wait | None = None,
    breach: Rate | None = None,
    dropoff: Rate | None = None,
    reexplain: Rate | None = None,
    bounce: Rate | None = None,
    formula: HandoffFormula = DEFAULT,
) -> HandoffQuality:
    """The quality of one handoff, from whatever is known about it (metrics.md 2.2).

    `wait` until accepted against the agreed wait; `breach` of the agreed wait among the accepted;
    `dropoff` never accepted among the released; `reexplain` customers who had to explain again
    among those asked; `bounce` returned among the handed over. A base of 0 is not present.
    """
    lost = combine(
        {
            "wait": wait_component(wait, formula.wait, formula.wait_worst_ratio),
            "breach": rate_component(breach, formula.breach, formula.breach_worst),
            "dropoff": rate_component(dropoff, formula.dropoff, formula.dropoff_worst),
            "reexplain": rate_component(reexplain, formula.reexplain, formula.reexplain_worst),
            "bounce": rate_component(bounce, formula.bounce, formula.bounce_worst),
        },
        formula.evidence_n0,
    )
    return HandoffQuality(
        None if lost.score is None else 100 - lost.score,
        lost.severities,
        lost.contributions,
        lost.coverage,
        lost.rho,
        formula.version,
        lost.standard_error,
        formula.partial_coverage,
    )
