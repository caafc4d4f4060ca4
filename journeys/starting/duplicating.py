"""A second journey with the same map, as when a team begins to redesign one."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction

from journeys.editing.copying import copies
from journeys.editing.parts import Part, parts
from journeys.models import EmotionAssessment, Journey, JourneyState, Persona, User
from journeys.starting.creating import begin_journey

LONGEST_TITLE = 160


def title_of_copy(journey: Journey, state: str) -> str:
    """Return what a copy is called if nobody says otherwise."""
    words = "future state" if state == JourneyState.FUTURE else "copy"
    return f"{journey.title[: LONGEST_TITLE - len(words) - 2]}, {words}"


def duplicate(
    journey: Journey,
    *,
    title: str,
    state: str,
    by: User,
    goal: str | None = None,
    personas: Iterable[Persona] | None = None,
) -> Journey:
    """Copy a journey with everything on its map; feedback stays with the original.

    A future state is compared with the original, and begins without assessed feelings: nobody has
    lived through it. Every row knows what it was copied from.
    """
    with transaction.atomic():
        # Nobody edits the original while it is read.
        journey.lock()
        copy = begin_journey(
            journey.workspace,
            title=title,
            goal=journey.goal if goal is None else goal,
            state=state,
            owner=by,
        )
        copy.personas.set(journey.personas.all() if personas is None else personas)
        with copy.changing():
            future = state == JourneyState.FUTURE
            if future:
                copy.compares_with = journey
                copy.save(update_fields=["compares_with"])
            copies(None, copy, _rows(journey, future=future))
    return copy


def _rows(journey: Journey, *, future: bool) -> Iterator[tuple[Part, Any]]:
    for part in parts().values():
        if part.model is Journey or (future and part.model is EmotionAssessment):
            continue
        for row in part.current(journey.pk):
            yield part, row
