"""The painter of PDF: vectors and selectable text, the same bytes on every machine."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from functools import cache
from io import BytesIO
from itertools import groupby
from pathlib import Path as FilePath
from tempfile import TemporaryDirectory
from typing import cast

from fpdf import FPDF
from fpdf.fonts import Glyph as FileGlyph
from fpdf.fonts import TTFFont
from fpdf.prefs import ViewerPreferences

from journeys.exports.svg import LINKS
from journeys.maps import fonts
from journeys.maps.drawing import Block, Drawing, Mark, Page, Path, Picture, Rule, Shape, Text
from journeys.maps.fonts import Glyph

_CORNER = 0.5523
"""How far a curve's handles lie from its ends for a quarter of a circle, in radii."""
_PICTURES = 200
"""PDF tells at most 255 of a font's pictures in colour apart: such a font goes in by parts."""

Line = list[tuple[str, list[Glyph]]]
"""What a text is drawn with from left to right: font keys and glyphs."""


def paint(drawing: Drawing, *, created: date) -> bytes:
    """Return a PDF of all pages; equal drawings of equal dates give equal bytes."""
    pdf = FPDF(unit="pt")
    pdf.set_margin(0)
    pdf.set_auto_page_break(False)
    pdf.set_title(drawing.title)
    pdf.set_lang(drawing.language)
    pdf.set_creator("cxjourney")
    pdf.set_creation_date(datetime.combine(created, time(), UTC))
    pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
    pdf.oversized_images = "DOWNSCALE"
    lines = {text: _glyphs(text, drawing.language) for text in _texts(drawing)}
    with TemporaryDirectory() as folder:
        embedded = _embed(pdf, lines.values(), drawing.language, FilePath(folder))
        for page in drawing.pages:
            _Sheet(pdf, page, drawing, lines, embedded).paint()
        return bytes(pdf.output())


def _texts(drawing: Drawing) -> Iterator[Text]:
    marks = (mark for page in drawing.pages for mark in page.marks())
    return (mark for mark in marks if isinstance(mark, Text))


def _glyphs(text: Text, language: str) -> Line:
    spans = fonts.spans(text.text, bold=text.bold, italic=text.italic, rtl=text.rtl)
    parts = [(span.key, fonts.shape(span, language)) for span in spans]
    return [part for key, glyphs in parts for part in _split(key, glyphs)]


def _split(key: str, glyphs: list[Glyph]) -> Line:
    if key != "emoji":
        return [(key, glyphs)]
    numbered = groupby(glyphs, lambda glyph: glyph.number // _PICTURES)
    return [(f"{key} {number}", list(part)) for number, part in numbered]


def _embed(
    pdf: FPDF, lines: Iterable[Line], language: str, folder: FilePath
) -> "dict[str, _Embedded]":
    used: dict[str, set[int]] = {}
    for key, glyphs in (part for line in lines for part in line):
        used.setdefault(key, set()).update(glyph.number for glyph in glyphs)
    return {key: _Embedded(pdf, key, used[key], language, folder) for key in sorted(used)}


class _Embedded:
    """A font in the file, with no more glyphs than the drawing needs."""

    def __init__(
        self, pdf: FPDF, key: str, glyphs: set[int], language: str, folder: FilePath
    ) -> None:
        content, self._numbers = fonts.subset(key.partition(" ")[0], glyphs, language)
        file = folder / f"{key}.ttf"
        file.write_bytes(content)
        pdf.add_font(key, fname=file)
        self.font = cast(TTFFont, pdf.fonts[key])
        # They are right already, and working them out again takes most of the time.
        self.font.ttfont.recalcBBoxes = False
        self.code = cache(self._code)
        self._pictures: dict[int, FileGlyph] = {}

    def _code(self, glyph: Glyph) -> tuple[str, int]:
        """Return how the page names a glyph, in hexadecimal, and its width in thousandths."""
        number = self._numbers[glyph.number]
        name = self.font.ttfont.getGlyphName(number)
        width = round(self.font.scale * self.font.ttfont["hmtx"][name][0])
        # The same picture for two texts gets two codes: what is copied is what was written. What
        # stands for none by itself is a space without width.
        entry = FileGlyph(number, tuple(map(ord, glyph.text or "\u200b")), name, width)
        if self.font.color_font:
            # Fonts of pictures hold each of them once.
            entry = self._pictures.setdefault(number, entry)
        code = self.font.subset.pick_glyph(entry)
        return f"{code:0{2 if self.font.color_font else 4}X}", width


class _Sheet:
    """Paints one page."""

    def __init__(
        self,
        pdf: FPDF,
        page: Page,
        drawing: Drawing,
        lines: dict[Text, Line],
        embedded: dict[str, _Embedded],
    ) -> None:
        self.pdf, self.page, self.drawing = pdf, page, drawing
        self.lines, self.embedded = lines, embedded
        self.state: dict[str, str] = {}
        self.sequences = 0

    def paint(self) -> None:
        self.pdf.add_page(format=(self.page.width, self.page.height))
        self.write("0 J 1 j")
        for title, x, y in self.page.bookmarks:
            self.pdf.y = y
            self.pdf.start_section(title)
            self.pdf._outline[-1].dest.left = x
        self.content(self.page.behind)
        with self.clipped():
            for block in filter(self.is_seen, self.page.blocks):
                self.content(block.marks)
        self.content(self.page.above)

    def write(self, operators: str) -> None:
        # fpdf2 has no public door for what it has no method for.
        self.pdf._out(operators)

    def is_seen(self, block: Block) -> bool:
        if self.page.clip is None:
            return True
        x, y, width, height = self.page.clip
        across = block.x < x + width and block.x + block.width > x
        return across and block.y < y + height and block.y + block.height > y

    @contextmanager
    def clipped(self) -> Iterator[None]:
        if self.page.clip is None:
            yield
            return
        x, y, width, height = self.page.clip
        before = dict(self.state)
        self.write(f"q {self.box(x, y, width, height)} W n")
        yield
        self.write("Q")
        self.state = before

    def content(self, marks: tuple[Mark, ...]) -> None:
        """Paint marks, with texts as paragraphs to whoever reads them aloud."""
        for is_picture, group in groupby(marks, lambda mark: isinstance(mark, Picture)):
            part = list(group)
            if is_picture:
                self.marks(part)
                continue
            if any(isinstance(mark, Text) for mark in part):
                self.write(f"/P <</MCID {self.sequence()}>> BDC")
            else:
                self.write("/Artifact BMC")
            self.marks(part)
            self.write("EMC")

    def sequence(self) -> int:
        number, self.sequences = self.sequences, self.sequences + 1
        self.pdf._add_marked_content(struct_type="/P", mcid=number)
        return number

    def marks(self, marks: list[Mark]) -> None:
        for mark in marks:
            match mark:
                case Text():
                    self.text(mark)
                case Shape():
                    self.shape(mark)
                case Rule():
                    self.rule(mark)
                case Path():
                    self.path(mark)
                case Picture():
                    self.picture(mark)

    def at(self, x: float, y: float) -> str:
        return f"{x:.2f} {self.page.height - y:.2f}"

    def box(self, x: float, y: float, width: float, height: float) -> str:
        return f"{self.at(x, y + height)} {width:.2f} {height:.2f} re"

    def set(self, **values: str) -> str:
        """Return the operators for what is not set yet, for writing at once."""
        changed = {name: each for name, each in values.items() if self.state.get(name) != each}
        self.state.update(changed)
        return "".join(f"{each} " for each in changed.values())

    def filled(self, colour: str) -> str:
        return self.set(fill=f"{_rgb(colour)} rg")

    def stroked(self, colour: str, width: float, dashed: bool) -> str:
        dash = f"[{3 * width:.2f} {2 * width:.2f}]" if dashed else "[]"
        return self.set(stroke=f"{_rgb(colour)} RG", width=f"{width:.2f} w", dash=f"{dash} 0 d")

    def shape(self, mark: Shape) -> None:
        if not (mark.fill or mark.stroke):
            return
        operators = self.filled(mark.fill) if mark.fill else ""
        if mark.stroke:
            operators += self.stroked(mark.stroke, mark.stroke_width, mark.dashed)
        outline = (
            self.rounded(mark) if mark.radius else self.box(mark.x, mark.y, mark.width, mark.height)
        )
        self.write(f"{operators}{outline} {_PAINTED[bool(mark.fill), bool(mark.stroke)]}")

    def rounded(self, mark: Shape) -> str:
        left, top, right, bottom = mark.x, mark.y, mark.x + mark.width, mark.y + mark.height
        radius = min(mark.radius, mark.width / 2, mark.height / 2)
        rest = radius * (1 - _CORNER)
        at = self.at
        return (
            f"{at(left + radius, top)} m {at(right - radius, top)} l "
            f"{at(right - rest, top)} {at(right, top + rest)} {at(right, top + radius)} c "
            f"{at(right, bottom - radius)} l "
            f"{at(right, bottom - rest)} {at(right - rest, bottom)} {at(right - radius, bottom)} c "
            f"{at(left + radius, bottom)} l "
            f"{at(left + rest, bottom)} {at(left, bottom - rest)} {at(left, bottom - radius)} c "
            f"{at(left, top + radius)} l "
            f"{at(left, top + rest)} {at(left + rest, top)} {at(left + radius, top)} c h"
        )

    def rule(self, mark: Rule) -> None:
        stroked = self.stroked(mark.colour, mark.width, mark.dashed)
        self.write(f"{stroked}{self.at(mark.x1, mark.y1)} m {self.at(mark.x2, mark.y2)} l S")

    def path(self, mark: Path) -> None:
        before = dict(self.state)
        pieces = [self.piece(piece, closed=bool(mark.fill)) for piece in mark.pieces if piece]
        if not pieces or not (mark.fill or mark.stroke):
            return
        operators = self.filled(mark.fill) if mark.fill else ""
        if mark.stroke:
            operators += self.stroked(mark.stroke, mark.width, mark.dashed)
        operators += f"{' '.join(pieces)} {_PAINTED[bool(mark.fill), bool(mark.stroke)]}"
        if mark.opacity == 1:
            self.write(operators)
            return
        opacity = {"fill_opacity": mark.opacity, "stroke_opacity": mark.opacity}
        with self.pdf.local_context(**opacity):
            self.write(operators)
        self.state = before

    def piece(self, points: tuple[tuple[float, float], ...], *, closed: bool) -> str:
        first, *others = points
        lines = " ".join(f"{self.at(*point)} l" for point in others)
        return f"{self.at(*first)} m {lines}{' h' if closed else ''}"

    def text(self, mark: Text) -> None:
        joined = fonts.needs_shaping(mark.text) and not mark.rtl and max(mark.text) <= "\uffff"
        if joined:
            # Whoever copies gets what was written, not what shaping made of it. PDFium turns such
            # a text round where it reads from the right, and loses characters beyond 16 bits.
            self.write(f"/Span <</ActualText <{_utf_16(mark.text)}>>> BDC")
        end = self.line(mark)
        if joined:
            self.write("EMC")
        if mark.url.startswith(LINKS):
            top, height = mark.y - fonts.ASCENT * mark.size, fonts.LINE * mark.size
            self.pdf.link(mark.x, top, end - mark.x, height, mark.url)

    def line(self, mark: Text) -> float:
        """Paint the glyphs of a text; return where they end."""
        x = mark.x
        colour = self.filled(mark.colour)
        for key, glyphs in self.lines[mark]:
            embedded = self.embedded[key]
            font = self.set(font=self.pdf._set_font_for_page(embedded.font, mark.size, False))
            shown = " ".join(_shown(embedded, glyphs, mark.size))
            self.write(f"{colour}BT {font}{self.at(x, mark.y)} Td {shown} ET")
            colour = ""
            x += mark.size * sum(glyph.advance for glyph in glyphs)
        return x

    def picture(self, mark: Picture) -> None:
        self.pdf.image(
            BytesIO(self.drawing.pictures[mark.key]),
            x=mark.x, y=mark.y, w=mark.width, h=mark.height,
            keep_aspect_ratio=True, alt_text=mark.alt or None,
        )  # fmt: skip
        # With a text for whoever cannot see it, it is a sequence of its own.
        self.sequences += bool(mark.alt)


_PAINTED = {(True, True): "B", (True, False): "f", (False, True): "S"}


def _utf_16(text: str) -> str:
    return f"FEFF{text.encode('utf-16-be').hex()}"


@cache
def _rgb(colour: str) -> str:
    return " ".join(f"{int(colour[at : at + 2], 16) / 255:.3f}" for at in (1, 3, 5))


def _shown(embedded: _Embedded, glyphs: list[Glyph], size: float) -> Iterator[str]:
    """Yield the operators that show glyphs; in between, lengths are thousandths of the size."""
    row, rise, back = "", 0.0, 0
    for glyph in glyphs:
        code, width = embedded.code(glyph)
        if glyph.y != rise:
            yield _row(row)
            yield f"{glyph.y * size:.2f} Ts"
            row, rise = "", glyph.y
        back -= round(1000 * glyph.x)
        # PDFium forgets a move at the end of a row: each is made before the glyph that needs it.
        row += f">{back}<{code}" if back else code
        back = round(width + 1000 * (glyph.x - glyph.advance))
    yield _row(row)
    if rise:
        yield "0 Ts"


def _row(codes: str) -> str:
    return f"[<{codes}>] TJ" if codes else ""
