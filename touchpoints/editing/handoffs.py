"""What people do with handoffs."""

from typing import Any

from journeys.editing import Edit
from journeys.editing.edit import quoted
from touchpoints.models import Handoff, Touchpoint


def add_handoff(edit: Edit, from_: Touchpoint, to: Touchpoint, **values: Any) -> Handoff:
    """Let one touchpoint hand over to another.

    Raises EditRefused for one to itself, between one team, or that is there already. One of the
    same pair that was removed comes back with what was counted on it.
    """
    ends = {"from_touchpoint": from_, "to_touchpoint": to}
    removed = Handoff.objects.filter(**ends, removed_at__isnull=False).order_by("pk").last()
    if removed is None:
        handoff = edit.add(Handoff, **ends, **values)
    else:
        handoff = removed
        edit.change(handoff, **values, removed_at=None)
    edit.summary = f"Drew the handoff {_between(handoff)}"
    return handoff


def change_handoff(edit: Edit, handoff: Handoff, **values: Any) -> None:
    """Say between which teams it goes, what moves, and what wait was agreed."""
    edit.change(handoff, **values)
    edit.summary = f"Described the handoff {_between(handoff)}"


def remove_handoff(edit: Edit, handoff: Handoff) -> None:
    """Take a handoff off the map; what was observed of it is kept."""
    edit.remove(handoff)
    edit.summary = f"Removed the handoff {_between(handoff)}"


def _between(handoff: Handoff) -> str:
    return f"from {quoted(handoff.from_touchpoint)} to {quoted(handoff.to_touchpoint)}"
