"""Keeping a version of a map under a name, and going back to one as a single edit."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils import timezone

from journeys.editing.edit import Edit, editing, shortened
from journeys.editing.figures import measure
from journeys.editing.parts import Part, parts
from journeys.editing.reversing import Wanted, write
from journeys.editing.snapshots import Content, content_of, named, without_gone
from journeys.models import Journey, User, Version
from journeys.models.workspaces import Visitor

LONGEST_TITLE = 120


def keep_version(journey: Journey, by: Visitor, title: str = "") -> Version:
    """Keep a journey as it is, with what its map measures today."""
    journey.refresh_from_db(fields=["revision"])
    content = content_of(journey)
    return Version.objects.create(
        journey=journey,
        by=by if isinstance(by, User) else None,
        title=title,
        revision=journey.revision,
        content=content,
        figures=measure(journey, content),
    )


def restore(journey: Journey, version: Version, *, by: Visitor) -> tuple[Edit, list[str]]:
    """Make a map again what it was, as one edit; return it, and what could not be brought back.

    The present is kept first, under a title that says so. Feedback stays with its touchpoints.
    """
    with editing(journey, by=by) as edit:
        present = edit.before or Version(
            journey=journey, revision=edit.revision, content=content_of(journey)
        )
        present.title = shortened(f"Before restoring {version}", LONGEST_TITLE)
        edit.before = present
        edit.summary = f"Restored the version {version}"
        content, left_out = without_gone(version.content, set(_ended(version.content)))
        untouched = {(part.name, row["id"]) for part, row in left_out}
        rows = {part.name: _rows(journey, part, content) for part in parts().values()}
        _take_off(edit, content, rows, untouched)
        ids = _make_again(edit, content, rows)
        write(edit, _wanted(content, rows, ids))
        _note_hidden(edit, present.content)
    return edit, [f"{part.noun} “{shortened(named(part, row))}”" for part, row in left_out]


def _ended(content: Content) -> Iterator[tuple[str, int]]:
    for part in parts().values():
        if part.ended:
            ids = [row["id"] for row in content[part.name]]
            gone = part.model._default_manager.filter(pk__in=ids)
            for pk in gone.exclude(**{part.ended: None}).values_list("pk", flat=True):
                yield part.name, pk


def _rows(journey: Journey, part: Part, content: Content) -> dict[int, Any]:
    """Return the rows that a restore may have to touch: those there now, and those there then."""
    then = Q(pk__in=[row["id"] for row in content[part.name]])
    now = Q(**{f"{part.removal}__isnull": True}) if part.removal else Q()
    return {row.pk: row for row in part.rows(journey.pk).filter(then | now)}


def _take_off(
    edit: Edit, content: Content, rows: dict[str, dict[int, Any]], untouched: set[tuple[str, int]]
) -> None:
    """Remove what was not on the map then and would be seen on it.

    What stands in something that goes is left alone: whoever brings that back finds it there.
    """
    then = {name: {row["id"] for row in found} for name, found in content.items()}
    for part in parts().values():
        places = part.references().items()
        for pk, row in rows[part.name].items():
            if pk in then[part.name] or (part.name, pk) in untouched:
                continue
            if all(getattr(row, column) in then[name] for column, name in places):
                edit.remove(row)


def _note_hidden(edit: Edit, present: Content) -> None:
    """Note which rows nobody saw before: undoing may put them out of sight again."""
    there = {(name, row["id"]) for name, found in present.items() for row in found}
    for key, row in edit.rows.items():
        was_on_map = row.before is not None and row.before.get(row.part.removal) is None
        row.hidden = was_on_map and key not in there


def _make_again(
    edit: Edit, content: Content, rows: dict[str, dict[int, Any]]
) -> dict[tuple[str, int], int]:
    """Make the rows that were deleted for good, off the map yet; return old ids and new ones.

    They are among the rows from then on.
    """
    ids: dict[tuple[str, int], int] = {}
    for part in parts().values():
        for row in content[part.name]:
            if row["id"] not in rows[part.name]:
                values = {
                    column: part.value(column, value)
                    for column, value in _values(part, row, ids).items()
                }
                again = edit.add(part.model, **values, **{part.removal: timezone.now()})
                ids[part.name, row["id"]] = again.pk
                rows[part.name][again.pk] = again
    return ids


def _values(part: Part, row: dict[str, Any], ids: dict[tuple[str, int], int]) -> dict[str, Any]:
    values = {column: row[column] for column in part.columns if column in row}
    for column, name in part.references().items():
        values[column] = ids.get((name, values[column]), values[column])
    return values


def _wanted(
    content: Content, rows: dict[str, dict[int, Any]], ids: dict[tuple[str, int], int]
) -> Iterator[Wanted]:
    """Yield what differs between the rows as they are and as they were."""
    for part in parts().values():
        for row in content[part.name]:
            pk = ids.get((part.name, row["id"])) or int(row["id"])
            now = part.state(rows[part.name][pk])
            then = _values(part, row, ids) | ({part.removal: None} if part.removal else {})
            differing = {column: then[column] for column in then if then[column] != now[column]}
            if differing:
                yield Wanted(part, pk, differing, {})
