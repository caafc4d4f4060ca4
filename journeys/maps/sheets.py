"""Putting a chart on paper: one sheet where its text stays readable, else tiles to assemble.

All lengths and sizes of a chart are multiplied by one factor. The smallest text on a sheet is at
least so large, as larger sheets are read from further away:

    A4, Letter, Legal   6 pt     held in the hand
    A3, Tabloid         6.5 pt   on the table
    A2                  7.5 pt   around the table
    A1                  8.5 pt   on the wall, a step away
    A0                  10 pt    on the wall, two steps away

Tiles are drawn at reading size, or larger where the paper asks for it. Their borders lie between
columns and between rows wherever nothing crosses; what does cross is whole on the next tile, which
then begins earlier and is glued over the one before.
"""

from journeys.exports.options import ExportOptions
from journeys.maps.drawing import Page, Shape
from journeys.maps.grid import JourneyMap
from journeys.maps.layout_chart import Chart, Choose
from journeys.maps.sheets_moving import moved, moved_block
from journeys.maps.sheets_tiles import tiles
from journeys.maps.theme import COLUMN, MARGIN, PAPER, SMALLEST

MINIMUM = {
    "a4": 6.0, "letter": 6.0, "legal": 6.0, "a3": 6.5, "tabloid": 6.5,
    "a2": 7.5, "a1": 8.5, "a0": 10.0,
}  # fmt: skip
"""The least size of a text, in points."""
_NARROW, _WIDE = 100.0, 260.0
_LARGEST = 4.0
"""How many times reading size a small map may grow on a large sheet."""


Pages = tuple[tuple[Page, ...], tuple[str, ...]]
"""The pages, and what to say about them."""


def on_one_sheet(lay: Choose) -> Pages:
    """Return a page as large as the map needs at reading size."""
    laid = lay(COLUMN)
    return (_sheet(laid, laid.width + 2 * MARGIN, laid.height + 2 * MARGIN, 1),), ()


def on_paper(lay: Choose, found: JourneyMap, options: ExportOptions) -> Pages:
    """Return one sheet where the text stays readable and no tiles were asked for, else tiles."""
    width, height = options.page
    if not options.tiled:
        laid, factor = _fitted(lay, width - 2 * MARGIN, height - 2 * MARGIN)
        if factor * SMALLEST >= MINIMUM[options.paper]:
            return (_sheet(laid, width, height, factor),), ()
    return tiles(lay, found, options, least=MINIMUM[options.paper])


def _fitted(lay: Choose, width: float, height: float) -> tuple[Chart, float]:
    """Return the layout that can be drawn largest in a room, and its factor.

    Wider columns make a map wider and less high; the best is where both fill the room.
    """

    def factors(laid: Chart) -> tuple[float, float]:
        return width / laid.width, height / laid.height

    low, high = _NARROW, _WIDE
    best = lay(low)
    across, down = factors(best)
    while across > down * 1.02 and high - low > 8:
        middle = (low + high) / 2
        tried = lay(middle)
        if min(factors(tried)) > min(factors(best)):
            best = tried
        wide, tall = factors(tried)
        low, high = (middle, high) if wide > tall else (low, middle)
    return best, min(*factors(best), _LARGEST)


def _sheet(laid: Chart, width: float, height: float, factor: float) -> Page:
    laid = laid.scaled(factor)
    x, y = (width - laid.width) / 2, MARGIN
    return Page(
        width,
        height,
        tuple(moved_block(block, 1, x, y) for block in laid.blocks),
        (Shape(0, 0, width, height, PAPER), *(moved(mark, 1, x, y) for mark in laid.behind)),
        bookmarks=tuple((title, left + x, top + y) for title, left, top in laid.bookmarks),
    )
