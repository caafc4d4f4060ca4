"""The rows that hold what was measured: scores with their distribution, and friction."""

from itertools import count

from journeys.maps import theme
from journeys.maps.drawing import Block, Mark, Path, Shape
from journeys.maps.grid import Change, Heat, Lane, Metric, Score
from journeys.maps.layout.cards import Sizes, stacked
from journeys.maps.layout.curves import flattened
from journeys.maps.layout.grid import Columns, Row
from journeys.maps.layout.sketch import Run, Sketch
from journeys.maps.theme import PAD_Y, Style

_BAR = 4.6
_SPARK = (60.0, 16.0)
"""The box that the path of a trend is drawn in."""


def scores(lane: Lane, at: Columns, top: float, sizes: Sizes) -> Row:
    """Draw what customers answered, with interval and base."""
    number = count()
    return stacked(
        lane,
        at,
        top,
        lambda score, *place: _score(score, Sketch(*place), f"score-{lane.id}-{next(number)}"),
    )


def _score(score: Score, sketch: Sketch, key: str) -> Block:
    metric = score.metric
    if score.named:
        sketch.write(score.label, theme.NOTE)
    style = theme.SCORE_COMPACT if score.compact else theme.SCORE
    named = score.compact or metric.key != "csat"
    sketch.across(
        [(metric.label if named else "", theme.SCORE_LABEL), (metric.text, style)],
        (evidence(metric), theme.NOTE),
    )
    if score.bars:
        _distribution(sketch, score)
    return sketch.block(key)


def evidence(metric: Metric) -> str:
    """Return the interval and the base in words."""
    low = "low base" if metric.base == "low_base" else ""
    return " · ".join(part for part in (metric.margin_text, metric.n_text, low) if part)


def _distribution(sketch: Sketch, score: Score) -> None:
    """Draw the shares of the scores, worst on the left, and the trend below them."""
    width = sketch.right - sketch.left
    sketch.pen += 1.5
    for bar in score.bars:
        x, wide = (width * float(each.rstrip("%")) / 100 for each in (bar.x, bar.width))
        sketch.marks.append(
            Shape(sketch.left + x, sketch.pen, wide, _BAR, theme.TONES[bar.tone], theme.CARD, 0.4)
        )
    sketch.pen += _BAR + 2
    change = score.metric.change
    if not (score.spark or change):
        return
    height = theme.NOTE.leading
    across, down = 0.72 * _SPARK[0] / 60, height / _SPARK[1]
    pieces = flattened(score.spark, sketch.left, sketch.pen, across, down)
    if pieces:
        sketch.marks.append(Path(pieces, theme.INK_3, 0.9))
    if change:
        sketch.across([], change_run(change, theme.NOTE))
    else:
        sketch.pen += height


def change_run(change: Change, style: Style) -> Run:
    """Return a change in its colour; its sign says the direction, too."""
    colour = {True: theme.GOOD, False: theme.BAD, None: theme.INK_3}[change.better]
    return change.text, Style(style.size, colour)


Filled = tuple[int, float, float, int | None]
"""Column, top and height of a heat in points, and its level."""


def heat(lane: Lane, at: Columns, top: float, sizes: Sizes) -> Row:
    """Draw friction: the ramp's colour fills the cell, with the value and its largest cause."""
    blocks: list[Block] = []
    filled: list[Filled] = []
    bottom = top
    for column, items in at.cells(lane):
        x, width = at.inside(column)
        y = top
        for place, item in enumerate(items):
            block = _heat(item, x, y + PAD_Y, width, f"heat-{lane.id}-{column}-{place}")
            blocks.append(block)
            height = block.height + 2 * PAD_Y
            filled.append((column, y, height, item.level))
            y += height
        bottom = max(bottom, y)
    bottom = max(bottom, top + 2 * PAD_Y)
    return Row(tuple(blocks), bottom, tuple(_fills(filled, at, bottom)))


def _heat(found: Heat, x: float, y: float, width: float, key: str) -> Block:
    sketch = Sketch(x, y, width)
    if found.named:
        sketch.write(found.label, theme.FRICTION_NOTE)
    basis = "○ assessed" if found.basis == "assessed" else ""
    note = " ".join(part for part in (found.note, basis, found.flag_sign) if part)
    sketch.across([(found.metric.text, theme.FRICTION)], (note, theme.FRICTION_NOTE))
    return sketch.block(key)


def _fills(
    filled: list[tuple[int, float, float, int | None]], at: Columns, bottom: float
) -> list[Mark]:
    """Return the coloured cells; the last one of a column goes down to the row's end."""
    marks: list[Mark] = []
    for place, (column, y, height, level) in enumerate(filled):
        if level is None:
            continue
        last = place + 1 == len(filled) or filled[place + 1][0] != column
        left, right = at.edges[column], at.edges[column + 1]
        marks.append(
            Shape(left, y, right - left, bottom - y if last else height, theme.HEAT[level])
        )
    return marks
