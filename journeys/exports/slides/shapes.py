"""Native shapes as XML: rounded rectangles, lines, curves, tables. Lengths are points.

They are written out because python-pptx takes a millisecond for each shape, and there are a
thousand. None refers to the theme's styles, so that none has a shadow.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from pptx.dml.color import RGBColor

from journeys.exports.slides.writing import Paragraphs, clean, fill, written
from journeys.maps.theme import LINE

EMU = 12_700
"""Of the file's unit of length in a point."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a slide."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Return its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Return its lower edge."""
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Look:
    """How a box is drawn; colours are "#rrggbb", empty for none."""

    fill: str = ""
    line: str = ""
    width: float = 0.75
    dashed: bool = False
    radius: float = 0
    inset: tuple[float, float] = (0, 0)
    """Between edge and text: at the sides, and above and below."""
    anchor: str = "t"
    """Where the text stands: t · ctr · b."""
    ellipse: bool = False


PLAIN = Look()


def emu(points: float) -> int:
    """Return a length in the file's unit."""
    return round(points * EMU)


def rgb(colour: str) -> RGBColor:
    """Return a colour as python-pptx takes it."""
    return RGBColor(*bytes.fromhex(colour[1:]))


def named(number: int, name: str, alt: str = "") -> str:
    """Return what every thing on a slide begins with: its number, its name, what it shows."""
    said = f" descr={quoteattr(clean(alt))}" if alt else ""
    return f'<p:cNvPr id="{number}" name={quoteattr(clean(name))}{said}/>'


def transform(box: Box, tag: str = "a:xfrm") -> str:
    """Return where something stands."""
    return (
        f'<{tag}><a:off x="{emu(box.x)}" y="{emu(box.y)}"/>'
        f'<a:ext cx="{emu(box.width)}" cy="{emu(box.height)}"/></{tag}>'
    )


def outline(colour: str, width: float = 0.75, *, dashed: bool = False) -> str:
    """Return a line's look."""
    if not colour:
        return "<a:ln><a:noFill/></a:ln>"
    dash = '<a:prstDash val="dash"/>' if dashed else ""
    return f'<a:ln w="{emu(width)}">{fill(colour)}{dash}</a:ln>'


def shape(
    head: str, box: Box, look: Look, paragraphs: Paragraphs, language: str, holder: str = ""
) -> str:
    """Return a rectangle, rounded or not, or an ellipse, with text in it."""
    form, adjusted = "rect", "<a:avLst/>"
    if look.ellipse:
        form = "ellipse"
    elif look.radius:
        form = "roundRect"
        share = min(50_000, round(look.radius / min(box.width, box.height) * 100_000))
        adjusted = f'<a:avLst><a:gd name="adj" fmla="val {share}"/></a:avLst>'
    side, above = (emu(each) for each in look.inset)
    return (
        f"<p:sp><p:nvSpPr>{head}<p:cNvSpPr/><p:nvPr>{holder}</p:nvPr></p:nvSpPr>"
        f'<p:spPr>{transform(box)}<a:prstGeom prst="{form}">{adjusted}</a:prstGeom>'
        f"{fill(look.fill)}{outline(look.line, look.width, dashed=look.dashed)}</p:spPr>"
        f'<p:txBody><a:bodyPr wrap="square" lIns="{side}" tIns="{above}" rIns="{side}" '
        f'bIns="{above}" anchor="{look.anchor}" rtlCol="0"><a:noAutofit/></a:bodyPr>'
        f"<a:lstStyle/>{written(paragraphs, language)}</p:txBody></p:sp>"
    )


def rule(head: str, start: tuple[float, float], end: tuple[float, float], line: str) -> str:
    """Return a straight line; `line` is its outline."""
    (x1, y1), (x2, y2) = start, end
    box = Box(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))
    return (
        f"<p:cxnSp><p:nvCxnSpPr>{head}<p:cNvCxnSpPr/><p:nvPr/></p:nvCxnSpPr><p:spPr>"
        f'{transform(box)}<a:prstGeom prst="line"><a:avLst/></a:prstGeom>{line}</p:spPr></p:cxnSp>'
    )


def curve(head: str, box: Box, commands: str, *, inner: str, line: str) -> str:
    """Return a free form that fills its box; `commands` are its path's, in units of a point's
    hundredth from the box's corner."""
    filled = "" if inner else ' fill="none"'
    return (
        f"<p:sp><p:nvSpPr>{head}<p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>{transform(box)}"
        '<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/>'
        f'<a:pathLst><a:path w="{round(box.width * 100)}" h="{round(box.height * 100)}"{filled}>'
        f"{commands}</a:path></a:pathLst></a:custGeom>{fill(inner)}{line}</p:spPr></p:sp>"
    )


def group(head: str, box: Box, children: Iterable[str]) -> str:
    """Return shapes that are moved as one; they keep their places on the slide."""
    around = (
        f'<a:off x="{emu(box.x)}" y="{emu(box.y)}"/>'
        f'<a:ext cx="{emu(box.width)}" cy="{emu(box.height)}"/>'
    )
    inside = around.replace("a:off", "a:chOff").replace("a:ext", "a:chExt")
    return (
        f"<p:grpSp><p:nvGrpSpPr>{head}<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>"
        f"<p:grpSpPr><a:xfrm>{around}{inside}</a:xfrm></p:grpSpPr>{''.join(children)}</p:grpSp>"
    )


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell of a table."""

    paragraphs: Paragraphs
    fill: str = ""


TABLE_INSET = (5.0, 3.5)


def table(
    head: str,
    box: Box,
    widths: Sequence[float],
    rows: Sequence[tuple[float, Sequence[TableCell]]],
    language: str,
) -> str:
    """Return a native table whose first row is its head; each row comes with its height."""
    columns = "".join(f'<a:gridCol w="{emu(width)}"/>' for width in widths)
    written_rows = "".join(
        f'<a:tr h="{emu(height)}">'
        + "".join(_cell(cell, language, first=not place) for cell in cells)
        + "</a:tr>"
        for place, (height, cells) in enumerate(rows)
    )
    return (
        f"<p:graphicFrame><p:nvGraphicFramePr>{head}<p:cNvGraphicFramePr>"
        '<a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr>'
        f"{transform(box, 'p:xfrm')}<a:graphic>"
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table">'
        f'<a:tbl><a:tblPr firstRow="1"/><a:tblGrid>{columns}</a:tblGrid>{written_rows}</a:tbl>'
        "</a:graphicData></a:graphic></p:graphicFrame>"
    )


def _cell(cell: TableCell, language: str, *, first: bool) -> str:
    side, above = (emu(each) for each in TABLE_INSET)
    below = outline(LINE, 1.5 if first else 0.75).replace("a:ln", "a:lnB")
    none = "".join(f"<a:ln{each}><a:noFill/></a:ln{each}>" for each in "LRT")
    return (
        f"<a:tc><a:txBody><a:bodyPr/><a:lstStyle/>{written(cell.paragraphs, language)}</a:txBody>"
        f'<a:tcPr marL="{side}" marR="{side}" marT="{above}" marB="{above}" anchor="t">'
        f"{none}{below}{fill(cell.fill)}</a:tcPr></a:tc>"
    )
