"""What a step shows of the sub-journey that it opens: that journey's touchpoints, one level down.

A step with touchpoints of its own speaks for itself; only one without any shows what is below it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from journeys.models import Journey, Step
from touchpoints.models import Touchpoint


def touchpoints_of(
    journeys: Iterable[int | None], *, also: Sequence[str] = ("channel", "team")
) -> dict[int, list[Touchpoint]]:
    """Return the touchpoints on the maps of several journeys, by the journey's id: one query.

    Their steps and stages come along, and what `also` names.
    """
    found: dict[int, list[Touchpoint]] = defaultdict(list)
    ids = {pk for pk in journeys if pk is not None}
    for touchpoint in (
        Touchpoint.objects.current()
        .filter(step__stage__journey__in=ids)
        .select_related("step__stage", *also)
        .order_by("position", "pk")
    ):
        found[touchpoint.step.stage.journey_id].append(touchpoint)
    return found


def below(
    steps: Iterable[Step], own: Iterable[Touchpoint], by_journey: dict[int, list[Touchpoint]]
) -> dict[int, list[Touchpoint]]:
    """Return by step what is shown of its sub-journey; a step without any is left out."""
    speaking = {touchpoint.step_id for touchpoint in own}
    return {
        step.pk: by_journey[step.opens_id]
        for step in steps
        if step.opens_id in by_journey and step.pk not in speaking
    }


def with_below(journeys: Sequence[Journey]) -> dict[int, list[Touchpoint]]:
    """Return each journey's touchpoints together with those below its steps: two queries.

    Without their channels and teams: of hundreds, those cost as much as the touchpoints.
    """
    steps = list(
        Step.objects.current()
        .filter(stage__journey__in=journeys, opens__isnull=False)
        .select_related("stage")
    )
    ids = [*(each.pk for each in journeys), *(step.opens_id for step in steps)]
    found = touchpoints_of(ids, also=())
    together = {}
    for journey in journeys:
        own = found.get(journey.pk, [])
        opening = [step for step in steps if step.stage.journey_id == journey.pk]
        shown = below(opening, own, found).values()
        rows = {each.pk: each for group in (own, *shown) for each in group}
        together[journey.pk] = list(rows.values())
    return together
