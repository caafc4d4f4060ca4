"""What the columns of a file hold, learnt from its first rows."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape

from feedback.imports.formats.reading import Header, Row
from feedback.imports.problems import BadCell
from feedback.imports.rows.cells import read_score, unguarded

KEPT = 1_000
"""Different values of a column that are held."""
LONG_TEXT = 25
LONG_ANSWER = 10
MOST_WORDS = 11
"""Different answers that may still be the points of a scale."""
_TAG = re.compile(r"<[^>]{0,200}>")


@dataclass(slots=True)
class ColumnLook:
    """One column: its name as a mapping calls it, what it asks, and what stands in it."""

    name: str
    label: str
    filled: int = 0
    blank: int = 0
    length: int = 0
    """Characters of all cells together."""
    values: dict[str, int] = field(default_factory=dict)
    """The first KEPT different ones, and how often each was there."""

    def add(self, cell: str) -> None:
        """Take a cell into account."""
        text = unguarded(cell)
        if not text:
            self.blank += 1
            return
        self.filled += 1
        self.length += len(text)
        if text in self.values:
            self.values[text] += 1
        elif len(self.values) < KEPT:
            self.values[text] = 1

    @property
    def numbers(self) -> list[int] | None:
        """The whole numbers that the values are or begin with; None if any has none."""
        try:
            return sorted({read_score(text) for text in self.values}) or None
        except BadCell:
            return None

    @property
    def is_prose(self) -> bool:
        """True when the cells are long, and hardly ever the same."""
        if not self.filled or self.numbers is not None:
            return False
        mean = self.length / self.filled
        if len(self.values) <= MOST_WORDS:
            return len(self.values) == self.filled and mean > LONG_ANSWER
        return mean > LONG_TEXT or len(self.values) > self.filled / 2


def look_at(header: Header, rows: Iterable[Row]) -> list[ColumnLook]:
    """Return what each column holds; rows that do not fit are passed over."""
    looks = [
        ColumnLook(name, without_html(label) or f"Column {number}")
        for number, (name, label) in enumerate(zip(header.calls, header.labels, strict=True), 1)
    ]
    for row in rows:
        if row.problem is None:
            for look, cell in zip(looks, row.cells, strict=True):
                look.add(cell)
    return looks


def without_html(text: str) -> str:
    """Return a question without the HTML that survey tools leave in it."""
    return " ".join(unescape(_TAG.sub(" ", text)).split())
