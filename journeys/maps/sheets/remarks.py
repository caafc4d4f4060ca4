"""Sheets of comments, behind the poster: who said what about which place."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from journeys.exports.material import Remark
from journeys.exports.options import ExportOptions
from journeys.exports.wording import day
from journeys.maps import theme
from journeys.maps.drawing import Block, Page
from journeys.maps.layout.sketch import Sketch
from journeys.maps.theme import MARGIN, Style
from journeys.maps.typesetting import Line, set_lines

_COLUMN, _GUTTER, _BETWEEN, _INDENT = 230.0, 24.0, 9.0, 10.0
"""The least width of a column, between columns, between comments, before a reply; in points."""
_HEADING = Style(17, bold=True)
_KEPT = 3
"""Lines of a comment that stay together at the foot of a column."""

Written = list[tuple[Line, Style]]
"""Lines with their styles."""


def remark_pages(remarks: Sequence[Remark], options: ExportOptions) -> tuple[Page, ...]:
    """Return all comments on sheets of the chosen paper; none where there are none."""
    if not remarks:
        return ()
    width, height = options.page
    room = width - 2 * MARGIN
    count = max(1, int((room + _GUTTER) // (_COLUMN + _GUTTER)))
    column = (room - _GUTTER * (count - 1)) / count
    heading = Sketch(MARGIN, MARGIN, room)
    heading.write("Comments", _HEADING)
    top = heading.pen + 8
    pages: list[list[Block]] = [[heading.block("comments")]]
    place, y = 0, top
    for number, remark in enumerate(remarks):
        indent = _INDENT if remark.is_reply else 0
        lines = list(_lines(remark, column - indent))
        part = 0
        while lines:
            kept = sum(style.leading for _, style in lines[:_KEPT])
            if y + kept > height - MARGIN:
                place, y = place + 1, top
            if place == count:
                pages.append([])
                place, y, top = 0, MARGIN, MARGIN
            sketch = Sketch(MARGIN + place * (column + _GUTTER) + indent, y, column - indent)
            lines = _fill(sketch, lines, height - MARGIN)
            pages[-1].append(sketch.block(f"comment-{number}-{part}"))
            y, part = sketch.pen + _BETWEEN, part + 1
    first, *others = (Page(width, height, tuple(blocks)) for blocks in pages)
    return replace(first, bookmarks=(("Comments", MARGIN, MARGIN),)), *others


def _fill(sketch: Sketch, lines: Written, bottom: float) -> Written:
    """Write lines until the column is full, at least one; return those that are left."""
    for number, (line, style) in enumerate(lines):
        if number and sketch.pen + style.leading > bottom:
            return lines[number:]
        sketch.words.append(line.text)
        sketch.line(line, style)
    return []


def _lines(remark: Remark, width: float) -> Iterator[tuple[Line, Style]]:
    """Yield the lines of a comment: its place, its author and day, its text."""
    about = [
        remark.author or "A former member",
        day(remark.at),
        "resolved" if remark.resolved else "",
    ]
    said = (
        ("" if remark.is_reply else remark.place, theme.LANE),
        (" · ".join(part for part in about if part), theme.NOTE),
        (remark.text, theme.BODY),
    )
    for text, style in said:
        for line in set_lines(text, round(width, 3), style):
            yield line, style
