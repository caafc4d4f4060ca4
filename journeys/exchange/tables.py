"""A journey's data as tidy tables: what spreadsheets, and folders of CSV, are written from."""

from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from journeys.exchange.columns import plural, travelling
from journeys.exchange.content import Content
from journeys.exchange.sheets import IMAGES, JOURNEY, OWNER, Heading, Sheet, label_of, sheets

ById = dict[str, dict[Any, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with its rows. A cell is a text, a number, True or False, a date, or None."""

    name: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Any, ...], ...]
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    """By what the first column calls them."""


def tables_of(content: Content) -> list[Table]:
    """Return a journey as tables, each of them there even where it has no rows."""
    by_id = rows_by_id(content)
    return [_table(sheet, content, by_id) for sheet in sheets()]


def rows_by_id(content: Content) -> ById:
    """Return the rows of each part by what other rows call them."""
    return {
        part.name: {row["id"]: row for row in content.get(plural(part.name), ()) if "id" in row}
        for part in travelling()
    }


def _table(sheet: Sheet, content: Content, by_id: ById) -> Table:
    pictures = {}
    if sheet.name == JOURNEY:
        rows: Iterator[Any] = iter([content["journey"] | {"schema": content["schema"]}])
    elif sheet.name == IMAGES:
        pictures = {name: b64decode(each) for name, each in content.get("images", {}).items()}
        rows = ({"name": name} for name in pictures)
    else:
        rows = _rows(sheet, content)
    cells = (tuple(_cell(heading, row, by_id) for heading in sheet.headings) for row in rows)
    return Table(sheet.name, sheet.headings, tuple(cells), pictures)


def _rows(sheet: Sheet, content: Content) -> Iterator[dict[str, Any]]:
    """Yield the rows of a sheet; under OWNER the entry that one belongs to."""
    found: Any = content
    for key in sheet.path[:2]:
        found = found.get(key, {})
    if not sheet.owner:
        yield from found
        return
    for entry in found:
        for row in entry.get(sheet.path[2], ()):
            values = {sheet.single: row} if sheet.single else row
            yield {OWNER: entry[sheet.owner]} | values


def _cell(heading: Heading, row: Mapping[str, Any], by_id: ById) -> Any:
    if heading.shows:
        return words_shown(heading, row, by_id)
    value = row.get(heading.key)
    if heading.kind == "list":
        return "\n".join(value or ())
    return dict(heading.labels).get(str(value), value) if heading.labels else value


def words_shown(heading: Heading, row: Mapping[str, Any], by_id: ById) -> str:
    """Return what people read of the row that another one refers to; "" where it is not there."""
    found: Mapping[str, Any] | None = row
    for part, column in heading.shows:
        found = by_id[part].get(found.get(column)) if found else None
    return label_of(heading.shows[-1][0], found) if found else ""
