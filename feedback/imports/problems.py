"""What can be wrong with a mapping, a file or a row, in words for the person who sent it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feedback.imports.report import Report

SHOWN_VALUE = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one cell, row or file was refused. The header is row 1; row 0 is the file itself."""

    row: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        if not self.row:
            return f"The file {self.reason}"
        place = f"Row {self.row}"
        if self.column:
            place += f', column "{self.column}"'
        if self.value:
            return f"{place}: {shown(self.value)} {self.reason}"
        return f"{place}: {self.reason}"


class CannotImport(Exception):
    """The import was refused as a whole, and nothing was written. The message says why."""


class BadMapping(CannotImport):
    """The mapping does not say what the importer must know, or contradicts itself or the map."""


class BadFile(CannotImport):
    """The file cannot be read on, whatever its other rows hold."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class RowsRefused(CannotImport):
    """Rows hold what cannot be imported, and the import was to be all or nothing."""

    def __init__(self, report: "Report") -> None:
        super().__init__(report.problem_summary())
        self.report = report


class BadCell(Exception):
    """A cell does not hold what its column should. The message completes "7" …."""


def nearest(name: str, names: Iterable[str]) -> str:
    """Return the one of `names` that was probably meant, or "" when none comes near."""
    by_fold = {known.casefold(): known for known in names}
    near = get_close_matches(name.casefold(), by_fold, 1)
    return by_fold[near[0]] if near else ""


def shown(value: str) -> str:
    """Return a value as it stands in a message: quoted, short, without control characters."""
    text = value if len(value) <= SHOWN_VALUE else value[: SHOWN_VALUE - 1] + "…"
    return '"' + "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text) + '"'
