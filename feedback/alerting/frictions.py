"""Friction that jumps: the last 90 days against the 90 before, beyond their uncertainty.

These are the two scores that the map compares. Only the parts of the formula that were measured in
both periods count, so that a part which somebody begins to measure is no jump.
"""

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from feedback.alerting.turn import Turn, Watched
from feedback.evidence import Evidence, Span, gather
from feedback.metrics.display import round_half_away
from feedback.metrics.friction import Formula, Friction, friction
from feedback.metrics.quantiles import z_quantile
from feedback.metrics.severity import Wait
from feedback.models import AlertKind, DurationKind
from feedback.wording import COMPONENT_WORDS
from journeys.maps import MapFilters, Period
from touchpoints.models import Touchpoint

LEAST_JUMP = 5.0
"""Points of friction below which a rise is not worth a message, however certain it is."""
SIGMAS = 3.0


@dataclass(frozen=True, slots=True)
class Level:
    """A measured friction score, its standard error in points, and its parts."""

    score: float
    error: float
    parts: dict[str, float]
    """Points that each component adds."""

    @classmethod
    def of(cls, found: Friction) -> "Level | None":
        """Return the level of a friction score that was measured with a known uncertainty."""
        if found.observed is None or found.standard_error is None:
            return None
        return cls(found.observed, found.standard_error, dict(found.contributions))

    def jumped_from(self, before: "Level") -> bool:
        """True where the rise is worth a message, and more than three standard errors."""
        rise = self.score - before.score
        return rise >= LEAST_JUMP and rise > SIGMAS * math.hypot(self.error, before.error)

    def as_data(self) -> dict[str, Any]:
        """Return it as an alert keeps it."""
        return {"score": self.score, "error": self.error, "parts": self.parts}


def friction_turns(watched: Watched) -> Iterator[Turn]:
    """Yield the touchpoints whose friction has jumped; nine queries."""
    period = Period.until(watched.today)
    touchpoints = list(watched.touchpoints.values())
    gathered = gather(
        touchpoints, workspace=watched.workspace, filters=MapFilters(period=period), pieces=1
    )
    lasting = {alert.touchpoint_id: alert for alert in watched.alerts(AlertKind.FRICTION)}
    for touchpoint in touchpoints:
        evidence = gathered[touchpoint.pk]
        alert = lasting.get(touchpoint.pk)
        if alert is None:
            turn = _jump(touchpoint, evidence, gathered.formula, period)
        else:
            before = Level(**alert.facts["before"])
            now = level(evidence.now, touchpoint, gathered.formula, before.parts)
            if now is None or now.parts.keys() != before.parts.keys():
                # Something is not measured any more: nothing can be told.
                turn = Turn.of(alert, touchpoint)
            elif now.jumped_from(before):
                facts = alert.facts | {
                    "now": now.as_data(),
                    "mostly": _grown(before, now),
                    "exposed": evidence.now.exposed,
                }
                says = _sentence(touchpoint, before, now)
                turn = Turn(AlertKind.FRICTION, touchpoint, says, alert.began_on, facts)
            else:
                turn = None
        if turn is not None:
            yield turn


def level(
    span: Span, touchpoint: Touchpoint, formula: Formula, parts: Collection[str]
) -> Level | None:
    """Return the friction of one period by some of its parts alone."""
    effort = span.effort() if "effort" in parts else None
    rates = {key: rate for key, rate in span.rates.items() if key in parts}
    return Level.of(
        friction(
            effort=effort,
            abandonment=rates.get("abandon"),
            wait=_wait(span, touchpoint) if "wait" in parts else None,
            repeat=rates.get("repeat"),
            error=rates.get("error"),
            formula=formula,
        )
    )


def _jump(
    touchpoint: Touchpoint, evidence: Evidence, formula: Formula, period: Period
) -> Turn | None:
    was = evidence.friction_before
    if was is None:
        return None
    both = evidence.friction.severities.keys() & was.severities.keys()
    now, before = (
        level(span, touchpoint, formula, both) for span in (evidence.now, evidence.before)
    )
    if now is None or before is None or not now.jumped_from(before):
        return None
    return Turn(
        AlertKind.FRICTION,
        touchpoint,
        _sentence(touchpoint, before, now),
        period.start,
        {
            "before": before.as_data(),
            "now": now.as_data(),
            "mostly": _grown(before, now),
            "exposed": evidence.now.exposed,
            "exposed_before": evidence.before.exposed,
            "formula": formula.version,
        },
    )


def _wait(span: Span, touchpoint: Touchpoint) -> Wait | None:
    """Return the median wait with its standard error, from the interval of the median."""
    durations, target = span.durations.get(DurationKind.WAIT), touchpoint.target_wait_minutes
    if target is None or durations is None or durations.median is None:
        return None
    interval = durations.median_interval()
    error = (
        None if interval is None else (interval.high - interval.low) / (2 * z_quantile(0.95)) / 60
    )
    return Wait(durations.median / 60, target, durations.n, error)


def _grown(before: Level, now: Level) -> str:
    """Return the part of the formula that has grown most."""
    return max(now.parts, key=lambda key: now.parts[key] - before.parts.get(key, 0.0))


def _sentence(touchpoint: Touchpoint, before: Level, now: Level) -> str:
    return (
        f"{touchpoint}: friction {round_half_away(now.score):.0f}, "
        f"{round_half_away(before.score):.0f} before; mostly {COMPONENT_WORDS[_grown(before, now)]}"
    )
