"""The row of feelings: the assessed line dashed, the measured one solid with its band."""

from math import cos, pi, sin

from journeys.maps import theme
from journeys.maps.curve import HEIGHT, y_of
from journeys.maps.drawing import Block, Mark, Path, Rule, Text
from journeys.maps.fonts import ASCENT
from journeys.maps.grid import Lane, Mood
from journeys.maps.layout.cards import Sizes
from journeys.maps.layout.curves import flattened
from journeys.maps.layout.grid import Columns, Row
from journeys.maps.typesetting import measure

TALL = 104.0
"""Of the row, in points at reading size."""
_BAND = 0.14


def feelings(lane: Lane, at: Columns, top: float, sizes: Sizes) -> Row:
    """Draw a lane of feelings; lines are broken where nothing is known."""
    height, down = TALL, TALL / HEIGHT
    blocks: list[Block] = []
    for column, items in at.cells(lane):
        left, right = at.edges[column], at.edges[column + 1]
        for mood in items:
            named = [] if blocks else _poles(left + 5, top)
            marks = (*named, *_lines(mood, left, top, (right - left) / 100, down))
            key = f"mood-{lane.id}-{column}"
            blocks.append(Block(key, left, top, right - left, height, marks, text=mood.text))
    behind: list[Mark] = [
        Rule(at.edges[0], top + y_of(level) * down, at.right, top + y_of(level) * down,
             theme.LINE_2 if level == 0 else theme.LINE_SOFT, 0.5)
        for level in (2, 1, 0, -1, -2)
    ]  # fmt: skip
    return Row(tuple(blocks), top + height, tuple(behind))


def _lines(mood: Mood, x: float, y: float, across: float, down: float) -> list[Mark]:
    marks: list[Mark] = []
    band, assessed, measured = (
        flattened(path, x, y, across, down)
        for path in (mood.band_path, mood.assessed_path, mood.measured_path)
    )
    if band:
        marks.append(Path(band, fill=theme.ACCENT, opacity=_BAND))
    if assessed:
        marks.append(Path(assessed, theme.INK_3, 1.2, dashed=True))
    if measured:
        marks.append(Path(measured, theme.ACCENT, 1.8))
    middle = x + 50 * across
    if mood.assessed_y and not assessed:
        marks.append(dot(middle, y + float(mood.assessed_y) * down, 2.3, theme.INK_3, 1.1))
    if mood.measured_y:
        colour = theme.TONES["t1"] if mood.below else theme.ACCENT
        marks.append(dot(middle, y + float(mood.measured_y) * down, 3.2, colour, 1.6))
    return marks


def dot(x: float, y: float, radius: float, colour: str, width: float) -> Path:
    """Return a ring around x and y."""
    turns = [2 * pi * step / 24 for step in range(25)]
    ring = tuple((x + radius * cos(turn), y + radius * sin(turn)) for turn in turns)
    return Path((ring,), colour, width, theme.CARD)


def _poles(x: float, top: float) -> list[Text]:
    """Return the names of the two ends of the scale, at the start of the lines."""
    style = theme.NOTE
    ends = (("delighted", top + 2 + ASCENT * style.size), ("angry", top + TALL - 4))
    return [
        Text(x, y, word, style.size, style.colour, width=measure(word, style)) for word, y in ends
    ]
