"""What a new opportunity begins with, when it comes from where people see the pain.

The address of a new one says where from: `?from=card&card=7`, `?from=driver&driver=3`,
`?from=theme&theme=Waiting&touchpoint=3`, `?from=alert&alert=5`,
`?from=touchpoint&touchpoint=3&metric=csat`; and `journey=<slug>` where that is known.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils import timezone

from feedback.behind.build import ORDER
from feedback.behind.comments import comments_on
from feedback.evidence import Evidence, gather
from feedback.models import Alert, EvidenceKind, OpportunityEvidence
from feedback.wording import friction_metric, interval_text, score_metric
from journeys.map_source import SEVERITIES
from journeys.maps import MapFilters
from journeys.maps.grid import Metric
from journeys.models import Card, Journey, LaneKind, Workspace
from journeys.models.workspaces import Visitor
from touchpoints.models import Touchpoint


@dataclass
class Beginning:
    """The fields of the form, and the evidence that comes along."""

    title: str = ""
    journey: Journey | None = None
    touchpoints: list[Touchpoint] = field(default_factory=list)
    impact: int | None = None
    effort: int | None = None
    evidence: list[OpportunityEvidence] = field(default_factory=list)

    def initial(self) -> dict[str, object]:
        """Return what the form starts with."""
        teams = {each.team_id for each in self.touchpoints}
        return {
            "title": self.title[:200],
            "journey": self.journey,
            "touchpoints": [each.pk for each in self.touchpoints],
            "impact": self.impact,
            "effort": self.effort,
            "team": teams.pop() if len(teams) == 1 else None,
        }


def begin(query: QueryDict, *, workspace: Workspace, user: Visitor) -> Beginning:
    """Return what an address asks to begin with; raises Http404 for what is not there."""
    read = _READERS.get(query.get("from", ""))
    beginning = read(_Asked(query, workspace, user)) if read else Beginning()
    if beginning.journey is None and query.get("journey"):
        journeys = Journey.objects.visible_to(user).filter(workspace=workspace)
        beginning.journey = journeys.filter(slug=query["journey"]).first()
    return beginning


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who asks for what, in which workspace."""

    query: QueryDict
    workspace: Workspace
    user: Visitor

    def number(self, name: str) -> int:
        """Return an id of the address; raises Http404 where it is none."""
        value = self.query.get(name, "")
        if not value.isdecimal() or len(value) > 18:
            raise Http404(f"“{value}” is no {name}.")
        return int(value)

    def touchpoint(self, name: str = "touchpoint") -> Touchpoint:
        """Return the touchpoint that the address names; raises Http404."""
        touchpoints = Touchpoint.objects.visible_to(self.user).filter(
            step__stage__journey__workspace=self.workspace
        )
        found = (
            touchpoints.select_related("step__stage__journey__workspace", "team", "channel")
            .filter(pk=self.number(name))
            .first()
        )
        if found is None:
            raise Http404("There is no such touchpoint here.")
        return found

    def evidence(self, touchpoint: Touchpoint) -> Evidence:
        """Return what the map shows of the touchpoint by default."""
        filters = MapFilters.default(timezone.now().date())
        found = gather([touchpoint], workspace=self.workspace, filters=filters, pieces=1)
        return found[touchpoint.pk]


def _at(touchpoint: Touchpoint, title: str = "") -> Beginning:
    journey = touchpoint.step.stage.journey
    return Beginning(title=title, journey=journey, touchpoints=[touchpoint])


def _from_card(asked: _Asked) -> Beginning:
    card = (
        Card.objects.visible_to(asked.user)
        .filter(lane__journey__workspace=asked.workspace, pk=asked.number("card"))
        .select_related("lane__journey__workspace", "step")
        .first()
    )
    if card is None:
        raise Http404("There is no such card here.")
    at_step = Touchpoint.objects.current().filter(step=card.step_id).order_by("position", "pk")
    return Beginning(
        title=card.text,
        journey=card.lane.journey,
        touchpoints=list(at_step),
        impact=card.impact,
        effort=card.effort,
        evidence=[card_as_evidence(card)],
    )


def card_as_evidence(card: Card) -> OpportunityEvidence:
    """Return a card's words as evidence, of a pain point with its severity; not stored yet."""
    says = card.text
    if card.lane.kind == LaneKind.PAIN_POINTS and card.severity is not None:
        says = f"{card.text} (severity {card.severity} of 4: {SEVERITIES[card.severity]})"
    return OpportunityEvidence(
        kind=EvidenceKind.CARD,
        says=says[:500],
        card=card,
        url=f"{card.lane.journey.get_absolute_url()}#card-{card.pk}",
    )


def _from_theme(asked: _Asked) -> Beginning:
    touchpoint, theme = asked.touchpoint(), asked.query.get("theme", "")[:80]
    filters = MapFilters.default(timezone.now().date())
    gathered = gather([touchpoint], workspace=asked.workspace, filters=filters, pieces=1)
    comments = comments_on(
        touchpoint,
        filters=filters,
        window=gathered.window,
        evidence=gathered[touchpoint.pk],
        minimum=asked.workspace.minimum_answers,
        now=timezone.now(),
    )
    people = next((each.people for each in comments.themes if each.name == theme), None)
    beginning = _at(touchpoint, f"{theme} at {touchpoint.title}")
    address = _evidence_page(touchpoint)
    says = f"Customers speak about “{theme}” at {touchpoint.title}"
    if people:
        says += f": {people:,} people in the last 90 days"
    beginning.evidence.append(
        OpportunityEvidence(
            kind=EvidenceKind.THEME,
            says=says,
            n=people,
            touchpoint=touchpoint,
            url=f"{address}?{urlencode({'theme': theme})}#words",
        )
    )
    return beginning


def _from_driver(asked: _Asked) -> Beginning:
    touchpoint = asked.touchpoint("driver")
    beginning = _at(touchpoint, f"Improve {touchpoint.title}")
    number = number_as_evidence(asked.evidence(touchpoint), touchpoint)
    beginning.evidence.append(
        OpportunityEvidence(
            kind=EvidenceKind.DRIVER,
            says=f"{touchpoint.title} is a key driver of the overall score; {number.says}",
            n=number.n,
            touchpoint=touchpoint,
            url=_drivers_page(touchpoint),
        )
    )
    return beginning


def _from_alert(asked: _Asked) -> Beginning:
    alert = (
        Alert.objects.visible_to(asked.user)
        .filter(workspace=asked.workspace, pk=asked.number("alert"))
        .select_related("workspace", "touchpoint__step__stage__journey__workspace", "team")
        .first()
    )
    if alert is None:
        raise Http404("There is no such alert here.")
    beginning = _at(alert.touchpoint, alert.says)
    beginning.evidence.append(
        OpportunityEvidence(
            kind=EvidenceKind.ALERT,
            says=alert.says,
            n=alert.n or None,
            alert=alert,
            touchpoint=alert.touchpoint,
            url=alert.get_absolute_url(),
        )
    )
    return beginning


def _from_touchpoint(asked: _Asked) -> Beginning:
    touchpoint = asked.touchpoint()
    beginning = _at(touchpoint, f"Improve {touchpoint.title}")
    key = asked.query.get("metric", "")
    number = number_as_evidence(asked.evidence(touchpoint), touchpoint, key)
    if key in ORDER:
        number.url += f"?metric={key}"
    beginning.evidence.append(number)
    return beginning


def number_as_evidence(
    found: Evidence, touchpoint: Touchpoint, key: str = ""
) -> OpportunityEvidence:
    """Return a touchpoint's number as evidence, the one asked for, else its score; unsaved."""
    metrics = [score_metric(each, found.now.scores[each]) for each in found.now.scores]
    friction = friction_metric(found.friction, exposed=found.now.exposed)
    metrics.sort(key=lambda metric: ORDER.index(metric.key))
    by_key = {metric.key: metric for metric in [*metrics, friction]}
    number = by_key.get(key) or next(iter(metrics), friction)
    return OpportunityEvidence(
        kind=EvidenceKind.TOUCHPOINT,
        says=_in_words(number, touchpoint)[:500],
        n=number.n or None,
        touchpoint=touchpoint,
        url=_evidence_page(touchpoint),
    )


def _in_words(number: Metric, touchpoint: Touchpoint) -> str:
    if number.value is None:
        return f"No numbers of {touchpoint.title} are known yet"
    interval = interval_text(number)
    within = f" (95 % interval {interval})" if interval else ""
    return f"{number.label} at {touchpoint.title} is {number.text}{within}, last 90 days"


def _evidence_page(touchpoint: Touchpoint) -> str:
    workspace = touchpoint.step.stage.journey.workspace
    return reverse("feedback:touchpoint_evidence", args=[workspace.slug, touchpoint.pk])


def _drivers_page(touchpoint: Touchpoint) -> str:
    journey = touchpoint.step.stage.journey
    return reverse("feedback:journey_drivers", args=[journey.workspace.slug, journey.slug])


_READERS: dict[str, Callable[[_Asked], Beginning]] = {
    "card": _from_card,
    "theme": _from_theme,
    "driver": _from_driver,
    "alert": _from_alert,
    "touchpoint": _from_touchpoint,
}
