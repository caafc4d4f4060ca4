"""The file of slides: its theme, its properties, and a sheet to put things on."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn

from journeys.exports.options import ExportOptions
from journeys.exports.slides.look import FONT, HEIGHT, INNER, MARGIN, THEME, TOP, WIDTH
from journeys.exports.slides.shapes import emu, rgb
from journeys.exports.slides.sheet import Sheet
from journeys.exports.slides.writing import Paragraphs, clean
from journeys.maps.theme import PAPER

_DAY_ONE = (1980, 1, 1, 0, 0, 0)


class Deck:
    """A presentation that grows slide by slide."""

    def __init__(self, title: str, options: ExportOptions, *, foot: Sequence[str]) -> None:
        self.native: Any = Presentation()
        self.language = options.language
        self.foot = foot
        self.at = datetime.combine(options.on, time(), tzinfo=UTC)
        self._dress()
        about = self.native.core_properties
        about.title, about.language = clean(title), options.language
        about.author = about.last_modified_by = "cxjourney"
        about.created = about.modified = about.last_printed = self.at.replace(tzinfo=None)
        about.revision = 1
        about.keywords = about.comments = ""

    def _dress(self) -> None:
        """Make the empty presentation ours: 16:9, our colours and font, one layout."""
        self.native.slide_width, self.native.slide_height = emu(WIDTH), emu(HEIGHT)
        self.native.element.sldSz.attrib.pop("type")  # The template's: 4:3.
        layouts = self.native.slide_layouts
        self.layout = layouts.get_by_name("Title Only")
        for each in [each for each in layouts if each is not self.layout]:
            layouts.remove(each)
        master = self.native.slide_master
        for each in [*master.placeholders, *self.layout.placeholders]:
            if each.placeholder_format.type != PP_PLACEHOLDER.TITLE:
                each.element.getparent().remove(each.element)
        (heading,) = master.placeholders
        heading.left, heading.top = emu(MARGIN), emu(TOP)
        heading.width, heading.height = emu(INNER), emu(36)
        for style in master._element.iter(qn("a:lvl1pPr")):
            style.set("algn", "l")
        master.background.fill.solid()
        master.background.fill.fore_color.rgb = rgb(PAPER)
        theme = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
        theme._blob = _themed(theme.blob)

    @contextmanager
    def sheet(
        self, title: str, *, part: tuple[int, int] = (1, 1), lead: Paragraphs = ()
    ) -> Iterator[Sheet]:
        """Add a slide with a title, what belongs below it, and the footer."""
        sheet = self._added()
        sheet.head(title, part, lead)
        yield sheet
        sheet.flush()

    @contextmanager
    def cover(self, title: str) -> Iterator[Sheet]:
        """Add the slide that says what the file is."""
        sheet = self._added()
        sheet.cover(title)
        yield sheet
        sheet.flush()

    def _added(self) -> Sheet:
        sheet = Sheet(self.native.slides.add_slide(self.layout), self.language, self.at)
        sheet.foot(self.foot, len(self.native.slides))
        return sheet

    def content(self) -> bytes:
        """Return the file; the same bytes for the same slides."""
        saved, fixed = BytesIO(), BytesIO()
        self.native.save(saved)
        with ZipFile(saved) as old, ZipFile(fixed, "w", ZIP_DEFLATED) as new:
            for name in old.namelist():
                new.writestr(ZipInfo(name, _DAY_ONE), old.read(name), ZIP_DEFLATED)
        return fixed.getvalue()


def _themed(blob: bytes) -> bytes:
    theme = parse_xml(blob)
    for name, colour in THEME.items():
        (slot,) = theme.iter(qn(f"a:{name}"))
        slot[:] = [parse_xml(f'<a:srgbClr {nsdecls("a")} val="{colour[1:].upper()}"/>')]
    for font in theme.iter(qn("a:latin")):
        font.set("typeface", FONT)
    for effects in theme.iter(qn("a:effectStyle")):
        effects[:] = [parse_xml(f"<a:effectLst {nsdecls('a')}/>")]
    for defaults in theme.iter(qn("a:objectDefaults")):
        defaults[:] = []
    return serialize_part_xml(theme)
