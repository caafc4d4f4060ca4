"""A friction score taken apart: what adds up to it, from which counts, and who assessed it."""

from dataclasses import dataclass

from feedback.evidence import Evidence, Span
from feedback.metrics.display import round_half_away
from feedback.metrics.friction import COMPONENTS, Formula, Friction, Rate
from feedback.metrics.severity import largest
from feedback.models import DurationKind
from feedback.wording import BASIS_WORDS, COMPONENT_WORDS, label, minutes_text, percent_text
from touchpoints.models import Touchpoint

_LABEL_WIDTH = 21.0
"""Percent of the bar from which a segment's name fits into it."""

_RATE_WORDS = {
    "abandon": "{hits:,} of {base:,} abandoned",
    "repeat": "{hits:,} of {base:,} came back with the same matter",
    "error": "{hits:,} of {base:,} met an error or failure",
}


@dataclass(frozen=True, slots=True)
class Segment:
    """One component's part of the stacked bar; x and width in percent of the whole."""

    name: str
    points: str
    x: float
    width: float
    rank: int
    """0 for the largest: the darkest step of the ramp."""
    text_x: float
    named: bool
    """True where the name fits into it."""


@dataclass(frozen=True, slots=True)
class ComponentLine:
    """One component in words: its points, what was counted, and how much it weighs."""

    name: str
    points: str
    """Points of the measured friction that it brings, or empty without data or without a score."""
    measured: bool
    """True where it has data, also too little for a score."""
    counted: str
    weighs: str
    rank: int | None


@dataclass(frozen=True, slots=True)
class FrictionParts:
    """All that a friction score is made of, in words."""

    segments: tuple[Segment, ...]
    unnamed: str
    """Those of the segments that are too narrow for their name: "wait 4, errors 2"."""
    lines: tuple[ComponentLine, ...]
    measured: float | None
    measured_text: str
    assessed: float | None
    assessed_text: str
    basis: str
    coverage: str
    evidence: str
    version: int
    disagree: bool
    too_few: bool
    """True where something was counted, but all of it of too few customers to show."""
    sentence: str
    """All in one line: "measured 64 · assessed in workshop 81 by 6 people · formula v2"."""


def friction_parts(
    evidence: Evidence, *, touchpoint: Touchpoint, formula: Formula, minimum: int
) -> FrictionParts:
    """Return what the touchpoint's friction in the period is made of."""
    found = evidence.friction
    scored = found.score is not None
    ranks = _ranks(found) if scored else {}
    measured, assessed = _points(found.observed), _points(found.expert)
    segments = _segments(found, ranks)
    return FrictionParts(
        segments=segments,
        unnamed=", ".join(f"{each.name} {each.points}" for each in segments if not each.named),
        lines=tuple(
            ComponentLine(
                name=COMPONENT_WORDS[key].capitalize(),
                points=_points(found.contributions.get(key)) if scored else "",
                measured=key in found.contributions,
                counted=_counted(key, evidence.now, touchpoint, minimum),
                weighs=_weighs(key, found, formula),
                rank=ranks.get(key),
            )
            for key in COMPONENTS
        ),
        measured=found.observed,
        measured_text=measured or "–",
        assessed=found.expert,
        assessed_text=assessed or "–",
        basis=BASIS_WORDS[found.basis],
        coverage=_coverage(found),
        evidence=f"ρ {found.rho:.2f}",
        version=found.formula_version,
        disagree=found.disagree,
        too_few=not found.contributions and bool(evidence.now.too_few or evidence.now.hidden),
        sentence=" · ".join(
            part
            for part in (
                f"measured {measured}" if measured else "",
                f"assessed {assessed} {_raters(found)}" if assessed else "",
                f"formula v{found.formula_version}",
            )
            if part
        ),
    )


def raters_text(found: Friction) -> str:
    """Return who assessed and how far they are apart: "3 people, votes 1 step apart"."""
    if not found.raters:
        return "nobody assessed it"
    who = "1 person" if found.raters == 1 else f"{found.raters} people"
    if found.raters == 1:
        return f"{who}; three or more are worth more"
    if not found.spread:
        return f"{who}, all of one mind"
    return f"{who}, votes {found.spread} step{'s' if found.spread > 1 else ''} of 4 apart"


def _coverage(found: Friction) -> str:
    share = f"{percent_text(100 * found.coverage)} of the formula’s weight has data"
    if found.score is None:
        return f"too little for a score: {share}"
    return f"partly measured: {share}" if found.partial else share


def _raters(found: Friction) -> str:
    return "by 1 person" if found.raters == 1 else f"by {found.raters} people"


def _points(value: float | None) -> str:
    return "" if value is None else f"{round_half_away(value):.0f}"


def _ranks(found: Friction) -> dict[str, int]:
    if largest(found.contributions) is None:
        return {}
    order = sorted(found.contributions, key=lambda key: -found.contributions[key])
    return {key: rank for rank, key in enumerate(order) if found.contributions[key] > 0}


def _segments(found: Friction, ranks: dict[str, int]) -> tuple[Segment, ...]:
    segments, x = [], 0.0
    for key in ranks:
        points = found.contributions[key]
        width = 100 * points / (found.observed or 100)
        segments.append(
            Segment(
                COMPONENT_WORDS[key],
                _points(points),
                round(x, 2),
                round(width, 2),
                ranks[key],
                round(x + 2, 2),
                width >= _LABEL_WIDTH,
            )
        )
        x += width
    return tuple(segments)


def _weighs(key: str, found: Friction, formula: Formula) -> str:
    weight = formula.weights[key]
    if key not in found.contributions:
        return f"weight {weight:.2f}, spread over the others"
    severity = found.severities[key]
    return f"weight {weight:.2f} × severity {severity:.2f} / {found.coverage:.2f} with data"


def _counted(key: str, span: Span, touchpoint: Touchpoint, minimum: int) -> str:
    if key == "effort":
        return _effort_counted(span, minimum)
    if key == "wait":
        return _wait_counted(span, touchpoint, minimum)
    if key in span.too_few:
        return f"hidden: counted for fewer than {minimum} customers"
    return _rate_counted(key, span.rates.get(key))


def _rate_counted(key: str, rate: Rate | None) -> str:
    if rate is None:
        return "nobody counted"
    share = percent_text(100 * rate.hits / rate.base)
    return f"{_RATE_WORDS[key].format(hits=rate.hits, base=rate.base)} ({share})"


def _effort_counted(span: Span, minimum: int) -> str:
    histogram = span.effort()
    if histogram is None or histogram.mean is None:
        return f"hidden: fewer than {minimum} people" if span.hidden else "nobody asked"
    scale = histogram.scale
    mean = f"{round_half_away(histogram.mean, 2):.2f}"
    said = f"mean {mean} of {scale.high} in {histogram.n:,} answers"
    return said if scale.metric == "ces" else f"{said} ({label(scale)}; effort was not asked)"


def _wait_counted(span: Span, touchpoint: Touchpoint, minimum: int) -> str:
    durations, target = span.durations.get(DurationKind.WAIT), touchpoint.target_wait_minutes
    if DurationKind.WAIT in span.too_few:
        return f"hidden: timed fewer than {minimum} times"
    if durations is None or durations.median is None:
        return "nobody timed"
    waited = f"median wait {minutes_text(durations.median / 60)}, {durations.n:,} timed"
    if target is None:
        return f"{waited}; without a target it does not count"
    return f"{waited}, target {minutes_text(target)}"
