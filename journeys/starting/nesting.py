"""Sub-journeys: which steps open a journey, which it must not open, and making one from a step.

Figures roll up one level: what a sub-journey's own sub-journeys measure is not counted again.
"""

from collections.abc import Iterable

from journeys.editing.edit import Edit, EditRefused, quoted
from journeys.editing.placing import GAP, siblings
from journeys.models import Journey, Lane, Stage, Step
from journeys.models.workspaces import Visitor
from journeys.starting.creating import begin_journey


def opening_steps(journey: Journey, *, user: Visitor, chosen: str = "") -> list[Step]:
    """Return the steps that open a journey: the one whose id is chosen if it does, else all."""
    steps = list(
        Step.objects.visible_to(user)
        .current()
        .filter(opens=journey)
        .select_related("stage__journey__workspace")
        .order_by("stage__journey__title", "stage__position", "position")
    )
    return [step for step in steps if str(step.pk) == chosen] or steps


def refuse_circle(journey: Journey, opens: Journey | None) -> None:
    """Raise EditRefused where a sub-journey leads back to the journey that shall open it."""
    if opens is None:
        return
    if opens.pk == journey.pk:
        raise EditRefused("A step cannot open the journey that it stands in.")
    seen: set[int] = set()
    found: Iterable[int] = [opens.pk]
    while todo := set(found) - seen:
        seen |= todo
        steps = Step.objects.current().filter(stage__journey__in=todo, opens__isnull=False)
        back = steps.filter(opens=journey).select_related("stage__journey").first()
        if back is not None:
            raise EditRefused(
                f"{quoted(opens)} cannot be opened here: the step {quoted(back)} of "
                f"{quoted(back.stage.journey)} opens {quoted(journey)}, so they would lead in a "
                "circle. Clear that step first, or choose another journey."
            )
        found = steps.values_list("opens", flat=True)


def begin_sub_journey(edit: Edit, step: Step) -> Journey:
    """Make a journey that shows a step in detail: same lanes, one stage named like the step.

    Undoing closes it off from the step; the journey itself stays.
    """
    if step.opens is not None:
        raise EditRefused(f"{quoted(step)} opens {quoted(step.opens)} already.")
    parent = edit.journey
    sub = begin_journey(
        parent.workspace, title=step.title, goal="", state=parent.state, owner=edit.by
    )
    sub.personas.set(parent.personas.all())
    Lane.objects.bulk_create(
        Lane(
            journey=sub,
            kind=lane.kind,
            title=lane.title,
            line_below=lane.line_below,
            position=place * GAP,
        )
        for place, lane in enumerate(siblings(Lane, journey=parent))
    )
    Stage.objects.create(journey=sub, title=step.title, position=0)
    edit.change(step, opens=sub)
    edit.summary = f"Made a sub-journey from the step {quoted(step)}"
    return sub
