"""Undo and redo, each person their own, and writing rows back as they were."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils import timezone

from journeys.editing.edit import Edit, EditRefused, editing, quoted
from journeys.editing.parts import Part, parts
from journeys.editing.placing import room, siblings
from journeys.models import Change, ChangeKind, Journey
from journeys.models.workspaces import Visitor

# Far above any position in use: where rows wait while others take their places.
PARKED = 2**50


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row as it shall be: the columns to write, and what they must hold for it to be safe."""

    part: Part
    pk: int
    values: Mapping[str, Any]
    expected: Mapping[str, Any]


def undoable(journey: Journey, by: Visitor) -> Change | None:
    """Return the person's newest edit that was not undone."""
    return Change.objects.of(journey, by).filter(undone=False).first()


def redoable(journey: Journey, by: Visitor) -> Change | None:
    """Return the edit that the person undid last, unless they have edited anything since."""
    mine = Change.objects.of(journey, by)
    newest = mine.filter(undone=False).first()
    undone = mine.filter(undone=True, pk__gt=newest.pk if newest else 0)
    return undone.order_by("pk").first()


def undo(journey: Journey, *, by: Visitor) -> Edit:
    """Take the person's newest edit back. Raises EditRefused where that would harm another's."""
    with editing(journey, by=by) as edit:
        change = undoable(journey, by)
        if change is None:
            raise EditRefused("There is nothing of yours to undo on this map.")
        edit.kind, edit.of, edit.summary = ChangeKind.UNDO, change, f"Undid: {change.summary}"
        write(edit, [_backwards(row) for row in reversed(change.rows)])
        Change.objects.filter(pk=change.pk).update(undone=True)
    return edit


def redo(journey: Journey, *, by: Visitor) -> Edit:
    """Make the edit again that the person undid last. Raises EditRefused as undo does."""
    with editing(journey, by=by) as edit:
        change = redoable(journey, by)
        if change is None:
            raise EditRefused("There is nothing to redo.")
        edit.kind, edit.of, edit.summary = ChangeKind.REDO, change, f"Did again: {change.summary}"
        write(edit, [_forwards(row) for row in change.rows])
        Change.objects.filter(pk=change.pk).update(undone=False)
    return edit


def _backwards(row: Mapping[str, Any]) -> Wanted:
    part = parts()[row["part"]]
    if row["before"] is None:
        gone = {part.removal: timezone.now().isoformat()}
        return Wanted(part, row["id"], gone, row["after"])
    return Wanted(part, row["id"], row["before"], row["after"])


def _forwards(row: Mapping[str, Any]) -> Wanted:
    part = parts()[row["part"]]
    return Wanted(part, row["id"], row["after"], row["before"] or {})


def write(edit: Edit, wanted: Iterable[Wanted]) -> None:
    """Write rows back, in the order given.

    Raises EditRefused where one holds something else than expected, or would be off the map.
    """
    todo = list(wanted)
    rows = {part.name: _rows(edit, part, todo) for part in _parts_of(todo)}
    for each in todo:
        row = rows[each.part.name].get(each.pk)
        if row is None:
            raise EditRefused(f"A {each.part.noun} that this needs was deleted for good.")
        _refuse_overwriting(each, row)
    for each in todo:
        if each.part.position_once:
            _park(each.part, rows[each.part.name][each.pk])
    for each in todo:
        row = rows[each.part.name][each.pk]
        values = {name: each.part.value(name, value) for name, value in each.values.items()}
        if each.part.position_once:
            values["position"] = _free_position(edit, each.part, row, values)
        edit.change(row, **values)
    for each in todo:
        if each.part.position_once:
            row = rows[each.part.name][each.pk]
            each.part.model._default_manager.filter(pk=row.pk).update(position=row.position)
    _refuse_hidden(edit, todo)


def _parts_of(todo: list[Wanted]) -> list[Part]:
    return list({each.part.name: each.part for each in todo}.values())


def _rows(edit: Edit, part: Part, todo: list[Wanted]) -> dict[int, Any]:
    ids = [each.pk for each in todo if each.part is part]
    return {row.pk: row for row in part.rows(edit.journey.pk).filter(pk__in=ids)}


def _refuse_overwriting(each: Wanted, row: Any) -> None:
    now = each.part.state(row)
    for column, value in each.expected.items():
        if column == "position" or column not in now:
            continue
        # When it went does not matter, only whether it is there.
        same = (
            bool(now[column]) == bool(value)
            if column == each.part.removal
            else now[column] == value
        )
        if not same:
            raise EditRefused(
                f"{quoted(row)} was changed since, so this would overwrite it. "
                "Change it by hand instead."
            )


def _park(part: Part, row: Any) -> None:
    # Behind the log's back: `row` keeps the position that it had.
    part.model._default_manager.filter(pk=row.pk).update(position=F("pk") + PARKED)


def _free_position(edit: Edit, part: Part, row: Any, values: Mapping[str, Any]) -> int:
    home = {column: values.get(column, getattr(row, column)) for column in part.within}
    position: int = values.get("position", row.position)
    if values.get(part.removal, getattr(row, part.removal)) is not None:
        return position
    among = [
        each
        for each in siblings(part.model, **home)
        if each.pk != row.pk and each.position < PARKED
    ]
    if all(each.position != position for each in among):
        return position
    return room(edit, among, sum(each.position <= position for each in among))


def _refuse_hidden(edit: Edit, todo: list[Wanted]) -> None:
    for part in _parts_of(todo):
        if not part.removal:
            continue
        rows = _rows(edit, part, todo).values()
        here = {row.pk for row in rows if getattr(row, part.removal) is None}
        shown = set(part.current(edit.journey.pk).filter(pk__in=here).values_list("pk", flat=True))
        if here - shown:
            raise EditRefused(f"The {part.noun}’s place is off the map now: bring that back first.")
