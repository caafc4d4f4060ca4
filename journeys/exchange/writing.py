"""A new journey of portable data, in one transaction and a fixed number of queries."""

from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction

from journeys.editing.images import store_image, thumbnail_name
from journeys.editing.parts import Part
from journeys.editing.placing import GAP
from journeys.exchange.checking import entries
from journeys.exchange.columns import (
    Column,
    columns_of,
    columns_of_library,
    plural,
    travelling,
)
from journeys.exchange.content import Content
from journeys.exchange.libraries import Library, libraries
from journeys.exchange.pictures import as_stored
from journeys.models import Card, Journey, User, Workspace
from journeys.planner import refresh_statistics
from journeys.starting.creating import begin_journey


@dataclass(frozen=True, slots=True)
class Imported:
    """A journey that came out of a file."""

    journey: Journey
    notes: tuple[str, ...] = ()
    """What was made beside it, found there already, or left out; in sentences."""


@dataclass(slots=True)
class _Making:
    """What is known while a journey is being made."""

    journey: Journey
    pictures: Mapping[str, bytes]
    stored: list[str] = field(default_factory=list)
    known: dict[str, dict[Any, Any]] = field(default_factory=dict)
    """By part, library, or "journey": what the file calls it -> its id."""
    notes: list[str] = field(default_factory=list)


def write(
    workspace: Workspace, content: Content, *, by: User | None, title: str | None = None
) -> Imported:
    """Make a journey of data in which `checking.problems` found nothing.

    What the workspace has under the same slug or name is used as it is there; what it has not is
    made. Where anything fails, neither rows nor files are left.
    """
    pictures = {name: b64decode(each) for name, each in content.get("images", {}).items()}
    stored: list[str] = []
    with _no_files_left(stored), transaction.atomic():
        making = _Making(_begin(workspace, content, by, title), pictures, stored)
        for library in libraries().values():
            _bring(making, workspace, library, entries(content, library.name))
        _relate(making, workspace, content)
        for part in travelling():
            _make(making, part, content.get(plural(part.name), []))
    refresh_statistics(part.model for part in travelling())
    return Imported(making.journey, tuple(making.notes))


@contextmanager
def _no_files_left(stored: list[str]) -> Iterator[None]:
    """Delete the files that were stored for rows that did not come to be."""
    try:
        yield
    except BaseException:
        for name in stored:
            default_storage.delete(name)
            default_storage.delete(thumbnail_name(name))
        raise


def _begin(workspace: Workspace, content: Content, by: User | None, title: str | None) -> Journey:
    words = {
        column.attribute: column.field.to_python(given)
        for column in columns_of("journey")
        if (given := content["journey"].get(column.name)) is not None
    }
    begin = {name: words.pop(name, "") for name in ("title", "goal")}
    state = words.pop("state", "") or Journey._meta.get_field("state").get_default()
    journey = begin_journey(
        workspace, title=title or begin["title"], goal=begin["goal"], state=state, owner=by
    )
    for name, value in words.items():
        setattr(journey, name, value)
    return journey


def _bring(
    making: _Making, workspace: Workspace, library: Library, wanted: list[dict[str, Any]]
) -> None:
    """Find a library's entries in the workspace, and make those that it has not."""
    there = list(library.model._base_manager.filter(workspace=workspace))
    by_key = {getattr(each, library.key): each.pk for each in there}
    known = {each[library.key]: by_key[each[library.key]] for each in wanted
             if each[library.key] in by_key}  # fmt: skip
    if library.alias:
        names = {getattr(each, library.alias): each.pk for each in there}
        free = {name: pk for name, pk in names.items() if pk not in known.values()}
        for entry in wanted:
            if entry[library.key] not in known and entry[library.alias] in free:
                known[entry[library.key]] = free.pop(entry[library.alias])
    missing = [each for each in wanted if each[library.key] not in known]
    columns = columns_of_library(library.name)
    rows = [
        library.model(workspace=workspace, **_values(making, library.model, columns, entry))
        for entry in missing
    ]
    if library.alias:
        _rename_taken(making, library, rows, {getattr(each, library.alias) for each in there})
    library.model._base_manager.bulk_create(rows)
    made = {getattr(row, library.key): row.pk for row in rows}
    making.known[library.name] = known | made
    _relate_entries(making, library, missing)
    _say(making, library, rows, there=len(known))


def _relate_entries(making: _Making, library: Library, made: list[dict[str, Any]]) -> None:
    """Write what belongs to new entries alone, and what of other libraries they refer to."""
    ids = making.known[library.name]
    meta = library.model._meta
    for each in library.rows:
        below: Any = meta.get_field(each.name)
        below.related_model._base_manager.bulk_create(
            below.related_model(
                **{below.field.attname: ids[entry[library.key]], "position": place}, **row
            )
            for entry in made
            for place, row in enumerate(entry.get(each.name, ()))
        )
    for relation in library.many:
        through: Any = meta.get_field(relation)
        here, there = through.m2m_column_name(), through.m2m_reverse_name()
        known = making.known[library.target(relation).name]
        through.remote_field.through._base_manager.bulk_create(
            through.remote_field.through(**{here: ids[entry[library.key]], there: known[key]})
            for entry in made
            for key in entry.get(relation, ())
        )


def _rename_taken(making: _Making, library: Library, rows: list[Any], taken: set[str]) -> None:
    """Give a new entry another name where the workspace uses its own for something else."""
    for row in rows:
        name, number = getattr(row, library.alias), 2
        while getattr(row, library.alias) in taken:
            setattr(row, library.alias, f"{name[:70]} {number}")
            number += 1
        if getattr(row, library.alias) != name:
            making.notes.append(
                f"The {library.name} “{name}” is called “{getattr(row, library.alias)}” here, "
                f"because another {library.name} has its name."
            )
        taken.add(getattr(row, library.alias))


def _say(making: _Making, library: Library, rows: list[Any], *, there: int) -> None:
    if rows:
        names = ", ".join(f"“{row}”" for row in rows)
        making.notes.append(f"New {plural(library.name)} of the workspace: {names}.")
    if there:
        one = there == 1
        making.notes.append(
            f"{there} {library.name if one else plural(library.name)} of the file "
            f"{'is' if one else 'are'} in the workspace already and {'stays' if one else 'stay'} "
            "as it is there."
        )


def _relate(making: _Making, workspace: Workspace, content: Content) -> None:
    """Find the other journeys that the file names, and note those that are not there."""
    journey = content["journey"]
    slugs = {journey.get("compares_with")} | {
        row.get(column.name)
        for part in travelling()
        for column in columns_of(part.name)
        if column.kind == "journey"
        for row in content.get(plural(part.name), ())
    }
    there = workspace.journeys.filter(slug__in=slugs - {None, ""}).exclude(pk=making.journey.pk)
    making.known["journey"] = dict(there.values_list("slug", "pk"))
    for slug in sorted(slugs - {None, ""} - making.known["journey"].keys()):
        making.notes.append(
            f"The workspace has no journey “{slug}”: what opens it, or is compared with it, does "
            "so no more. Import it, and choose it again."
        )
    making.journey.compares_with_id = making.known["journey"].get(journey.get("compares_with"))
    making.journey.save()
    personas = journey.get("personas", ())
    making.journey.personas.set(making.known["persona"][slug] for slug in personas)


def _make(making: _Making, part: Part, wanted: list[dict[str, Any]]) -> None:
    """Make all rows of a part at once; their order in the file is their order on the map."""
    columns = columns_of(part.name)
    home = {f"{part.journey}_id": making.journey.pk} if part.journey == "journey" else {}
    places: dict[tuple[Any, ...], int] = {}
    rows = []
    for each in wanted:
        values = home | _values(making, part.model, columns, each)
        if part.within:
            within = tuple(values[name] for name in part.within)
            values["position"] = places.get(within, 0)
            places[within] = values["position"] + GAP
        rows.append(part.model(**values))
    part.model._base_manager.bulk_create(rows)
    ids = (each.get("id") for each in wanted)
    made = {number: row.pk for number, row in zip(ids, rows, strict=True) if number}
    making.known[part.name] = made


def _values(
    making: _Making, model: Any, columns: tuple[Column, ...], row: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a row's columns as the model takes them; what the file leaves out is the default."""
    found: dict[str, Any] = {}
    for column in columns:
        value = row.get(column.name)
        if value is None or value == "":
            continue
        if column.kind in {"part", "library", "journey"}:
            found[column.attribute] = making.known[column.target or "journey"].get(value)
        elif column.kind == "picture":
            found[column.attribute] = _store(making, model, column, value)
        else:
            found[column.attribute] = column.field.to_python(value)
    return found


def _store(making: _Making, model: Any, column: Column, name: str) -> str:
    picture = as_stored(making.pictures[name])
    if model is Card:
        stored = store_image(picture)
    else:
        path = column.field.generate_filename(model(), str(picture.name))  # type: ignore[attr-defined]
        stored = default_storage.save(path, picture)
    making.stored.append(stored)
    return stored
