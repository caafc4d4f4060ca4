"""What a watch finds: a place that has turned for the worse, in numbers and in a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from feedback.models import Alert, AlertKind
from journeys.models import Workspace
from touchpoints.models import Handoff, Touchpoint

Key = tuple[str, int, str, int | None]
"""Kind, touchpoint, scale and handoff: what an alert is about."""

LONGEST = 300


@dataclass(frozen=True, slots=True)
class Turn:
    """A place that is worse than it was. `facts` are what Alert.facts keeps."""

    kind: AlertKind
    touchpoint: Touchpoint
    says: str
    began_on: date | None
    facts: dict[str, Any] = field(default_factory=dict)
    metric: str = ""
    handoff: Handoff | None = None

    @property
    def key(self) -> Key:
        """Return what it is about, as Alert.key does."""
        pk = None if self.handoff is None else self.handoff.pk
        return self.kind.value, self.touchpoint.pk, self.metric, pk

    @property
    def team_id(self) -> int | None:
        """Return who answers for it: of a handoff the team that takes over."""
        return self.touchpoint.team_id if self.handoff is None else self.handoff.to_team_id

    def alert(self, workspace: Workspace) -> Alert:
        """Return the alert that opens, not stored yet."""
        return Alert(
            workspace=workspace,
            kind=self.kind,
            touchpoint=self.touchpoint,
            handoff=self.handoff,
            metric=self.metric,
            team_id=self.team_id,
            began_on=self.began_on,
            says=self.says[:LONGEST],
            facts=self.facts,
        )

    @classmethod
    def of(cls, alert: Alert, touchpoint: Touchpoint) -> "Turn":
        """Return the turn that an alert holds, where nothing newer can be told of it."""
        return cls(
            AlertKind(alert.kind),
            touchpoint,
            alert.says,
            alert.began_on,
            alert.facts,
            alert.metric,
            alert.handoff,
        )


@dataclass(frozen=True, slots=True)
class Watched:
    """What one watch of a workspace looks at: the places, and the alerts that last."""

    workspace: Workspace
    today: date
    touchpoints: Mapping[int, Touchpoint]
    """On the map of current journeys, by id, each with `last_day`: of its latest answer."""
    lasting: Mapping[Key, Alert]

    def alerts(self, kind: AlertKind) -> list[Alert]:
        """Return the lasting alerts of a kind whose touchpoint is still watched."""
        return [
            alert
            for alert in self.lasting.values()
            if alert.kind == kind and alert.touchpoint_id in self.touchpoints
        ]
