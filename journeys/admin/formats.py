"""The files that an admin may bring and take: CSV, XLSX and JSON, read strictly.

A cell that a spreadsheet would take for a formula is written with an apostrophe before it, and
read without: exporting and importing again changes nothing. What cannot be read is refused with
the row that is to blame; nothing is guessed and nothing dropped.
"""

import csv
import json
import zipfile
from io import BytesIO, StringIO
from typing import Any

import tablib
from django.utils.module_loading import import_string
from import_export.formats import base_formats

from journeys.formulas import neutral, original

MAX_ROWS = 1000
MAX_UNPACKED = 50 * 1024 * 1024


class FileRefused(ValueError):
    """The file cannot be read; says where and why."""


def dataset(headers: list[Any], rows: list[list[Any]], *, first_row: int) -> tablib.Dataset:
    """Build the table that is imported; `first_row` is what the file calls its first data row.

    Raises FileRefused for a table without columns or rows, or with too many rows, and for a row
    that has more cells than there are columns.
    """
    while rows and not any(rows[-1]):
        rows.pop()
    if not any(headers):
        raise FileRefused("The file is empty: its first row must name the columns.")
    if not rows:
        raise FileRefused("The file has no rows below its header.")
    if len(rows) > MAX_ROWS:
        raise FileRefused(f"The file has {len(rows)} rows; {MAX_ROWS} are the most at a time.")
    table = tablib.Dataset(headers=headers)
    for number, row in enumerate(rows, first_row):
        if any(row[len(headers) :]):
            raise FileRefused(
                f"Row {number} has {len(row)} cells, but the header names {len(headers)} columns."
            )
        table.append([*row[: len(headers)], *[""] * (len(headers) - len(row))])
    table.first_row = first_row
    return table


def decoded(content: bytes) -> str:
    """Return a text file's content; raises FileRefused with the line that is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileRefused(
            f"Line {line} is not UTF-8 text: save the file with the encoding UTF-8."
        ) from None


def _neutral_table(table: tablib.Dataset) -> tablib.Dataset:
    safe = tablib.Dataset(headers=table.headers)
    for row in table:
        safe.append([neutral(cell) for cell in row])
    return safe


class CsvFile(base_formats.CSV):  # type: ignore[misc]
    """Comma-separated values, UTF-8."""

    def get_read_mode(self) -> str:
        """Read bytes: the encoding is ours to check."""
        return "rb"

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> tablib.Dataset:
        """Read the file; raises FileRefused."""
        reader = csv.reader(StringIO(decoded(in_stream), newline=""), strict=True)
        try:
            rows = [[original(cell) for cell in row] for row in reader]
        except csv.Error as error:
            raise FileRefused(f"Line {reader.line_num}: {error}.") from None
        headers, *rest = rows or [[]]
        if len(headers) == 1 and ";" in headers[0]:
            raise FileRefused("The columns are separated by semicolons: use commas.")
        return dataset(headers, rest, first_row=2)

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> Any:
        """Write the file, its formulas neutralised."""
        return super().export_data(_neutral_table(dataset), **kwargs)


class JsonFile(base_formats.JSON):  # type: ignore[misc]
    """A list of objects that all have the same keys."""

    def get_read_mode(self) -> str:
        """Read bytes: the encoding is ours to check."""
        return "rb"

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> tablib.Dataset:
        """Read the file; raises FileRefused."""
        try:
            items = json.loads(decoded(in_stream))
        except json.JSONDecodeError as error:
            raise FileRefused(f"Line {error.lineno}: {error.msg}.") from None
        except RecursionError:
            raise FileRefused("The file is nested too deeply.") from None
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise FileRefused("The file must hold a list of objects.")
        headers = list(items[0]) if items else []
        rows = []
        for number, item in enumerate(items, 1):
            if odd := set(headers) ^ set(item):
                raise FileRefused(f"Item {number}: only some items have {', '.join(sorted(odd))}.")
            rows.append([_plain(item[name], number, name) for name in headers])
        return dataset(headers, rows, first_row=1)


def _plain(value: Any, number: int, name: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | list | dict):
        raise FileRefused(f"Item {number}, {name}: a text or a number is expected.")
    return str(value)


class XlsxFile(base_formats.XLSX):  # type: ignore[misc]
    """The first sheet of a workbook."""

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        """Read the file; raises FileRefused."""
        load_workbook = import_string("openpyxl.load_workbook")
        _check_unpacked_size(in_stream)
        try:
            book = load_workbook(BytesIO(in_stream), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            # One row more than allowed, so that too many are noticed and no more are read.
            cells = sheet.iter_rows(max_row=MAX_ROWS + 2, max_col=200, values_only=True)
            rows = [[_text(cell) for cell in row] for row in cells]
        except Exception:  # openpyxl raises whatever a broken file makes it trip over.
            raise FileRefused("This is not an XLSX workbook, or it is damaged.") from None
        headers, *rest = rows or [[]]
        while headers and not headers[-1]:
            headers.pop()
        return dataset(headers, rest, first_row=2)

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> Any:
        """Write the file, its formulas neutralised; raises ValueError for a control character."""
        control = import_string("openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE")
        table = _neutral_table(dataset)
        for number, row in enumerate(table, 2):
            for header, cell in zip(table.headers, row, strict=True):
                if isinstance(cell, str) and control.search(cell):
                    raise ValueError(
                        f"Row {number}, {header}: a control character that XLSX cannot hold. "
                        "Export CSV or JSON."
                    )
        return super().export_data(table, **kwargs)


def _check_unpacked_size(content: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError):
        raise FileRefused("This is not an XLSX workbook, or it is damaged.") from None
    if unpacked > MAX_UNPACKED:
        raise FileRefused("The workbook unpacks to more than 50 MB.")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return original(str(value))


FORMATS: list[Any] = [CsvFile, XlsxFile, JsonFile]
EXTENSIONS = {each().get_extension(): each for each in FORMATS}
