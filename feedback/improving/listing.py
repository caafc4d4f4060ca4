"""Which opportunities a page shows, and in which order: read from the address and written back."""

from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlencode

from django.db.models import F
from django.http import QueryDict

from feedback.improving.scoring import with_total
from feedback.models import Opportunity, OpportunityState
from feedback.models.opportunities import OpportunityQuerySet
from journeys.models import Journey, User, Workspace
from journeys.models.workspaces import Visitor
from touchpoints.models import Team

OPEN = "open"
MINE = "me"
SORTS = {
    "impact": (F("impact").desc(nulls_last=True), F("effort").asc(nulls_last=True)),
    "effort": (F("effort").asc(nulls_last=True), F("impact").desc(nulls_last=True)),
    "score": (F("total_score").desc(nulls_last=True),),
    "evidence": (F("evidence_n").desc(nulls_last=True),),
    "due": (F("next_due").asc(nulls_last=True),),
    "title": (F("title").asc(),),
    "new": (),
}  # fmt: skip
SORT_LABELS = {
    "title": "Opportunity",
    "impact": "Impact",
    "effort": "Effort",
    "score": "Score",
    "evidence": "Evidence",
    "due": "Next due",
}
DEFAULT_SORT = "impact"


@dataclass(frozen=True, slots=True)
class OpportunityFilters:
    """What a list, a board or a matrix is narrowed to; empty means everything."""

    journey: str = ""
    team: str = ""
    state: str = ""
    owner: str = ""
    sort: str = DEFAULT_SORT

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """Return what an address asks for; a sort or state that nobody knows is left out."""
        state, sort = query.get("state", ""), query.get("sort", "")
        return cls(
            journey=query.get("journey", "")[:160],
            team=query.get("team", "")[:80],
            state=state if state in {OPEN, *OpportunityState.values} else "",
            # No id has more digits, and no database takes many more.
            owner=query.get("owner", "")[:18],
            sort=sort if sort in SORTS else DEFAULT_SORT,
        )

    @property
    def narrows(self) -> bool:
        """True where not everything is shown."""
        return bool(self.journey or self.team or self.state or self.owner)

    def query(self, **changes: object) -> str:
        """Return the address parameters, with some changed; defaults are left out."""
        page = changes.pop("page", None)
        other = replace(self, **changes) if changes else self  # type: ignore[arg-type]
        pairs = [(name, getattr(other, name)) for name in ("journey", "team", "state", "owner")]
        pairs += [("sort", other.sort if other.sort != DEFAULT_SORT else ""), ("page", page or "")]
        return urlencode([(name, value) for name, value in pairs if value])

    def narrow(self, workspace: Workspace, user: Visitor) -> OpportunityQuerySet:
        """Return the workspace's opportunities that they let through."""
        found = Opportunity.objects.visible_to(user).filter(workspace=workspace)
        if self.journey:
            found = found.filter(journey__slug=self.journey)
        if self.team:
            found = found.filter(team__slug=self.team)
        if self.state == OPEN:
            found = found.filter(state__in=OpportunityState.open())
        elif self.state:
            found = found.filter(state=self.state)
        if self.owner == MINE and isinstance(user, User):
            found = found.filter(owner=user)
        elif self.owner.isdecimal():
            found = found.filter(owner=int(self.owner))
        return found

    def of(self, workspace: Workspace, user: Visitor) -> OpportunityQuerySet:
        """Return the same with what a page shows of each, in their order."""
        found = self.narrow(workspace, user)
        shown = with_total(found.with_people().with_figures())
        return shown.order_by(*SORTS[self.sort], "-pk")


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a filter."""

    value: str
    label: str
    selected: bool


@dataclass(frozen=True, slots=True)
class Chooser:
    """A filter with its options."""

    name: str
    label: str
    choices: list[Choice]


def choosers(
    filters: OpportunityFilters, workspace: Workspace, user: Visitor, *, states: bool = True
) -> list[Chooser]:
    """Return the filters that a page offers: only what some opportunity has."""
    mine = Opportunity.objects.visible_to(user).filter(workspace=workspace)
    journeys = Journey.objects.filter(pk__in=mine.values("journey")).values_list("slug", "title")
    teams = Team.objects.filter(pk__in=mine.values("team")).values_list("slug", "name")
    owners = [
        (str(person.pk), str(person))
        for person in User.objects.filter(pk__in=mine.values("owner")).order_by("name", "email")
    ]
    offered = [
        ("journey", "Journey", list(journeys)),
        ("team", "Team", list(teams)),
        ("owner", "Owner", [(MINE, "me"), *owners]),
    ]
    if states:
        offered.append(("state", "State", [(OPEN, "open"), *OpportunityState.choices]))
    return [
        Chooser(
            name,
            label,
            [Choice(value, text, value == getattr(filters, name)) for value, text in choices],
        )
        for name, label, choices in offered
        if choices
    ]
