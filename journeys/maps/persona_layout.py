"""Persona cards as drawings: one card to a persona, on further sheets where it takes them.

A card is laid out for A5 and grows with the paper, its texts included; on paper larger than that,
texts stay smaller where this saves a sheet. Lengths are points.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, repeat
from math import sqrt

from journeys.exports.material import PersonaCard, Trait
from journeys.maps.columns import Column, flow
from journeys.maps.drawing import Block, Drawing, Mark, Missing, Page, Picture, Rule, Shape, Text
from journeys.maps.fonts import ASCENT, DESCENT, is_rtl, missing
from journeys.maps.sheets.moving import moved, moved_block
from journeys.maps.theme import ACCENT, ACCENT_WASH, CARD, INK_2, INK_3, LINE_2, PAPER, Style
from journeys.maps.typesetting import Line, measure, set_lines

A5 = 420.0 * 595.0
"""The area at which sizes are as written here."""
FACTORS = (1.0, 0.94, 0.88, 0.83, 0.78)
"""Of the size that the paper allows; no text becomes smaller than on A5."""
MARGIN, GUTTER, GAP = 26.0, 18.0, 10.0
PHOTO = 92.0
COLUMN = 150.0
"""The narrowest that a column may be."""
NAMES = (Style(22, bold=True), Style(16, bold=True))
ROLE, QUOTE = Style(11, INK_2), Style(10.5, ACCENT, italic=True)
HEAD, BODY = Style(9, ACCENT, bold=True), Style(8.5)
LABEL, POLE, FOOT = Style(8, INK_3), Style(7.5, INK_3), Style(7.5, INK_3)
INITIALS = Style(32, ACCENT, bold=True)
_BULLET = 9.0
_LABEL = 58.0
_DOT = 3.4

Draw = Callable[[float, float, float], Iterable[Mark]]
"""Draws at x and y, in a width."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What is not parted: a line of text, a trait."""

    high: float
    draw: Draw
    text: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """Pieces below one another; the first is never alone at the foot of a column."""

    key: str
    pieces: tuple[Piece, ...]
    text: str

    def height(self, width: float) -> float:
        """Return how high it stands."""
        return sum(piece.high for piece in self.pieces)

    def parted(self, width: float, room: float) -> tuple["Words", "Words | None"]:
        """Return what stands in the room, two pieces at least, and the rest."""
        used, count = 0.0, 0
        for piece in self.pieces:
            used += piece.high
            if used > room and count >= 2:
                break
            count += 1
        head, rest = self.pieces[:count], self.pieces[count:]
        said = " ".join(piece.text for piece in head)
        after = " ".join(piece.text for piece in rest)
        return replace(self, pieces=head, text=said), Words(self.key, rest, after) if rest else None

    def block(self, x: float, y: float, width: float) -> Block:
        """Return it drawn."""
        marks: list[Mark] = []
        top = y
        for piece in self.pieces:
            marks += piece.draw(x, top, width)
            top += piece.high
        return Block(self.key, x, y, width, top - y, tuple(marks), text=self.text)


def persona_cards(
    personas: Sequence[PersonaCard], *, paper: tuple[float, float], language: str, title: str,
    foot: Sequence[str],
) -> Drawing:  # fmt: skip
    """Return the cards of personas on paper of that width and height; one page says if none are.

    Of `foot` stands at the foot of each page what fits into a line, from the end backwards.
    """
    largest = sqrt(paper[0] * paper[1] / A5)
    tried = (
        (scale, _Sheet(paper[0] / scale, paper[1] / scale, foot))
        for scale in (largest * factor for factor in FACTORS)
        if scale == largest or scale >= 1
    )
    found = ((scale, _pages(sheet, personas)) for scale, sheet in tried)
    scale, pages = min(found, key=lambda each: len(each[1]))
    return Drawing(
        title=title,
        language=language,
        pages=tuple(_scaled(page, scale) for page in pages),
        missing=tuple(_missing(personas)),
        pictures={each.slug: each.photo for each in personas if each.photo},
    )


def _pages(sheet: "_Sheet", personas: Sequence[PersonaCard]) -> list[Page]:
    return [page for persona in personas for page in sheet.pages(persona)] or [sheet.empty()]


@dataclass(frozen=True, slots=True)
class _Sheet:
    width: float
    height: float
    foot: Sequence[str]

    @property
    def inner(self) -> float:
        return self.width - 2 * MARGIN

    @property
    def across(self) -> int:
        return max(1, int((self.inner + GUTTER) // (COLUMN + GUTTER)))

    @property
    def column(self) -> float:
        return (self.inner + GUTTER) / self.across - GUTTER

    @property
    def floor(self) -> float:
        return self.height - MARGIN - FOOT.leading

    def pages(self, persona: PersonaCard) -> Iterator[Page]:
        top, again = self._who(persona), self._again(persona, "")
        rooms = (self.floor - MARGIN - each.height(self.inner) - 2 * GAP for each in (top, again))
        columns = flow(
            _known(persona, self.column), width=self.column, across=self.across, gap=GAP,
            rooms=chain([next(rooms)], repeat(next(rooms))),
        )  # fmt: skip
        for place, found in enumerate(columns):
            which = f" ({place + 1} of {len(columns)})"
            head = self._again(persona, which) if place else top
            marked = (f"{persona.name}{which if place else ''}", MARGIN, MARGIN)
            yield self._page(head, found, marked)

    def empty(self) -> Page:
        said = "This journey has no personas yet."
        return self._page(Words("empty", tuple(_lines(said, ROLE, self.inner)), said), (), None)

    def _page(
        self, head: Words, columns: Sequence[Column[Words]], marked: tuple[str, float, float] | None
    ) -> Page:
        blocks = [head.block(MARGIN, MARGIN, self.inner)]
        top = MARGIN + blocks[0].height + 2 * GAP
        for place, column in enumerate(columns):
            x, y = MARGIN + place * (self.column + GUTTER), top
            for words in column.blocks:
                blocks.append(words.block(x, y, self.column))
                y += blocks[-1].height + GAP
        behind = (
            Shape(0, 0, self.width, self.height, PAPER),
            Shape(0, 0, self.width, 6, ACCENT),
            Rule(MARGIN, top - GAP, self.width - MARGIN, top - GAP, LINE_2),
            *self._footer().draw(MARGIN, self.floor, self.inner),
        )  # fmt: skip
        return Page(
            self.width, self.height, tuple(blocks), behind,
            bookmarks=(marked,) if marked else (),
        )  # fmt: skip

    def _footer(self) -> Piece:
        """Return a line with as much as it holds of what the card is from, its end at least."""
        said = [
            _lines(" · ".join(self.foot[place:]), FOOT, self.inner)
            for place in range(len(self.foot))
        ]
        return next((lines[0] for lines in said if len(lines) == 1), said[-1][0])

    def _again(self, persona: PersonaCard, which: str) -> Words:
        name = f"{persona.name}{which}"
        return Words(f"{persona.slug}/name", tuple(_lines(name, NAMES[1], self.inner)), name)

    def _who(self, persona: PersonaCard) -> Words:
        """Return the photo and, beside it, name, role and quote."""
        width = self.inner - PHOTO - GUTTER
        style = next((each for each in NAMES if _fits(persona.name, each, width)), NAMES[-1])
        quote = f"“{persona.quote}”" if persona.quote else ""
        beside = [
            *_lines(persona.name, style, width),
            *_lines(persona.role, ROLE, width),
            *_lines(quote, QUOTE, width, before=6),
        ]
        high = max(PHOTO, sum(piece.high for piece in beside))

        def draw(x: float, y: float, _: float) -> Iterator[Mark]:
            yield from _portrait(persona, x, y)
            top = y
            for piece in beside:
                yield from piece.draw(x + PHOTO + GUTTER, top, width)
                top += piece.high

        said = " ".join(each for each in (persona.name, persona.role, quote) if each)
        return Words(f"{persona.slug}/who", (Piece(high, draw, said),), said)


def _fits(text: str, style: Style, width: float) -> bool:
    return len(set_lines(text, round(width, 3), style)) <= 2


def _portrait(persona: PersonaCard, x: float, y: float) -> Iterator[Mark]:
    if persona.photo:
        yield Picture(x, y, PHOTO, PHOTO, persona.slug, f"Photo of {persona.name}")
        return
    yield Shape(x, y, PHOTO, PHOTO, ACCENT_WASH, radius=8)
    letters = initials(persona.name)
    wide = measure(letters, INITIALS)
    top = y + (PHOTO - INITIALS.leading) / 2
    yield _text(letters, INITIALS, x + (PHOTO - wide) / 2, top, wide, rtl=is_rtl(letters))


def initials(name: str) -> str:
    """Return the first letters of the first and the last word of a name."""
    words = dict.fromkeys((name.split() or [""])[place] for place in (0, -1))
    return "".join(word[:1] for word in words).upper()


def _known(persona: PersonaCard, width: float) -> Iterator[Words]:
    """Yield what is known, each heading with what belongs to it."""
    if persona.summary:
        lines = tuple(_lines(persona.summary, BODY, width))
        yield Words("summary", lines, persona.summary)
    if persona.facts:
        facts = [line for each in persona.facts for line in _fact(*each, width)]
        yield Words("facts", tuple(facts), " ".join(chain.from_iterable(persona.facts)))
    for title, items in persona.lists:
        listed = [line for item in items for line in _item(item, width, bullet=len(items) > 1)]
        pieces = (*_lines(title, HEAD, width), *listed)
        yield Words(f"list-{title}", pieces, " ".join((title, *items)))
    if persona.traits:
        traits = [_trait(trait, width) for trait in persona.traits]
        said = " ".join(("Traits", *(piece.text for piece in traits)))
        yield Words("traits", (*_lines("Traits", HEAD, width), *traits), said)


def _fact(label: str, value: str, width: float) -> list[Piece]:
    """Return a label with its value beside it."""
    labels = _lines(label, LABEL, _LABEL - 4, before=2)
    values = _lines(value, BODY, width - _LABEL, before=2)

    def draw(x: float, y: float, _: float) -> Iterator[Mark]:
        yield from _stack(labels, x, y, _LABEL - 4)
        yield from _stack(values, x + _LABEL, y, width - _LABEL)

    high = max(sum(piece.high for piece in each) for each in (labels, values))
    return [Piece(high, draw, f"{label} {value}")]


def _item(text: str, width: float, *, bullet: bool) -> list[Piece]:
    if not bullet:
        return _lines(text, BODY, width, before=2)
    first, *more = _lines(text, BODY, width - _BULLET, before=2)

    def dotted(x: float, y: float, wide: float) -> Iterator[Mark]:
        left = x + wide - _DOT if is_rtl(text) else x
        middle = y + 2 + BODY.leading / 2
        yield Shape(left, middle - _DOT / 2, _DOT, _DOT, ACCENT, radius=_DOT / 2)
        yield from first.draw(x + (0 if is_rtl(text) else _BULLET), y, wide - _BULLET)

    def moved(piece: Piece) -> Piece:
        def draw(x: float, y: float, wide: float) -> Iterable[Mark]:
            return piece.draw(x + (0 if is_rtl(text) else _BULLET), y, wide - _BULLET)

        return replace(piece, draw=draw)

    return [replace(first, draw=dotted), *map(moved, more)]


def _trait(trait: Trait, width: float) -> Piece:
    """Return a name, a line with five ticks and a dot, and what its ends mean."""
    name = _lines(trait.name, BODY, width, before=3)
    half = (width - GAP) / 2
    low, high = _lines(trait.low, POLE, half), _lines(trait.high, POLE, half, end=True)
    line = sum(piece.high for piece in name) + 7
    deep = max(sum(piece.high for piece in each) for each in (low, high))

    def draw(x: float, y: float, _: float) -> Iterator[Mark]:
        yield from _stack(name, x, y, width)
        yield Rule(x, y + line, x + width, y + line, LINE_2, 1)
        for score in range(5):
            tick = x + 4 + (width - 8) * score / 4
            yield Rule(tick, y + line - 2.5, tick, y + line + 2.5, LINE_2, 0.75)
        dot = x + (width - 8) * (trait.score - 1) / 4
        yield Shape(dot, y + line - 4, 8, 8, ACCENT, CARD, 1, radius=4)
        yield from _stack(low, x, y + line + 5, half)
        yield from _stack(high, x + width - half, y + line + 5, half)

    said = " ".join(each for each in (trait.name, trait.low, trait.high) if each)
    return Piece(line + 5 + deep, draw, said)


def _stack(pieces: Sequence[Piece], x: float, y: float, width: float) -> Iterator[Mark]:
    for piece in pieces:
        yield from piece.draw(x, y, width)
        y += piece.high


def _lines(
    text: str, style: Style, width: float, *, before: float = 0, end: bool = False
) -> list[Piece]:
    """Return a text's lines; the first has space above it, and all may stand at the end."""
    pieces = []
    for place, line in enumerate(set_lines(text, round(width, 3), style) if text.strip() else ()):
        above = 0 if place else before
        right = line.rtl != end

        pieces.append(Piece(above + style.leading, _Line(line, style, above, right), line.text))
    return pieces


@dataclass(frozen=True, slots=True)
class _Line:
    """Draws a line of text, some points below its top, on the left or the right."""

    line: Line
    style: Style
    above: float
    right: bool

    def __call__(self, x: float, y: float, width: float) -> Iterator[Mark]:
        line = self.line
        left = x + width - line.width if self.right else x
        yield _text(line.text, self.style, left, y + self.above, line.width, rtl=line.rtl)


def _text(text: str, style: Style, x: float, top: float, width: float, *, rtl: bool) -> Text:
    size = style.size
    baseline = top + (style.leading - (ASCENT + DESCENT) * size) / 2 + ASCENT * size
    return Text(x, baseline, text, size, style.colour, style.bold, style.italic, rtl, width)


def _scaled(page: Page, factor: float) -> Page:
    return Page(
        page.width * factor,
        page.height * factor,
        tuple(moved_block(block, factor, 0, 0) for block in page.blocks),
        tuple(moved(mark, factor, 0, 0) for mark in page.behind),
        bookmarks=tuple((title, x * factor, y * factor) for title, x, y in page.bookmarks),
    )


def _missing(personas: Sequence[PersonaCard]) -> Iterator[Missing]:
    """Yield what no font can draw."""
    for persona in personas:
        listed = chain.from_iterable((title, *items) for title, items in persona.lists)
        poles = ((trait.name, trait.low, trait.high) for trait in persona.traits)
        said = chain(
            (persona.name, persona.role, persona.quote, persona.summary), listed,
            chain.from_iterable(persona.facts), chain.from_iterable(poles),
        )  # fmt: skip
        for character in sorted(missing("".join(said))):
            yield Missing(character, f"the persona “{persona.name}”")
