"""What a team owns, what passes through its hands, and where that hurts customers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q
from django.urls import reverse

from feedback.evidence import Evidence, Window, gather
from feedback.handoffs import NOBODY, Passing, explained_again
from feedback.metrics.display import round_half_away
from feedback.metrics.friction import roll_up
from feedback.summary import summarize
from feedback.wording import (
    COMPONENT_WORDS,
    friction_metric,
    hidden_metric,
    minutes_text,
    percent_text,
    score_metric,
)
from journeys.maps import MapFilters
from journeys.maps.grid import Metric
from journeys.models import Journey, JourneyState, Workspace
from journeys.models.workspaces import Visitor
from touchpoints.models import Handoff, HandoffQuerySet, Team, Touchpoint, TouchpointQuerySet

WORST = 3
SMOOTH = 75
"""From this quality on a handoff does not hurt (metrics.md §2.2)."""

_SCALES = ("csat", "csat7", "csat3", "csat2", "ces", "ces5", "nps")


@dataclass(frozen=True, slots=True)
class Owned:
    """A touchpoint of a team with its score and its friction."""

    touchpoint: Touchpoint
    score: Metric
    friction: Metric
    mostly: str
    """The largest part of the measured friction, in a word."""
    weight: float
    """score/100 × customers exposed: its friction-customers; 0 where nobody counted."""

    @property
    def weight_text(self) -> str:
        """Return the weight as people read it: "1,204"."""
        return f"{round_half_away(self.weight):,.0f}"

    @property
    def journey(self) -> Journey:
        """Return the journey that the touchpoint stands on."""
        return self.touchpoint.step.stage.journey


@dataclass(frozen=True, slots=True)
class OwnedStage:
    """A stage of a journey, and what the team owns in it."""

    title: str
    owned: tuple[Owned, ...]


@dataclass(frozen=True, slots=True)
class OwnedJourney:
    """A journey, and what the team owns on it."""

    journey: Journey
    stages: tuple[OwnedStage, ...]


@dataclass(frozen=True, slots=True)
class Passed:
    """A handoff from or to a team, in words."""

    handoff: Handoff
    journey: Journey
    sentence: str
    wait_text: str
    agreed_text: str
    late: bool
    returned_text: str
    quality: Metric
    band: str


@dataclass(frozen=True, slots=True)
class Ownership:
    """Everything on a team's page; the worst comes first."""

    headline: tuple[Metric, ...]
    worst_touchpoints: tuple[Owned, ...]
    worst_handoffs: tuple[Passed, ...]
    journeys: tuple[OwnedJourney, ...]
    handoffs_out: tuple[Passed, ...]
    handoffs_in: tuple[Passed, ...]
    touchpoint_count: int
    moment_count: int


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team in the list of teams: how much it owns, how that goes, and what is worst."""

    team: Team
    touchpoint_count: int
    moment_count: int
    handoff_counts: tuple[int, int]
    """Out and in."""
    metrics: tuple[Metric, ...]
    worst: Owned | None
    worst_handoff: Passed | None


def ownership(team: Team, *, user: Visitor, filters: MapFilters) -> Ownership:
    """Return what a visible team owns, under the period of the filters."""
    touchpoints = _touchpoints(user).filter(team=team)
    handoffs = _handoffs(user)
    owned, evidence, window = _owned(list(touchpoints), team.workspace, filters)
    passed = _passed(handoffs.filter(Q(from_team=team) | Q(to_team=team)), team.workspace, window)
    going = [each for each in passed if each.handoff.from_team_id == team.pk]
    coming = [each for each in passed if each.handoff.to_team_id == team.pk]
    return Ownership(
        headline=tuple(summarize(evidence, than="")),
        worst_touchpoints=_worst_touchpoints(owned),
        worst_handoffs=_worst_handoffs(passed),
        journeys=_by_journey(owned),
        handoffs_out=tuple(going),
        handoffs_in=tuple(coming),
        touchpoint_count=len(owned),
        moment_count=_moments(owned),
    )


def team_lines(workspace: Workspace, *, user: Visitor, filters: MapFilters) -> list[TeamLine]:
    """Return the teams of a visible workspace; as many queries for one team as for twenty."""
    teams = list(Team.objects.visible_to(user).filter(workspace=workspace))
    touchpoints = _touchpoints(user).filter(
        team__isnull=False, step__stage__journey__workspace=workspace
    )
    owned, evidence, window = _owned(list(touchpoints), workspace, filters)
    by_team: dict[int | None, list[Owned]] = defaultdict(list)
    evidence_of: dict[int | None, list[Evidence]] = defaultdict(list)
    for each, found in zip(owned, evidence, strict=True):
        by_team[each.touchpoint.team_id].append(each)
        evidence_of[each.touchpoint.team_id].append(found)
    going: dict[int, list[Passed]] = defaultdict(list)
    coming: dict[int, list[Passed]] = defaultdict(list)
    for passed in _passed(
        _handoffs(user).filter(from_team__workspace=workspace), workspace, window
    ):
        going[passed.handoff.from_team_id].append(passed)
        coming[passed.handoff.to_team_id].append(passed)
    return [
        TeamLine(
            team=team,
            touchpoint_count=len(by_team[team.pk]),
            moment_count=_moments(by_team[team.pk]),
            handoff_counts=(len(going[team.pk]), len(coming[team.pk])),
            metrics=tuple(
                metric
                for metric in summarize(evidence_of[team.pk], than="")
                if metric.key in ("csat", "friction", "answers")
            ),
            worst=next(iter(_worst_touchpoints(by_team[team.pk])), None),
            worst_handoff=next(iter(_worst_handoffs([*going[team.pk], *coming[team.pk]])), None),
        )
        for team in teams
    ]


def _touchpoints(user: Visitor) -> TouchpointQuerySet:
    return (
        Touchpoint.objects.visible_to(user)
        .current()
        .select_related("channel", "step__stage__journey")
        .order_by(
            # "current" comes before "future" and "research" in the alphabet as it does in life.
            "step__stage__journey__state",
            "step__stage__journey__title",
            "step__stage__journey_id",
            "step__stage__position",
            "step__position",
            "position",
            "pk",
        )
    )


def _handoffs(user: Visitor) -> HandoffQuerySet:
    return (
        Handoff.objects.visible_to(user)
        .current()
        .with_ends()
        .select_related("from_touchpoint__step__stage__journey")
        .order_by(
            "from_touchpoint__step__stage__journey__state",
            "from_touchpoint__step__stage__journey__title",
            "from_touchpoint__step__stage__position",
            "from_touchpoint__step__position",
            "pk",
        )
    )


def _owned(
    touchpoints: Sequence[Touchpoint], workspace: Workspace, filters: MapFilters
) -> tuple[list[Owned], list[Evidence], Window]:
    gathered = gather(touchpoints, workspace=workspace, filters=filters, pieces=1)
    address = reverse("feedback:touchpoint_evidence", args=[workspace.slug, 0])
    query = MapFilters(period=filters.period).query()
    owned, evidence = [], []
    for touchpoint in touchpoints:
        found = gathered[touchpoint.pk]
        link = f"{address.replace('/0/', f'/{touchpoint.pk}/')}?metric=%s&{query}"
        exposed = found.now.exposed
        [weight] = roll_up([(found.friction.score, exposed)]).friction_customers
        evidence.append(found)
        owned.append(
            Owned(
                touchpoint=touchpoint,
                score=_score(found, link, workspace.minimum_answers),
                friction=friction_metric(
                    found.friction, exposed=exposed, url=(link % "friction").rstrip("&")
                ),
                mostly=COMPONENT_WORDS.get(found.friction.largest or "", ""),
                weight=weight or 0.0,
            )
        )
    return owned, evidence, gathered.window


def _score(found: Evidence, link: str, minimum: int) -> Metric:
    span = found.now
    key = next((key for key in _SCALES if key in span.scores or key in span.hidden), "csat")
    url = (link % key).rstrip("&")
    if key in span.hidden:
        return hidden_metric(key, minimum, url=url)
    return score_metric(key, span.scores.get(key), url=url)


def _worst_touchpoints(owned: Iterable[Owned]) -> tuple[Owned, ...]:
    """Return those with the most friction-customers; where nobody counted, with most friction."""
    hurting = [each for each in owned if each.friction.value and _happens(each.journey)]
    hurting.sort(key=lambda each: (each.weight, each.friction.value or 0.0), reverse=True)
    return tuple(hurting[:WORST])


def _worst_handoffs(passed: Iterable[Passed]) -> tuple[Passed, ...]:
    hurting = [
        each
        for each in passed
        if each.quality.value is not None and each.quality.value < SMOOTH and _happens(each.journey)
    ]
    return tuple(sorted(hurting, key=lambda each: each.quality.value or 0.0)[:WORST])


def _happens(journey: Journey) -> bool:
    """False for a future state, where nobody is hurt yet."""
    return journey.state != JourneyState.FUTURE


def _moments(owned: Iterable[Owned]) -> int:
    return sum(each.touchpoint.moment_that_matters for each in owned)


def _by_journey(owned: Sequence[Owned]) -> tuple[OwnedJourney, ...]:
    return tuple(
        OwnedJourney(
            journey,
            tuple(
                OwnedStage(stage.title, tuple(in_stage))
                for stage, in_stage in groupby(in_journey, lambda each: each.touchpoint.step.stage)
            ),
        )
        for journey, in_journey in groupby(owned, lambda each: each.journey)
    )


def _passed(handoffs: HandoffQuerySet, workspace: Workspace, window: Window) -> list[Passed]:
    found = list(handoffs)
    minimum = workspace.minimum_answers
    explained = explained_again([each.to_touchpoint_id for each in found], window, minimum)
    return [
        _in_words(Passing(handoff, explained.get(handoff.pk, NOBODY), minimum)) for handoff in found
    ]


def _in_words(passing: Passing) -> Passed:
    handoff, agreed = passing.handoff, passing.handoff.agreed_wait_minutes
    rate = passing.returned.value if passing.returned else None
    return Passed(
        handoff=handoff,
        journey=handoff.from_touchpoint.step.stage.journey,
        sentence=passing.sentence,
        wait_text=minutes_text(passing.wait),
        agreed_text="" if agreed is None else minutes_text(agreed),
        late=passing.late,
        returned_text="–" if rate is None else percent_text(100 * rate),
        quality=passing.metric,
        band=passing.quality.band or "",
    )
