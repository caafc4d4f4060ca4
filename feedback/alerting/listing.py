"""The list of alerts: which of them, in which order."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Case, F, IntegerField, Value, When
from django.http import QueryDict
from django.utils import timezone

from feedback.models import Alert, AlertKind, AlertState
from feedback.models.alerts import AlertQuerySet
from journeys.models import User, Workspace


@dataclass(frozen=True, slots=True)
class AlertFilters:
    """What the list is limited to: a team, a kind, one's own teams, and what is over."""

    team: str = ""
    kind: str = ""
    mine: bool = False
    over: bool = False

    @classmethod
    def read(cls, query: QueryDict) -> "AlertFilters":
        """Read them from an address; a kind that does not exist limits nothing."""
        kind = query.get("kind", "")
        return cls(
            team=query.get("team", ""),
            kind=kind if kind in AlertKind.values else "",
            mine=query.get("mine") == "1",
            over=query.get("show") == "closed",
        )

    def query(self, **changes: object) -> str:
        """Return the address parameters, with some changed; defaults are left out."""
        values: dict[str, object] = {
            "team": self.team,
            "kind": self.kind,
            "mine": self.mine,
            "over": self.over,
        } | changes
        pairs = [("team", values["team"]), ("kind", values["kind"])]
        pairs += [("mine", "1")] if values["mine"] else []
        pairs += [("show", "closed")] if values["over"] else []
        return urlencode([(name, value) for name, value in pairs if value])

    @property
    def limits(self) -> bool:
        """True where some alerts may be left out."""
        return bool(self.team or self.kind or self.mine)

    def apply(self, workspace: Workspace, user: User) -> AlertQuerySet:
        """Return the alerts of a visible workspace: what is awake first, then by team and kind."""
        alerts = Alert.objects.visible_to(user).filter(workspace=workspace)
        alerts = alerts.filter(state=AlertState.CLOSED) if self.over else alerts.living()
        if self.team:
            alerts = alerts.filter(team__slug=self.team)
        if self.kind:
            alerts = alerts.filter(kind=self.kind)
        if self.mine:
            alerts = alerts.filter(team__in=user.teams.all())
        alerts = alerts.with_places().select_related("settled_by")
        if self.over:
            return alerts.order_by("-closed_at", "-pk")
        asleep = When(
            state=AlertState.SNOOZED, snoozed_until__gt=timezone.now().date(), then=Value(1)
        )
        kinds = [When(kind=kind, then=Value(place)) for place, kind in enumerate(AlertKind.values)]
        return alerts.order_by(
            Case(asleep, default=Value(0), output_field=IntegerField()),
            F("team__name").asc(nulls_last=True),
            Case(*kinds, default=Value(9), output_field=IntegerField()),
            "-opened_at",
            "-pk",
        )
