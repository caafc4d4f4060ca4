"""The painter of SVG: one file that needs nothing else, with its fonts and pictures inside."""

import re
from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

from fontTools.ttLib import TTFont

from journeys.maps import fonts
from journeys.maps.drawing import Drawing, Mark, Page, Path, Picture, Rule, Shape, Text
from journeys.maps.fonts import Face

LINKS = ("http://", "https://", "mailto:")
"""What an address may begin with; another might be a program."""
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STYLES: dict[str, str] = {
    Face.REGULAR: "",
    Face.BOLD: "font-weight:bold;",
    Face.ITALIC: "font-style:italic;",
    Face.BOLD_ITALIC: "font-weight:bold;font-style:italic;",
}


def paint(drawing: Drawing, page: int = 0) -> bytes:
    """Return one page as SVG."""
    sheet = drawing.pages[page]
    return "\n".join(_document(drawing, sheet)).encode()


def _document(drawing: Drawing, page: Page) -> Iterator[str]:
    width, height = _number(page.width), _number(page.height)
    language = quoteattr(drawing.language)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}pt" height="{height}pt" '
        f'viewBox="0 0 {width} {height}" lang={language} xml:lang={language}>'
    )
    yield f"<title>{_text(drawing.title)}</title>"
    yield from _fonts(page, drawing.language)
    yield from _marks(page.behind, drawing)
    if page.clip:
        yield f'<clipPath id="part"><rect {_box(*page.clip)}/></clipPath><g clip-path="url(#part)">'
    for block in page.blocks:
        yield f"<g id={quoteattr(block.key)}>"
        yield from _marks(block.marks, drawing)
        yield "</g>"
    if page.clip:
        yield "</g>"
    yield from _marks(page.above, drawing)
    yield "</svg>\n"


def _fonts(page: Page, language: str) -> Iterator[str]:
    """Yield a style sheet with the letters that the page needs of each font."""
    used: dict[str, set[str]] = {}
    for text in (mark for mark in page.marks() if isinstance(mark, Text)):
        for key, part in fonts.runs(text.text, bold=text.bold, italic=text.italic):
            used.setdefault(key, set()).update(part)
    families = ",".join(dict.fromkeys(_family(key) for key in sorted(used, key=_family)))
    yield "<style>"
    for key in sorted(used):
        content = fonts.subset_for(key, "".join(used[key]), language)
        yield (
            f'@font-face{{font-family:"{_family(key)}";{_STYLES.get(key, "")}'
            f"src:url({_data('font/woff', _packed(content))})}}"
        )
    # As measured: side by side, except where letters change with their neighbours.
    yield (
        f"text{{font-family:{families or 'map'},sans-serif;font-synthesis:none;white-space:pre;"
        "text-rendering:geometricPrecision;font-kerning:none;font-variant-ligatures:none}"
        ".joined{font-kerning:auto;font-variant-ligatures:normal}"
    )
    yield "</style>"


def _family(key: str) -> str:
    return "map" if key in _STYLES else f"map-{key}"


def _packed(content: bytes) -> bytes:
    font, packed = TTFont(BytesIO(content), recalcTimestamp=False), BytesIO()
    font.flavor = "woff"
    font.save(packed)
    return packed.getvalue()


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{b64encode(content).decode()}"


def _marks(marks: tuple[Mark, ...], drawing: Drawing) -> Iterator[str]:
    for mark in marks:
        match mark:
            case Text():
                yield _line(mark)
            case Shape():
                yield _shape(mark)
            case Rule():
                ends = {"x1": mark.x1, "y1": mark.y1, "x2": mark.x2, "y2": mark.y2}
                yield f"<line {_numbers(ends)}{_stroke(mark.colour, mark.width, mark.dashed)}/>"
            case Path():
                yield _path(mark)
            case Picture():
                yield _picture(mark, drawing.pictures[mark.key])


def _line(mark: Text) -> str:
    width = mark.width or fonts.advance(
        mark.text, size=mark.size, bold=mark.bold, italic=mark.italic
    )
    # Text that reads from the right begins at its right end.
    start = {"x": mark.x + width if mark.rtl else mark.x, "y": mark.y, "font-size": mark.size}
    manners = (
        ' font-weight="bold"' if mark.bold else "",
        ' font-style="italic"' if mark.italic else "",
        ' direction="rtl"' if mark.rtl else "",
        ' class="joined"' if fonts.needs_shaping(mark.text) else "",
    )
    drawn = (
        f'<text {_numbers(start)} fill="{mark.colour}" textLength="{_number(width)}"'
        f' lengthAdjust="spacingAndGlyphs"{"".join(manners)}>{_text(mark.text)}</text>'
    )
    return f"<a href={quoteattr(mark.url)}>{drawn}</a>" if mark.url.startswith(LINKS) else drawn


def _shape(mark: Shape) -> str:
    radius = f' rx="{_number(mark.radius)}"' if mark.radius else ""
    stroke = _stroke(mark.stroke, mark.stroke_width, mark.dashed)
    box = _box(mark.x, mark.y, mark.width, mark.height)
    return f'<rect {box}{radius} fill="{mark.fill or "none"}"{stroke}/>'


def _path(mark: Path) -> str:
    end = "Z" if mark.fill else ""
    pieces = (
        "M" + "L".join(f"{_number(x)} {_number(y)}" for x, y in piece) + end
        for piece in mark.pieces
        if piece
    )
    opacity = f' opacity="{mark.opacity:g}"' if mark.opacity != 1 else ""
    stroke = _stroke(mark.stroke, mark.width, mark.dashed)
    return (
        f'<path d="{"".join(pieces)}" fill="{mark.fill or "none"}"{stroke}'
        f' stroke-linejoin="round"{opacity}/>'
    )


def _picture(mark: Picture, content: bytes) -> str:
    kind = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
    box = _box(mark.x, mark.y, mark.width, mark.height)
    return f'<image {box} href="{_data(kind, content)}"><title>{_text(mark.alt)}</title></image>'


def _stroke(colour: str, width: float, dashed: bool) -> str:
    if not colour:
        return ""
    dash = f' stroke-dasharray="{_number(3 * width)} {_number(2 * width)}"' if dashed else ""
    return f' stroke="{colour}" stroke-width="{_number(width)}"{dash}'


def _box(x: float, y: float, width: float, height: float) -> str:
    return _numbers({"x": x, "y": y, "width": width, "height": height})


def _numbers(values: dict[str, float]) -> str:
    return " ".join(f'{name}="{_number(value)}"' for name, value in values.items())


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("", text))
