"""What stands in a cell of the map, as tiles of a slide: cards, touchpoints, scores, handoffs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from io import BytesIO

from PIL import Image

from journeys.exports.slides.shapes import Box, Look
from journeys.exports.slides.sheet import Sheet
from journeys.exports.slides.writing import Paragraph, Paragraphs, Run, clean, height, parted, say
from journeys.maps.grid import Bar, Card, Heat, Item, Lane, Link, Mood, Score
from journeys.maps.layout.measured import evidence
from journeys.maps.theme import (
    CARD,
    HEAT,
    HUES,
    INK,
    INK_2,
    INK_3,
    LINE,
    LINE_2,
    OPPORTUNITY,
    OPPORTUNITY_LINE,
    PAIN,
    PAIN_LINE,
    STAR,
    TONES,
    WARN,
)

INSET = (6.0, 4.0)
GAP = 4.0
"""Between two tiles of a cell."""
_EDGE = 3.0
_BAR = 5.0
_PICTURE = 84.0
_PLAIN = Look(CARD, LINE_2, radius=5, inset=INSET)
_LOOKS = {
    "thinking": Look("", LINE, radius=5, inset=INSET),
    "evidence": Look("", LINE, radius=5, inset=INSET),
    "pain_points": replace(_PLAIN, fill=PAIN, line=PAIN_LINE),
    "opportunities": replace(_PLAIN, fill=OPPORTUNITY, line=OPPORTUNITY_LINE),
    "gains": replace(_PLAIN, fill=OPPORTUNITY, line=OPPORTUNITY_LINE),
}


@dataclass(frozen=True, slots=True)
class Tile:
    """A box with text, and what else may belong to it."""

    name: str
    paragraphs: Paragraphs
    look: Look = _PLAIN
    edge: str = ""
    """The colour of its left edge: the owner team's."""
    bars: tuple[Bar, ...] = ()
    """How the answers are spread, below the text."""
    picture: bytes = b""
    """Above the text."""

    def text_width(self, width: float) -> float:
        """Return how much of its width is left for text."""
        return width - 2 * self.look.inset[0] - (_EDGE if self.edge else 0)

    def height(self, width: float) -> float:
        """Return how high it stands at a width."""
        text = height(self.paragraphs, self.text_width(width)) + 2 * self.look.inset[1]
        return text + (_BAR + 2 if self.bars else 0) + self._picture_height(width)

    def parted(self, width: float, room: float) -> tuple["Tile", "Tile | None"]:
        """Return the part that stands in `room` points, and the rest; None where all of it does."""
        if self.height(width) <= room + 0.01:
            return self, None
        taken = self.height(width) - height(self.paragraphs, self.text_width(width))
        head, rest = parted(self.paragraphs, self.text_width(width), room - taken)
        after = replace(self, paragraphs=rest, bars=(), picture=b"") if rest else None
        return replace(self, paragraphs=head), after

    def draw(self, sheet: Sheet, box: Box) -> None:
        """Put it on a slide, in a box of its own height."""
        above = self._picture_height(box.width)
        if above:
            place = Box(box.x, box.y, box.width, above - 3)
            sheet.picture(place, self.picture, name=f"{self.name} picture", alt=_alt(self))
        below = _BAR + 2 if self.bars else 0
        body = Box(box.x, box.y + above, box.width, box.height - above - below)
        if not (self.edge or self.bars):
            sheet.box(body, self.paragraphs, self.look, name=self.name)
            return
        with sheet.group(Box(box.x, body.y, box.width, box.height - above), self.name, _alt(self)):
            if self.edge:
                sheet.box(replace(body, width=_EDGE), look=Look(self.edge), name="Owner")
                body = replace(body, x=body.x + _EDGE, width=body.width - _EDGE)
            sheet.box(body, self.paragraphs, self.look, name=self.name)
            for bar in self.bars:
                self._draw_bar(sheet, bar, replace(box, y=body.bottom, height=_BAR))

    def _draw_bar(self, sheet: Sheet, bar: Bar, box: Box) -> None:
        inner = box.width - 2 * self.look.inset[0]
        x = box.x + self.look.inset[0] + inner * _share(bar.x)
        place = Box(x, box.y, inner * _share(bar.width), box.height)
        if place.width > 0:
            sheet.box(place, look=Look(TONES[bar.tone]), name=f"{bar.score}: {bar.count:,}")

    def _picture_height(self, width: float) -> float:
        if not self.picture:
            return 0
        with Image.open(BytesIO(self.picture)) as image:
            return min(_PICTURE, width * image.height / image.width) + 3


def _alt(tile: Tile) -> str:
    spread = ", ".join(f"{bar.score}: {bar.count:,}" for bar in tile.bars)
    text = " ".join(each.text for each in tile.paragraphs)
    return f"{text} ({spread})" if spread else text


def _share(percent: str) -> float:
    return float(percent.removesuffix("%")) / 100


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes tiles with text of one size."""

    size: float
    pictures: Mapping[int, bytes]

    def tile(self, lane: Lane, item: Item) -> Tile:
        """Return an item of a lane as a tile."""
        match item:
            case Card():
                return self._card(lane, item)
            case Score():
                return self._score(item)
            case Heat():
                return self._heat(item)
            case Link():
                return self._link(item)
            case Mood():
                return self._mood(item)

    def _say(self, text: str, colour: str = INK, *, bold: bool = False) -> Paragraphs:
        return say(text, self.size, colour, bold=bold)

    def _line(self, *parts: tuple[str, str, bool]) -> Paragraphs:
        """Return one paragraph of (text, colour, bold), parted by spaces."""
        runs = [Run(clean(text), self.size, colour, bold) for text, colour, bold in parts if text]
        spaced = [replace(run, text=f"{run.text} ") for run in runs[:-1]]
        return (Paragraph((*spaced, *runs[-1:])),) if runs else ()

    def _card(self, lane: Lane, card: Card) -> Tile:
        if lane.form == "touchpoints":
            return self._touchpoint(card)
        said = say(card.text, self.size, italic=lane.form == "quotes")
        besides = " · ".join(each for each in (card.badge_title, card.persona) if each)
        picture = self.pictures.get(card.id, b"")
        look = _LOOKS.get(lane.kind, _PLAIN)
        text = (*said, *self._say(card.detail, INK_2), *self._say(besides, INK_3))
        return Tile(f"Card {card.id}", text, look, picture=picture)

    def _touchpoint(self, card: Card) -> Tile:
        title = self._line((card.text, INK, True), ("★" if card.starred else "", STAR, False))
        besides = " · ".join(each for each in (card.detail, card.badge) if each)
        edge = INK_3 if card.hue is None else HUES[card.hue % len(HUES)]
        look = replace(_PLAIN, radius=0)
        return Tile(f"Touchpoint {card.id}", (*title, *self._say(besides, INK_2)), look, edge)

    def _score(self, score: Score) -> Tile:
        metric = score.metric
        change = metric.change
        figures = self._line(
            (metric.label, INK_2, False), (metric.text, INK, True),
            (evidence(metric), INK_3, False),
            (change.text if change else "", INK_2, False),
        )  # fmt: skip
        of = self._say(score.label, INK_2) if score.named else ()
        look = Look(inset=(INSET[0], 2))
        return Tile(f"Score {score.id} {metric.key}", (*of, *figures), look, bars=score.bars)

    def _heat(self, heat: Heat) -> Tile:
        of = self._say(heat.label, INK_2) if heat.named else ()
        assessed = "○ assessed" if heat.basis == "assessed" else ""
        figures = self._line(
            (heat.metric.text, INK, True), (heat.note, INK_2, False), (assessed, INK_2, False),
            (f"{heat.flag_sign} {heat.flag}" if heat.flag else "", INK_2, False),
        )  # fmt: skip
        fill = CARD if heat.level is None else HEAT[heat.level]
        return Tile(f"Friction {heat.id}", (*of, *figures), Look(fill, inset=INSET, radius=3))

    def _link(self, link: Link) -> Tile:
        agreed = f"agreed {link.agreed_text}" if link.agreed_text else ""
        quality = link.quality
        good = f"quality {quality.text}" if quality and quality.value is not None else ""
        parts = (link.wait_text, agreed, good, link.tone, f"to {link.to_step}")
        about = self._say(" · ".join(each for each in parts if each), INK_2)
        title = self._say(f"{link.from_label} → {link.to_label}", bold=True)
        colour = {"disjointed": PAIN_LINE, "workable": WARN}.get(link.tone, LINE_2)
        look = Look(
            PAIN if link.tone == "disjointed" else CARD, colour, radius=5, inset=INSET,
            dashed=link.tone != "disjointed",
        )  # fmt: skip
        return Tile(f"Handoff {link.id}", (*title, *about), look)

    def _mood(self, mood: Mood) -> Tile:
        """Return the words; the lines are drawn above them."""
        words = self._line((mood.text, INK_2, False), (", ".join(mood.marks), INK, True))
        return Tile("Feeling", words, Look(inset=(INSET[0], 1)))
