"""Which sheets a journey fills, and what their columns are called; the same in XLSX and in CSV.

One sheet for each part and each library, one for what belongs to several entries of another, and
one for pictures. A reference is the number of a row ("Step no."), and the words beside it ("Stage",
"Step") are there for people: whoever reads the file back goes by the numbers.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from journeys.editing.parts import parts
from journeys.exchange.columns import (
    Column,
    column,
    columns_of,
    columns_of_library,
    plural,
    travelling,
)
from journeys.exchange.libraries import Library, libraries

JOURNEY, IMAGES = "Journey", "Images"
OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of a sheet."""

    title: str
    key: str = ""
    """What it is called in the journey's data; "" for words that are only there for people; OWNER
    for the entry that the row belongs to."""
    kind: str = "text"
    """text · whole · number · flag · date · moment · list (one on each line) · picture"""
    labels: tuple[tuple[str, str], ...] = ()
    """(value, label) of a choice."""
    required: bool = False
    shows: tuple[tuple[str, str], ...] = ()
    """For people: the words of another row, and by which (part, column) one comes to it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet, and where its rows stand in a journey's data."""

    name: str
    path: tuple[str, ...]
    headings: tuple[Heading, ...]
    owner: str = ""
    """Where its rows belong to entries of a library: the key of those; the first column."""
    single: str = ""
    """Where its rows are plain values: the key of the column that holds them."""


@cache
def sheets() -> tuple[Sheet, ...]:
    """Return all sheets, in the order in which they stand in a file."""
    journey = [_heading(each) for each in columns_of("journey")]
    journey += [
        Heading("Personas", "personas", "list"),
        Heading("Compares with", "compares_with"),
        Heading("Format", "schema", required=True),
    ]
    return (
        Sheet(JOURNEY, ("journey",), tuple(journey)),
        *(
            Sheet(words(plural(part.name)), (plural(part.name),), tuple(_of_part(part.name)))
            for part in travelling()
        ),
        *(sheet for library in libraries().values() for sheet in _of_library(library)),
        Sheet(
            IMAGES,
            ("images",),
            (Heading("Name", "name", required=True), Heading("Picture", "picture", "picture")),
        ),
    )


def words(name: str) -> str:
    """Return a name as people read it: "Pain points"."""
    return name.replace("_", " ").capitalize()


def _heading(column: Column) -> Heading:
    field: Any = column.field
    kind = column.kind if column.kind in {"whole", "number", "flag", "date"} else "text"
    labels = tuple((str(value), str(label)) for value, label in field.flatchoices if value)
    title = words(str(field.verbose_name))
    return Heading(title, column.name, kind, labels, column.required)


def _of_part(name: str) -> list[Heading]:
    columns = columns_of(name)
    targets = Counter(each.target for each in columns if each.kind == "part")
    found = [Heading("No.", "id", "whole")]
    for each in columns:
        if each.kind != "part":
            found.append(_heading(each))
            continue
        title, way = words(each.name), (each.target, each.name)
        if targets[each.target] == 1:
            found += [
                Heading(words(outer.name), shows=(way, (outer.target, outer.name)))
                for outer in columns_of(each.target)
                if outer.kind == "part"
            ]
        found.append(Heading(title, shows=(way,)))
        found.append(Heading(f"{title} no.", each.name, "whole", required=True))
    return found


def _of_library(library: Library) -> list[Sheet]:
    headings = tuple(_heading(each) for each in columns_of_library(library.name))
    path = ("libraries", plural(library.name))
    found = [Sheet(words(plural(library.name)), path, headings)]
    owner = Heading(words(library.name), OWNER, required=True)
    for relation in library.many:
        target = library.target(relation)
        found.append(
            Sheet(
                words(f"{library.name} {relation}"),
                (*path, relation),
                (owner, Heading(words(target.name), "key", required=True)),
                owner=library.key,
                single="key",
            )
        )
    for rows in library.rows:
        model: Any = library.model._meta.get_field(rows.name).related_model
        below = (column(model._meta.get_field(each)) for each in rows.columns)
        found.append(
            Sheet(
                words(f"{library.name} {rows.name}"),
                (*path, rows.name),
                (owner, *(_heading(each) for each in below if each)),
                owner=library.key,
            )
        )
    return found


def label_of(name: str, row: Mapping[str, Any]) -> str:
    """Return the words by which people know a row of a part: its title, or its sort."""
    if title := row.get("title"):
        return str(title)
    for each in columns_of(name):
        field: Any = each.field
        if field.choices and each.name in row:
            return str(dict(field.flatchoices).get(row[each.name], row[each.name]))
    return words(parts()[name].noun)
