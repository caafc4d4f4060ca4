"""One chart: a sentence, the table that holds its numbers, and how Plotly draws them.

A colour is the name of one of the page's own, "--accent", or with an opacity "--accent/.15": the
browser puts in what it is in light or dark mode.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from html import escape
from typing import Any

from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from feedback.metrics.display import round_half_away

Cell = str | float | date | None


class Kind(StrEnum):
    """What a column holds, and so how a cell of it is written."""

    TEXT = "text"
    DAY = "day"
    COUNT = "count"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table twin. `digits` is of numbers, `unit` follows them: "%", " pt"."""

    label: str
    kind: Kind = Kind.TEXT
    digits: int = 1
    unit: str = ""

    def text(self, cell: Cell) -> str:
        """Return a cell as people read it; "–" where there is no number."""
        if cell is None:
            return "–"
        if isinstance(cell, date):
            return _day_text(cell, get_language())
        if isinstance(cell, str):
            return cell
        digits = 0 if self.kind is Kind.COUNT else self.digits
        return f"{round_half_away(cell, digits):,.{digits}f}{self.unit}".replace("-", "−")

    @property
    def numeric(self) -> bool:
        """True for what stands at the right edge of its column."""
        return self.kind in {Kind.COUNT, Kind.NUMBER}


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of one page; `key` is its name there, in the address of its CSV and in its HTML id.

    `rows` are the numbers that are drawn, in the order of `columns`, unrounded. `traces` and
    `layout` are Plotly's; `layout` only says what differs from all others. `n` is the number of
    answers behind it. Without rows there is nothing to draw, and `empty` says what to do.
    """

    key: str
    title: str
    says: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    traces: Sequence[Mapping[str, Any]]
    layout: Mapping[str, Any] = field(default_factory=dict)
    n: int | None = None
    notes: Sequence[str] = ()
    empty: str = "Nobody has answered yet."
    wide: bool = False
    """True for one that takes the whole width of the page."""

    @property
    def figure(self) -> dict[str, Any]:
        """Return what the browser needs to draw it."""
        return {"data": list(self.traces), "layout": dict(self.layout), "name": self.key}

    @property
    def figure_id(self) -> str:
        """Return the HTML id of its data."""
        return f"chart-{self.key}-data"

    @property
    def n_text(self) -> str:
        """Return its base as people read it; "" where it has none."""
        return "" if self.n is None else f"n {self.n:,}"

    @property
    def table(self) -> list[list[tuple[Column, str]]]:
        """Return the rows as people read them, each cell with its column."""
        return [
            [(column, column.text(cell)) for column, cell in zip(self.columns, row, strict=True)]
            for row in self.rows
        ]

    @property
    def table_body(self) -> SafeString:
        """Return the rows as people read them, as rows of HTML that begin with their heads."""
        # A template takes ten times as long, and some tables have a thousand cells.
        ends = ["</th>", *("</td>" for _ in self.columns[1:])]
        starts = [
            '<th scope="row">',
            *('<td class="num">' if each.numeric else "<td>" for each in self.columns[1:]),
        ]
        rows = (
            "".join(
                f"{start}{escape(text)}{end}"
                for start, (_, text), end in zip(starts, row, ends, strict=True)
            )
            for row in self.table
        )
        return mark_safe("".join(f"<tr>{row}</tr>" for row in rows))  # noqa: S308

    @property
    def undrawn(self) -> "Chart":
        """Return its table alone, as its CSV file needs it."""
        return replace(self, traces=(), layout={})


@lru_cache(maxsize=4096)
def _day_text(day: date, language: str | None) -> str:
    """Return a day as people of the language read it; each stands in many rows."""
    return date_format(day, "j M Y")
