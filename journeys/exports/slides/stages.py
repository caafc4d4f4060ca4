"""A slide for each stage, and more where one does not hold it: nothing is cut or made too small."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

from journeys.exports.material import Material
from journeys.exports.slides.deck import Deck
from journeys.exports.slides.feelings import HIGH, draw_feelings
from journeys.exports.slides.figures import figures
from journeys.exports.slides.look import FLOOR, INNER, MARGIN, SMALLEST
from journeys.exports.slides.shapes import Box, Look
from journeys.exports.slides.sheet import Sheet, below_heading
from journeys.exports.slides.tiles import GAP, Maker, Tile
from journeys.exports.slides.writing import Paragraphs, height, say
from journeys.maps.grid import Lane, StageColumn, StepColumn
from journeys.maps.theme import INK_2, INK_3, LINE, LINE_2, WASH

SIZES = (11.0, 10.0, 9.0)
"""Of the text on cards: the largest that needs no more slides than the smallest."""
_RAIL = 100.0
_NARROWEST = 124.0
_PAD = 4.0
_EMPTY = 16.0
_LINE_ROOM = 15.0


@dataclass(frozen=True, slots=True)
class Row:
    """A lane on a slide, or the part of it that the slide holds."""

    lane: Lane
    cells: tuple[tuple[Tile, ...], ...]
    name: Paragraphs
    begins: bool = True
    ends: bool = True

    def height(self, width: float) -> float:
        """Return how high it stands, with what is drawn below it."""
        stacks = max((_stacked(cell, width - 2 * _PAD) for cell in self.cells), default=0.0)
        drawn = HIGH if self.lane.form == "mood" and self.begins else 0.0
        high = max(stacks + drawn, height(self.name, _RAIL - 8), _EMPTY) + 2 * _PAD
        return high + (_LINE_ROOM if self.ends and self.lane.line_below else 0)


def _stacked(cell: Sequence[Tile], width: float) -> float:
    return sum(tile.height(width) + GAP for tile in cell) - GAP if cell else 0.0


@dataclass(frozen=True, slots=True)
class Part:
    """What one slide holds: some steps of a stage across, some lanes down."""

    steps: tuple[StepColumn, ...]
    rows: tuple[Row, ...]
    width: float
    size: float

    @property
    def head(self) -> float:
        """Return how high the steps' heads stand."""
        told = (height(_step_name(step, self.size), self.width - 12) for step in self.steps)
        return max(told, default=0.0) + 8


def add_stages(deck: Deck, material: Material) -> None:
    """Add the slides of all stages."""
    for number, stage in enumerate(material.map.stages, start=1):
        title = f"{number}  {stage.title}"
        lead = (*say(stage.goal, 13, INK_2), *figures(stage.metrics, 11, before=3))
        room = FLOOR - below_heading(title, lead)
        parts = _fewest(material, stage, room)
        for place, part in enumerate(parts, start=1):
            with deck.sheet(title, part=(place, len(parts)), lead=lead) as sheet:
                _draw(sheet, part)
        if not parts:
            with deck.sheet(title, lead=lead) as sheet:
                sheet.box(sheet.room, say("This stage has no steps yet.", 13, INK_3))


def _fewest(material: Material, stage: StageColumn, room: float) -> list[Part]:
    """Return the parts at the largest size of text that does with the fewest slides."""
    found = [_parts(material, stage, room, size) for size in SIZES]
    return min(found, key=len)


def _parts(material: Material, stage: StageColumn, room: float, size: float) -> list[Part]:
    make = Maker(size, material.pictures)
    return [
        part
        for steps in _abreast(stage.steps)
        for part in _paged(_rows(material.map.lanes, steps, make), steps, room, size)
    ]


def _abreast(steps: Sequence[StepColumn]) -> Iterator[tuple[StepColumn, ...]]:
    """Yield the steps in groups, as equal as can be, that stand side by side on a slide."""
    groups = ceil(len(steps) * _NARROWEST / (INNER - _RAIL))
    for place in range(groups):
        first, after = (len(steps) * each // groups for each in (place, place + 1))
        yield tuple(steps[first:after])


def _rows(lanes: Sequence[Lane], steps: Sequence[StepColumn], make: Maker) -> Iterator[Row]:
    wanted = {step.id for step in steps}
    for lane in lanes:
        cells = tuple(
            tuple(make.tile(lane, item) for item in cell.items)
            for cell in lane.cells
            if cell.step_id in wanted
        )
        name = (*say(lane.title, make.size, bold=True), *say(lane.hint, 9, INK_3))
        yield Row(lane, cells, name)


def _paged(
    rows: Iterator[Row], steps: tuple[StepColumn, ...], room: float, size: float
) -> Iterator[Part]:
    """Yield slides full of rows; only what is higher than a slide is parted."""
    part = Part(steps, (), (INNER - _RAIL) / len(steps), size)
    left = whole = room - part.head
    for row in rows:
        rest: Row | None = row
        while rest:
            high = rest.height(part.width)
            if high <= left or (not part.rows and high <= whole):
                piece, rest = rest, None
            elif part.rows and (high <= whole or left < whole / 3):
                yield part
                part, left = replace(part, rows=()), whole
                continue
            else:
                piece, rest = _parted(rest, part.width, left)
            part = replace(part, rows=(*part.rows, piece))
            left -= piece.height(part.width)
    yield part


def _parted(row: Row, width: float, room: float) -> tuple[Row, Row | None]:
    """Return what of a row stands in the room, at least a line of each cell, and the rest."""
    drawn = HIGH if row.lane.form == "mood" and row.begins else 0
    pairs = [_filled(cell, width - 2 * _PAD, room - 2 * _PAD - drawn) for cell in row.cells]
    heads, rests = (tuple(each) for each in zip(*pairs, strict=True))
    if not any(rests):
        return row, None
    again = (*row.name[:1], *say("continued", 9, INK_3))
    return replace(row, cells=heads, ends=False), replace(
        row, cells=rests, name=again, begins=False
    )


def _filled(
    cell: Sequence[Tile], width: float, room: float
) -> tuple[tuple[Tile, ...], tuple[Tile, ...]]:
    held: list[Tile] = []
    for place, tile in enumerate(cell):
        high = tile.height(width)
        if high > room and held:
            return tuple(held), tuple(cell[place:])
        if high > room:
            head, rest = tile.parted(width, room)
            return (head,), (*((rest,) if rest else ()), *cell[place + 1 :])
        held.append(tile)
        room -= high + GAP
    return tuple(held), ()


def _step_name(step: StepColumn, size: float) -> Paragraphs:
    opens = say(f"opens {step.opens}", SMALLEST, INK_2) if step.opens else ()
    return (*say(step.title, size + 1, bold=True), *opens)


def _draw(sheet: Sheet, part: Part) -> None:
    room = sheet.room
    left = room.x + _RAIL
    high = part.head
    for place, step in enumerate(part.steps):
        box = Box(left + place * part.width + 2, room.y, part.width - 4, high)
        look = Look(WASH, inset=(4, 4))
        sheet.box(box, _step_name(step, part.size), look, name=f"Step {step.id}")
    y = room.y + high
    for row in part.rows:
        y = _draw_row(sheet, part, row, y)
    for place in range(1, len(part.steps)):
        x = left + place * part.width
        sheet.rule((x, room.y), (x, y), LINE)


def _draw_row(sheet: Sheet, part: Part, row: Row, y: float) -> float:
    """Draw a row and return where the next begins."""
    high = row.height(part.width)
    left = MARGIN + _RAIL
    name = Box(MARGIN, y + _PAD, _RAIL - 8, height(row.name, _RAIL - 8))
    sheet.box(name, row.name, name=f"Lane {row.lane.id}")
    top = y + _PAD
    if row.lane.form == "mood" and row.begins:
        wanted = [step.id for step in part.steps]
        moods = [cell.items[:1] for cell in row.lane.cells if cell.step_id in wanted]
        draw_feelings(sheet, Box(left, top, part.width * len(wanted), HIGH), moods)
        top += HIGH
    for place, cell in enumerate(row.cells):
        _draw_cell(sheet, cell, left + place * part.width, top, part.width)
    y += high
    if row.ends and row.lane.line_below:
        line = say(row.lane.line_below, SMALLEST, INK_3)
        box = Box(MARGIN, y - _LINE_ROOM + 2, _RAIL * 2, height(line, _RAIL * 2))
        sheet.box(box, line, name=row.lane.line_below)
        sheet.rule((MARGIN, y - _LINE_ROOM), (MARGIN + INNER, y - _LINE_ROOM), INK_3, dashed=True)
    sheet.rule((MARGIN, y), (MARGIN + INNER, y), LINE_2)
    return y


def _draw_cell(sheet: Sheet, cell: Sequence[Tile], x: float, y: float, width: float) -> None:
    for tile in cell:
        high = tile.height(width - 2 * _PAD)
        tile.draw(sheet, Box(x + _PAD, y, width - 2 * _PAD, high))
        y += high + GAP
