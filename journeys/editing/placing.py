"""Where a row stands among its siblings.

Positions are far apart, so that moving one row writes one row; where no room is left, the siblings
are numbered anew.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model

from journeys.editing.edit import Edit
from journeys.editing.parts import part_of

GAP = 1024


def siblings(model: type[Any], **within: Any) -> list[Any]:
    """Return the current rows that share a parent, in their order: siblings(Step, stage=stage)."""
    current = model._default_manager.current()
    return list(current.filter(**within).order_by("position", "pk"))


def room(edit: Edit, among: Sequence[Any], index: int) -> int:
    """Return a free position before `among[index]`, at the end where there is none such.

    `among` are the siblings in their order, without the row that is placed.
    """
    index = max(0, min(index, len(among)))
    below: int = among[index - 1].position if index else -1
    if index == len(among):
        return below + 1 if below < 0 else below + GAP
    above: int = among[index].position
    if above - below > 1:
        return (below + above) // 2 if index else max(0, above // 2)
    top: int = max(row.position for row in among)
    for place in reversed(range(len(among))):
        edit.change(among[place], position=top + GAP * (place + 1 + (place >= index)))
    return top + GAP * (index + 1)


def before(among: Sequence[Any], pk: int | None) -> int:
    """Return the index of the row with this id, or the end where it is None or not there."""
    ids = [row.pk for row in among]
    return ids.index(pk) if pk in ids else len(ids)


def put(edit: Edit, row: Any, *, before_pk: int | None, **parent: Any) -> None:
    """Move a row before another below a parent, its own if none is named, or to the end there."""
    model: type[Model] = type(row)
    part = part_of(model)
    home = {column: getattr(row, column) for column in part.within}
    for name, value in parent.items():
        home[f"{name}_id"] = value.pk
    among = [each for each in siblings(model, **home) if each.pk != row.pk]
    edit.change(row, **home, position=room(edit, among, before(among, before_pk)))
