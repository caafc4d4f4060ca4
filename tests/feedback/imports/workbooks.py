"""Workbooks for tests."""

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook


def workbook(rows: Sequence[Sequence[Any]], *, sheet: str = "Answers") -> bytes:
    """Return an .xlsx file with the rows on its first sheet, and a second sheet "Notes"."""
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = sheet
    for row in rows:
        first.append(list(row))
    book.create_sheet("Notes").append(["nothing to see"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
