"""Tidy tables as sheets of a workbook: filters on, heads frozen, numbers and dates as such.

A text is always written as a text, with the mark by which spreadsheets keep it one even when
somebody edits it: "=1+1", "@airline thanks" and "-5 minutes" come back as they were.
"""

import re
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from PIL import Image
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from journeys.exchange.sheets import Heading
from journeys.exchange.tables import Table
from journeys.maps.theme import ACCENT, INK, INK_3, LINE, WASH

LONGEST = 32_767
"""Characters in a cell."""
PICTURE_HEIGHT = 90
"""Pixels."""
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠']")  # noqa: RUF001
# XlsxWriter escapes a text that looks like an escape, but not two that share an underscore.
_TWO_ESCAPES = re.compile("_x[0-9A-Fa-f]{4}_x[0-9A-Fa-f]{4}_")
_NO_XML = re.compile("[\ufffe\uffff\ud800-\udfff]")
_NARROW, _WIDE = 8, 60
"""The least and the most width of a column, in characters."""


def clean(text: str, place: str, notes: list[str]) -> str:
    """Return a text as a cell can hold it, and note where that is not the whole of it."""
    if _NO_XML.search(text):
        notes.append(f"{place}: a character that XLSX cannot hold is written as �.")
        text = _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)
    if _TWO_ESCAPES.search(text):
        notes.append(f"{place}: “_x…_x…_” in a text is changed by XLSX. JSON and CSV hold it.")
    if len(text) > LONGEST:
        notes.append(
            f"{place}: the text has {len(text):,} characters; the first {LONGEST:,} are there. "
            "JSON and CSV hold all of it."
        )
        text = text[:LONGEST]
    return text


class Sheets:
    """Writes tables into a workbook, with formats that all of them share."""

    def __init__(self, book: Workbook, notes: list[str]) -> None:
        self.book, self.notes = book, notes
        cell = {"valign": "top", "font_color": INK, "border": 1, "border_color": LINE}
        text = cell | {"text_wrap": True, "align": "left", "indent": 1}
        self._text = book.add_format(text)
        self._guarded = book.add_format(text | {"quote_prefix": True})
        shown = text | {"font_color": INK_3, "italic": True}
        self._shown = book.add_format(shown)
        self._shown_guarded = book.add_format(shown | {"quote_prefix": True})
        self._plain = book.add_format(cell)
        self._day = book.add_format(cell | {"num_format": "yyyy-mm-dd", "align": "left"})
        self._moment = book.add_format(cell | {"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
        head = {
            "bold": True,
            "bg_color": WASH,
            "bottom": 2,
            "bottom_color": ACCENT,
            "valign": "top",
        }
        self._head = book.add_format(head | {"text_wrap": True, "font_color": INK})
        self._shown_head = book.add_format(
            head | {"text_wrap": True, "font_color": INK_3, "italic": True, "bold": False}
        )

    def write(self, table: Table) -> None:
        """Add a sheet."""
        sheet = self.book.add_worksheet(table.name)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, len(table.rows), len(table.headings) - 1)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        for column, heading in enumerate(table.headings):
            style = self._shown_head if heading.shows else self._head
            sheet.write_string(0, column, heading.title, style)
            cells = [row[column] for row in table.rows]
            sheet.set_column(column, column, _width(heading, cells))
            for row, cell in enumerate(cells, 1):
                self._cell(sheet, table.name, heading, (row, column), cell)
        for row, (name, picture) in enumerate(table.pictures.items(), 1):
            self._picture(sheet, row, name, picture)

    def _cell(
        self, sheet: Worksheet, name: str, heading: Heading, at: tuple[int, int], cell: Any
    ) -> None:
        if cell is None or cell == "":
            sheet.write_blank(*at, None, self._plain)
        elif heading.kind == "date":
            sheet.write_datetime(*at, date.fromisoformat(cell), self._day)
        elif isinstance(cell, datetime):
            sheet.write_datetime(*at, cell.astimezone(UTC).replace(tzinfo=None), self._moment)
        elif isinstance(cell, bool):
            sheet.write_boolean(*at, cell, self._plain)
        # A workbook keeps 16 digits of a number; one that needs 17 stays whole as a text.
        elif isinstance(cell, int | float) and float(f"{cell:.16G}") == cell:
            sheet.write_number(*at, cell, self._plain)
        else:
            text = clean(str(cell), f"Sheet “{name}”, row {at[0] + 1}", self.notes)
            plain, guarded = (
                (self._shown, self._shown_guarded) if heading.shows else (self._text, self._guarded)
            )
            sheet.write_string(*at, text, guarded if _FORMULA.match(text) else plain)

    def _picture(self, sheet: Worksheet, row: int, name: str, picture: bytes) -> None:
        sheet.set_row_pixels(row, PICTURE_HEIGHT + 10)
        options = {"image_data": BytesIO(picture), "x_offset": 5, "y_offset": 5,
                   "object_position": 1, "description": name}  # fmt: skip
        scale = PICTURE_HEIGHT / max(size_of(picture)[1], 1)
        sheet.insert_image(row, 1, name, options | {"x_scale": scale, "y_scale": scale})


def _width(heading: Heading, cells: list[Any]) -> float:
    if heading.kind == "picture":
        return 30
    longest = max((_longest_line(cell) for cell in cells), default=0)
    return max(_NARROW, min(_WIDE, longest + 3), min(len(heading.title), 14) + 4)


def _longest_line(cell: Any) -> int:
    return max(map(len, str(cell).splitlines()), default=0) if cell is not None else 0


def size_of(picture: bytes) -> tuple[float, float]:
    """Return a picture's width and height in pixels of a screen, as a workbook draws it."""
    with Image.open(BytesIO(picture)) as image:
        return image.size
