"""Touchpoints in templates: their titles, channels and owners, by name."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from journeys.editing.placing import GAP
from journeys.models import Journey, Step
from journeys.starting.content import Hook
from touchpoints.models import Touchpoint

_VALUES = ("title", "side", "icon", "moment_that_matters", "importance", "target_wait_minutes")


def read(journey: Journey) -> dict[int, list[dict[str, Any]]]:
    """Return the touchpoints at each step of a journey."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for touchpoint in Touchpoint.objects.on_map().filter(step__stage__journey=journey):
        values = {name: getattr(touchpoint, name) for name in _VALUES}
        team = touchpoint.team.slug if touchpoint.team else ""
        found[touchpoint.step_id].append(
            values | {"channel": touchpoint.channel.name, "team": team}
        )
    return found


def write(journey: Journey, steps: Sequence[tuple[Step, list[dict[str, Any]]]]) -> None:
    """Make touchpoints; one whose channel the workspace has no more is left out."""
    if not steps:
        return
    channels = dict(journey.workspace.channels.values_list("name", "pk"))
    teams = dict(journey.workspace.teams.values_list("slug", "pk"))
    Touchpoint.objects.bulk_create(
        Touchpoint(
            step=step,
            channel_id=channels[each["channel"]],
            team_id=teams.get(each["team"]),
            position=place * GAP,
            **{name: each[name] for name in _VALUES},
        )
        for step, touchpoints in steps
        for place, each in enumerate(touchpoints)
        if each["channel"] in channels
    )


STARTING = Hook("touchpoints", read, write)
