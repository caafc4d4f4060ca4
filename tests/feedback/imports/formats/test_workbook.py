"""Workbooks are read as the CSV file that Excel would save, and bombs are not opened."""

import io
import zipfile
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from feedback.imports import BadFile
from feedback.imports.formats import archive, open_table
from feedback.imports.formats.reading import Row
from feedback.imports.formats.workbook import sheet_names
from feedback.imports.mappings.mapping import FileShape
from tests.feedback.imports.workbooks import workbook


def read(content: bytes, **shape: Any) -> tuple[list[str], list[Row]]:
    table = open_table(io.BytesIO(content), FileShape(**shape))
    return table.header.names, list(table)


def test_values_are_texts_as_in_a_csv_file() -> None:
    moment = datetime(2026, 3, 10, 14, 5, 59, 999_000)  # noqa: DTZ001
    names, rows = read(
        workbook(
            [
                ["ID", "When", "Day", "Score", "Share", "Done", " Why "],
                [1001, moment, date(2026, 3, 10), 4.0, 0.5, True, "  ok "],
                [None, None, None, None, None, None, None],
                ["'=1+1", None, None, 10**15, None, False],
            ]
        )
    )
    assert names == ["ID", "When", "Day", "Score", "Share", "Done", "Why"]
    assert [row.number for row in rows] == [2, 4]
    # Excel keeps fractions of a day: 59.999 seconds are a minute.
    day = "2026-03-10 00:00:00"
    assert rows[0].cells == ["1001", "2026-03-10 14:06:00", day, "4", "0.5", "TRUE", "ok"]
    assert rows[1].cells == ["'=1+1", "", "", str(10**15), "", "FALSE", ""]


def test_a_sheet_may_be_named() -> None:
    content = workbook([["A"], [1]])
    with pytest.raises(BadFile, match='has no sheet "Note"; did you mean "Notes"'):
        read(content, sheet="Note")
    with pytest.raises(BadFile, match="has a header and no rows below it"):
        read(content, sheet="Notes")


class Counted(io.BytesIO):
    """A file that counts the bytes that were read."""

    count = 0

    def read(self, size: int | None = -1) -> bytes:
        found = super().read(size)
        self.count += len(found)
        return found


def test_the_beginning_of_a_large_sheet_is_there_at_once() -> None:
    # Many programs write sheets that do not say how large they are, as this does.
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Answers")
    for number in range(20_000):
        sheet.append(
            ["ID" if number == 0 else f"{number:x}", sha256(str(number).encode()).hexdigest()]
        )
    content = io.BytesIO()
    book.save(content)
    file = Counted(content.getvalue())
    assert sheet_names(file) == ["Answers"]
    assert next(iter(open_table(file, FileShape()))).number == 2
    assert file.count < len(content.getvalue()) / 2


def test_a_row_that_is_longer_than_the_header_is_its_own_problem() -> None:
    _, rows = read(workbook([["A", "B"], [1, 2, 3], [4, 5]]))
    assert str(rows[0].problem) == ('Row 2, column "no. 3": the row has 3 cells and the header 2.')
    assert rows[1].problem is None


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "is empty"),
        ([[None], [1]], "Row 1: the row is blank"),
        ([["c"] * 2_001, [1]], "more than 2,000 columns"),
    ],
)
def test_what_is_no_table_is_refused(rows: list[list[Any]], said: str) -> None:
    with pytest.raises(BadFile, match=said):
        read(workbook(rows))


def repacked(content: bytes, **parts: bytes) -> bytes:
    """Return the archive with some of its parts replaced or added, well compressed."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, text in parts.items():
            new.writestr(name, text)
    return file.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = repacked(workbook([["A"], [1]]), **{SHEET: b" " * 20_000_000})
    assert len(bomb) < 60_000
    with pytest.raises(BadFile, match=r"unpacks xl/worksheets/sheet1\.xml to more than 400 times"):
        read(bomb)


def test_more_texts_than_memory_should_hold_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_HELD", 1_000)
    with pytest.raises(BadFile, match="of different texts; send it as CSV"):
        read(workbook([["A"], *([f"text {n}"] for n in range(500))]))


def test_entities_are_refused() -> None:
    laughs = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">]><worksheet>&a;</worksheet>'
    with pytest.raises(BadFile, match="declares entities"):
        read(repacked(workbook([["A"], [1]]), **{SHEET: laughs}))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 and nothing else", "is a damaged or locked workbook"),
        (repacked(b"PK\x05\x06" + b"\0" * 18, **{"readme.txt": b"x"}), "not an Excel workbook"),
        (repacked(workbook([["A"]]), **{SHEET: b"<worksheet><unclosed>"}), "is a damaged workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old Excel workbook"),
        (b"\x1f\x8b\x08", "is compressed with gzip"),
        (b"%PDF-1.7", "is a PDF"),
    ],
)
def test_what_cannot_be_read_is_said(content: bytes, said: str) -> None:
    with pytest.raises(BadFile, match=said):
        read(content)


def test_a_row_number_beyond_excels_own_is_refused() -> None:
    row = b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>%s</t></is></c></row>'
    rows = row % (1, 1, b"A") + row % (2, 2, b"x") + row % (10**12, 10**12, b"y")
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b"<sheetData>" + rows + b"</sheetData></worksheet>"
    )
    with pytest.raises(BadFile, match="has more than 1,048,576 rows"):
        read(repacked(workbook([["A"]]), **{SHEET: sheet}))


def test_a_real_file_of_another_kind_is_no_workbook(shared: Path) -> None:
    content = (shared / "data/eventlogs/receipt.csv.gz").read_bytes()
    with pytest.raises(BadFile, match="gzip"):
        read(content)
