"""XLSX workbooks as grids: every text as it was written, to the last control character.

It reads the XML itself: openpyxl takes the escapes of control characters for text, and changes
texts that look like such an escape.
"""

import posixpath
import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml import DTDForbidden, ElementTree

from journeys.exchange.archives import Archive
from journeys.exchange.problems import FileRefused
from journeys.exchange.schema import MOST_ROWS
from journeys.exchange.untabling import MADE_ANEW, MOST_COLUMNS, Formula, Grid

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


def read_workbook(content: bytes) -> list[Grid]:
    """Return the sheets of a workbook. Raises FileRefused with what is wrong."""
    archive = Archive(content, "an XLSX workbook")
    try:
        return list(_grids(archive))
    except FileRefused:
        raise
    except Exception:  # Whatever a broken file makes its reader trip over.
        raise archive.damaged() from None


def _grids(archive: Archive) -> Iterator[Grid]:
    main = "xl/workbook.xml"
    book, related = _xml(archive, main), _related(archive, main)
    shared = [path for path in related.values() if path.endswith("haredStrings.xml")]
    texts = [text for path in shared for text in _texts(archive, path)]
    since_1904 = any(each.get("date1904") in {"1", "true"} for each in book.iter("workbookPr"))
    epoch = date(1904, 1, 1) if since_1904 else date(1899, 12, 30)
    for sheet in book.iter("sheet"):
        name, path = sheet.get("name", ""), related[sheet.get("id", "")]
        if name.casefold() in MADE_ANEW:
            yield Grid(name, [])
            continue
        found = _xml(archive, path)
        yield Grid(name, list(_rows(found, texts, name)), _pictures(archive, path), epoch)


def _xml(archive: Archive, path: str) -> Element:
    """Return a part of the workbook, names without their namespaces.

    Document types are refused: they are what a small file grows to gigabytes by, and no
    spreadsheet program writes them.
    """
    try:
        root: Element = ElementTree.fromstring(archive.read(path), forbid_dtd=True)
    except DTDForbidden:
        raise FileRefused(
            "The workbook holds a document type declaration: it is not read."
        ) from None
    for element in root.iter():
        element.tag = _bare(element.tag)
        for key in [key for key in element.attrib if key.startswith("{")]:
            element.set(_bare(key), element.attrib[key])
    return root


def _bare(name: str) -> str:
    return name.rpartition("}")[2]


def _related(archive: Archive, path: str) -> dict[str, str]:
    """Return the files that a part refers to, by the ids that it uses."""
    folder, name = posixpath.split(path)
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in archive.names:
        return {}
    return {
        each.get("Id", ""): posixpath.normpath(posixpath.join(folder, each.get("Target", "")))
        if not each.get("Target", "").startswith("/")
        else each.get("Target", "")[1:]
        for each in _xml(archive, relations)
    }


def _texts(archive: Archive, path: str) -> list[str]:
    return [_text_of(each) for each in _xml(archive, path).iter("si")]


def _text_of(element: Element) -> str:
    """Return a text in one piece, its formats and its readings for pronunciation left out."""
    runs = [element, *element.iter("r")]
    pieces = (child.text or "" for run in runs for child in run if child.tag == "t")
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), "".join(pieces))


def _rows(sheet: Element, texts: list[str], name: str) -> Iterator[tuple[int, list[Any]]]:
    number = 0
    for count, row in enumerate(sheet.iter("row")):
        if count > MOST_ROWS:
            raise FileRefused(f"Sheet “{name}”: it has more than {MOST_ROWS:,} rows.")
        number = int(row.get("r") or number + 1)
        cells: list[Any] = []
        for cell in row:
            column = _column(cell.get("r")) if cell.get("r") else len(cells)
            value = _value(cell, texts)
            if value is None or value == "":
                continue
            if column >= MOST_COLUMNS:
                raise FileRefused(
                    f"Sheet “{name}”, row {number}: it has more than {MOST_COLUMNS} columns."
                )
            cells += [None] * (column + 1 - len(cells))
            cells[column] = value
        yield number, cells


def _column(reference: str | None) -> int:
    """Return the column of "AB12", from 0."""
    found = 0
    # Four letters are beyond MOST_COLUMNS already.
    for letter in re.match("[A-Z]{0,4}", reference or "")[0]:  # type: ignore[index]
        found = found * 26 + ord(letter) - 64
    return found - 1


def _value(cell: Element, texts: list[str]) -> Any:
    found = {child.tag: child for child in cell}
    if "f" in found:
        return Formula(found["f"].text or "")
    kind, value = cell.get("t", "n"), found["v"].text if "v" in found else None
    if kind == "inlineStr":
        return _text_of(found["is"]) if "is" in found else None
    if value is None:
        return None
    if kind == "s":
        return texts[int(value)]
    if kind == "b":
        return value.strip() == "1"
    if kind == "n":
        return float(value) if re.search("[.eE]", value) else int(value)
    return value


def _pictures(archive: Archive, path: str) -> dict[int, bytes]:
    """Return the pictures of a sheet by the row, from 1, at which their top left corner stands."""
    found: dict[int, bytes] = {}
    for drawing in _related(archive, path).values():
        if "/drawings/" not in drawing or not drawing.endswith(".xml"):
            continue
        files = _related(archive, drawing)
        for anchor in _xml(archive, drawing):
            row = next((each.text for each in anchor.iter("row")), None)
            for blip in anchor.iter("blip"):
                if row is not None and blip.get("embed") in files:
                    found[int(row) + 1] = archive.read(files[blip.get("embed", "")])
    return found
