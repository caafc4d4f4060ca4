"""One chart: a sentence, the table that holds its numbers, and how Plotly draws them.

A colour is the name of one of the page's own, "--accent", or with an opacity "--accent/.15": the
browser puts in what it is in light or dark mode.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.formats import date_format

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
            return date_format(cell, "j M Y")
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
