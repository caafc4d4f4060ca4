"""Cutting a chart into tiles that are printed, trimmed and glued together."""

from collections.abc import Iterable, Iterator
from string import ascii_uppercase

from journeys.exports.options import ExportOptions
from journeys.maps import theme
from journeys.maps.drawing import Mark, Page, Rule, Text
from journeys.maps.fonts import is_rtl
from journeys.maps.grid import JourneyMap
from journeys.maps.layout.chart import Chart, Choose
from journeys.maps.sheets.assembly import Tile, assembly
from journeys.maps.sheets.moving import clipped, moved, moved_block
from journeys.maps.theme import COLUMN, MARGIN, SMALLEST
from journeys.maps.typesetting import measure

BLEED = 7.0
"""How far a tile goes on beyond its border: a cut that is a little off shows no white."""
_MARK = 9.0
"""How long a crop mark is."""
_NARROW = 104.0
"""The narrowest column to try, in points."""
Part = tuple[float, float]
"""From where to where, in points."""


class TooLargeError(ValueError):
    """Something is larger than the room and cannot be whole anywhere."""


def parts(
    spans: Iterable[Part], borders: Iterable[float], length: float, room: float
) -> list[Part]:
    """Return parts of a length, none longer than the room, so that every span is whole in one.

    A part ends at one of the borders. Where every border within reach crosses a span, the next part
    begins earlier, before whatever was cut. Raises TooLargeError for a span longer than the room.
    """
    spans = sorted(spans)
    borders = sorted({each for each in borders if 0 < each < length})
    clean = set(_clean(spans, borders))
    found: list[Part] = []
    start = 0.0
    while start + room < length - 0.01:
        reach = [each for each in borders if start < each <= start + room]
        unbroken = [each for each in reach if each in clean]
        end = following = max(unbroken, default=0.0)
        if not unbroken:
            end = max(reach, default=start + room)
            following = _behind(spans, borders, start, end)
            if following <= start:
                end = start + room
                following = _behind(spans, borders, start, end)
            if following <= start:
                raise TooLargeError
        found.append((start, end))
        start = following
    return [*found, (start, length)]


def _clean(spans: list[Part], borders: list[float]) -> Iterator[float]:
    """Yield the borders that no span crosses."""
    reach, place = 0.0, 0
    for border in borders:
        while place < len(spans) and spans[place][0] < border - 0.01:
            reach = max(reach, spans[place][1])
            place += 1
        if reach <= border + 0.01:
            yield border


def _behind(spans: list[Part], borders: list[float], start: float, end: float) -> float:
    """Return where the part behind one must begin, so that what the one cuts is whole there."""
    cut = min((a for a, b in spans if start <= a < end < b), default=end)
    return max((each for each in borders if start < each <= cut), default=cut)


def tiles(
    lay: Choose, found: JourneyMap, options: ExportOptions, *, least: float
) -> tuple[tuple[Page, ...], tuple[str, ...]]:
    """Return an assembly sheet and the tiles, their text at least so large, in points."""
    width, height = options.page
    wide, high = width - 2 * (MARGIN + BLEED), height - 2 * (MARGIN + BLEED)
    factor = max(1.0, least / SMALLEST)
    tried = [_cut(lay(each), wide, high, factor) for each in _columns(wide / factor)]
    laid, factor, cut = min(tried, key=lambda each: (-each[1], len(each[2])))
    notes = []
    if factor * SMALLEST < least - 0.01:
        notes.append(
            f"Something on the map is larger than a sheet of {options.paper.title()}, so that all "
            f"was drawn smaller: the smallest text has {factor * SMALLEST:.1f} pt. Larger paper "
            "keeps it at reading size."
        )
    return (
        assembly(laid, cut, found, options),
        *(_page(tile, laid, cut, found, options) for tile in cut),
    ), tuple(notes)


def _columns(room: float) -> list[float]:
    """Return the widths of columns to try; of the widest, a whole number fills a sheet."""
    whole = room / max(1, room // COLUMN)
    return sorted({_NARROW, COLUMN, min(1.3 * COLUMN, whole)}, reverse=True)


def _cut(laid: Chart, wide: float, high: float, factor: float) -> tuple[Chart, float, list[Tile]]:
    """Return the chart scaled, its factor and its tiles; smaller where something is too large."""
    largest = (
        max(block.width for block in laid.blocks),
        max(block.height for block in laid.blocks),
    )
    factor = min(factor, wide / largest[0], high / largest[1])
    while True:
        scaled = laid.scaled(factor)
        try:
            across = parts(
                ((b.x, b.x + b.width) for b in scaled.blocks), scaled.columns, scaled.width, wide
            )
            down = parts(
                ((b.y, b.y + b.height) for b in scaled.blocks), scaled.rows, scaled.height, high
            )
        except TooLargeError:
            factor *= 0.95
            continue
        return (
            scaled,
            factor,
            [
                Tile(f"{letters(row)}{column + 1}", left, top, right, bottom)
                for row, (top, bottom) in enumerate(down)
                for column, (left, right) in enumerate(across)
            ],
        )


def letters(number: int) -> str:
    """Return the name of a row: A to Z, then AA."""
    before, last = divmod(number, 26)
    return (letters(before - 1) if before else "") + ascii_uppercase[last]


def _page(
    tile: Tile, laid: Chart, cut: list[Tile], found: JourneyMap, options: ExportOptions
) -> Page:
    """Return a tile with its crop marks and its name."""
    width, height = options.page
    x, y = MARGIN + BLEED - tile.left, MARGIN + BLEED - tile.top
    box = (tile.left - BLEED, tile.top - BLEED, tile.right + BLEED, tile.bottom + BLEED)
    left, top, right, bottom = box
    shown = [
        block
        for block in laid.blocks
        if block.x < right and block.x + block.width > left
        and block.y < bottom and block.y + block.height > top
    ]  # fmt: skip
    behind = (clipped(mark, *box) for mark in laid.behind)
    return Page(
        width,
        height,
        tuple(moved_block(block, 1, x, y) for block in shown),
        tuple(moved(mark, 1, x, y) for mark in behind if mark),
        (*_crop_marks(tile), *_name(tile, found, options)),
        tuple(
            (title, at + x, down + y)
            for title, at, down in laid.bookmarks
            if _is_first(tile, cut, at, down)
        ),
        (left + x, top + y, right - left, bottom - top),
    )


def _is_first(tile: Tile, cut: list[Tile], x: float, y: float) -> bool:
    """Say whether this tile is the first that holds a place."""
    holds = (each for each in cut if each.left <= x < each.right and each.top <= y < each.bottom)
    return next(holds, None) is tile


def _crop_marks(tile: Tile) -> Iterator[Mark]:
    """Yield two lines at each corner of the tile's own part."""
    left = top = MARGIN + BLEED
    right, bottom = left + tile.width, top + tile.height
    away = BLEED + 2
    for x, out in ((left, -1), (right, 1)):
        for y, down in ((top, -1), (bottom, 1)):
            start, end = x + out * away, x + out * (away + _MARK)
            yield Rule(start, y, end, y, theme.INK, 0.4)
            start, end = y + down * away, y + down * (away + _MARK)
            yield Rule(x, start, x, end, theme.INK, 0.4)


def _name(tile: Tile, found: JourneyMap, options: ExportOptions) -> Iterator[Mark]:
    """Yield the tile's name below its part, beside the crop marks."""
    y = MARGIN + 2 * BLEED + tile.height + 12
    x = MARGIN + BLEED + 8
    for text, style in (
        (tile.label, theme.LANE),
        (f"v{found.revision}", theme.NOTE),
        (found.title, theme.NOTE),
    ):
        width = measure(text, style)
        if x + width > options.page[0] - MARGIN:
            return
        yield Text(x, y, text, style.size, style.colour, style.bold, style.italic,
                   is_rtl(text), width)  # fmt: skip
        x += width + 8
