"""Native tables that go on over as many slides as their rows need."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from journeys.exports.slides.look import SMALLEST
from journeys.exports.slides.shapes import TABLE_INSET, Box, TableCell
from journeys.exports.slides.sheet import Sheet
from journeys.exports.slides.writing import height, parted, say
from journeys.maps.theme import INK, INK_2

_SIDE, _ABOVE = TABLE_INSET
Row = tuple[TableCell, ...]


def cell(text: str, *, size: float = 10, colour: str = INK, bold: bool = False,
         fill: str = "") -> TableCell:  # fmt: skip
    """Return a cell with one text."""
    return TableCell(say(text, size, colour, bold=bold), fill)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under heads, in columns of given widths in points."""

    name: str
    heads: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[Row, ...]

    @property
    def width(self) -> float:
        """Return its whole width."""
        return sum(self.widths)

    def _head(self) -> Row:
        return tuple(cell(text, size=SMALLEST, colour=INK_2, bold=True) for text in self.heads)

    def _high(self, row: Row) -> float:
        told = (
            height(each.paragraphs, width - 2 * _SIDE) or SMALLEST * 1.3
            for each, width in zip(row, self.widths, strict=True)
        )
        return max(told) + 2 * _ABOVE

    @property
    def height(self) -> float:
        """Return how high it is, its head included."""
        return self._high(self._head()) + sum(self._high(row) for row in self.rows)

    def pages(self, room: float) -> Iterator["Table"]:
        """Yield the parts that stand in the room; a row higher than that is parted."""
        whole = left = room - self._high(self._head())
        held: list[Row] = []
        waiting = list(reversed(self.rows))
        while waiting:
            row = waiting.pop()
            high = self._high(row)
            if high > left and held:
                waiting.append(row)
                yield replace(self, rows=tuple(held))
                held, left = [], whole
                continue
            if high > left:
                row, rest = self._parted(row, left)
                waiting.append(rest)
                high = left
            held.append(row)
            left -= high
        yield replace(self, rows=tuple(held))

    def _parted(self, row: Row, room: float) -> tuple[Row, Row]:
        pairs = [
            parted(each.paragraphs, width - 2 * _SIDE, room - 2 * _ABOVE)
            for each, width in zip(row, self.widths, strict=True)
        ]
        both = list(zip(row, pairs, strict=True))
        held = tuple(replace(each, paragraphs=head) for each, (head, _) in both)
        rest = tuple(replace(each, paragraphs=after) for each, (_, after) in both)
        return held, rest

    def draw(self, sheet: Sheet, x: float, y: float) -> None:
        """Put it on a slide."""
        rows = [(self._high(row), row) for row in (self._head(), *self.rows)]
        box = Box(x, y, self.width, self.height)
        sheet.table(
            box, self.widths, rows, name=self.name, alt=f"{self.name}: {', '.join(self.heads)}"
        )
