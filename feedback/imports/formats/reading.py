"""From bytes to numbered rows, in bounded memory whatever the file holds."""

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, compress
from typing import BinaryIO, Self

from feedback.imports.formats.delimiters import sniffed_delimiter, told_delimiter
from feedback.imports.formats.header_rows import names_and_labels
from feedback.imports.mappings.mapping import HeaderNames
from feedback.imports.problems import BadFile, Problem, nearest

LONGEST_ROW = 2**20
"""In bytes."""
MOST_COLUMNS = 2_000
BLOCK = 2**18
"""Bytes that are read and parsed at once; no row in them is longer than LONGEST_ROW."""
MOST_LINES_BACK = 1_000
NO_ROWS = "has a header and no rows below it."
UTF_8_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file. `number` is what a spreadsheet shows beside it; the header has 1.

    With a `problem` the cells must not be used.
    """

    number: int
    cells: list[str]
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that follow each other in a file: those without a problem as lists of cells.

    `numbers` and `rows` belong together; all of them are as wide as the header. `odd` are the
    rows that have a problem.
    """

    numbers: Sequence[int]
    rows: list[list[str]]
    odd: list[Row] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.rows or self.odd)

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Self:
        """Make a block of rows."""
        numbers, sound, odd = [], [], []
        for row in rows:
            if row.problem:
                odd.append(row)
            else:
                numbers.append(row.number)
                sound.append(row.cells)
        return cls(numbers, sound, odd)


@dataclass(frozen=True, slots=True)
class Column:
    """A column that the mapping names."""

    name: str
    position: int


class Header:
    """The names of the columns, and what they ask where the file says it in a row of its own.

    Columns that share a name are called by their order: "Comment [1]", "Comment [2]".
    """

    def __init__(self, names: list[str], labels: list[str] | None = None) -> None:
        self.names = [name.strip() for name in names]
        self.labels = labels or self.names
        self.calls = _told_apart(self.names)

    def column(self, name: str) -> Column:
        """Return the column of that name; raises BadFile when it is missing or there twice."""
        count = self.names.count(name)
        if count == 1:
            return Column(name, self.names.index(name))
        if count:
            reason = f'the name stands over {count} columns; say which, as "{name} [1]".'
            raise BadFile(Problem(1, name, "", reason))
        if name in self.calls:
            return Column(name, self.calls.index(name))
        near = nearest(name, self.names)
        hint = f'did you mean "{near}"?' if near else f"there are: {self._listed()}."
        raise BadFile(Problem(1, name, "", f"the column is missing; {hint}"))

    def name(self, position: int) -> str:
        """Return a column's name; behind the last one, its number."""
        if position < len(self.names) and self.names[position]:
            return self.names[position]
        return f"no. {position + 1}"

    def _listed(self) -> str:
        text = ", ".join(self.names)
        return text if len(text) <= 400 else text[:399] + "…"


class Table:
    """A CSV file: `header`, and the rows below it one at a time.

    Reads one row ahead at most, and never more than LONGEST_ROW of it. Raises BadFile where the
    file cannot be read on: rows that do not end, quotation marks that do not close. What can be
    laid at the door of one row (bytes of another encoding, NUL, a missing cell) is that row's
    problem. Rows without any content are passed over, but counted in the numbers.
    """

    def __init__(
        self,
        file: BinaryIO,
        *,
        encoding: str,
        delimiter: str,
        wanted: Collection[str],
        header_rows: int = 1,
        header_names: HeaderNames = HeaderNames.FIRST,
    ) -> None:
        self._file = file
        self._lines = _Lines(file, encoding)
        first = next(self._lines, "")
        self._lines.delimiter = delimiter or self._lines.told or sniffed_delimiter(first, wanted)
        self._reader = csv.reader(
            chain([first], self._lines) if first else self._lines,
            delimiter=self._lines.delimiter,
            strict=True,
        )
        rows = [self._read_header_row()]
        while len(rows) < header_rows:
            self._lines.begin_row()
            rows.append(self._read_header_row())
        self.header = Header(*names_and_labels(rows, header_names))

    def _read_header_row(self) -> list[str]:
        cells = self._next_cells()
        row = self._lines.row
        if cells is None:
            reason = "is empty." if row == 1 else f"ends before row {row}, which is a header too."
            raise BadFile(Problem(0, "", "", reason))
        if self._lines.fault:
            raise BadFile(self._lines.fault)
        if not any(cell.strip() for cell in cells):
            raise BadFile(Problem(row, "", "", "the row is blank; it must name the columns."))
        if len(cells) > MOST_COLUMNS:
            reason = f"the file has {len(cells):,} columns; {MOST_COLUMNS:,} can be read."
            raise BadFile(Problem(row, Header(cells).name(MOST_COLUMNS), "", reason))
        return cells

    def __iter__(self) -> Iterator[Row]:
        empty = True
        for row in self._rows():
            empty = False
            yield row
        if empty:
            raise BadFile(Problem(0, "", "", NO_ROWS))

    def blocks(self) -> Iterator[Block]:
        """Yield the same rows, many at a time; of a file that can seek."""
        file = self._file
        empty = True
        while True:
            start = file.tell()
            part = file.read(BLOCK)
            if not part:
                break
            block, size = self._block(part)
            if block is None:
                # Something is wrong with a row, or one is longer than all this: row by row.
                file.seek(start)
                self._reader = csv.reader(self._lines, delimiter=self._lines.delimiter, strict=True)
                block = Block.of(self._rows(until=start + size))
            else:
                file.seek(start + size)
            if block:
                empty = False
                yield block
        if empty:
            raise BadFile(Problem(0, "", "", NO_ROWS))

    def _block(self, part: bytes) -> tuple[Block | None, int]:
        """Return the rows at the beginning of `part`, and how many bytes they take.

        None where they must be read one by one, at least those of that many bytes.
        """
        whole = part[: _end_of_rows(part)]
        try:
            text = whole.decode(self._lines.encoding)
            # Rows that begin and end with this text are the same read alone: the reader is
            # strict, and would not let one end within a quotation.
            lines = io.StringIO(text, newline="\n")
            rows = list(csv.reader(lines, delimiter=self._lines.delimiter, strict=True))
        except (UnicodeDecodeError, csv.Error):
            return None, len(part)
        if not rows or "\0" in text or set(map(len, rows)) - {len(self.header.names), 0}:
            return None, len(part)
        first = self._lines.pass_over(len(rows))
        numbers: Sequence[int] = range(first, first + len(rows))
        if not (all(rows) and all(row[0].strip() for row in rows)):
            filled = [any(cell.strip() for cell in row) for row in rows]
            rows, numbers = list(compress(rows, filled)), list(compress(numbers, filled))
        return Block(numbers, rows), len(whole)

    def _rows(self, until: int | None = None) -> Iterator[Row]:
        """Yield the rows that are not blank, one at a time, to the end or past that byte."""
        header = self.header
        self._lines.header = header
        width = len(header.names)
        while until is None or self._file.tell() < until:
            number = self._lines.begin_row()
            cells = self._next_cells()
            if cells is None:
                break
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
                # Delimiters behind the last cell, which some programs write below the header only.
                del cells[width:]
            problem = self._lines.fault
            if problem is None and len(cells) != width:
                problem = _ragged(number, len(cells), header)
            yield Row(number, cells, problem)

    def _next_cells(self) -> list[str] | None:
        try:
            return next(self._reader, None)
        except csv.Error as error:
            raise BadFile(self._lines.problem(_explained(str(error)))) from None


class _Lines:
    """Decoded lines of a file, none of them longer than what is left of the row's allowance."""

    delimiter = ","
    told = ""
    """The delimiter that the file names itself, in a line "sep=;" above its header."""
    header: Header | None = None

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self._file = file
        self.encoding = encoding
        self._row = 1
        self._size = 0
        self._read: list[str] = []
        self._at_start = True
        self._fault: tuple[int, str] | None = None

    def begin_row(self) -> int:
        """Start counting a new row's bytes and lines, and return the row's number."""
        self._row += 1
        self._size = 0
        self._read.clear()
        self._fault = None
        return self._row

    def pass_over(self, count: int) -> int:
        """Count rows that were read by another way, and return the number of the first."""
        first = self._row + 1
        self._row += count
        return first

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LONGEST_ROW - self._size + 1)
        if not line:
            raise StopIteration
        if self._at_start:
            line = self._without_mark(line)
            self.told = told_delimiter(line)
            if self.told:
                return next(self)
        self._size += len(line)
        if self._size > LONGEST_ROW:
            self._read.append(line.decode(self.encoding, "replace"))
            limit = f"{LONGEST_ROW // 2**20} MB"
            reason = f"the row is longer than {limit}; is a quotation mark or a line end missing?"
            raise BadFile(self.problem(reason))
        text = self._decoded(line)
        self._read.append(text)
        return text

    def _without_mark(self, line: bytes) -> bytes:
        self._at_start = False
        return line.removeprefix(UTF_8_MARK) if self.encoding == "utf-8" else line

    def _decoded(self, line: bytes) -> str:
        try:
            text = line.decode(self.encoding)
        except UnicodeDecodeError as error:
            text = line.decode(self.encoding, "replace")
            self._find_fault(
                line[: error.start].decode(self.encoding, "replace"),
                f"byte 0x{line[error.start]:02x} is not {self.encoding.upper()}; is the file "
                'in another encoding? (Excel for Windows writes encoding = "cp1252".)',
            )
        if "\0" in text:
            self._find_fault(text[: text.index("\0")], "holds a NUL byte; the file is damaged.")
        return text

    def _find_fault(self, before: str, reason: str) -> None:
        if self._fault is None:
            self._fault = sum(map(len, self._read)) + len(before), reason

    @property
    def row(self) -> int:
        """The number of the row that is being read."""
        return self._row

    @property
    def fault(self) -> Problem | None:
        """Return what is wrong with the row's characters, if anything."""
        if self._fault is None:
            return None
        position, reason = self._fault
        return self._problem_at(position, reason)

    def problem(self, reason: str) -> Problem:
        """Return a problem of this row, in the column that has been reached."""
        return self._problem_at(None, reason)

    def _problem_at(self, end: int | None, reason: str) -> Problem:
        # Even parts stand outside quotation marks: doubled ones leave an empty part between.
        outside = "".join(self._read)[:end].split('"')[::2]
        position = sum(part.count(self.delimiter) for part in outside)
        column = self.header.name(position) if self.header else f"no. {position + 1}"
        return Problem(self._row, column, "", reason)


def _end_of_rows(part: bytes) -> int:
    """Return where the last row ends that `part` holds wholly; 0 when that is hard to say.

    A line end within a quotation has an odd number of quotation marks before it. Where marks
    stand that open nothing, the guess may be wrong, and the reader finds out.
    """
    end = part.rfind(b"\n") + 1
    odd = part.count(b'"', 0, end) % 2
    for _ in range(MOST_LINES_BACK):
        if not odd or not end:
            return end
        before = part.rfind(b"\n", 0, end - 1) + 1
        odd ^= part.count(b'"', before, end) % 2
        end = before
    return 0


def _told_apart(names: list[str]) -> list[str]:
    """Return the names, those that are there several times with their order behind them."""
    counts = Counter(names)
    nth: Counter[str] = Counter()
    found = []
    for name in names:
        nth[name] += 1
        found.append(f"{name} [{nth[name]}]" if name and counts[name] > 1 else name)
    return found


def _ragged(number: int, count: int, header: Header) -> Problem:
    width = len(header.names)
    cells = "1 cell" if count == 1 else f"{count} cells"
    reason = f"the row has {cells} and the header {width}; is a delimiter or quotation mark wrong?"
    if count < width:
        reason += " (CSV of Excel may lack empty cells at the end of rows; its .xlsx does not.)"
    return Problem(number, header.name(min(count, width)), "", reason)


def _explained(error: str) -> str:
    if "field larger" in error:
        limit = f"{csv.field_size_limit():,}"
        return f"the cell is longer than {limit} characters; is a quotation mark missing?"
    if "new-line character" in error:
        return "a line ends in a carriage return alone; save the file with ordinary line ends."
    if "unexpected end of data" in error:
        return "the file ends inside a quotation; a quotation mark is missing."
    return f"quotation marks are wrong: {error}."
