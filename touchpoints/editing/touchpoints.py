"""What people do with touchpoints."""

from typing import Any

from journeys.editing import Edit, EditRefused, part_of
from journeys.editing.edit import quoted
from journeys.editing.placing import before, put, room, siblings
from journeys.models import Channel, Step
from touchpoints.models import CannotRestore, Touchpoint

COPIED = (
    "team_id",
    "title",
    "side",
    "moment_that_matters",
    "importance",
    "target_wait_minutes",
    "icon",
)


def add_touchpoint(
    edit: Edit, step: Step, *, before_pk: int | None = None, **values: Any
) -> Touchpoint:
    """Put a touchpoint at a step, before another one or at its end.

    Raises EditRefused where one stands there in the same channel, as all of these do.
    """
    among = siblings(Touchpoint, step=step)
    position = room(edit, among, before(among, before_pk))
    touchpoint = edit.add(Touchpoint, step=step, position=position, **values)
    edit.summary = f"Added the touchpoint {quoted(touchpoint)} to {quoted(step)}"
    return touchpoint


def move_touchpoint(
    edit: Edit, touchpoint: Touchpoint, step: Step, *, before_pk: int | None
) -> None:
    """Move a touchpoint with its feedback to a step, before another one or to its end."""
    put(edit, touchpoint, before_pk=before_pk, step=step)
    edit.summary = f"Moved the touchpoint {quoted(touchpoint)} to {quoted(step)}"


def copy_touchpoint(edit: Edit, touchpoint: Touchpoint, step: Step) -> Touchpoint:
    """Put one like it at another step, in the same channel; no feedback comes along."""
    copy = _like(edit, touchpoint, step, touchpoint.channel)
    edit.summary = f"Copied the touchpoint {quoted(touchpoint)} to {quoted(step)}"
    return copy


def split_touchpoint(edit: Edit, touchpoint: Touchpoint, channel: Channel) -> Touchpoint:
    """Put one like it behind it, in another channel; the feedback stays with the first."""
    among = siblings(Touchpoint, step=touchpoint.step_id)
    at = [each.pk for each in among].index(touchpoint.pk) + 1
    following = among[at].pk if at < len(among) else None
    new = _like(edit, touchpoint, touchpoint.step, channel, before_pk=following)
    edit.summary = f"Split the touchpoint {quoted(touchpoint)}: also in {quoted(channel)}"
    return new


def archive_touchpoint(edit: Edit, touchpoint: Touchpoint) -> None:
    """Take a touchpoint off the map; its feedback is kept."""
    edit.remove(touchpoint)
    edit.summary = f"Removed the touchpoint {quoted(touchpoint)} from {quoted(touchpoint.step)}"


def restore_touchpoint(edit: Edit, pk: int) -> Touchpoint:
    """Put an archived touchpoint of this journey back on its map.

    Raises EditRefused where it cannot go back, as Touchpoint.restore() does.
    """
    row = part_of(Touchpoint).rows(edit.journey.pk).filter(pk=pk).first()
    if row is None:
        raise EditRefused("This touchpoint was deleted for good.")
    touchpoint: Touchpoint = row
    try:
        touchpoint.refuse_restoring()
    except CannotRestore as problem:
        raise EditRefused(str(problem)) from problem
    edit.change(touchpoint, archived_at=None)
    edit.summary = f"Restored the touchpoint {quoted(touchpoint)}"
    return touchpoint


def _like(
    edit: Edit,
    touchpoint: Touchpoint,
    step: Step,
    channel: Channel,
    *,
    before_pk: int | None = None,
) -> Touchpoint:
    values = {name: getattr(touchpoint, name) for name in COPIED}
    return add_touchpoint(
        edit, step, before_pk=before_pk, channel=channel, copy_of=touchpoint, **values
    )
