"""A slide for each persona: who it is on the left, what is known on the right."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import repeat

from journeys.exports.material import PersonaCard, Trait
from journeys.exports.slides.deck import Deck
from journeys.exports.slides.look import FLOOR, INNER, MARGIN
from journeys.exports.slides.shapes import PLAIN, Box, Look
from journeys.exports.slides.sheet import Sheet, below_heading
from journeys.exports.slides.writing import Paragraph, Paragraphs, Run, clean, height, parted, say
from journeys.maps.columns import Column, flow
from journeys.maps.persona_layout import initials
from journeys.maps.theme import ACCENT, ACCENT_WASH, CARD, INK_2, INK_3, LINE_2, WASH

_WHO = 232.0
_GAP = 22.0
_COLUMN = (INNER - _WHO - 2 * _GAP) / 2
_PHOTO = 150.0
_BETWEEN = 12.0
_TRAIT = 40.0
_HEAD = 18.0


@dataclass(frozen=True, slots=True)
class _Words:
    """Paragraphs in a box."""

    name: str
    paragraphs: Paragraphs
    look: Look = PLAIN

    def _inner(self, width: float) -> float:
        return width - 2 * self.look.inset[0]

    def height(self, width: float) -> float:
        return height(self.paragraphs, self._inner(width)) + 2 * self.look.inset[1]

    def parted(self, width: float, room: float) -> tuple["_Words", "_Words | None"]:
        held, rest = parted(self.paragraphs, self._inner(width), room - 2 * self.look.inset[1])
        after = replace(self, paragraphs=rest) if rest else None
        return replace(self, paragraphs=held), after

    def draw(self, sheet: Sheet, box: Box) -> None:
        sheet.box(box, self.paragraphs, self.look, name=self.name)


@dataclass(frozen=True, slots=True)
class _Photo:
    """The photo, or the initials where there is none."""

    persona: PersonaCard

    def height(self, width: float) -> float:
        return _PHOTO

    def parted(self, width: float, room: float) -> tuple["_Photo", None]:
        return self, None

    def draw(self, sheet: Sheet, box: Box) -> None:
        place = Box(box.x, box.y, _PHOTO, _PHOTO)
        if self.persona.photo:
            name = self.persona.name
            sheet.picture(place, self.persona.photo, name="Photo", alt=f"Photo of {name}")
            return
        letters = say(initials(self.persona.name), 44, ACCENT, bold=True, align="centre")
        sheet.box(place, letters, Look(ACCENT_WASH, radius=8, anchor="ctr"), name="Initials")


@dataclass(frozen=True, slots=True)
class _Traits:
    """Where the persona stands between two poles, each on a line."""

    traits: tuple[Trait, ...]

    def height(self, width: float) -> float:
        return _HEAD + _TRAIT * len(self.traits)

    def parted(self, width: float, room: float) -> tuple["_Traits", "_Traits | None"]:
        fit = max(1, int((room - _HEAD) // _TRAIT))
        rest = self.traits[fit:]
        return _Traits(self.traits[:fit]), _Traits(rest) if rest else None

    def draw(self, sheet: Sheet, box: Box) -> None:
        sheet.box(replace(box, height=_HEAD), say("Traits", 11, ACCENT, bold=True), name="Traits")
        for place, trait in enumerate(self.traits):
            self._draw_one(sheet, trait, Box(box.x, box.y + _HEAD + place * _TRAIT, box.width, 0))

    def _draw_one(self, sheet: Sheet, trait: Trait, box: Box) -> None:
        name = say(trait.name, 10, bold=True)
        sheet.box(replace(box, height=13), name, name="Trait")
        y = box.y + 19
        with sheet.group(
            Box(box.x, y - 4.5, box.width, 9), trait.name, f"{trait.name}: {trait.score} of 5"
        ):
            sheet.rule((box.x, y), (box.right, y), LINE_2, 1.5)
            for score in range(1, 6):
                x = box.x + 4.5 + (box.width - 9) * (score - 1) / 4
                sheet.rule((x, y - 3), (x, y + 3), LINE_2, 1)
            x = box.x + (box.width - 9) * (trait.score - 1) / 4
            sheet.box(Box(x, y - 4.5, 9, 9), look=Look(ACCENT, CARD, 1, ellipse=True), name="Score")
        half = box.width / 2
        low, high = say(trait.low, 9, INK_3), say(trait.high, 9, INK_3, align="end")
        sheet.box(Box(box.x, y + 5, half, 12), low, name="Low end")
        sheet.box(Box(box.x + half, y + 5, half, 12), high, name="High end")


_Block = _Words | _Photo | _Traits


def add_persona(deck: Deck, persona: PersonaCard) -> None:
    """Add a persona's slide, and more where one does not hold all that is known."""
    lead = say(persona.role, 14, INK_2)
    rooms = repeat(FLOOR - below_heading(persona.name, lead))
    who = flow(_who(persona), width=_WHO, rooms=rooms, across=1, gap=_BETWEEN)
    known = flow(_known(persona), width=_COLUMN, rooms=rooms, across=2, gap=_BETWEEN)
    count = max(len(who), len(known))
    for place in range(count):
        with deck.sheet(persona.name, part=(place + 1, count), lead=lead) as sheet:
            _draw(sheet, who[place : place + 1], MARGIN)
            _draw(sheet, known[place : place + 1], MARGIN + _WHO + _GAP)


def _draw(sheet: Sheet, slides: Sequence[Sequence[Column[_Block]]], x: float) -> None:
    for columns in slides:
        for column in columns:
            y = sheet.top
            for block in column.blocks:
                high = block.height(column.width)
                block.draw(sheet, Box(x, y, column.width, high))
                y += high + _BETWEEN
            x += column.width + _GAP


def _who(persona: PersonaCard) -> list[_Block]:
    blocks: list[_Block] = [_Photo(persona)]
    if persona.quote:
        blocks.append(_Words("Quote", say(f"“{persona.quote}”", 13, ACCENT, italic=True)))
    if persona.summary:
        blocks.append(_Words("Summary", say(persona.summary, 10)))
    if persona.facts:
        facts = tuple(
            Paragraph((Run(f"{clean(label)}  ", 10, INK_3), Run(clean(value), 10)), before=3)
            for label, value in persona.facts
        )
        blocks.append(_Words("Facts", facts, Look(WASH, inset=(8, 7), radius=5)))
    return blocks


def _known(persona: PersonaCard) -> list[_Block]:
    blocks: list[_Block] = [
        _Words(title, (*say(title, 11, ACCENT, bold=True), *_listed(lines)))
        for title, lines in persona.lists
    ]
    if persona.traits:
        blocks.append(_Traits(persona.traits))
    return blocks


def _listed(lines: Sequence[str]) -> Paragraphs:
    bullet = len(lines) > 1
    return tuple(
        paragraph for line in lines for paragraph in say(line, 11, before=4, bullet=bullet)
    )
