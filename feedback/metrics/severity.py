"""How bad something is, 0..1, and how several such components make one weighted score."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from feedback.metrics.rate import Rate


@dataclass(frozen=True, slots=True)
class Wait:
    """A median wait and the wait agreed, in minutes, from `n` observations.

    `se_minutes` is the standard error of the median where known. Raises ValueError for a
    negative or infinite wait, a target that is not above 0, or n below 0.
    """

    median_minutes: float
    target_minutes: float
    n: int
    se_minutes: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.median_minutes < math.inf:
            raise ValueError(f"{self.median_minutes!r} minutes is not a wait.")
        if not 0 < self.target_minutes < math.inf:
            raise ValueError(f"A target of {self.target_minutes!r} minutes is not above 0.")
        if self.n < 0:
            raise ValueError("A count of waits cannot be below 0.")


@dataclass(frozen=True, slots=True)
class Component:
    """One measured part of a score: severity 0..1, its weight, the observations behind it.

    `se` is the standard error of the severity, None where unknown.
    """

    severity: float
    weight: float
    n: int
    se: float | None = None


@dataclass(frozen=True, slots=True)
class Combined:
    """A weighted score 0..100 of the components present, None without any.

    `contributions` are points that add up to the score; `coverage` is the weight present, `rho`
    the evidence behind it (both 0..1); `standard_error` is in points.
    """

    score: float | None
    severities: dict[str, float]
    contributions: dict[str, float]
    coverage: float
    rho: float
    standard_error: float | None


def linear(value: float, good: float, bad: float) -> float:
    """Severity growing in proportion from 0 at `good` to 1 at `bad`, clamped."""
    return min(max((value - good) / (bad - good), 0.0), 1.0)


def logarithmic(value: float, good: float, bad: float) -> float:
    """Severity growing with each doubling, from 0 at `good` to 1 at `bad`, clamped.

    With bad = 8 * good each doubling adds one third.
    """
    if value <= good:
        return 0.0
    return min(math.log2(value / good) / math.log2(bad / good), 1.0)


def rate_component(rate: Rate | None, weight: float, worst: float) -> Component | None:
    """Severity rate / worst, clamped. None (not present) without a base."""
    if rate is None or not rate.base:
        return None
    value = rate.hits / rate.base
    se = math.sqrt(value * (1 - value) / rate.base) / worst
    return Component(min(value / worst, 1.0), weight, rate.base, se)


def wait_component(wait: Wait | None, weight: float, worst_ratio: float) -> Component | None:
    """Severity log2(wait/target)/log2(worst_ratio), clamped. None without observations."""
    if wait is None or not wait.n:
        return None
    target = wait.target_minutes
    severity = logarithmic(wait.median_minutes, target, worst_ratio * target)
    se = None
    if wait.se_minutes is not None and wait.median_minutes:
        se = wait.se_minutes / wait.median_minutes / math.log(worst_ratio)
    return Component(severity, weight, wait.n, se)


def combine(components: Mapping[str, Component | None], evidence_n0: float) -> Combined:
    """100 * sum(w s)/sum(w) over the components that are present (metrics.md 2.1).

    rho = sum(w n/(n + evidence_n0)), credibility weighting. The standard error is by the delta
    method over the components strictly between 0 and 1, as those at an anchor do not move;
    None when one of them has none.
    """
    present = {name: part for name, part in components.items() if part is not None}
    if not present:
        return Combined(None, {}, {}, 0.0, 0.0, None)
    coverage = math.fsum(part.weight for part in present.values())
    contributions = {
        name: 100 * part.weight * part.severity / coverage for name, part in present.items()
    }
    rho = sum(part.weight * part.n / (part.n + evidence_n0) for part in present.values())
    return Combined(
        min(sum(contributions.values()), 100.0),
        {name: part.severity for name, part in present.items()},
        contributions,
        coverage,
        rho,
        _standard_error(present, coverage),
    )


def largest(contributions: Mapping[str, float]) -> str | None:
    """The component that adds most to a score, the first of equals; None when nothing adds."""
    name = max(contributions, key=contributions.__getitem__, default=None)
    return name if name is not None and contributions[name] > 0 else None


def check_weights(weights: Mapping[str, float]) -> None:
    """Raises ValueError unless the weights are 0 or more and add up to 1."""
    if not all(weight >= 0 for weight in weights.values()):
        raise ValueError("A weight cannot be below 0.")
    total = math.fsum(weights.values())
    if abs(total - 1) > 1e-9:
        raise ValueError(f"The weights must add up to 1, not to {total:g}.")


def check_worst(values: Mapping[str, float], above: float = 0.0) -> None:
    """Raises ValueError unless every anchor for "worst" is a number above `above`."""
    for name, value in values.items():
        if not above < value < math.inf:
            raise ValueError(f"{name} must be above {above:g}, not {value!r}.")


def _standard_error(present: Mapping[str, Component], coverage: float) -> float | None:
    moving = [part for part in present.values() if 0 < part.severity < 1]
    if not moving:
        return None
    total = 0.0
    for part in moving:
        if part.se is None:
            return None
        total += (part.weight * part.se) ** 2
    return 100 * math.sqrt(total) / coverage
