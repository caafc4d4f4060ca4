"""Pages that are filled from the top: rows of text which move to the next page as a whole."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from journeys.maps import theme
from journeys.maps.drawing import Block, Mark, Page, Rule, Text
from journeys.maps.layout.sketch import Sketch
from journeys.maps.theme import Style
from journeys.maps.typesetting import measure

MARGIN = 40.0
FOOT = 26.0
GUTTER = 8.0
"""Between two columns of a table."""

Words = tuple[str, Style]
Cells = Sequence[Sequence[Words]]
"""What stands in a row: the lines of each column."""
Draw = Callable[[float], Block]
"""Draws a block from a height on, in points."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its head, its share of the width, and where its numbers stand."""

    title: str
    share: float
    right: bool = False


@dataclass
class Flow:
    """Pages of one size, and how far the last one is filled."""

    width: float
    height: float
    pages: list[list[Block]] = field(default_factory=lambda: [[]])
    bookmarks: list[list[tuple[str, float, float]]] = field(default_factory=lambda: [[]])

    def __post_init__(self) -> None:
        self.left, self.right = MARGIN, self.width - MARGIN
        self.bottom = self.height - MARGIN - FOOT
        self.y = MARGIN

    def place(self, *draws: Draw, gap: float = 0, bookmark: str = "") -> None:
        """Put blocks below one another, together on this page or, without room, on the next."""
        if self.y > MARGIN and self._end(draws, self.y + gap) > self.bottom:
            self.pages.append([])
            self.bookmarks.append([])
            self.y = MARGIN
        elif self.y > MARGIN:
            self.y += gap
        if bookmark:
            self.bookmarks[-1].append((bookmark, self.left, self.y))
        for draw in draws:
            block = draw(self.y)
            self.pages[-1].append(block)
            self.y = block.y + block.height

    def _end(self, draws: Sequence[Draw], y: float) -> float:
        for draw in draws:
            block = draw(y)
            y = block.y + block.height
        return y

    def text(self, key: str, text: str, style: Style, *, space: float = 0) -> Draw:
        """Return what writes a paragraph, with some space below it."""

        def draw(y: float) -> Block:
            sketch = Sketch(self.left, y, self.right - self.left)
            sketch.write(text, style)
            sketch.pen += space
            return sketch.block(key)

        return draw

    def row(self, key: str, columns: Sequence[Column], cells: Cells, *, top: bool) -> Draw:
        """Return what writes a row of a table, with a rule above it."""
        room = self.right - self.left - GUTTER * (len(columns) - 1)
        shares = sum(each.share for each in columns)

        def draw(y: float) -> Block:
            sketch = Sketch(self.left, y, self.right - self.left, pad_y=4)
            sketch.rule(self.left, y, self.right, y, theme.LINE_2 if top else theme.LINE)
            x, deepest = self.left, sketch.pen
            largest = max(words[0][1].size for words in cells if words)
            for column, words in zip(columns, cells, strict=True):
                width = room * column.share / shares
                cell = _cell(x, y, width, words, largest, right=column.right)
                sketch.marks += cell.marks
                sketch.words += cell.words
                deepest = max(deepest, cell.pen)
                x += width + GUTTER
            sketch.pen = deepest
            return sketch.block(key)

        return draw

    def head(self, key: str, columns: Sequence[Column]) -> Draw:
        """Return what writes the head of a table."""
        cells = [[(each.title, theme.FIELD)] for each in columns]
        return self.row(key, columns, cells, top=True)

    def table(
        self,
        key: str,
        columns: Sequence[Column],
        rows: Iterable[tuple[str, Cells]],
        *before: Draw,
        gap: float = 0,
        bookmark: str = "",
    ) -> None:
        """Put a table below what stands before it; its head stands again on every page.

        `rows` are (key, cells). The head is never left alone at the end of a page.
        """
        for number, (name, cells) in enumerate(rows):
            row = self.row(name, columns, cells, top=False)
            if number == 0:
                head = self.head(f"{key}-head", columns)
                self.place(*before, head, row, gap=gap, bookmark=bookmark)
            elif self._end([row], self.y) <= self.bottom:
                self.place(row)
            else:
                self.place(self.head(f"{key}-head-{len(self.pages)}", columns), row)

    def finished(self, title: str) -> tuple[Page, ...]:
        """Return the pages, each with its number and what it is of."""
        return tuple(
            Page(
                self.width,
                self.height,
                tuple(blocks),
                above=tuple(self._foot(title, f"{number} of {len(self.pages)}")),
                bookmarks=tuple(marks),
            )
            for number, (blocks, marks) in enumerate(
                zip(self.pages, self.bookmarks, strict=True), start=1
            )
        )

    def _foot(self, title: str, number: str) -> list[Mark]:
        y = self.height - MARGIN
        wide = measure(number, theme.NOTE)
        line = y - theme.NOTE.leading - 4
        sketch = Sketch(self.left, y - theme.NOTE.leading, self.right - self.left - wide - GUTTER)
        sketch.run(self.left, title, theme.NOTE)
        marks: list[Mark] = [Rule(self.left, line, self.right, line, theme.LINE), *sketch.marks]
        sketch.marks.clear()
        sketch.run(self.right - wide, number, theme.NOTE)
        return [*marks, *sketch.marks]


def _cell(
    x: float, y: float, width: float, words: Sequence[Words], largest: float, *, right: bool
) -> Sketch:
    """Write a cell whose first line stands on the same baseline as the row's largest text."""
    sketch = Sketch(x, y, width, pad_y=4)
    if words:
        sketch.pen += largest - words[0][1].size
    for text, style in words:
        before = len(sketch.marks)
        sketch.write(text, style)
        if right:
            sketch.marks[before:] = [
                _at_the_right(mark, x + width) for mark in sketch.marks[before:]
            ]
    return sketch


def _at_the_right(mark: Mark, edge: float) -> Mark:
    if not isinstance(mark, Text):
        return mark
    return Text(
        edge - mark.width, mark.y, mark.text, mark.size, mark.colour,
        mark.bold, mark.italic, mark.rtl, mark.width,
    )  # fmt: skip
