"""Tidy tables as CSV files in one zip, with the pictures beside them.

A text that a spreadsheet would take for a formula is written with an apostrophe before it, as
everywhere in cxjourney; texts that begin with apostrophes and then look like one get another, so
that taking one off gives every text back.
"""

import csv
import zipfile
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import PurePosixPath
from typing import Any

from journeys.exchange.archives import Archive
from journeys.exchange.problems import FileRefused
from journeys.exchange.schema import MOST_ROWS
from journeys.exchange.sheets import IMAGES
from journeys.exchange.tables import Table
from journeys.exchange.untabling import MOST_COLUMNS, Grid
from journeys.formulas import neutral, original
from journeys.pictures import CONTENT_TYPES

FOLDER = "images/"
_NOON = (2000, 1, 1, 12, 0, 0)
"""The date of every file in the zip, so that the same journey gives the same bytes."""


def write_folder(tables: list[Table]) -> bytes:
    """Return a zip of the tables and their pictures; the same bytes for the same tables."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables:
            _add(archive, f"{_file_name(table.name)}.csv", _csv(table))
            for name, picture in table.pictures.items():
                _add(archive, FOLDER + name, picture)
    return packed.getvalue()


def _file_name(sheet: str) -> str:
    return sheet.lower().replace(" ", "_")


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _NOON)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)


def _csv(table: Table) -> bytes:
    written = StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(heading.title for heading in table.headings)
    for row in table.rows:
        writer.writerow(_cell(each) for each in row)
    # Spreadsheet programs know UTF-8 by the mark at its beginning.
    return written.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return neutral(value)


def read_folder(archive: Archive) -> list[Grid]:
    """Return the tables of a zip. Raises FileRefused with the file and line that is wrong."""
    names: dict[str, str] = {}
    for name in archive.names:
        key = PurePosixPath(name).name.lower()
        if not key.endswith(".csv") or not _is_ours(name):
            continue
        if key in names:
            raise FileRefused(f"“{names[key]}” and “{name}” are the same table: leave one out.")
        names[key] = name
    pictures = {
        PurePosixPath(name).name: name
        for name in archive.names
        if PurePosixPath(name).suffix.lower() in CONTENT_TYPES
    }
    return [_grid(archive, name, pictures) for name in names.values()]


def _is_ours(name: str) -> bool:
    """False for what archives hold beside the files, such as __MACOSX."""
    return not name.startswith("__") and not PurePosixPath(name).name.startswith(".")


def _grid(archive: Archive, name: str, pictures: dict[str, str]) -> Grid:
    rows = list(_rows(name, archive.read(name)))
    sheet = PurePosixPath(name).stem.replace("_", " ").capitalize()
    found = {}
    if sheet == IMAGES:
        found = {
            number: archive.read(pictures[cells[0]])
            for number, cells in rows
            if cells and cells[0] in pictures
        }
    return Grid(sheet, rows, found, file=PurePosixPath(name).name)


def _rows(name: str, content: bytes) -> Iterator[tuple[int, list[Any]]]:
    """Yield the rows with the lines on which they begin."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileRefused(f"{name}, line {line}: this is not UTF-8 text.") from None
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for count, cells in enumerate(reader):
            if count > MOST_ROWS:
                raise FileRefused(f"{name}: it has more than {MOST_ROWS:,} rows.")
            if any(cells[MOST_COLUMNS:]):
                raise FileRefused(f"{name}, line {line}: it has more than {MOST_COLUMNS} columns.")
            yield line, [original(cell) for cell in cells[:MOST_COLUMNS]]
            line = reader.line_num + 1
    except csv.Error as error:
        raise FileRefused(f"{name}, line {reader.line_num}: {error}.") from None
