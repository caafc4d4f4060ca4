"""What the report says: the scores of a journey taken apart, fetched and put into words."""

from collections.abc import Iterable
from dataclasses import dataclass

from feedback.behind.friction import friction_parts
from feedback.evidence import Evidence, Gathered, gather
from feedback.handoffs import NOBODY, Passing, explained_again
from feedback.metrics.friction import COMPONENTS, Formula, roll_up
from feedback.metrics.handoff import COMPONENTS as HANDOFF_COMPONENTS
from feedback.metrics.handoff import DEFAULT as HANDOFF_FORMULA
from feedback.metrics.rate import Rate
from feedback.metrics.suppression import OK_BASE
from feedback.models import DurationKind
from feedback.wording import (
    BASIS_WORDS,
    COMPONENT_WORDS,
    friction_metric,
    minutes_text,
    percent_text,
)
from journeys.maps.filters import MapFilters
from journeys.maps.grid import Metric
from journeys.models import Journey
from touchpoints.below import touchpoints_of
from touchpoints.models import Handoff, Touchpoint

PARTIAL = "partly measured"
DISAGREE = "workshop and data disagree"


@dataclass(frozen=True, slots=True)
class Part:
    """One component of a score: what was counted, and what it brings."""

    name: str
    counted: str
    n: int | None
    """How many it was counted from; None without data, or where it is hidden."""
    weight: float
    severity: float | None
    points: float | None

    @property
    def low_base(self) -> bool:
        """True where it rests on few."""
        return self.n is not None and self.n < OK_BASE


@dataclass(frozen=True, slots=True)
class Scored:
    """A touchpoint's friction, 0 to 100, taken apart."""

    id: int
    title: str
    place: str
    owner: str
    met: int
    """The largest base that was counted: how many customers met it."""
    metric: Metric
    measured: float | None
    assessed: float | None
    raters: int
    rho: float
    coverage: float
    basis: str
    marks: tuple[str, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Passed:
    """A handoff's quality, 0 to 100, taken apart."""

    id: int
    title: str
    place: str
    what_moves: str
    wait_text: str
    agreed_text: str
    late: bool
    returned: str
    n: int
    """How many were handed over."""
    quality: float | None
    band: str
    note: str
    coverage: float
    rho: float
    counted_until: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything in the report; the worst comes first."""

    formula: Formula
    minimum: int
    friction: float | None
    """Of the journey: the mean of its touchpoints, weighted by how many met each."""
    touchpoints: tuple[Scored, ...]
    handoffs: tuple[Passed, ...]


def report(journey: Journey, filters: MapFilters) -> Report:
    """Return what a journey's touchpoints and handoffs cost customers, under a map's filters."""
    touchpoints = touchpoints_of([journey.pk]).get(journey.pk, [])
    found = gather(touchpoints, workspace=journey.workspace, filters=filters, pieces=1)
    minimum = journey.workspace.minimum_answers
    scored = [_scored(each, found[each.pk], found.formula, minimum) for each in touchpoints]
    weighed = roll_up((each.metric.value, each.met) for each in scored)
    return Report(
        formula=found.formula,
        minimum=minimum,
        friction=weighed.score,
        touchpoints=tuple(sorted(scored, key=_worst_friction)),
        handoffs=tuple(sorted(_handoffs(journey, found, minimum), key=_worst_quality)),
    )


def _worst_friction(each: Scored) -> tuple[bool, float, str]:
    return each.metric.value is None, -(each.metric.value or 0), each.title


def _worst_quality(each: Passed) -> tuple[bool, float, str]:
    return each.quality is None, each.quality or 0, each.title


def _scored(touchpoint: Touchpoint, evidence: Evidence, formula: Formula, minimum: int) -> Scored:
    found, now = evidence.friction, evidence.now
    lines = friction_parts(evidence, touchpoint=touchpoint, formula=formula, minimum=minimum).lines
    bases = _bases(evidence)
    step = touchpoint.step
    return Scored(
        id=touchpoint.pk,
        title=touchpoint.title,
        place=f"{step.title} · {step.stage.title} · {touchpoint.channel.name}",
        owner=touchpoint.team.name if touchpoint.team else "nobody owns it",
        met=now.exposed,
        metric=friction_metric(found, exposed=now.exposed),
        measured=found.observed,
        assessed=found.expert,
        raters=found.raters,
        rho=found.rho,
        coverage=found.coverage,
        basis=BASIS_WORDS[found.basis],
        marks=tuple(
            mark
            for mark, applies in ((PARTIAL, found.partial), (DISAGREE, found.disagree))
            if applies
        ),
        parts=tuple(
            Part(
                name=COMPONENT_WORDS[key].capitalize(),
                counted=line.counted,
                n=bases.get(key) if key in found.severities else None,
                weight=formula.weights[key],
                severity=found.severities.get(key),
                points=found.contributions.get(key),
            )
            for key, line in zip(COMPONENTS, lines, strict=True)
        ),
    )


def _bases(evidence: Evidence) -> dict[str, int]:
    now = evidence.now
    bases = {key: rate.base for key, rate in now.rates.items()}
    effort, waits = now.effort(), now.durations.get(DurationKind.WAIT)
    if effort is not None:
        bases["effort"] = effort.n
    if waits is not None:
        bases["wait"] = waits.n
    return bases


def _handoffs(journey: Journey, found: Gathered, minimum: int) -> Iterable[Passed]:
    handoffs = (
        Handoff.objects.current()
        .filter(from_touchpoint__step__stage__journey=journey)
        .select_related("from_touchpoint__step", "to_touchpoint__step", "from_team", "to_team")
        .order_by("pk")
    )
    explained = explained_again(found.by_touchpoint, found.window, minimum)
    for handoff in handoffs:
        yield _passed(Passing(handoff, explained.get(handoff.pk, NOBODY), minimum))


def _passed(passing: Passing) -> Passed:
    handoff, quality, metric = passing.handoff, passing.quality, passing.metric
    agreed = handoff.agreed_wait_minutes
    until = handoff.observed_until
    bases = {key: rate.base for key, rate in passing.counted.items()} | {"wait": handoff.accepted}
    return Passed(
        id=handoff.pk,
        title=f"{handoff.from_team} → {handoff.to_team}",
        place=f"{handoff.from_touchpoint.step.title} → {handoff.to_touchpoint.step.title}",
        what_moves=handoff.what_moves,
        wait_text=minutes_text(passing.wait),
        agreed_text="" if agreed is None else minutes_text(agreed),
        late=passing.late,
        returned=_rate_text(passing.counted["bounce"], passing.minimum),
        n=handoff.released,
        quality=quality.quality,
        band=quality.band or metric.n_text,
        note=metric.note.removeprefix(f"{quality.band} · "),
        coverage=quality.coverage,
        rho=quality.rho,
        counted_until=f"counted until {until:%d %B %Y}" if until else "",
        parts=tuple(
            Part(
                name=COMPONENT_WORDS[key].capitalize(),
                counted=_wait_counted(passing)
                if key == "wait"
                else _rate_text(passing.counted[key], passing.minimum),
                n=bases[key] if key in quality.severities else None,
                weight=HANDOFF_FORMULA.weights[key],
                severity=quality.severities.get(key),
                points=quality.contributions.get(key),
            )
            for key in HANDOFF_COMPONENTS
        ),
    )


def _rate_text(rate: Rate, minimum: int) -> str:
    if not rate.base:
        return "nobody counted"
    if rate.base < minimum:
        return f"hidden: counted for fewer than {minimum} customers"
    return f"{rate.hits:,} of {rate.base:,} ({percent_text(100 * rate.hits / rate.base)})"


def _wait_counted(passing: Passing) -> str:
    handoff, agreed = passing.handoff, passing.handoff.agreed_wait_minutes
    if passing.wait is None:
        timed = handoff.observed_wait_minutes is not None
        return f"hidden: fewer than {passing.minimum} waited" if timed else "nobody timed"
    waited = f"median {minutes_text(passing.wait)}"
    if not handoff.accepted:
        return f"{waited}, estimated: nobody was counted"
    waited = f"{waited} of {handoff.accepted:,}"
    return (
        f"{waited}, no wait agreed"
        if agreed is None
        else f"{waited}, agreed {minutes_text(agreed)}"
    )
