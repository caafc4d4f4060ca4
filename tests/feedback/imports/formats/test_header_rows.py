"""Several header rows name each column once; a footer is no answer."""

import io
from typing import Any

import pytest

from feedback.imports import BadFile
from feedback.imports.formats import open_table
from feedback.imports.formats.opening import FileTable
from feedback.imports.mappings.mapping import FileShape, HeaderNames
from tests.feedback.imports.workbooks import workbook

ROWS = [
    ["ID", "Which airlines?", "", "", "Why?"],
    ["", "Lufthansa", "KLM", "Other", "Response"],
    ["1", "x", "", "", "cheap"],
]


def table(rows: list[list[str]], **shape: Any) -> FileTable:
    text = "".join(",".join(row) + "\r\n" for row in rows)
    return open_table(io.BytesIO(text.encode()), FileShape(**shape))


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ("first", ["ID", "Which airlines?", "", "", "Why?"]),
        ("second", ["ID", "Lufthansa", "KLM", "Other", "Response"]),
        (
            "joined",
            [
                "ID",
                "Which airlines?: Lufthansa",
                "Which airlines?: KLM",
                "Which airlines?: Other",
                "Why?",
            ],
        ),
    ],
)
def test_two_header_rows(names: str, found: list[str]) -> None:
    shape: dict[str, Any] = {"header_rows": 2, "header_names": HeaderNames(names)}
    in_csv = table(ROWS, **shape)
    in_workbook = open_table(io.BytesIO(workbook(ROWS)), FileShape(**shape))
    for read in (in_csv, in_workbook):
        assert read.header.names == found
        assert [(row.number, row.cells) for row in read] == [(3, ROWS[2])]


def test_labels_stand_in_the_second_row() -> None:
    read = table(ROWS, header_rows=2)
    assert read.header.labels == ["ID", "Lufthansa", "KLM", "Other", "Response"]


def test_a_file_that_ends_within_its_header_is_refused() -> None:
    with pytest.raises(BadFile, match="ends before row 3, which is a header too"):
        table(ROWS[:2], header_rows=3)
    with pytest.raises(BadFile, match="ends before row 3, which is a header too"):
        open_table(io.BytesIO(workbook(ROWS[:2])), FileShape(header_rows=3))


def test_columns_of_one_name_are_called_by_their_order() -> None:
    header = table([["ID", "Why?", "Why?"], ["1", "a", "b"]]).header
    assert header.calls == ["ID", "Why? [1]", "Why? [2]"]
    assert header.column("Why? [2]").position == 2
    with pytest.raises(BadFile, match=r'say which, as "Why\? \[1\]"'):
        header.column("Why?")


@pytest.mark.parametrize(
    ("last", "kept"),
    [
        (["Reporting period 1 to 31 March"], ["1", "2"]),
        (["Reporting period", ""], ["1", "2"]),
        (["3", "c"], ["1", "2", "3"]),
    ],
)
def test_a_footer_is_a_last_row_with_one_cell(last: list[str], kept: list[str]) -> None:
    rows = [["ID", "Why"], ["1", "a"], ["2", "b"], last]
    assert [row.cells[0] for row in table(rows, footer=True)] == kept
    assert len(list(table(rows))) == 3


def test_only_the_last_row_can_be_a_footer() -> None:
    rows = [["ID", "Why"], ["1", ""], ["2", "b"]]
    assert [row.cells[0] for row in table(rows, footer=True)] == ["1", "2"]
