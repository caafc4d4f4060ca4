"""Excel workbooks (.xlsx), streamed: the sheet's values as a CSV file would hold them."""

import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from feedback.imports.formats.archive import check_archive
from feedback.imports.formats.header_rows import names_and_labels
from feedback.imports.formats.reading import LONGEST_ROW, MOST_COLUMNS, NO_ROWS, Header, Row
from feedback.imports.mappings.mapping import FileShape
from feedback.imports.problems import BadFile, Problem, nearest

MOST_ROWS = 1_048_576
"""As many as Excel has."""
# What openpyxl raises for workbooks that are not what they say; errors of XML are SyntaxErrors.
DAMAGE = (KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError, OSError)


class WorkbookTable:
    """One sheet of a workbook: its first, unless the shape names another.

    Formulas count with the value that Excel saw last. Dates become ISO texts. Cells behind the
    header's last name are looked at only to find rows that do not fit.
    """

    def __init__(self, file: BinaryIO, shape: FileShape) -> None:
        check_archive(file)
        self._rows = _read(file, shape.sheet)
        found: list[list[str]] = []
        for row in self._rows:
            if not found and not any(row):
                raise BadFile(Problem(1, "", "", "the row is blank; it must name the columns."))
            found.append(row)
            if len(found) == shape.header_rows:
                break
        if len(found) < shape.header_rows:
            reason = f"ends before row {len(found) + 1}, which is a header too."
            raise BadFile(Problem(0, "", "", reason if found else "is empty."))
        self._header_rows = len(found)
        names, labels = names_and_labels(found, shape.header_names)
        self.header = Header(names, labels)

    def __iter__(self) -> Iterator[Row]:
        width = len(self.header.names)
        empty = True
        for number, cells in enumerate(self._rows, self._header_rows + 1):
            if not any(cells):
                continue
            empty = False
            yield Row(number, cells + [""] * (width - len(cells)), self._fault(number, cells))
        if empty:
            raise BadFile(Problem(0, "", "", NO_ROWS))

    def _fault(self, number: int, cells: list[str]) -> Problem | None:
        width = len(self.header.names)
        if len(cells) > width:
            reason = f"the row has {len(cells)} cells and the header {width}."
            return Problem(number, self.header.name(width), "", reason)
        if sum(map(len, cells)) > LONGEST_ROW:
            return Problem(number, "", "", f"the row is longer than {LONGEST_ROW // 2**20} MB.")
        return None


def sheet_names(file: BinaryIO) -> list[str]:
    """Return the names of a workbook's sheets; raises BadFile."""
    check_archive(file)
    try:
        names = _opened(file).sheetnames
    except DAMAGE:
        raise _damaged() from None
    file.seek(0)
    return list(names)


def _opened(file: BinaryIO) -> Any:
    with warnings.catch_warnings():
        # About styles and extensions that are left alone.
        warnings.simplefilter("ignore")
        reader = _Reader(file, read_only=True, data_only=True, keep_links=False)
        reader.read()
    return reader.wb


class _Reader(ExcelReader):
    """Opens a workbook in a time that does not depend on how many rows it has."""

    def read_worksheets(self) -> None:
        book: Any = self.wb
        sheet: Any
        for sheet, relation in self.parser.find_sheets():
            if relation.target not in self.valid_files:
                continue
            if "chartsheet" in relation.Type:
                self.read_chartsheet(sheet, relation)
                continue
            found = _Sheet(book, sheet.name, relation.target, self.shared_strings)
            book._sheets.append(found)


class _Sheet(ReadOnlyWorksheet):
    def _get_size(self) -> None:
        """Leave it open: a sheet that does not say its size would be read to its end here."""


def _read(file: BinaryIO, sheet: str) -> Iterator[list[str]]:
    """Yield the rows of a sheet as texts, without the blanks at their ends."""
    try:
        book = _opened(file)
        names = [worksheet.title for worksheet in book.worksheets]
        if sheet and sheet not in names:
            near = nearest(sheet, names)
            hint = f'did you mean "{near}"?' if near else f"there are: {', '.join(names)}."
            raise BadFile(Problem(0, "", "", f'has no sheet "{sheet}"; {hint}'))
        if not names:
            raise BadFile(Problem(0, "", "", "has no sheet."))
        worksheet = book[sheet or names[0]]
        # What the sheet says about its own size may be wrong.
        worksheet.reset_dimensions()
        for number, row in enumerate(worksheet.iter_rows(values_only=True), 1):
            if number > MOST_ROWS:
                reason = f"has more than {MOST_ROWS:,} rows, which no workbook can."
                raise BadFile(Problem(0, "", "", reason))
            if len(row) > MOST_COLUMNS:
                reason = f"the row has more than {MOST_COLUMNS:,} columns, which cannot be read."
                raise BadFile(Problem(number, "", "", reason))
            yield _texts(row)
    except (InvalidFileException, *DAMAGE):
        raise _damaged() from None


def _damaged() -> BadFile:
    return BadFile(Problem(0, "", "", "is a damaged workbook; save it anew as .xlsx or CSV."))


def _texts(row: tuple[Any, ...]) -> list[str]:
    texts = [_text(value) for value in row]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _text(value: Any) -> str:
    """Return a value as a CSV file would hold it."""
    match value:
        case None:
            return ""
        case str():
            return value.strip()
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer() and abs(value) < 2**53:
            return str(int(value))
        case datetime():
            # Excel counts days in binary fractions: a second may come out as .999.
            whole = (value + timedelta(milliseconds=500)).replace(microsecond=0)
            return whole.isoformat(" ")
        case date() | time():
            return value.isoformat()
    return str(value)
