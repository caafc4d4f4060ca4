"""What the demo does about where customers get stuck: opportunities in every state."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from django.utils import timezone

from feedback.demo.content import read
from feedback.demo.libraries import Libraries
from feedback.evidence import Gathered, gather
from feedback.improving.beginning import card_as_evidence, number_as_evidence
from feedback.models import (
    Action,
    ActionState,
    Criterion,
    CriterionScore,
    Opportunity,
    OpportunityChange,
    OpportunityState,
    Solution,
)
from journeys.maps import MapFilters
from journeys.models import Card, Journey
from touchpoints.models import Touchpoint

# The states that an opportunity goes through on its way.
_WAY = ("found", "planned", "in_progress", "shipped")


@dataclass(frozen=True)
class _Place:
    """The journey, its touchpoints by title, and the day."""

    journey: Journey
    touchpoints: dict[str, Touchpoint]
    library: Libraries
    today: date

    def day(self, ago: int) -> date:
        return self.today - timedelta(days=ago)

    def moment(self, ago: int) -> datetime:
        return timezone.make_aware(datetime.combine(self.day(ago), time(10)))


def create_opportunities(
    name: str,
    slug: str,
    touchpoints: dict[str, Touchpoint],
    library: Libraries,
    *,
    today: date,
) -> None:
    """Create the criteria and the opportunities of `<name>_opportunities.toml`.

    Raises KeyError for a name that no library holds, and Card.DoesNotExist for a card that the
    journey has not.
    """
    table = read(f"{name}_opportunities")
    journey = library.workspace.journeys.get(slug=slug)
    place = _Place(journey, touchpoints, library, today)
    criteria = {
        each["name"]: Criterion.objects.create(workspace=library.workspace, **each)
        for each in table["criteria"]
    }
    about = {title for each in table["opportunities"] for title in each["touchpoints"]}
    found = gather(
        [touchpoints[title] for title in sorted(about)],
        workspace=library.workspace,
        filters=MapFilters.default(today),
        pieces=1,
    )
    for each in table["opportunities"]:
        opportunity = _create(each, place)
        _add_evidence(opportunity, each, place, found)
        _add_work(opportunity, each, place)
        CriterionScore.objects.bulk_create(
            CriterionScore(opportunity=opportunity, criterion=criteria[criterion], score=score)
            for criterion, score in each.get("scores", {}).items()
        )


def _create(table: dict[str, Any], place: _Place) -> Opportunity:
    people = place.library.people
    opportunity = Opportunity.objects.create(
        workspace=place.library.workspace,
        journey=place.journey,
        title=table["title"],
        problem=table["problem"],
        state=table["state"],
        impact=table["impact"],
        effort=table["effort"],
        owner=people[table["owner"]] if "owner" in table else None,
        team=place.library.teams[table["team"]],
        created_by=people["jonas"],
        shipped_on=_ago(table.get("shipped_days_ago"), place),
    )
    opportunity.touchpoints.set(place.touchpoints[title] for title in table["touchpoints"])
    Opportunity.objects.filter(pk=opportunity.pk).update(created_at=place.moment(table["days_ago"]))
    _add_changes(opportunity, table, place)
    return opportunity


def _add_changes(opportunity: Opportunity, table: dict[str, Any], place: _Place) -> None:
    state, begun = table["state"], table["days_ago"]
    way = _WAY[: _WAY.index(state) + 1] if state in _WAY else ("found", state)
    until = table.get("shipped_days_ago", 2)
    for number, (was, became) in enumerate(pairwise(way), start=1):
        ago = begun - (begun - until) * number // (len(way) - 1)
        change = OpportunityChange.objects.create(
            opportunity=opportunity,
            was=was,
            became=became,
            by=opportunity.owner or opportunity.created_by,
            shipped_on=opportunity.shipped_on if became == OpportunityState.SHIPPED else None,
        )
        OpportunityChange.objects.filter(pk=change.pk).update(at=place.moment(ago))


def _add_evidence(
    opportunity: Opportunity, table: dict[str, Any], place: _Place, found: Gathered
) -> None:
    if "card" in table:
        cards = Card.objects.select_related("lane__journey__workspace")
        card = cards.get(lane__journey=place.journey, text=table["card"])
        evidence = card_as_evidence(card)
        evidence.opportunity = opportunity
        evidence.save()
    for title in table["touchpoints"]:
        touchpoint = place.touchpoints[title]
        evidence = number_as_evidence(found[touchpoint.pk], touchpoint)
        evidence.opportunity = opportunity
        evidence.save()


def _add_work(opportunity: Opportunity, table: dict[str, Any], place: _Place) -> None:
    by = opportunity.owner or opportunity.created_by
    for solution in table.get("solutions", ()):
        Solution.objects.create(opportunity=opportunity, created_by=by, **solution)
    for action in table.get("actions", ()):
        shipped_on = _ago(action.get("shipped_days_ago"), place)
        Action.objects.create(
            opportunity=opportunity,
            title=action["title"],
            owner=place.library.people[action["owner"]],
            state=ActionState.SHIPPED if shipped_on else action.get("state", ActionState.TODO),
            shipped_on=shipped_on,
            due_on=place.day(-action["due_in_days"]) if "due_in_days" in action else None,
        )


def _ago(days: int | None, place: _Place) -> date | None:
    return None if days is None else place.day(days)
