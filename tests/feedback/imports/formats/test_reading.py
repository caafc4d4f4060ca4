"""Bytes become numbered rows, or a problem that says where."""

import io
from typing import Any

import pytest

from feedback.imports.formats.reading import LONGEST_ROW, MOST_COLUMNS, Row, Table
from feedback.imports.problems import BadFile


def table(content: bytes, *, encoding: str = "utf-8", delimiter: str = "") -> Table:
    """Open a file of these bytes, of which the columns ID and Score are wanted."""
    wanted = {"ID", "Score"}
    return Table(io.BytesIO(content), encoding=encoding, delimiter=delimiter, wanted=wanted)


def rows(content: bytes, **options: str) -> list[Row]:
    """Read all rows of such a file."""
    return list(table(content, **options))


def refusal(content: bytes, **options: str) -> str:
    """Return the message with which such a file is refused."""
    with pytest.raises(BadFile) as refused:
        rows(content, **options)
    return str(refused.value)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_delimiter_is_found_in_the_header(delimiter: str, end: str) -> None:
    lines = [["ID", "Why, then; that\tone?", "Score"], ["1", "a", "5"]]
    text = "".join(delimiter.join(f'"{cell}"' for cell in line) + end for line in lines)
    read = table(text.encode())
    assert read.header.names == lines[0]
    assert [row.cells for row in read] == lines[1:]


def test_the_delimiter_is_the_one_that_yields_the_wanted_columns() -> None:
    read = table(b"ID;Score;a,b,c,d,e\n1;5;x\n")
    assert read.header.names == ["ID", "Score", "a,b,c,d,e"]


def test_a_named_delimiter_is_not_looked_for() -> None:
    assert table(b"ID;Score,x\n1,2\n", delimiter=",").header.names == ["ID;Score", "x"]


@pytest.mark.parametrize("start", [b"sep=;\r\n", b'\xef\xbb\xbf"sep=;"\n', b"SEP=;\n"])
def test_a_line_that_names_the_delimiter_is_no_row(start: bytes) -> None:
    read = table(start + b"ID;Score;a,b,c,d\n1;5;x\n2;x\n")
    assert read.header.names == ["ID", "Score", "a,b,c,d"]
    first, second = read
    # Excel does not show it, so the header has the number 1.
    assert (first.number, first.cells) == (2, ["1", "5", "x"])
    assert str(second.problem).startswith('Row 3, column "a,b,c,d": the row has 2 cells')


def test_a_file_may_name_a_delimiter_that_is_not_looked_for() -> None:
    assert rows(b"sep=|\nID|Score\n1|5\n")[0].cells == ["1", "5"]
    assert table(b"sep=x\nID,Score\n1,5\n").header.names == ["sep=x"]
    assert refusal(b"sep=;\n") == "The file is empty."


def test_delimiters_behind_the_last_cell_are_no_cells() -> None:
    content = b"ID,Score\n1,5,,\n2,4\n3,,, \n"
    assert [row.cells for row in rows(content)] == [["1", "5"], ["2", "4"], ["3", ""]]
    (block,) = table(content).blocks()
    assert (block.rows, block.odd) == ([["1", "5"], ["2", "4"], ["3", ""]], [])


def test_a_byte_order_mark_is_not_part_of_the_first_name() -> None:
    assert table(b"\xef\xbb\xbfID,Score\n1,5\n").header.column("ID").position == 0


def test_row_numbers_are_those_of_a_spreadsheet() -> None:
    content = b'ID,Score,Why\n1,5,"one\ntwo\r\nthree"\n\n , ,\n2,4,x'
    assert [(row.number, row.cells[0]) for row in rows(content)] == [(2, "1"), (5, "2")]


def test_other_encodings_are_read_when_they_are_named() -> None:
    content = "ID,Score,Grund\n1,5,schön\n".encode("cp1252")
    assert rows(content, encoding="cp1252")[0].cells[2] == "schön"


def test_bytes_of_another_encoding_are_the_row_s_problem() -> None:
    content = 'ID;Score;Grund\n1;5;gut\n2;4;"lang;\nund schön"\n3;5;x\n'.encode("cp1252")
    first, second, third = rows(content)
    assert (first.problem, third.problem) == (None, None)
    assert str(second.problem).startswith('Row 3, column "Grund": byte 0xf6 is not UTF-8')
    assert "cp1252" in str(second.problem)


def test_bytes_of_another_encoding_in_the_header_are_the_file_s() -> None:
    message = refusal("ID;Größe\n1;5\n".encode("cp1252"))
    assert message.startswith('Row 1, column "no. 2": byte 0xf6 is not UTF-8')


def test_a_nul_byte_is_the_row_s_problem() -> None:
    first, second = rows(b"ID,Score\n1,5\n2,\x005\n")
    assert first.problem is None
    assert str(second.problem).startswith('Row 3, column "Score": holds a NUL byte')


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"2\n", 'Row 3, column "Score": the row has 1 cell and the header 2'),
        (b"2,3,4\n", 'Row 3, column "no. 3": the row has 3 cells and the header 2'),
    ],
)
def test_a_row_with_cells_missing_or_left_over_has_a_problem(line: bytes, said: str) -> None:
    assert str(rows(b"ID,Score\n1,5\n" + line)[1].problem).startswith(said)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf", "The file is empty."),
        (b"\n", "Row 1: the row is blank; it must name the columns."),
        (b"ID,Score\n", "The file has a header and no rows below it."),
        (b"ID,Score\n\n , \n", "The file has a header and no rows below it."),
        (b'ID,Score\n1,"5', 'Row 2, column "Score": the file ends inside a quotation'),
        (b'ID,Score\n1,"5"5\n', 'Row 2, column "Score": quotation marks are wrong'),
        (b"ID,Score\r1,5\r", "Row 1, column"),
        (b"ID,Score\n1," + b"5" * 200_000, 'Row 2, column "Score": the cell is longer than'),
    ],
)
def test_a_file_that_cannot_be_read_on_is_refused(content: bytes, said: str) -> None:
    assert refusal(content).startswith(said)


def test_too_many_columns_are_refused() -> None:
    header = ",".join(f"c{n}" for n in range(MOST_COLUMNS + 1))
    assert refusal(f"{header}\n".encode()).startswith(
        f'Row 1, column "c{MOST_COLUMNS}": the file has 2,001 columns'
    )


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (b"Id,Score", 'Row 1, column "ID": the column is missing; did you mean "Id"?'),
        (b"a,b", 'Row 1, column "ID": the column is missing; there are: a, b.'),
        (b"ID, ID ", 'Row 1, column "ID": the name stands over 2 columns; say which, as "ID [1]".'),
    ],
)
def test_a_column_is_there_exactly_once(header: bytes, said: str) -> None:
    with pytest.raises(BadFile) as refused:
        table(header + b"\n1,2\n").header.column("ID")
    assert str(refused.value) == said


class Endless(io.RawIOBase):
    """A file that never ends; it counts the bytes that were read."""

    def __init__(self, start: bytes, filler: bytes) -> None:
        self._rest = start
        self._filler = filler
        self.served = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        size = len(buffer)
        while len(self._rest) < size:
            self._rest += self._filler * 1000
        buffer[:], self._rest = self._rest[:size], self._rest[size:]
        self.served += size
        return size


@pytest.mark.parametrize(
    ("filler", "said"),
    [
        (b"x", 'Row 2, column "Score": the row is longer than 1 MB'),
        (b"x\n", 'Row 2, column "Score": the cell is longer than 131,072 characters'),
        (b'x""\n","', 'Row 2, column "no. 149798": the row is longer than 1 MB'),
        (b",", f'Row 2, column "no. {LONGEST_ROW + 1}": the row is longer than 1 MB'),
    ],
    ids=["one line", "one quotation", "lines of quotations", "cells without end"],
)
def test_a_row_without_end_is_refused_after_a_megabyte(filler: bytes, said: str) -> None:
    endless = Endless(b"ID,Score\n1," + (b'"' if b"\n" in filler else b""), filler)
    with pytest.raises(BadFile) as refused:
        list(Table(io.BufferedReader(endless), encoding="utf-8", delimiter="", wanted={"ID"}))
    assert str(refused.value).startswith(said)
    assert endless.served < 2 * LONGEST_ROW
