"""The title slide, and the whole journey at a glance: key metrics, stages, steps, feelings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from journeys.exports.material import Material
from journeys.exports.options import ExportOptions
from journeys.exports.slides.charts import Series, line_chart
from journeys.exports.slides.deck import Deck
from journeys.exports.slides.figures import base_text, figures
from journeys.exports.slides.look import FLOOR, HEIGHT, INNER, MARGIN
from journeys.exports.slides.shapes import Box, Look
from journeys.exports.slides.sheet import Sheet, below_heading
from journeys.exports.slides.writing import Paragraphs, height, parted, say
from journeys.exports.wording import day
from journeys.maps.grid import JourneyMap, Metric, Mood, StageColumn
from journeys.maps.theme import ACCENT, CARD, INK, INK_2, INK_3, LINE_2, WARN, WASH

_EDGE = 12.0
_NARROWEST = 80.0
"""Of a stage, in points."""
_STEP = 20.0
"""At least that much for a step, so that the curve can be read."""
_WIDEST = 220.0
_SIDES = 16.0
_LEGEND = (
    "Feeling from −2 (angry) to +2 (delighted), step by step. "
    "Solid: measured, with 95 % intervals. Dashed: assessed in workshop."
)
_NUMBER = 13.0
_CHART, _TALL_CHART = 120.0, 200.0
_GAP = 8.0


def add_title(deck: Deck, material: Material, options: ExportOptions) -> None:
    """Add the first slide: what this is, of whom, and as of when."""
    found = material.map
    with deck.cover(found.title) as sheet:
        x, y, width = MARGIN + 32, sheet.top, INNER - 80
        sheet.box(Box(0, 0, _EDGE, HEIGHT - 40), look=Look(ACCENT), name="Edge")
        for text in _said(found, options):
            high = height(text, width)
            sheet.box(Box(x, y, width, high), text)
            y += high + 10
        if found.simulated:
            tag = say("Simulated data", 12, WARN, bold=True, align="centre")
            look = Look(WASH, WARN, dashed=True, radius=11, anchor="ctr")
            sheet.box(Box(x, y + 4, 130, 22), tag, look, name="Simulated data")


def _said(found: JourneyMap, options: ExportOptions) -> Iterator[Paragraphs]:
    if found.goal:
        yield say(found.goal, 16, INK_2)
    personas = ", ".join(each.label for each in found.personas)
    facts = (
        found.workspace, found.state, f"v{found.revision}", day(options.on),
    )  # fmt: skip
    yield say(" · ".join(each for each in facts if each), 13, INK)
    about = (
        f"Persona: {personas}" if personas else "",
        f"Owner: {found.owner}" if found.owner else "",
        _view(found) if found.headline else "",
        found.evidence_text.capitalize(),
        *found.notices,
    )
    if any(about):
        yield say("\n".join(each for each in about if each), 11, INK_2)


def _view(found: JourneyMap) -> str:
    """Return which answers the figures are of."""
    chosen = (
        ("", found.period_text),
        ("segment ", ", ".join(each.label for each in found.segments if each.selected)),
        ("channel ", ", ".join(each.label for each in found.channels if each.selected)),
        ("compared with ", found.compare_text),
    )
    return "Figures: " + ", ".join(f"{name}{value}" for name, value in chosen if value)


def add_overview(deck: Deck, material: Material) -> None:
    """Add the slides with all stages side by side."""
    found = material.map
    top = below_heading("Overview")
    tiles = _Headline(found.headline)
    # What a stage is measured by also stands on its own slide: it may not cost one more here.
    found_pages = [
        [
            page
            for stages in _abreast(found.stages) or [()]
            for page in _pages(found, stages, top + tiles.height, measured=measured)
        ]
        for measured in (True, False)
    ]
    pages = min(found_pages, key=len)
    for place, page in enumerate(pages, start=1):
        with deck.sheet("Overview", part=(place, len(pages))) as sheet:
            tiles.draw(sheet)
            page.draw(sheet, sheet.top + tiles.height)
            if not found.stages:
                box = Box(MARGIN, sheet.top + tiles.height, INNER, 20)
                sheet.box(box, say("This journey has no stages yet.", 13, INK_3))


def _abreast(stages: Sequence[StageColumn]) -> list[tuple[StageColumn, ...]]:
    """Return as many stages at a time as a slide can hold, each as wide as its steps."""
    groups: list[tuple[StageColumn, ...]] = []
    for stage in stages:
        more = (*groups[-1], stage) if groups else (stage,)
        least = max(_STEP, _NARROWEST / min(each.width for each in more))
        if groups and least * sum(each.width for each in more) <= INNER:
            groups[-1] = more
        else:
            groups.append((stage,))
    return groups


class _Headline:
    """The key metrics as a row of tiles."""

    def __init__(self, metrics: Sequence[Metric]) -> None:
        self.metrics = metrics
        self.width = min(176.0, (INNER + _GAP) / max(1, len(metrics)) - _GAP)
        self.told = [_key_metric(metric) for metric in metrics]
        self.high = max((height(each, self.width - 20) + 14 for each in self.told), default=0.0)

    @property
    def height(self) -> float:
        """Return how much room it takes, with what is left free below it."""
        return self.high + 12 if self.metrics else 0

    def draw(self, sheet: Sheet) -> None:
        """Put it below the title."""
        for place, (metric, text) in enumerate(zip(self.metrics, self.told, strict=True)):
            box = Box(MARGIN + place * (self.width + _GAP), sheet.top, self.width, self.high)
            look = Look(CARD, LINE_2, radius=6, inset=(10, 7))
            sheet.box(box, text, look, name=f"Metric {metric.key}")


def _key_metric(metric: Metric) -> Paragraphs:
    change = metric.change.text if metric.change else ""
    about = "  ".join(each for each in (base_text(metric), change) if each)
    return (
        *say(metric.label, 10, INK_2),
        *say(metric.text, 20, INK, bold=True),
        *say(about or metric.note, 9, INK_3),
    )


@dataclass(frozen=True, slots=True)
class _Page:
    """Stages side by side; what a slide does not hold of their texts is on the next."""

    stages: tuple[StageColumn, ...]
    texts: tuple[Paragraphs, ...]
    moods: tuple[Mood | None, ...] = ()
    """One to a column, where the curve is drawn."""

    @property
    def step(self) -> float:
        """Return the width of a step."""
        return min(_WIDEST, INNER / sum(stage.width for stage in self.stages))

    def columns(self) -> Iterator[tuple[StageColumn, float, float]]:
        """Yield each stage with its left edge and its width."""
        x = MARGIN
        for stage in self.stages:
            yield stage, x, stage.width * self.step
            x += stage.width * self.step

    def parted(self, room: float) -> tuple["_Page", "_Page | None"]:
        """Return what of the texts stands in the room, and the rest."""
        pairs = [
            parted(text, wide - _SIDES, room)
            for text, (_, _, wide) in zip(self.texts, self.columns(), strict=True)
        ]
        held = _Page(self.stages, tuple(head for head, _ in pairs), self.moods)
        if not any(rest for _, rest in pairs):
            return held, None
        again = zip(self.texts, pairs, strict=True)
        return held, _Page(
            self.stages, tuple((*text[:1], *rest) if rest else () for text, (_, rest) in again)
        )

    def draw(self, sheet: Sheet, y: float) -> None:
        """Put it on a slide."""
        columns = list(self.columns())
        told = zip(self.texts, columns, strict=True)
        high = 12 + max((height(text, wide - _SIDES) for text, (_, _, wide) in told), default=0.0)
        for text, (stage, x, wide) in zip(self.texts, columns, strict=True):
            look = Look(WASH, inset=(_SIDES / 2 - 1, 6))
            sheet.box(Box(x + 1, y, wide - 2, high), text, look, name=f"Stage {stage.id}")
        if self.moods:
            self._draw_curve(sheet, y + high + 6)

    def _draw_curve(self, sheet: Sheet, y: float) -> None:
        legend = say(_LEGEND, 9, INK_3)
        under = height(legend, INNER) + 4
        width = self.step * len(self.moods)
        box = Box(MARGIN, y + _NUMBER, width, min(_TALL_CHART, FLOOR - y - _NUMBER - under))
        for stage, x, _ in self.columns():
            for place, _ in enumerate(stage.steps):
                above = Box(x + place * self.step, y, self.step, _NUMBER)
                number = say(str(place + 1), 9, INK_3, align="centre")
                sheet.box(above, number, name="Step number")
            if x > MARGIN:
                sheet.rule((x, y), (x, box.bottom), LINE_2)
        line_chart(
            sheet, box, _labels(self.stages), _feelings(self.moods), scale=(-2, 2, 1),
            name="Feeling curve", alt=_alt(self.stages, self.moods),
        )  # fmt: skip
        sheet.box(Box(MARGIN, box.bottom + 3, INNER, under), legend, name="Legend")


def _pages(
    found: JourneyMap, stages: tuple[StageColumn, ...], y: float, *, measured: bool
) -> Iterator[_Page]:
    if not stages:
        yield _Page((), ())
        return
    moods = _moods(found, stages)
    texts = tuple(
        _stage_text(found.stages.index(stage) + 1, stage, measured=measured) for stage in stages
    )
    below = _NUMBER + _CHART + 22 if any(moods) else 0
    page: _Page | None = _Page(stages, texts, moods if any(moods) else ())
    while page:
        held, page = page.parted(FLOOR - y - 12 - below)
        below = 0
        yield held


def _stage_text(number: int, stage: StageColumn, *, measured: bool) -> Paragraphs:
    steps = (
        line
        for place, step in enumerate(stage.steps, start=1)
        for line in say(f"{place}  {step.title}", 9, INK_2, before=2)
    )
    metrics = (line for metric in stage.metrics for line in figures([metric], 10, before=1))
    title = say(f"{number}  {stage.title}", 12, bold=True)
    return (*title, *(metrics if measured else ()), *steps)


def _moods(found: JourneyMap, stages: Sequence[StageColumn]) -> tuple[Mood | None, ...]:
    """Return how each column feels; None for a stage without steps."""
    by_step = {
        cell.step_id: item
        for lane in found.lanes
        for cell in lane.cells
        for item in cell.items
        if isinstance(item, Mood)
    }
    columns = (step for stage in stages for step in (stage.steps or (None,)))
    return tuple(by_step.get(step.id) if step else None for step in columns)


def _labels(stages: Sequence[StageColumn]) -> list[str]:
    return [
        f"{stage.title}: {step.title}" if step else stage.title
        for stage in stages
        for step in (stage.steps or (None,))
    ]


def _feelings(moods: Sequence[Mood | None]) -> list[Series]:
    def taken(name: str) -> tuple[float | None, ...]:
        return tuple(getattr(mood, name) if mood else None for mood in moods)

    return [
        Series("Measured", taken("measured"), taken("low"), taken("high")),
        Series("Assessed", taken("assessed"), colour=INK_3, dashed=True),
    ]


def _alt(stages: Sequence[StageColumn], moods: Sequence[Mood | None]) -> str:
    said = zip(_labels(stages), moods, strict=True)
    return "; ".join(f"{label}: {mood.text}" for label, mood in said if mood)
