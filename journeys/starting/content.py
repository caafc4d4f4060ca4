"""A map as texts: lanes, stages, steps and cards, without feedback and without people's names.

{"goal": "…",
 "lanes": [{"kind": "doing", "title": "", "line_below": "interaction"}],
 "stages": [{"title": "…", "goal": "…", "steps": [
     {"title": "…", "cards": {"doing": ["…", {"text": "…", "severity": 3}]}}]}]}

Cards stand under the name of their lane: its kind, with ".2" for the second of one kind. A module
of JOURNEY_PARTS that offers STARTING adds what it owns to each step, under a name of its own.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import transaction

from journeys.editing.placing import GAP
from journeys.maps.build import lane_keys
from journeys.models import Card, Journey, Lane, LaneKind, Stage, Step
from journeys.models.workspaces import Visitor

Content = Mapping[str, Any]
_CARD_VALUES = ("severity", "impact", "effort")


@dataclass(frozen=True, slots=True)
class Hook:
    """What an app above adds to the steps of a template, under `name`."""

    name: str
    read: Callable[[Journey], dict[int, list[dict[str, Any]]]]
    """Return what stands at each step of a journey, by the step's id."""
    write: Callable[[Journey, Sequence[tuple[Step, list[dict[str, Any]]]]], None]
    """Make it at the steps of a new journey."""


@cache
def hooks() -> tuple[Hook, ...]:
    """Return the hook of every module in JOURNEY_PARTS that has one."""
    found = (getattr(import_module(path), "STARTING", None) for path in settings.JOURNEY_PARTS)
    return tuple(hook for hook in found if hook is not None)


@transaction.atomic
def write_content(journey: Journey, content: Content, *, by: Visitor) -> None:
    """Make lanes, stages, steps and cards in a journey that has none: a fixed number of queries."""
    lanes = Lane.objects.bulk_create(
        Lane(
            journey=journey,
            kind=lane["kind"],
            title=lane.get("title", ""),
            line_below=lane.get("line_below", ""),
            position=place * GAP,
        )
        for place, lane in enumerate(content["lanes"])
    )
    stages = Stage.objects.bulk_create(
        Stage(
            journey=journey,
            title=stage["title"],
            goal=stage.get("goal", ""),
            position=place * GAP,
        )
        for place, stage in enumerate(content["stages"])
    )
    steps = Step.objects.bulk_create(
        Step(stage=row, title=step["title"], position=place * GAP)
        for row, stage in zip(stages, content["stages"], strict=True)
        for place, step in enumerate(stage["steps"])
    )
    texts = [step for stage in content["stages"] for step in stage["steps"]]
    by_key = {key: lane for lane, key in zip(lanes, lane_keys(lanes).values(), strict=True)}
    personas = dict(journey.workspace.personas.values_list("slug", "pk"))
    Card.objects.bulk_create(
        Card(
            lane=by_key[key],
            step=row,
            position=place * GAP,
            created_by_id=by.pk,
            **_card_values(card, personas),
        )
        for row, step in zip(steps, texts, strict=True)
        for key, cards in step.get("cards", {}).items()
        for place, card in enumerate(cards)
    )
    for hook in hooks():
        hook.write(
            journey,
            [
                (row, step[hook.name])
                for row, step in zip(steps, texts, strict=True)
                if step.get(hook.name)
            ],
        )


def _card_values(card: str | Mapping[str, Any], personas: Mapping[str, int]) -> dict[str, Any]:
    if isinstance(card, str):
        return {"text": card}
    values = {name: card[name] for name in ("text", *_CARD_VALUES) if name in card}
    return values | {"persona_id": personas.get(card.get("persona", ""))}


def content_of(journey: Journey) -> dict[str, Any]:
    """Return a journey's map as texts; pictures, feelings, handoffs and feedback stay with it."""
    lanes = list(Lane.objects.current().filter(journey=journey).order_by("position"))
    keys = lane_keys(lanes)
    cards: dict[int, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for card in (
        Card.objects.current()
        .filter(lane__journey=journey)
        .exclude(lane__kind=LaneKind.IMAGES)
        .select_related("persona")
        .order_by("position", "pk")
    ):
        cards[card.step_id][keys[card.lane_id]].append(_card_text(card))
    added = [(hook.name, hook.read(journey)) for hook in hooks()]
    steps: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for step in Step.objects.current().filter(stage__journey=journey).order_by("position"):
        more = {name: found[step.pk] for name, found in added if step.pk in found}
        steps[step.stage_id].append({"title": step.title, "cards": cards[step.pk]} | more)
    stages = Stage.objects.current().filter(journey=journey).order_by("position")
    return {
        "goal": journey.goal,
        "lanes": [
            {"kind": lane.kind, "title": lane.title, "line_below": lane.line_below}
            for lane in lanes
        ],
        "stages": [
            {"title": stage.title, "goal": stage.goal, "steps": steps[stage.pk]} for stage in stages
        ],
    }


def _card_text(card: Card) -> str | dict[str, Any]:
    values = {name: getattr(card, name) for name in _CARD_VALUES}
    more = {name: value for name, value in values.items() if value is not None}
    if card.persona:
        more["persona"] = card.persona.slug
    return {"text": card.text, **more} if more else card.text
