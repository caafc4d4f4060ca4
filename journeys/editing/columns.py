"""What people do with stages and steps."""

from collections.abc import Iterator
from typing import Any

from journeys.editing.copying import copies
from journeys.editing.edit import Edit, EditRefused, quoted
from journeys.editing.parts import Part, parts
from journeys.editing.placing import before, put, room, siblings
from journeys.models import EmotionAssessment, Stage, Step


def add_stage(edit: Edit, title: str, *, goal: str = "", before_pk: int | None = None) -> Stage:
    """Begin a stage before another one, or at the end."""
    among = siblings(Stage, journey=edit.journey)
    position = room(edit, among, before(among, before_pk))
    stage = edit.add(Stage, journey=edit.journey, title=title, goal=goal, position=position)
    edit.summary = f"Added the stage {quoted(stage)}"
    return stage


def add_step(edit: Edit, stage: Stage, title: str, *, before_pk: int | None = None) -> Step:
    """Put a step into a stage, before another one or at its end."""
    among = siblings(Step, stage=stage)
    position = room(edit, among, before(among, before_pk))
    step = edit.add(Step, stage=stage, title=title, position=position)
    edit.summary = f"Added the step {quoted(step)} to {quoted(stage)}"
    return step


def move_stage(edit: Edit, stage: Stage, *, before_pk: int | None) -> None:
    """Move a stage with its steps."""
    put(edit, stage, before_pk=before_pk)
    edit.summary = f"Moved the stage {quoted(stage)}"


def move_step(edit: Edit, step: Step, stage: Stage, *, before_pk: int | None) -> None:
    """Move a step within its stage or into another."""
    put(edit, step, before_pk=before_pk, stage=stage)
    edit.summary = f"Moved the step {quoted(step)} in {quoted(stage)}"


def remove_stage(edit: Edit, stage: Stage) -> None:
    """Take a stage with all that stands in it off the map; feedback on it is kept."""
    edit.remove(stage)
    edit.summary = f"Removed the stage {quoted(stage)}"


def remove_step(edit: Edit, step: Step) -> None:
    """Take a step with all that stands in it off the map; feedback on it is kept."""
    edit.remove(step)
    edit.summary = f"Removed the step {quoted(step)} from {quoted(step.stage)}"


def copy_step(edit: Edit, step: Step) -> Step:
    """Put a second step with the same cards and touchpoints behind a step; no feedback comes."""
    among = siblings(Step, stage=step.stage_id)
    place = [each.pk for each in among].index(step.pk) + 1
    ids = copies(edit.add, edit.journey, _of_step(edit, step))
    copy = edit.get(Step, ids["step", step.pk])
    edit.change(copy, position=room(edit, among, place))
    edit.summary = f"Copied the step {quoted(step)}"
    return copy


def copy_stage(edit: Edit, stage: Stage) -> Stage:
    """Put a second stage with the same steps behind a stage; no feedback comes along."""
    among = siblings(Stage, journey=edit.journey)
    place = [each.pk for each in among].index(stage.pk) + 1
    rows = [(parts()["stage"], stage)]
    for step in siblings(Step, stage=stage):
        rows += _of_step(edit, step)
    ids = copies(edit.add, edit.journey, rows)
    copy = edit.get(Stage, ids["stage", stage.pk])
    edit.change(copy, position=room(edit, among, place))
    edit.summary = f"Copied the stage {quoted(stage)}"
    return copy


def split_stage(edit: Edit, step: Step) -> Stage:
    """Begin a new stage at a step: it and those behind it in its stage go there."""
    stage = step.stage
    among = siblings(Step, stage=stage)
    at = [each.pk for each in among].index(step.pk)
    if at == 0:
        raise EditRefused("A stage is split before a step that is not its first.")
    stages = siblings(Stage, journey=edit.journey)
    after = [each.pk for each in stages].index(stage.pk) + 1
    following = stages[after].pk if after < len(stages) else None
    new = add_stage(edit, f"{stage.title}, continued"[:120], before_pk=following)
    for each in among[at:]:
        put(edit, each, before_pk=None, stage=new)
    edit.summary = f"Split the stage {quoted(stage)} at {quoted(step)}"
    return new


def merge_stage(edit: Edit, stage: Stage) -> Stage:
    """Take the steps of the stage behind it into a stage."""
    stages = siblings(Stage, journey=edit.journey)
    after = [each.pk for each in stages].index(stage.pk) + 1
    if after == len(stages):
        raise EditRefused("There is no stage behind this one to merge it with.")
    gone = stages[after]
    for step in siblings(Step, stage=gone):
        put(edit, step, before_pk=None, stage=stage)
    edit.remove(gone)
    edit.summary = f"Merged the stage {quoted(gone)} into {quoted(stage)}"
    return stage


def split_step(edit: Edit, step: Step) -> Step:
    """Put an empty step behind a step, to move into it what belongs there."""
    among = siblings(Step, stage=step.stage_id)
    place = [each.pk for each in among].index(step.pk) + 1
    following = among[place].pk if place < len(among) else None
    new = add_step(edit, step.stage, f"{step.title}, continued"[:120], before_pk=following)
    edit.summary = f"Split the step {quoted(step)}"
    return new


def merge_step(edit: Edit, step: Step) -> Step:
    """Take what stands in the step behind it into a step; their feedback comes along.

    Raises EditRefused where both have a touchpoint in the same channel.
    """
    among = siblings(Step, stage=step.stage_id)
    after = [each.pk for each in among].index(step.pk) + 1
    if after == len(among):
        raise EditRefused("There is no step behind this one in its stage to merge it with.")
    gone = among[after]
    for part, row in _below(edit, gone):
        if isinstance(row, EmotionAssessment) and _assessed_already(step, row):
            edit.remove(row)
        elif part.within:
            put(edit, row, before_pk=None, step=step)
        else:
            edit.change(row, step=step)
    edit.remove(gone)
    edit.summary = f"Merged the step {quoted(gone)} into {quoted(step)}"
    return step


def _assessed_already(step: Step, row: EmotionAssessment) -> bool:
    current = EmotionAssessment.objects.current()
    return current.filter(step=step, rater=row.rater_id, persona=row.persona_id).exists()


def _below(edit: Edit, step: Step) -> Iterator[tuple[Part, Any]]:
    """Yield what refers to a step, in the order in which it stands there."""
    for part in parts().values():
        for column in part.columns_to(Step):
            rows = part.current(edit.journey.pk).filter(**{column: step.pk})
            order = ("position", "pk") if part.within else ("pk",)
            for row in rows.order_by(*order):
                yield part, row


def _of_step(edit: Edit, step: Step) -> list[tuple[Part, Any]]:
    return [(parts()["step"], step), *_below(edit, step)]
