"""The queue of cases: whose, how far, and what is late; read from the address and written back."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import QueryDict

from feedback.models import Case, CaseState
from feedback.models.cases import CaseQuerySet
from journeys.models import Workspace
from journeys.models.workspaces import Visitor

WHOSE = {"all": "Everybody’s", "mine": "Mine", "team": "My teams’", "nobody": "Nobody’s yet"}
STATES = {
    "open": "Not resolved",
    "overdue": "Overdue",
    **{state.value: state.label for state in CaseState},
    "any": "All",
}


@dataclass(frozen=True, slots=True)
class Queue:
    """What of the queue is asked for. `problems` name what the address got wrong."""

    whose: str = "all"
    state: str = "open"
    problems: tuple[str, ...] = ()

    @classmethod
    def read(cls, data: QueryDict) -> "Queue":
        """Read the address; what it gets wrong is named, and the usual taken instead."""
        problems = []
        chosen = {"whose": "all", "state": "open"}
        for name, known in (("whose", WHOSE), ("state", STATES)):
            asked = data.get(name, chosen[name])
            if asked in known:
                chosen[name] = asked
            else:
                problems.append(f"The address asks for “{asked[:40]}”, which does not exist.")
        return cls(chosen["whose"], chosen["state"], tuple(problems))

    def query(self, **changed: str) -> str:
        """Return the part of the address that shows this, or this with something changed."""
        values = {"whose": self.whose, "state": self.state} | changed
        usual = {"whose": "all", "state": "open"}
        return urlencode({name: value for name, value in values.items() if value != usual[name]})

    def cases(self, user: Visitor, workspace: Workspace, now: datetime) -> CaseQuerySet:
        """Return the cases that are asked for: the most urgent first, what is over the latest."""
        cases = Case.objects.visible_to(user).filter(workspace=workspace)
        if self.whose == "mine":
            cases = cases.filter(owner=user.pk)
        elif self.whose == "team":
            cases = cases.of_team_of(user)
        elif self.whose == "nobody":
            cases = cases.filter(owner__isnull=True)
        if self.state == "open":
            cases = cases.unresolved()
        elif self.state == "overdue":
            cases = cases.overdue(now)
        elif self.state != "any":
            cases = cases.filter(state=self.state)
        past = self.state in {"any", CaseState.RESOLVED, CaseState.CLOSED}
        order = ("-opened_at", "-pk") if past else ("due_at", "pk")
        return cases.with_places().order_by(*order)
