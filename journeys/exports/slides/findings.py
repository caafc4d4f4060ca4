"""Where it is hardest, how handoffs go, and the stages' metrics: native tables and charts."""

from collections.abc import Iterator, Sequence

from journeys.exports.material import Material
from journeys.exports.slides.charts import Series, bar_chart
from journeys.exports.slides.deck import Deck
from journeys.exports.slides.figures import base_text
from journeys.exports.slides.look import FLOOR, INNER, MARGIN
from journeys.exports.slides.shapes import Box
from journeys.exports.slides.sheet import Sheet, below_heading
from journeys.exports.slides.tables import Row, Table, cell
from journeys.exports.slides.writing import height, say
from journeys.maps.grid import UNKNOWN, Heat, Item, JourneyMap, Link, Metric, StageColumn
from journeys.maps.theme import BAD, HEAT, INK_2, INK_3, TONES

TOP = 12
"""How many frictions are listed."""
_CHART_GAP = 20.0
_BAR = TONES["t4"]
_STAGES_ABREAST = 12
SCALES = {"csat": (0, 100, 25), "nps": (-100, 100, 50), "ces": (1, 7, 1), "friction": (0, 100, 25)}
"""Of the metrics that are drawn as bars: from, to, and where lines are drawn."""


def _found(found: JourneyMap, form: str) -> Iterator[tuple[str, Item]]:
    """Yield the items of the lanes of a form with the titles of their steps."""
    titles = {step.id: step.title for step in found.steps}
    for lane in found.lanes:
        if lane.form == form:
            for each in lane.cells:
                for item in each.items:
                    yield titles[each.step_id], item


def add_frictions(deck: Deck, material: Material) -> None:
    """Add the touchpoints where it is hardest: a table, and the scores as bars."""
    heats = [(step, item) for step, item in _found(material.map, "heat") if isinstance(item, Heat)]
    known = [(step, heat) for step, heat in heats if heat.metric.value is not None]
    known.sort(key=lambda each: -(each[1].metric.value or 0))
    top = known[:TOP]
    if not top:
        return
    silent = len(heats) - len(known)
    said = f"The {len(top)} highest of {len(known)} friction scores, 0 (smooth) to 100 (stuck)."
    if silent:
        more = "touchpoint has" if silent == 1 else "touchpoints have"
        said += f" {silent} more {more} too little data for a score."
    lead = say(said, 12, INK_2)
    table = Table(
        "Top frictions",
        ("Score", "Touchpoint", "Step", "Largest contributor", "Evidence"),
        (44, 142, 122, 88, 144),
        tuple(_friction_row(step, heat) for step, heat in top),
    )
    pages = list(table.pages(FLOOR - below_heading("Top frictions", lead)))
    for place, page in enumerate(pages, start=1):
        with deck.sheet("Top frictions", part=(place, len(pages)), lead=lead) as sheet:
            page.draw(sheet, MARGIN, sheet.top)
            if place == 1:
                _draw_frictions(sheet, top, MARGIN + table.width + _CHART_GAP)


def _friction_row(step: str, heat: Heat) -> Row:
    metric = heat.metric
    counted = f"n {metric.n:,}" if metric.n else ""
    parts = (metric.margin_text, counted, metric.n_text, heat.flag)
    evidence = " · ".join(each for each in parts if each)
    return (
        cell(metric.text, bold=True, fill="" if heat.level is None else HEAT[heat.level]),
        cell(heat.label),
        cell(step, colour=INK_2),
        cell(heat.note or UNKNOWN),
        cell(evidence or UNKNOWN, size=9, colour=INK_3),
    )


def _draw_frictions(sheet: Sheet, top: Sequence[tuple[str, Heat]], x: float) -> None:
    box = Box(x, sheet.top, MARGIN + INNER - x, min(FLOOR - sheet.top, 40 + 30.0 * len(top)))
    values = tuple(heat.metric.value for _, heat in top)
    bar_chart(
        sheet, box, [f"{heat.label}  {heat.metric.text}" for _, heat in top],
        Series("Friction", values), scale=(0, 100, 25), across=True,
        colours=[HEAT[heat.level or 0] for _, heat in top], name="Friction by touchpoint",
        alt="; ".join(f"{heat.label}: {heat.metric.text}" for _, heat in top),
    )  # fmt: skip


def add_handoffs(deck: Deck, material: Material) -> None:
    """Add all handoffs as a table, the worst first, those that nobody counted last."""
    links = [(step, item) for step, item in _found(material.map, "links") if isinstance(item, Link)]
    if not links:
        return
    links.sort(key=lambda each: _quality(each[1]))
    table = Table(
        "Handoffs",
        ("From → to", "At the step", "What moves", "Wait", "Agreed", "Come back", "Quality"),
        (150, 150, 250, 64, 64, 74, 144),
        tuple(_handoff_row(step, link) for step, link in links),
    )
    lead = say("Between teams, the worst first. Quality from 0 to 100 (smooth).", 12, INK_2)
    pages = list(table.pages(FLOOR - below_heading("Handoffs", lead)))
    for place, page in enumerate(pages, start=1):
        with deck.sheet("Handoffs", part=(place, len(pages)), lead=lead) as sheet:
            page.draw(sheet, MARGIN, sheet.top)


def _quality(link: Link) -> float:
    quality = link.quality.value if link.quality else None
    return 101.0 if quality is None else quality


def _handoff_row(step: str, link: Link) -> Row:
    quality = link.quality
    returned = UNKNOWN if link.return_rate is None else f"{link.return_rate:.0%}"
    about = " · ".join(e for e in (quality.n_text, quality.note) if e) if quality else ""
    good = quality.text if quality else UNKNOWN
    return (
        cell(f"{link.from_label} → {link.to_label}", bold=True),
        cell(f"{step} → {link.to_step}" if link.to_step else step, colour=INK_2),
        cell(link.what_moves or UNKNOWN),
        cell(link.wait_text or UNKNOWN, bold=link.late, colour=BAD if link.late else INK_2),
        cell(link.agreed_text or UNKNOWN, colour=INK_2),
        cell(returned, colour=INK_2),
        cell(f"{good} · {about}" if about else good),
    )


def add_stage_metrics(deck: Deck, material: Material) -> None:
    """Add the stages' metrics as bars with their intervals, one chart for each metric."""
    stages = material.map.stages
    keys = [
        key
        for key in SCALES
        if any(each.key == key and each.value is not None for s in stages for each in s.metrics)
    ]
    if not keys:
        return
    groups = [
        stages[first : first + _STAGES_ABREAST] for first in range(0, len(stages), _STAGES_ABREAST)
    ]
    pairs = [keys[first : first + 2] for first in range(0, len(keys), 2)]
    pages = [(group, pair) for group in groups for pair in pairs]
    lead = say(
        "With their 95 % intervals where they are known, and the number of answers.", 12, INK_2
    )
    for place, (group, shown) in enumerate(pages, start=1):
        with deck.sheet("Metrics by stage", part=(place, len(pages)), lead=lead) as sheet:
            high = (FLOOR - sheet.top) / 2
            for row, key in enumerate(shown):
                _draw_metric(sheet, key, group, Box(MARGIN, sheet.top + row * high, INNER, high))


def _draw_metric(sheet: Sheet, key: str, stages: Sequence[StageColumn], box: Box) -> None:
    by_stage = [_metric(stage, key) for stage in stages]
    name = next(metric.label for metric in by_stage if metric)
    low, high, _ = SCALES[key]
    title = say(f"{name}, {low:g} to {high:g}".replace("-", "−"), 11, bold=True)
    top = height(title, box.width)
    sheet.box(Box(box.x, box.y, box.width, top), title, name=name)

    def taken(part: str) -> tuple[float | None, ...]:
        return tuple(getattr(metric, part) if metric else None for metric in by_stage)

    labels = [_told(*each) for each in zip(stages, by_stage, strict=True)]
    bar_chart(
        sheet, Box(box.x, box.y + top, box.width, box.height - top - 6), labels,
        Series(name, taken("value"), taken("low"), taken("high"), colour=_BAR), scale=SCALES[key],
        name=f"{name} by stage", alt="; ".join(label.replace("\n", " ") for label in labels),
    )  # fmt: skip


def _metric(stage: StageColumn, key: str) -> Metric | None:
    return next((metric for metric in stage.metrics if metric.key == key), None)


def _told(stage: StageColumn, metric: Metric | None) -> str:
    figures = (metric.text, base_text(metric)) if metric else (UNKNOWN,)
    return "\n".join(each for each in (stage.title, *figures) if each)
