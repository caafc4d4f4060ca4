"""The rows that hold cards: written ones, storyboards and touchpoints."""

from collections.abc import Callable, Mapping
from math import cos, pi, sin
from typing import Any

from journeys.maps import theme
from journeys.maps.drawing import Block, Path, Picture, Shape
from journeys.maps.grid import Card, Lane
from journeys.maps.layout.grid import Columns, Row
from journeys.maps.layout.sketch import Sketch
from journeys.maps.theme import GAP, PAD_Y, Style
from journeys.maps.typesetting import measure

Sizes = Mapping[int, tuple[int, int]]
"""Card id -> width and height of its picture, in pixels."""
_FRAMES = {
    "pain_points": (theme.PAIN, theme.PAIN_LINE),
    "gains": (theme.OPPORTUNITY, theme.OPPORTUNITY_LINE),
    "opportunities": (theme.OPPORTUNITY, theme.OPPORTUNITY_LINE),
}
_SEVERE = {"sev-3", "sev-4"}
_TALLEST = 130.0
"""Of a picture, in points."""


def cards(lane: Lane, at: Columns, top: float, sizes: Sizes) -> Row:
    """Draw the written cards of a lane."""
    return stacked(lane, at, top, lambda card, x, y, width: _card(card, lane, x, y, width, sizes))


def touchpoints(lane: Lane, at: Columns, top: float, sizes: Sizes) -> Row:
    """Draw the touchpoints: channel and owner below the name, the owner's hue at the edge."""
    return stacked(lane, at, top, _touchpoint)


def stacked(
    lane: Lane, at: Columns, top: float, draw: Callable[[Any, float, float, float], Block]
) -> Row:
    """Draw the items of each cell below one another; `draw` takes an item, x, y and a width."""
    blocks, bottom = [], top + PAD_Y
    for column, items in at.cells(lane):
        x, width = at.inside(column)
        y = top + PAD_Y
        for item in items:
            block = draw(item, x, y, width)
            blocks.append(block)
            bottom = max(bottom, y + block.height)
            y += block.height + GAP
    return Row(tuple(blocks), bottom + PAD_Y)


def _card(card: Card, lane: Lane, x: float, y: float, width: float, sizes: Sizes) -> Block:
    framed = _FRAMES.get(lane.kind)
    sketch = Sketch(x, y, width, *((7, 4.5) if framed else (0, 0)))
    if framed:
        sketch.frame(fill=framed[0], stroke=framed[1])
    if card.id in sizes:
        _picture(sketch, card, *sizes[card.id])
    sketch.write(card.text, theme.QUOTE if lane.form == "quotes" else theme.BODY)
    _small_print(sketch, card)
    if framed and card.tone in _SEVERE:
        bottom = sketch.pen + sketch.pad_y
        sketch.marks.append(Shape(x, y + 2.5, 2.4, bottom - y - 5, theme.TONES["t1"]))
    return sketch.block(f"card-{card.id}")


def _picture(sketch: Sketch, card: Card, wide: int, high: int) -> None:
    width = sketch.right - sketch.left
    height = width * high / wide
    if height > _TALLEST:
        width, height = width * _TALLEST / height, _TALLEST
    sketch.marks.append(
        Picture(sketch.left, sketch.pen, width, height, f"card-{card.id}", card.text)
    )
    sketch.pen += height + 3


def _small_print(sketch: Sketch, card: Card) -> None:
    """Write the badge below the text, and whose card it is or of when its figure."""
    aside = card.figure.note if card.figure else card.persona
    if not (card.badge or aside):
        return
    sketch.pen += 2
    x = sketch.left
    if card.badge:
        x = pill(sketch, x, card.badge, theme.BADGE) + 4
    if aside and x + measure(aside, theme.WHO) <= sketch.right:
        sketch.run(x, aside, theme.WHO)
        sketch.pen += theme.WHO.leading
        return
    if card.badge:
        sketch.pen += theme.BADGE.leading
    sketch.write(aside, theme.WHO)


def pill(sketch: Sketch, x: float, text: str, style: Style) -> float:
    """Write a few words in a small frame at x; return its right end."""
    width = measure(text, style) + 6
    sketch.marks.append(
        Shape(x, sketch.pen, width, style.leading, theme.CARD, theme.LINE_2, 0.5, 2.5)
    )
    sketch.run(x + 3, text, style)
    return x + width


def _touchpoint(card: Card, x: float, y: float, width: float) -> Block:
    sketch = Sketch(x, y, width, 8, 5)
    sketch.left += 2
    sketch.frame(fill=theme.CARD, stroke=theme.LINE_2)
    edge = sketch.right
    if card.starred:
        sketch.marks.append(star(edge - 4.5, sketch.pen + 6, 4.5))
        sketch.right -= 12
    sketch.write(card.text, theme.TOUCHPOINT)
    sketch.right = edge
    sketch.write(card.detail, theme.DETAIL)
    if card.badge:
        sketch.pen += 2
        pill(sketch, sketch.left, card.badge, theme.BADGE)
        sketch.pen += theme.BADGE.leading
    sketch.marks += owner_edge(card.hue, x, y, sketch.pen + sketch.pad_y - y)
    return sketch.block(f"touchpoint-{card.id}")


def owner_edge(hue: int | None, x: float, y: float, height: float) -> list[Shape]:
    """Return the left edge in a team's hue; its pattern tells teams apart without colour.

    The first four hues are one bar, the others two; a bar has none to three gaps.
    """
    colour = theme.INK_3 if hue is None else theme.HUES[hue]
    parts = 1 if hue is None else hue % 4 + 1
    bars = ((1.2, 3.0),) if hue is None or hue < 4 else ((1.2, 1.1), (3.1, 1.1))
    top, room, gap = y + 3, height - 6, 2.0
    length = (room - gap * (parts - 1)) / parts
    return [
        Shape(x + left, top + part * (length + gap), width, length, colour)
        for part in range(parts)
        for left, width in bars
    ]


def star(x: float, y: float, radius: float) -> Path:
    """Return the sign of a moment that matters, around x and y."""
    reach = [(radius if point % 2 == 0 else radius * 0.42, point * pi / 5) for point in range(10)]
    return Path(
        (tuple((x + r * sin(turn), y - r * cos(turn)) for r, turn in reach),), fill=theme.STAR
    )
