"""A block of the map while it is being drawn: a pen that moves down as lines are written."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from journeys.maps.drawing import Block, Mark, Rule, Shape, Text
from journeys.maps.fonts import ASCENT, DESCENT, is_rtl
from journeys.maps.theme import Style
from journeys.maps.typesetting import Line, measure, set_lines

Run = tuple[str, Style]
"""A piece of a line in one style."""
SPACE = 3.0
"""Between the runs of a unit, in points."""


@dataclass
class Sketch:
    """What is drawn into a box of a fixed width that grows downwards, in points."""

    x: float
    y: float
    width: float
    pad_x: float = 0
    pad_y: float = 0
    marks: list[Mark] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pen = self.y + self.pad_y
        self.left, self.right = self.x + self.pad_x, self.x + self.width - self.pad_x
        self._framed: Shape | None = None

    def frame(self, *, fill: str, stroke: str, radius: float = 5, dashed: bool = False) -> None:
        """Put a frame around the whole block."""
        self._framed = Shape(self.x, self.y, self.width, 0, fill, stroke, 0.6, radius, dashed)

    def write(self, text: str, style: Style) -> None:
        """Write a text in as many lines as it takes; one in Arabic stands on the right."""
        if text.strip():
            self.words.append(text)
        for line in set_lines(text, round(self.right - self.left, 3), style):
            self.line(line, style)

    def line(self, line: Line, style: Style) -> None:
        """Put down a line that was broken before."""
        if line.text:
            self._put(line, style, self.right - line.width if line.rtl else self.left, self.pen)
        self.pen += style.leading

    def _put(self, line: Line, style: Style, x: float, top: float, leading: float = 0) -> None:
        size, leading = style.size, leading or style.leading
        baseline = top + (leading - (ASCENT + DESCENT) * size) / 2 + ASCENT * size
        self.marks.append(
            Text(
                x, baseline, line.text, size, style.colour,
                style.bold, style.italic, line.rtl, line.width,
            )
        )  # fmt: skip

    def flow(self, units: Iterable[Iterable[Run]], gap: float = 9) -> None:
        """Write units side by side, as many on a line as fit; none is torn unless it must be."""
        x, leading = self.left, 0.0
        for unit in units:
            runs = [run for run in unit if run[0]]
            width = sum(measure(*run) for run in runs) + SPACE * max(0, len(runs) - 1)
            if leading and (x + width > self.right or width > self.right - self.left):
                x, self.pen, leading = self.left, self.pen + leading, 0.0
            if width > self.right - self.left:
                for text, style in runs:
                    self.write(text, style)
                continue
            leading = max([leading, *(style.leading for _, style in runs)])
            for text, style in runs:
                x = self.run(x, text, style, leading=leading) + SPACE
            x += gap - SPACE
        self.pen += leading

    def run(self, x: float, text: str, style: Style, *, leading: float = 0) -> float:
        """Write something short at x in the line at the pen, which stays; return its right end."""
        width = measure(text, style)
        self.words.append(text)
        self._put(Line(text, width, is_rtl(text)), style, x, self.pen, leading)
        return x + width

    def across(self, left: Iterable[Run], right: Run) -> None:
        """Write runs on the left and one on the right, which goes below where there is no room."""
        runs = [run for run in left if run[0]]
        width = sum(measure(*run) for run in runs) + SPACE * len(runs)
        if width + measure(*right) > self.right - self.left:
            self.flow([runs])
            self.write(*right)
            return
        leading = max([right[1].leading, *(style.leading for _, style in runs)])
        x = self.left
        for text, style in runs:
            x = self.run(x, text, style, leading=leading) + SPACE
        if right[0]:
            self.run(self.right - measure(*right), *right, leading=leading)
        self.pen += leading

    def rule(self, x1: float, y1: float, x2: float, y2: float, colour: str) -> None:
        """Draw a thin line."""
        self.marks.append(Rule(x1, y1, x2, y2, colour))

    def block(self, key: str, *, height: float = 0) -> Block:
        """Return it finished, at least so high."""
        height = max(height, self.pen + self.pad_y - self.y)
        marks: tuple[Mark, ...] = tuple(self.marks)
        if self._framed:
            marks = (replace(self._framed, height=height), *marks)
        return Block(key, self.x, self.y, self.width, height, marks, " ".join(self.words))
