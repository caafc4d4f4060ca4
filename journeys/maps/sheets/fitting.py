"""Putting a chart on paper: one sheet where its text stays readable, else tiles to assemble.

All lengths and sizes of a chart are multiplied by one factor. The smallest text on a sheet is at
least so large, as larger sheets are read from further away:

    A4, Letter, Legal   6 pt   held in the hand
    A3, Tabloid         6 pt   on the table
    A2                  7 pt   around the table
    A1                  8 pt   on the wall
    A0                  9 pt   on the wall, a step away

Tiles are drawn at reading size, or larger where the paper asks for it. Their borders lie between
columns and between rows wherever nothing crosses; what does cross is whole on the next tile, which
then begins earlier and is glued over the one before.
"""

from journeys.exports.options import ExportOptions
from journeys.maps.drawing import Page, Shape
from journeys.maps.grid import JourneyMap
from journeys.maps.layout.chart import Chart, Choose
from journeys.maps.sheets.moving import moved, moved_block
from journeys.maps.sheets.tiles import tiles
from journeys.maps.theme import COLUMN, MARGIN, PAPER, RAIL, SMALLEST

MINIMUM = {
    "a4": 6.0, "letter": 6.0, "legal": 6.0, "a3": 6.0, "tabloid": 6.0,
    "a2": 7.0, "a1": 8.0, "a0": 9.0,
}  # fmt: skip
"""The least size of a text, in points."""
_RIM = 0.03
"""White around a sheet, as a share of its shorter side; never less than the margin."""
_NARROW, _WIDE = 100.0, 260.0
_LARGEST = 4.0
"""How many times reading size a small map may grow on a large sheet."""


Pages = tuple[tuple[Page, ...], tuple[str, ...]]
"""The pages, and what to say about them."""


def on_one_sheet(lay: Choose) -> Pages:
    """Return a page as large as the map needs at reading size."""
    laid = lay(COLUMN)
    return (_sheet(laid, 1, laid.width + 2 * MARGIN, laid.height + 2 * MARGIN, MARGIN),), ()


def on_paper(lay: Choose, found: JourneyMap, options: ExportOptions) -> Pages:
    """Return one sheet where the text stays readable and no tiles were asked for, else tiles."""
    width, height, least = *options.page, MINIMUM[options.paper]
    if not options.tiled:
        rim = max(MARGIN, _RIM * min(width, height))
        fitted = _fitted(lay, width - 2 * rim, height - 2 * rim, least / SMALLEST)
        if fitted:
            return (_sheet(*fitted, width, height, rim),), ()
    return tiles(lay, found, options, least=least)


def _fitted(lay: Choose, width: float, height: float, least: float) -> tuple[Chart, float] | None:
    """Return the layout that can be drawn largest in a room, and its factor; None if too small.

    Wider columns make a map wider and less high; the best is where both fill the room.
    """

    def factor(laid: Chart) -> float:
        return min(width / laid.width, height / laid.height)

    def is_wide(laid: Chart) -> bool:
        return width / laid.width < height / laid.height

    best = lay(_NARROW)
    if width / best.width < least or (
        height / best.height < least and height / lay(_WIDE).height < least
    ):
        return None
    if not is_wide(best):
        low, high = _NARROW, _WIDE
        while high - low > 16:
            middle = (low + high) / 2
            tried = lay(middle)
            best = max(best, tried, key=factor)
            low, high = (low, middle) if is_wide(tried) else (middle, high)
        # What is left of the width: the same size of text, or a larger one, in fewer lines.
        filling = lay(_filling(best, width / factor(best)))
        best = max(best, filling, key=lambda each: (round(factor(each), 2), each.width))
    found = min(factor(best), _LARGEST)
    return (best, found) if found >= least else None


def _filling(laid: Chart, width: float) -> float:
    """Return how wide the columns of a chart would be if it were so wide."""
    column = laid.columns[2] - laid.columns[1]
    return column * (width - RAIL) / (laid.width - RAIL)


def _sheet(laid: Chart, factor: float, width: float, height: float, rim: float) -> Page:
    laid = laid.scaled(factor)
    x, y = (width - laid.width) / 2, rim
    return Page(
        width,
        height,
        tuple(moved_block(block, 1, x, y) for block in laid.blocks),
        (Shape(0, 0, width, height, PAPER), *(moved(mark, 1, x, y) for mark in laid.behind)),
        bookmarks=tuple((title, left + x, top + y) for title, left, top in laid.bookmarks),
    )
