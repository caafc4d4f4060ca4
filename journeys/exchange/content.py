"""A journey as plain, portable data: what it takes to make the same map again, anywhere.

{"schema": "cxjourney/journey/1",
 "journey": {"title": "…", "goal": "…", "state": "current", "personas": ["maya"]},
 "stages": [{"id": 1, "title": "…"}], "steps": [{"id": 1, "stage": 1, "title": "…"}],
 "lanes": […], "cards": […], "feelings": […], "touchpoints": […], "handoffs": […],
 "libraries": {"segments": […], "channels": [{"name": "Web"}], "personas": […], "teams": […]},
 "images": {"0f3c….png": "base64"}}

Each list is a part of the setting JOURNEY_PARTS and stands in the map's order; `id` counts from 1
and means something in this file only. What is empty is left out. Personas and teams are known by
their slugs, channels and segments by their names, other journeys by their slugs. Nobody's name or
address is in it: an assessed feeling says how a step was judged, not by whom.
"""

from base64 import b64encode
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256
from typing import Any

from django.core.files.storage import default_storage

from journeys.editing.parts import Part, parts, plain
from journeys.exchange.columns import (
    Column,
    columns_of,
    columns_of_library,
    plural,
    travelling,
)
from journeys.exchange.libraries import Library, libraries
from journeys.models import Journey, Lane

SCHEMA = "cxjourney/journey/1"
SIGNATURES = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg", b"RIFF": "webp"}
"""How stored pictures begin -> what their files are called."""

Content = dict[str, Any]
_Names = dict[str, dict[int, Any]]
"""By part, library, or "journey": id in the database -> what stands for it in the file."""


def content_of(journey: Journey, *, without: Collection[int] = ()) -> Content:
    """Return what stands on a journey's map; a fixed number of queries, whatever its size.

    `without` are the ids of lanes that stay behind, with everything that they show.
    """
    rows = _rows(journey, without)
    personas = list(journey.personas.values_list("pk", flat=True))
    entries = _entries(rows, personas)
    pictures = _Pictures()
    names: _Names = {
        library.name: {each.pk: getattr(each, library.key) for each in entries[library.name]}
        for library in libraries().values()
    }
    names["journey"] = _slugs(rows, journey)
    return {
        "schema": SCHEMA,
        "journey": _journey(journey, rows["journey"][0], personas, names, pictures),
        **{
            plural(part.name): _list(part, rows[part.name], names, pictures)
            for part in travelling()
        },
        "libraries": {
            plural(library.name): sorted(
                (_entry(library, each, names, pictures) for each in entries[library.name]),
                key=lambda entry: str(entry[library.key]),
            )
            for library in libraries().values()
        },
        "images": dict(sorted(pictures.found.items())),
    }


def _rows(journey: Journey, without: Collection[int]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every part; not those of lanes that stay behind, nor what refers to such.

    What leads to another journey, as a handoff might, stays behind likewise.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    lanes = journey.lanes.filter(pk__in=without) if without else ()
    hidden = {lane.kind for lane in lanes}
    for part in parts().values():
        rows = part.current(journey.pk).values("pk", *part.columns)
        ids = {name: {row["pk"] for row in found[name]} for name in part.references().values()}
        found[part.name] = [
            row
            for row in (rows if part.shown_in not in hidden else ())
            if not (part.model is Lane and row["pk"] in without)
            and all(row[column] in ids[name] for column, name in part.references().items())
        ]
    return found


class _Pictures:
    """The pictures of a journey by names made of their content, so that each is there once."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    def take(self, name: str) -> str:
        """Return what a stored picture is called in the file; "" where there is none."""
        if not name:
            return ""
        try:
            with default_storage.open(name, "rb") as file:
                content: bytes = file.read()
        except FileNotFoundError:
            return ""
        called = picture_name(content)
        self.found[called] = b64encode(content).decode()
        return called


def picture_name(content: bytes) -> str:
    """Return what a picture is called in a file: by its content."""
    ending = next((ending for sign, ending in SIGNATURES.items() if content.startswith(sign)), "")
    return f"{sha256(content).hexdigest()[:16]}.{ending or 'png'}"


def _entries(
    rows: Mapping[str, Iterable[Mapping[str, Any]]], personas: Iterable[int]
) -> dict[str, list[Any]]:
    """Return those entries of each library that the journey uses, also by way of others."""
    used: dict[str, set[Any]] = defaultdict(set)
    used["persona"].update(personas)
    for part in travelling():
        for column in columns_of(part.name):
            if column.kind == "library":
                used[column.target].update(row[column.attribute] for row in rows[part.name])
    found: dict[str, list[Any]] = {}
    for library in reversed(libraries().values()):
        found[library.name] = list(library.fetch(used[library.name] - {None}))
        for entry in found[library.name]:
            for column in columns_of_library(library.name):
                if column.kind == "library":
                    used[column.target].add(getattr(entry, column.attribute))
            for relation in library.many:
                target = library.target(relation).name
                used[target].update(each.pk for each in getattr(entry, relation).all())
    return found


def _slugs(rows: Mapping[str, Iterable[Mapping[str, Any]]], journey: Journey) -> dict[int, str]:
    ids: set[Any] = {
        row[column.attribute]
        for part in parts().values()
        for column in columns_of(part.name)
        if column.kind == "journey"
        for row in rows[part.name]
    }
    ids.add(journey.compares_with_id)
    wanted = ids - {None}
    return dict(Journey.objects.filter(pk__in=wanted).values_list("pk", "slug"))


def _journey(
    journey: Journey,
    row: Mapping[str, Any],
    personas: Iterable[int],
    names: _Names,
    pictures: _Pictures,
) -> dict[str, Any]:
    more = {
        "compares_with": names["journey"].get(journey.compares_with_id or 0),
        "personas": sorted(names["persona"][pk] for pk in personas),
    }
    values = _portable(columns_of("journey"), row, names, pictures)
    return values | {name: value for name, value in more.items() if value}


def _list(
    part: Part, rows: Iterable[dict[str, Any]], names: _Names, pictures: _Pictures
) -> list[dict[str, Any]]:
    """Return the rows of a part in the map's order, and leave their numbers in `names`."""
    columns = columns_of(part.name)
    found = [(row, _portable(columns, row, names, pictures)) for row in rows]
    found.sort(key=lambda each: _order(part, *each))
    names[part.name] = {row["pk"]: number for number, (row, _) in enumerate(found, 1)}
    return [{"id": number} | values for number, (_, values) in enumerate(found, 1)]


def _order(part: Part, row: Mapping[str, Any], values: Mapping[str, Any]) -> list[Any]:
    """Return what a row is sorted by: its place on the map, or all that it holds."""
    if not part.within:
        ordered = (values.get(column.name) for column in columns_of(part.name))
        return [(value is None, value) for value in ordered]
    outer = [values[c.name] for c in columns_of(part.name) if c.attribute in part.within]
    return [*outer, row["position"], row["pk"]]


def _entry(library: Library, entry: Any, names: _Names, pictures: _Pictures) -> dict[str, Any]:
    columns = columns_of_library(library.name)
    row = {column.attribute: plain(getattr(entry, column.attribute)) for column in columns}
    found = _portable(columns, row, names, pictures)
    for relation in library.many:
        target = names[library.target(relation).name]
        if keys := sorted(target[each.pk] for each in getattr(entry, relation).all()):
            found[relation] = keys
    for belonging in library.rows:
        if rows := [
            {name: value for name in belonging.columns if (value := getattr(each, name)) != ""}
            for each in getattr(entry, belonging.name).all()
        ]:
            found[belonging.name] = rows
    return found


def _portable(
    columns: Iterable[Column], row: Mapping[str, Any], names: _Names, pictures: _Pictures
) -> dict[str, Any]:
    """Return a row as it stands in a file: no ids of the database, nothing that is empty."""
    found: dict[str, Any] = {}
    for column in columns:
        value = row[column.attribute]
        if value is None or value == "":
            continue
        if column.kind == "picture":
            value = pictures.take(value)
        elif column.kind in {"part", "library", "journey"}:
            value = names[column.target or "journey"].get(value)
        if value not in (None, ""):
            found[column.name] = plain(value)
    return found
