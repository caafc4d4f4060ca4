"""What people do with lanes."""

from journeys.editing.edit import Edit, EditRefused, quoted
from journeys.editing.placing import before, put, room, siblings
from journeys.models import Lane, LaneKind


def add_lane(edit: Edit, kind: LaneKind, *, title: str = "", before_pk: int | None = None) -> Lane:
    """Put a lane on the map, above another one or at the bottom.

    Raises EditRefused for a second lane of a kind that is computed from data.
    """
    among = siblings(Lane, journey=edit.journey)
    if not kind.holds_cards and any(lane.kind == kind for lane in among):
        raise EditRefused(f"The map has its lane “{kind.label}” already.")
    position = room(edit, among, before(among, before_pk))
    lane = edit.add(Lane, journey=edit.journey, kind=kind, title=title, position=position)
    edit.summary = f"Added the lane {quoted(lane)}"
    return lane


def move_lane(edit: Edit, lane: Lane, *, before_pk: int | None) -> None:
    """Move a lane, and the line below it along with it."""
    put(edit, lane, before_pk=before_pk)
    edit.summary = f"Moved the lane {quoted(lane)}"


def draw_line(edit: Edit, lane: Lane, line: str) -> None:
    """Draw a line of the service blueprint below a lane, and nowhere else; "" draws none there."""
    for other in siblings(Lane, journey=edit.journey):
        if line and other.line_below == line and other.pk != lane.pk:
            edit.change(other, line_below="")
    edit.change(lane, line_below=line)
    label = lane.get_line_below_display().lower()
    edit.summary = f"Drew the {label} below {quoted(lane)}" if line else f"Cleared {quoted(lane)}"


def move_line(edit: Edit, lane: Lane, line: str) -> None:
    """Move a line of the service blueprint below a lane. Raises EditRefused below another line."""
    if lane.line_below not in ("", line):
        raise EditRefused(f"The {lane.get_line_below_display().lower()} is drawn there already.")
    draw_line(edit, lane, line)


def remove_lane(edit: Edit, lane: Lane) -> None:
    """Take a lane with its cards off the map."""
    edit.remove(lane)
    edit.summary = f"Removed the lane {quoted(lane)}"
