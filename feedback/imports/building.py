"""Building the journey that a mapping describes."""

from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import models

from feedback.imports.mappings.mapping import JourneyMapping, Mapping, TouchpointMapping
from feedback.imports.places import folded
from feedback.imports.problems import BadMapping
from journeys.models import Channel, Journey, Lane, Stage, Step, Workspace
from touchpoints.editing.libraries import new_team
from touchpoints.models import Team, Touchpoint


def build_journey(workspace: Workspace, slug: str, mapping: Mapping) -> Journey:
    """Create the journey with its stages, steps, touchpoints and lanes, and return it.

    Channels and teams are the workspace's, whatever the case of their names; missing ones are
    added. Runs in the caller's transaction; raises BadMapping.
    """
    plan = mapping.journey
    if plan is None:
        raise BadMapping(
            f'There is no journey "{slug}" in the workspace "{workspace.slug}"; '
            "a [journey] table in the mapping would describe it."
        )
    journey = _saved(
        Journey(workspace=workspace, slug=slug, title=plan.title, goal=plan.goal, state=plan.state),
        "journey",
    )
    _build_lanes(journey, plan)
    steps = _build_steps(journey, plan, mapping.touchpoints)
    _build_touchpoints(workspace, steps, mapping.touchpoints)
    return journey


_StepKey = tuple[str, str]
_Built = TypeVar("_Built", bound=models.Model)


def _step_key(touchpoint: TouchpointMapping) -> _StepKey:
    return touchpoint.stage, folded(touchpoint.step or touchpoint.title)


def _build_lanes(journey: Journey, plan: JourneyMapping) -> None:
    for position, lane in enumerate(plan.lanes):
        row = Lane(journey=journey, kind=lane.kind, title=lane.title, position=position)
        row.line_below = lane.line_below
        _saved(row, f"journey.lanes[{position + 1}]")


def _build_steps(
    journey: Journey, plan: JourneyMapping, touchpoints: tuple[TouchpointMapping, ...]
) -> dict[_StepKey, Step]:
    steps: dict[_StepKey, Step] = {}
    for position, planned in enumerate(plan.stages):
        where = f"journey.stages[{position + 1}]"
        stage = Stage(journey=journey, title=planned.title, goal=planned.goal, position=position)
        _saved(stage, where)
        titles = {_step_key(t): t.step or t.title for t in touchpoints if t.stage == planned.title}
        for number, (key, title) in enumerate(titles.items()):
            steps[key] = _saved(Step(stage=stage, title=title, position=number), where)
    return steps


def _build_touchpoints(
    workspace: Workspace,
    steps: dict[_StepKey, Step],
    touchpoints: tuple[TouchpointMapping, ...],
) -> None:
    channels = {folded(c.name): c for c in Channel.objects.filter(workspace=workspace)}
    teams = {folded(t.name): t for t in Team.objects.filter(workspace=workspace)}
    built: set[tuple[_StepKey, str]] = set()
    for number, planned in enumerate(touchpoints, 1):
        where = f"touchpoints[{number}]"
        place = (_step_key(planned), folded(planned.channel))
        if place in built:
            continue
        built.add(place)
        if place[1] not in channels:
            channel = Channel(workspace=workspace, name=planned.channel)
            channels[place[1]] = _saved(channel, f"{where}.channel")
        if planned.team and folded(planned.team) not in teams:
            team = new_team(workspace, planned.team, list(teams.values()))
            teams[folded(planned.team)] = _saved(team, f"{where}.team")
        touchpoint = Touchpoint(
            step=steps[place[0]],
            channel=channels[place[1]],
            team=teams[folded(planned.team)] if planned.team else None,
            title=planned.title,
            side=planned.side,
            importance=planned.importance,
            moment_that_matters=planned.moment_that_matters,
            position=number - 1,
        )
        _saved(touchpoint, where)


def _saved(built: _Built, where: str) -> _Built:
    try:
        built.clean_fields()
    except ValidationError as error:
        words = "; ".join(f"{key}: {' '.join(found)}" for key, found in error.message_dict.items())
        raise BadMapping(f"{where}: {words}") from None
    built.save()
    return built
