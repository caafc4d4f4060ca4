"""One slide, and putting shapes, tables and pictures on it. Lengths are points."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from typing import Any

from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.slide import Slide
from pptx.util import Emu

from journeys.exports.slides import shapes
from journeys.exports.slides.look import FLOOR, HEIGHT, INNER, MARGIN, SMALLEST, TOP, WIDTH
from journeys.exports.slides.shapes import PLAIN, Box, Look, TableCell
from journeys.exports.slides.writing import Paragraph, Paragraphs, Run, height, say
from journeys.maps.theme import INK_3, LINE_2

_TITLE = '<p:ph type="title"/>'
_TITLE_SIZES = (24.0, 20.0, 16.0, 13.0)
_COVER_SIZES = (40.0, 32.0, 26.0, 20.0)
_FOOT = 12.0
_BELOW_TITLE, _BELOW_HEADING = 3.0, 8.0


class Sheet:
    """A slide. Shapes are collected as XML and read in at once, which takes a tenth of the time."""

    def __init__(self, native: Slide, language: str, at: datetime) -> None:
        self.native = native
        self.language = language
        self.at = at
        self.top = TOP
        """Where the room for content begins."""
        self._written: list[str] = []
        self._number = 1
        for each in native.placeholders:
            each.element.getparent().remove(each.element)

    @property
    def room(self) -> Box:
        """Return where content may stand."""
        return Box(MARGIN, self.top, INNER, FLOOR - self.top)

    def _head(self, name: str, alt: str = "") -> str:
        self._number += 1
        return shapes.named(self._number, name, alt)

    def head(self, title: str, part: tuple[int, int], lead: Paragraphs = ()) -> None:
        """Write the title, which of how many slides this is, and what belongs below the title."""
        told = _heading(title, part)
        high = height(told, INNER)
        self.box(Box(MARGIN, TOP, INNER, high), told, name="Title", holder=_TITLE)
        if lead:
            y = TOP + high + _BELOW_TITLE
            self.box(Box(MARGIN, y, INNER, height(lead, INNER)), lead, name="Lead")
        self.top = below_heading(title, lead, part)

    def cover(self, title: str) -> None:
        """Write the title of the whole file, large; `room` is what remains below it."""
        width = INNER - 80
        for size in _COVER_SIZES:
            told = say(title or "–", size, bold=True)
            if height(told, width) <= 2 * told[0].leading:
                break
        high = height(told, width)
        self.box(Box(MARGIN + 32, 118, width, high), told, name="Title", holder=_TITLE)
        self.top = 118 + high + 14

    def foot(self, parts: Sequence[str], number: int) -> None:
        """Write what the slide is from, and its number.

        What does not fit into the line is left out from the left; the first slide says it all.
        """
        y, width = HEIGHT - 22, INNER - 48
        self.rule((MARGIN, y - 4), (WIDTH - MARGIN, y - 4), LINE_2)
        said = (say(" · ".join(parts[place:]), SMALLEST, INK_3) for place in range(len(parts)))
        line = next(each for each in said if height(each, width) <= _FOOT)
        self.box(Box(MARGIN, y, width, _FOOT), line, name="Source")
        page = Paragraph((Run(str(number), SMALLEST, INK_3, counts=True),), align="end")
        self.box(Box(WIDTH - MARGIN - 40, y, 40, _FOOT), (page,), name="Number")

    def box(
        self, box: Box, paragraphs: Paragraphs = (), look: Look = PLAIN,
        *, name: str = "Text", alt: str = "", holder: str = "",
    ) -> None:  # fmt: skip
        """Put a rectangle or an ellipse with text in it."""
        head = self._head(name, alt)
        self._written.append(shapes.shape(head, box, look, paragraphs, self.language, holder))

    def rule(
        self, start: tuple[float, float], end: tuple[float, float], colour: str,
        width: float = 0.75, *, dashed: bool = False,
    ) -> None:  # fmt: skip
        """Draw a straight line."""
        line = shapes.outline(colour, width, dashed=dashed)
        self._written.append(shapes.rule(self._head("Line"), start, end, line))

    def curve(
        self, box: Box, commands: str, *, name: str, inner: str = "", colour: str = "",
        width: float = 1.5, dashed: bool = False,
    ) -> None:  # fmt: skip
        """Draw a free form in a box."""
        line = shapes.outline(colour, width, dashed=dashed)
        self._written.append(shapes.curve(self._head(name), box, commands, inner=inner, line=line))

    @contextmanager
    def group(self, box: Box, name: str, alt: str = "") -> Iterator[None]:
        """Keep what is drawn within together, as one thing to move."""
        head = self._head(name, alt)
        before, self._written = self._written, []
        yield
        before.append(shapes.group(head, box, self._written))
        self._written = before

    def table(
        self, box: Box, widths: Sequence[float],
        rows: Sequence[tuple[float, Sequence[TableCell]]], *, name: str, alt: str = "",
    ) -> None:  # fmt: skip
        """Put a native table."""
        head = self._head(name, alt)
        self._written.append(shapes.table(head, box, widths, rows, self.language))

    def picture(self, box: Box, content: bytes, *, name: str, alt: str) -> None:
        """Put a picture into a box, neither cut nor stretched, in its middle."""
        self.flush()
        found: Any = self.native.shapes.add_picture(BytesIO(content), Emu(0), Emu(0))
        scale = min(shapes.emu(box.width) / found.width, shapes.emu(box.height) / found.height)
        found.width, found.height = int(found.width * scale), int(found.height * scale)
        found.left = shapes.emu(box.x) + (shapes.emu(box.width) - found.width) // 2
        found.top = shapes.emu(box.y) + (shapes.emu(box.height) - found.height) // 2
        found.name = name
        found._element.nvPicPr.cNvPr.set("descr", alt)
        self.taken()

    def taken(self) -> None:
        """Skip the number that python-pptx has given to something."""
        self._number += 1

    def flush(self) -> None:
        """Read what was collected into the slide."""
        tree = self.native.shapes._spTree
        tree.extend(parse_xml(f"<p:spTree {nsdecls('p', 'a')}>{''.join(self._written)}</p:spTree>"))
        self._written = []


def below_heading(title: str, lead: Paragraphs = (), part: tuple[int, int] = (10, 10)) -> float:
    """Return where the room for content begins below a title and a lead."""
    high = height(_heading(title, part), INNER) + (height(lead, INNER) if lead else 0)
    return TOP + high + _BELOW_TITLE + _BELOW_HEADING


def _heading(title: str, part: tuple[int, int]) -> Paragraphs:
    """Return the title as large as fits into one line, a small one into two."""
    largest, *smaller = _TITLE_SIZES
    told = _titled(title, part, largest)
    if height(told, INNER) <= told[0].leading:
        return told
    for size in smaller:
        told = _titled(title, part, size)
        if height(told, INNER) <= 2 * told[0].leading:
            break
    return told


def _titled(title: str, part: tuple[int, int], size: float) -> Paragraphs:
    number, of = part
    told = say(title or "–", size, bold=True)
    if of == 1:
        return told
    which = Run(f"  ({number} of {of})", size * 0.75, INK_3)
    return (*told[:-1], Paragraph((*told[-1].runs, which)))
