"""The watch: looks at every workspace, opens alerts, and closes those that are over.

An alert opens once and lasts until the numbers have recovered. What a person closed meanwhile stays
closed; only after the recovery may the same place open another one.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import OuterRef, Subquery

from feedback.alerting.frictions import friction_turns
from feedback.alerting.hooks import announce
from feedback.alerting.scores import score_turns
from feedback.alerting.silences import silence_turns
from feedback.alerting.telling import tell_teams
from feedback.alerting.turn import Key, Turn, Watched
from feedback.alerting.waits import wait_turns
from feedback.models import Alert, AlertKind, AlertState, ScoreCount
from journeys.models import JourneyState, Workspace
from touchpoints.models import Touchpoint

FINDERS: tuple[Callable[[Watched], Iterator[Turn]], ...] = (
    score_turns,
    friction_turns,
    silence_turns,
    wait_turns,
)
RECOVERED = "The numbers have recovered."
NOT_WATCHED = "It is no longer on the map of a current journey."

logger = logging.getLogger(__name__)


@dataclass
class Outcome:
    """What one watch changed: alerts that opened, woke up from their sleep, or are over."""

    opened: list[Alert] = field(default_factory=list)
    woken: list[Alert] = field(default_factory=list)
    recovered: list[Alert] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{len(self.opened)} opened, {len(self.woken)} woke up, {len(self.recovered)} recovered"
        )


def watch(now: datetime) -> None:
    """Watch all workspaces, one after another; one that fails does not keep the others back."""
    for workspace in Workspace.objects.order_by("pk"):
        try:
            watch_workspace(workspace, now)
        except Exception:
            logger.exception("The watch over workspace %s failed.", workspace.pk)


def watch_workspace(workspace: Workspace, now: datetime, *, tells: bool = True) -> Outcome:
    """Watch a workspace and tell its teams what changed, unless `tells` is False.

    As many queries for four hundred touchpoints as for one.
    """
    watched = _watched(workspace, now.date())
    turns = _once_each([turn for find in FINDERS for turn in find(watched)], watched)
    with transaction.atomic():
        outcome = _settle(workspace, turns, set(watched.touchpoints), now)
        if tells:
            tell_teams(workspace, outcome.opened, outcome.woken)
            announce(workspace, outcome.opened, outcome.recovered)
    return outcome


def watched_touchpoints(workspace: Workspace) -> dict[int, Touchpoint]:
    """Return what is on the map of current journeys, each with `last_day` of its answers."""
    answered = ScoreCount.objects.answered().filter(touchpoint=OuterRef("pk")).order_by("-day")
    found = (
        Touchpoint.objects.current()
        .filter(
            step__stage__journey__workspace=workspace,
            step__stage__journey__state=JourneyState.CURRENT,
        )
        .annotate(last_day=Subquery(answered.values("day")[:1]))
        .order_by("pk")
    )
    return {touchpoint.pk: touchpoint for touchpoint in found}


def _once_each(found: list[Turn], watched: Watched) -> dict[Key, Turn]:
    """Return the turns by what they are about.

    Friction that has grown by its effort is no second alert where the scores, from which effort
    comes, have opened one.
    """
    fallen = {turn.touchpoint.pk for turn in found if turn.kind == AlertKind.SCORE}
    return {
        turn.key: turn
        for turn in found
        if turn.facts.get("mostly") != "effort"
        or turn.touchpoint.pk not in fallen
        or turn.key in watched.lasting
    }


def _watched(workspace: Workspace, today: date) -> Watched:
    touchpoints = watched_touchpoints(workspace)
    return Watched(workspace, today, touchpoints, _lasting(workspace))


def _lasting(workspace: Workspace) -> dict[Key, Alert]:
    alerts = Alert.objects.unrecovered().filter(workspace=workspace)
    return {alert.key: alert for alert in alerts.select_related("handoff")}


def _settle(
    workspace: Workspace, turns: dict[Key, Turn], places: set[int], now: datetime
) -> Outcome:
    """Bring the alerts into agreement with what was found, under a lock: one watch at a time."""
    list(Workspace.objects.select_for_update(no_key=True).filter(pk=workspace.pk))
    lasting, outcome = _lasting(workspace), Outcome()
    renewed = []
    for key, alert in lasting.items():
        if key in turns:
            if _renew(alert, turns[key].alert(workspace)):
                renewed.append(alert)
            due = alert.state == AlertState.SNOOZED and alert.is_awake(now.date())
            if due and alert.reopen():
                outcome.woken.append(alert)
        else:
            was_living = alert.state in AlertState.living()
            alert.recover(now, RECOVERED if alert.touchpoint_id in places else NOT_WATCHED)
            if was_living:
                outcome.recovered.append(alert)
    Alert.objects.bulk_update(renewed, ["says", "facts", "team"])
    new = [turn.alert(workspace) for key, turn in turns.items() if key not in lasting]
    outcome.opened = Alert.objects.bulk_create(new)
    return outcome


def _renew(alert: Alert, new: Alert) -> bool:
    """Let an alert say how it stands today; return whether that is something new."""
    before = alert.says, alert.facts, alert.team_id
    alert.says, alert.facts, alert.team_id = new.says, new.facts, new.team_id
    return before != (alert.says, alert.facts, alert.team_id)
