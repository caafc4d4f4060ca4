"""The map as a poster: broken, placed and scaled once, for every format that draws it.

`chart` lays the map out at reading size on a grid of its own; the package sheets puts it on paper.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import BytesIO

from PIL import Image

from journeys.exports.material import Remark
from journeys.exports.options import ExportOptions
from journeys.maps import theme
from journeys.maps.drawing import Drawing, Mark, Rule, Shape
from journeys.maps.grid import JourneyMap, Lane
from journeys.maps.layout.cards import Sizes, cards, touchpoints
from journeys.maps.layout.chart import Chart, Choose
from journeys.maps.layout.feelings import feelings
from journeys.maps.layout.foot import footer, legend
from journeys.maps.layout.grid import Columns, Row, columns
from journeys.maps.layout.head import head, rail, stages, steps
from journeys.maps.layout.links import links
from journeys.maps.layout.measured import heat, scores
from journeys.maps.layout.missing import missing_characters
from journeys.maps.layout.sketch import Sketch
from journeys.maps.sheets.fitting import on_one_sheet, on_paper
from journeys.maps.sheets.remarks import remark_pages
from journeys.maps.theme import PAD_X

_ROWS = {
    "cards": cards,
    "quotes": cards,
    "touchpoints": touchpoints,
    "scores": scores,
    "heat": heat,
    "mood": feelings,
    "links": links,
}
_DIVIDER = 15.0
_NO_REMARKS = "Comments are not on a picture of the map; a PDF has them on sheets of their own."


def poster(
    found: JourneyMap,
    options: ExportOptions,
    *,
    pictures: Mapping[int, bytes],
    remarks: Sequence[Remark] = (),
    one_sheet: bool = False,
) -> Drawing:
    """Return the map on paper of the size and orientation that was asked for.

    `pictures` are PNG or JPEG files by the id of their card. It is one sheet where the text stays
    readable, else tiles with an assembly sheet before them; `one_sheet`: one as large as the map.
    Comments follow on sheets of their own, except there.
    """
    sizes = {pk: _size(content) for pk, content in pictures.items()}
    laid = _remembered(lambda width: chart(found, options, sizes, width))
    pages, notes = on_one_sheet(laid) if one_sheet else on_paper(laid, found, options)
    if one_sheet and remarks:
        notes = (*notes, _NO_REMARKS)
    elif remarks:
        pages = (*pages, *remark_pages(remarks, options))
    return Drawing(
        title=found.title,
        language=options.language,
        pages=pages,
        missing=missing_characters(found, remarks),
        notes=notes,
        pictures={f"card-{pk}": content for pk, content in pictures.items()},
    )


def _size(content: bytes) -> tuple[int, int]:
    with Image.open(BytesIO(content)) as image:
        return image.size


def _remembered(lay: Choose) -> Choose:
    """Return a layout that is made only once for each width of the columns."""
    known: dict[float, Chart] = {}

    def choose(width: float) -> Chart:
        if width not in known:
            known[width] = lay(width)
        return known[width]

    return choose


def chart(found: JourneyMap, options: ExportOptions, sizes: Sizes, width: float) -> Chart:
    """Return the whole poster at reading size, its columns so wide, in points."""
    at = columns(found, width)
    above = head(found, at, 0)
    top = above.bottom
    first = stages(found, at, top)
    second = steps(found, at, first.bottom)
    rows = [first, second, *_lanes(found, at, sizes, second.bottom)]
    bottom = rows[-1].bottom
    key = legend(found, at, bottom + 12)
    below = footer(found, options, at, key.bottom)
    drawn = [above, *rows, key, below]
    heads = {f"stage-{stage.id}": stage.title for stage in found.stages}
    blocks = tuple(block for row in drawn for block in row.blocks)
    return Chart(
        width=max(at.width, *(each.x + each.width for each in blocks)),
        height=below.bottom,
        blocks=blocks,
        behind=(*_ground(at, top, second.bottom, bottom), *_rules(rows, at, top, first.bottom)),
        bookmarks=tuple((heads[b.key], b.x, b.y) for b in first.blocks if b.key in heads),
        columns=(0, *at.slots),
        rows=(0, top, *(row.bottom for row in rows), key.bottom),
    )


def _lanes(found: JourneyMap, at: Columns, sizes: Sizes, top: float) -> list[Row]:
    if not found.lanes:
        sketch = Sketch(at.edges[0] + PAD_X, top + theme.PAD_Y, at.slots[-1] - at.edges[0])
        sketch.write("All lanes are hidden, or this journey has none yet.", theme.HINT)
        block = sketch.block("no-lanes")
        return [Row((block,), block.y + block.height + theme.PAD_Y)]
    rows = []
    for lane in found.lanes:
        rows.append(_lane(lane, at, sizes, top))
        top = rows[-1].bottom
        if lane.line_below:
            rows.append(_divider(lane, at, top))
            top = rows[-1].bottom
    return rows


def _lane(lane: Lane, at: Columns, sizes: Sizes, top: float) -> Row:
    name = rail(lane.title, lane.hint, f"lane-{lane.key}", top)
    least = name.y + name.height + theme.PAD_Y
    row = _ROWS[lane.form](lane, at, top, sizes)
    bottom = max(row.bottom, least)
    behind = (_stretched(mark, row.bottom, bottom) for mark in row.behind)
    return Row((name, *row.blocks), bottom, tuple(behind))


def _stretched(mark: Mark, end: float, bottom: float) -> Mark:
    """Return a fill that went down to the row's end, down to where the lane's name ends."""
    if isinstance(mark, Shape) and abs(mark.y + mark.height - end) < 0.01:
        return replace(mark, height=bottom - mark.y)
    return mark


def _divider(lane: Lane, at: Columns, top: float) -> Row:
    """Draw a line of the service blueprint, with its name on it."""
    bottom = top + _DIVIDER
    sketch = Sketch(PAD_X, top + 2, at.slots[2] - PAD_X)
    sketch.write(lane.line_below, theme.DIVIDER)
    marks = (
        Shape(0, top, at.right, _DIVIDER, theme.WASH),
        Rule(0, top, at.right, top, theme.INK_3, 1, dashed=True),
    )
    return Row((sketch.block(f"line-{lane.line or lane.key}"),), bottom, over=marks)


def _ground(at: Columns, top: float, lanes: float, bottom: float) -> list[Mark]:
    """Return what lies under the map: white card, and the wash of its heads and of gaps."""
    return [
        Shape(0, top, at.right, bottom - top, theme.CARD),
        Shape(0, top, at.right, lanes - top, theme.WASH),
        *(
            Shape(at.edges[column], lanes, at.edges[column + 1] - at.edges[column],
                  bottom - lanes, theme.WASH)
            for column in range(len(at.edges) - 1)
            if column not in at.of_step
        ),
    ]  # fmt: skip


def _rules(rows: list[Row], at: Columns, top: float, steps_top: float) -> list[Mark]:
    """Return the fills of the rows and the thin rules between rows and columns."""
    bottom = rows[-1].bottom
    down = [
        Rule(x, top if column in at.firsts else steps_top, x, bottom,
             theme.LINE_2 if column in at.firsts else theme.LINE_SOFT, 0.6)
        for column, x in enumerate(at.edges[:-1])
    ]  # fmt: skip
    along = [Rule(0, row.bottom, at.right, row.bottom, theme.LINE, 0.6) for row in rows[:-1]]
    frame = [
        Rule(0, top, at.right, top, theme.LINE_2, 0.8),
        Rule(0, bottom, at.right, bottom, theme.LINE_2, 0.8),
        *(Rule(x, top, x, bottom, theme.LINE_2, 0.8) for x in (0, at.edges[0], at.right)),
    ]
    under = (mark for row in rows for mark in row.behind)
    over = (mark for row in rows for mark in row.over)
    return [*under, *down, *along, *over, *frame]
