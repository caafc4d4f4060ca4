"""Undo and redo, each person their own, and writing rows back as they were."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Subquery, UniqueConstraint
from django.db.models.functions import Coalesce
from django.utils import timezone

from journeys.editing.edit import Edit, EditRefused, editing, quoted
from journeys.editing.parts import Part, parts
from journeys.editing.placing import room
from journeys.models import Change, ChangeKind, Journey
from journeys.models.workspaces import Visitor


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row as it shall be: the columns to write, and what they must hold for it to be safe."""

    part: Part
    pk: int
    values: Mapping[str, Any]
    expected: Mapping[str, Any]
    hidden: bool = False
    """True where it stood in something that was off the map, and may so again."""


def undoable(journey: Journey, by: Visitor) -> Change | None:
    """Return the person's newest edit that was not undone; one that could not be comes last."""
    mine = Change.objects.of(journey, by).filter(undone=False)
    return mine.order_by("set_aside", "-pk").first()


def redoable(journey: Journey, by: Visitor) -> Change | None:
    """Return the edit that the person undid last, unless they have edited anything since."""
    mine = Change.objects.of(journey, by)
    newest = Coalesce(Subquery(mine.filter(undone=False).values("pk")[:1]), 0)
    return mine.filter(undone=True, pk__gt=newest).order_by("pk").first()


def undo(journey: Journey, *, by: Visitor) -> Edit:
    """Take the person's newest edit back.

    Raises EditRefused where that would harm another's; the next undo takes back the one before.
    """
    change = None
    try:
        with editing(journey, by=by) as edit:
            change = undoable(journey, by)
            if change is None:
                raise EditRefused("There is nothing of yours to undo on this map.")
            edit.kind, edit.of, edit.summary = ChangeKind.UNDO, change, f"Undid: {change.summary}"
            write(edit, [_backwards(row) for row in reversed(change.rows)])
            Change.objects.filter(pk=change.pk).update(undone=True, set_aside=False)
    except EditRefused:
        if change is not None:
            Change.objects.filter(pk=change.pk).update(set_aside=True)
        raise
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
    return Wanted(part, row["id"], row["before"], row["after"], row.get("hidden", False))


def _forwards(row: Mapping[str, Any]) -> Wanted:
    part = parts()[row["part"]]
    return Wanted(part, row["id"], row["after"], row["before"] or {})


def write(edit: Edit, wanted: Iterable[Wanted]) -> None:
    """Write rows back, in the order given; they may take each other's places.

    Raises EditRefused where one holds something else than expected, or would be off the map.
    """
    todo = list(wanted)
    rows = {part.name: _rows(edit, part, todo) for part in _parts_of(todo)}
    for each in todo:
        row = rows[each.part.name].get(each.pk)
        if row is None:
            raise EditRefused(f"A {each.part.noun} that this needs was deleted for good.")
        _refuse_overwriting(each, row)
    # Uniqueness holds among the rows on the map: until each has its place, all wait off it.
    for part in filter(_is_unique, _parts_of(todo)):
        _behind_the_log(part, rows[part.name], timezone.now())
    for each in todo:
        row = rows[each.part.name][each.pk]
        values = {name: each.part.value(name, value) for name, value in each.values.items()}
        if each.part.position_once:
            values["position"] = _free_position(each.part, edit, row, values)
        edit.change(row, **values)
        if _is_unique(each.part):
            _behind_the_log(each.part, [each.pk], getattr(row, each.part.removal))
    _refuse_hidden(edit, todo)


def _is_unique(part: Part) -> bool:
    constraints = part.model._meta.constraints
    return bool(part.removal) and any(isinstance(each, UniqueConstraint) for each in constraints)


def _behind_the_log(part: Part, ids: Iterable[int], gone_at: datetime | None) -> None:
    part.model._default_manager.filter(pk__in=list(ids)).update(**{part.removal: gone_at})


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


def _free_position(part: Part, edit: Edit, row: Any, values: Mapping[str, Any]) -> int:
    home = {column: values.get(column, getattr(row, column)) for column in part.within}
    position: int = values.get("position", row.position)
    if values.get(part.removal, getattr(row, part.removal)) is not None:
        return position
    # Those of a stage that is off the map have their places, too.
    there = {f"{part.removal}__isnull": True}
    others = part.model._default_manager.filter(**home, **there).exclude(pk=row.pk)
    if not others.filter(position=position).exists():
        return position
    among: list[Any] = list(others.order_by("position"))
    return room(edit, among, sum(each.position <= position for each in among))


def _refuse_hidden(edit: Edit, todo: list[Wanted]) -> None:
    for part in _parts_of(todo):
        if not part.removal:
            continue
        rows = _rows(edit, part, [each for each in todo if not each.hidden]).values()
        here = {row.pk for row in rows if getattr(row, part.removal) is None}
        shown = set(part.current(edit.journey.pk).filter(pk__in=here).values_list("pk", flat=True))
        if here - shown:
            raise EditRefused(f"The {part.noun}’s place is off the map now: bring that back first.")
