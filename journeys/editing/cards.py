"""What people do with cards."""

from collections.abc import Sequence
from typing import Any

from journeys.editing.edit import Edit, EditRefused, quoted
from journeys.editing.placing import before, put, room, siblings
from journeys.models import Card, Lane, LaneKind, Step

LONGEST = 500


def add_card(
    edit: Edit, lane: Lane, step: Step, text: str, *, before_pk: int | None = None, **more: Any
) -> Card:
    """Write a card into a cell, before another one or at its end."""
    if not LaneKind(lane.kind).holds_cards:
        raise EditRefused(f"{lane} is computed from data: nobody writes into it.")
    among = siblings(Card, lane=lane, step=step)
    position = room(edit, among, before(among, before_pk))
    card = edit.add(
        Card, lane=lane, step=step, text=text, position=position, created_by=edit.by, **more
    )
    edit.summary = f"Added {quoted(card)} to {lane} at {quoted(step)}"
    return card


def add_cards(edit: Edit, lane: Lane, step: Step, texts: Sequence[str]) -> list[Card]:
    """Write a column that somebody pasted: one card in each step, from this one to the right.

    Texts that have no step left come into the last one.
    """
    on_map = Step.objects.current().filter(stage__journey=edit.journey)
    steps = list(on_map.order_by("stage__position", "position"))
    first = next(place for place, each in enumerate(steps) if each.pk == step.pk)
    cards = [
        add_card(edit, lane, steps[min(first + place, len(steps) - 1)], text)
        for place, text in enumerate(texts)
    ]
    edit.summary = f"Pasted {len(cards)} cards into {lane}"
    return cards


def move_card(edit: Edit, card: Card, lane: Lane, step: Step, *, before_pk: int | None) -> None:
    """Move a card to a place in a cell."""
    if not LaneKind(lane.kind).holds_cards:
        raise EditRefused(f"{lane} is computed from data: no card can stand in it.")
    put(edit, card, before_pk=before_pk, lane=lane, step=step)
    edit.summary = f"Moved {quoted(card)} to {lane} at {quoted(step)}"


def copy_card(edit: Edit, card: Card) -> Card:
    """Put a second one behind a card."""
    among = siblings(Card, lane=card.lane_id, step=card.step_id)
    place = [each.pk for each in among].index(card.pk) + 1
    copy = edit.add(
        Card,
        lane_id=card.lane_id,
        step_id=card.step_id,
        text=card.text,
        persona_id=card.persona_id,
        severity=card.severity,
        impact=card.impact,
        effort=card.effort,
        image=card.image.name,
        created_by=edit.by,
        copy_of=card,
        position=room(edit, among, place),
    )
    edit.summary = f"Copied {quoted(card)}"
    return copy


def split_card(edit: Edit, card: Card) -> list[Card]:
    """Make a card of each line of a card, all in its cell."""
    lines = [line.strip() for line in card.text.splitlines() if line.strip()]
    if len(lines) < 2:
        raise EditRefused("A card is split at its line breaks, and this one has none.")
    among = siblings(Card, lane=card.lane_id, step=card.step_id)
    after = [each.pk for each in among].index(card.pk) + 1
    following = among[after].pk if after < len(among) else None
    edit.change(card, text=lines[0])
    more = [
        add_card(edit, card.lane, card.step, line, before_pk=following, persona=card.persona)
        for line in lines[1:]
    ]
    edit.summary = f"Split {quoted(card)} into {len(lines)} cards"
    return [card, *more]


def merge_cards(edit: Edit, card: Card) -> Card:
    """Join a card with the one behind it in its cell, line by line."""
    among = siblings(Card, lane=card.lane_id, step=card.step_id)
    after = [each.pk for each in among].index(card.pk) + 1
    if after == len(among):
        raise EditRefused("There is no card behind this one to merge it with.")
    gone = among[after]
    text = f"{card.text}\n{gone.text}"
    if len(text) > LONGEST:
        raise EditRefused(f"Both together are longer than {LONGEST} characters.")
    edit.change(card, text=text)
    edit.remove(gone)
    edit.summary = f"Merged {quoted(gone)} into {quoted(card)}"
    return card


def remove_card(edit: Edit, card: Card) -> None:
    """Take a card off the map."""
    edit.remove(card)
    edit.summary = f"Removed {quoted(card)} from {card.lane} at {quoted(card.step)}"
