"""The front door: from an open file to the table in it, whatever its format."""

from collections.abc import Collection, Iterator
from pathlib import PurePath
from typing import BinaryIO, Protocol

from feedback.imports.formats.encodings import sniffed_encoding
from feedback.imports.formats.footer import WithoutFooter
from feedback.imports.formats.json_table import JsonTable
from feedback.imports.formats.reading import Header, Row, Table
from feedback.imports.formats.workbook import WorkbookTable
from feedback.imports.mappings.mapping import FileFormat, FileShape
from feedback.imports.problems import BadFile, Problem

# First bytes of files that people send by mistake, and what they are.
NOT_READ = {
    b"\xd0\xcf\x11\xe0": "is an old Excel workbook (.xls); save it as .xlsx or CSV.",
    b"\x1f\x8b": "is compressed with gzip; unpack it first.",
    b"%PDF": "is a PDF; export the answers as CSV, XLSX or JSON.",
    b"SQLite format 3": "is a database; export the answers as CSV, XLSX or JSON.",
}
START = 4096


class FileTable(Protocol):
    """A header, and the rows below it one at a time."""

    @property
    def header(self) -> Header:
        """The names of the columns."""

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows; blank ones are passed over. Once only."""


def open_table(
    file: BinaryIO, shape: FileShape, *, wanted: Collection[str] = (), filename: str = ""
) -> FileTable:
    """Return the table in a file that can seek; raises BadFile.

    `wanted` are the columns of the mapping: they help to find the delimiter of a CSV file, and
    all fields of a JSON file that the first objects do not have. The name of the file decides
    only where its content leaves a doubt.
    """
    form = shape.format or sniffed_format(file, filename)
    table: FileTable
    if form is FileFormat.XLSX:
        table = WorkbookTable(file, shape)
    elif form is FileFormat.JSON:
        table = JsonTable(file, wanted=wanted)
    else:
        table = Table(
            file,
            encoding=shape.encoding or sniffed_encoding(file),
            delimiter=shape.delimiter,
            wanted=wanted,
            header_rows=shape.header_rows,
            header_names=shape.header_names,
        )
    return WithoutFooter(table) if shape.footer else table


def sniffed_format(file: BinaryIO, filename: str = "") -> FileFormat:
    """Return what the file is by its first bytes; raises BadFile for what cannot be read."""
    start = file.read(START)
    file.seek(0)
    for mark, reason in NOT_READ.items():
        if start.startswith(mark):
            raise BadFile(Problem(0, "", "", reason))
    if start.startswith(b"PK\x03\x04"):
        return FileFormat.XLSX
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    suffix = PurePath(filename).suffix.casefold()
    # A column may be named "{id}" or "[id]", but hardly in a file that is called .json.
    if text.startswith((b"{", b"[")) and suffix not in {".csv", ".tsv", ".txt"}:
        return FileFormat.JSON
    if suffix in {".json", ".ndjson", ".jsonl"}:
        return FileFormat.JSON
    return FileFormat.CSV
