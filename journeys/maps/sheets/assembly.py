"""The sheet on top of the tiles: a plan of which goes where, and how to put them together."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from journeys.exports.options import ExportOptions
from journeys.maps import theme
from journeys.maps.drawing import Block, Mark, Page, Picture, Shape, Text
from journeys.maps.fonts import ASCENT
from journeys.maps.grid import JourneyMap
from journeys.maps.layout.chart import Chart
from journeys.maps.layout.sketch import Sketch
from journeys.maps.sheets.moving import moved
from journeys.maps.theme import MARGIN, Style
from journeys.maps.typesetting import measure

_CM = 72 / 2.54
_LEAST_PLAN = 120.0
_HEADING, _SAID = Style(17, bold=True), Style(9.5, theme.INK_2)


@dataclass(frozen=True, slots=True)
class Tile:
    """One sheet of many: its own part of the chart, in points of the chart."""

    label: str
    """A row's letter and a column's number: "B2"."""
    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Between its crop marks."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Likewise."""
        return self.bottom - self.top


def assembly(laid: Chart, cut: Sequence[Tile], found: JourneyMap, options: ExportOptions) -> Page:
    """Return the plan of the tiles with what to do, step by step."""
    width, height = options.page
    sketch = Sketch(MARGIN, MARGIN, width - 2 * MARGIN)
    sketch.write(found.title, theme.WORKSPACE)
    sketch.write("How to put this poster together", _HEADING)
    sketch.pen += 4
    for number, said in enumerate(_steps(laid, cut, options), start=1):
        sketch.write(f"{number}. {said}", _SAID)
    words = sketch.block("assembly")
    top = words.y + words.height + 14
    room = max(_LEAST_PLAN, height - MARGIN - top)
    factor = min((width - 2 * MARGIN) / laid.width, room / laid.height)
    plan = Block(
        "plan", MARGIN, top, laid.width * factor, laid.height * factor,
        tuple(_plan(laid, cut, factor, MARGIN, top)), text=" ".join(tile.label for tile in cut),
    )  # fmt: skip
    return Page(width, height, (words, plan), bookmarks=(("Assembly", MARGIN, MARGIN),))


def _steps(laid: Chart, cut: Sequence[Tile], options: ExportOptions) -> Iterator[str]:
    across = len({tile.left for tile in cut})
    down = len({tile.top for tile in cut})
    yield (
        f"Print the {len(cut)} sheets that follow at 100 % (“actual size”, not “fit to page”) on "
        f"{options.paper.title()}, "
        "on one side."
    )
    yield "Trim the left and the top edge of each sheet along its crop marks, except at the rim."
    yield (
        f"Glue each row from left to right: {across} across, each sheet over the right edge of "
        "the one before, until the drawing meets. Where sheets show the same part twice, "
        "the later one lies on top."
    )
    yield f"Glue the rows from top to bottom: {down} down, A on top."
    yield (f"Trim the rim. The poster is {laid.width / _CM:.0f} × {laid.height / _CM:.0f} cm.")


def _plan(laid: Chart, cut: Iterable[Tile], factor: float, x: float, y: float) -> Iterator[Mark]:
    """Yield the map in small, its lines of text as bars, with the tiles drawn over it."""
    yield from (moved(mark, factor, x, y) for mark in laid.behind)
    for block in laid.blocks:
        yield from (moved(_in_small(mark), factor, x, y) for mark in block.marks)
    for tile in cut:
        left, top = x + tile.left * factor, y + tile.top * factor
        wide, high = tile.width * factor, tile.height * factor
        yield Shape(left, top, wide, high, "", theme.ACCENT, 1)
        style = Style(min(15.0, wide / 3, high / 2), theme.ACCENT, bold=True)
        width = measure(tile.label, style)
        middle, centre = left + wide / 2, top + high / 2
        yield Shape(
            middle - width / 2 - 5, centre - style.size * 0.62, width + 10, style.size * 1.24,
            theme.CARD, radius=4,
        )  # fmt: skip
        yield Text(
            middle - width / 2, centre + style.size * (ASCENT - 0.58), tile.label, style.size,
            style.colour, True, width=width,
        )  # fmt: skip


def _in_small(mark: Mark) -> Mark:
    """Return what stands for a mark that would be too small to read."""
    match mark:
        case Text():
            return Shape(mark.x, mark.y - mark.size / 2, mark.width, mark.size * 0.45, theme.LINE_2)
        case Picture():
            return Shape(mark.x, mark.y, mark.width, mark.height, theme.LINE_2)
    return mark
