"""What stands above the lanes: title block, headline figures, stages and steps."""

from itertools import pairwise

from journeys.exports.wording import day
from journeys.maps import theme
from journeys.maps.drawing import Block
from journeys.maps.grid import JourneyMap, Metric, StageColumn, StepColumn
from journeys.maps.layout.grid import Columns, Row
from journeys.maps.layout.measured import change_run, evidence
from journeys.maps.layout.sketch import Run, Sketch
from journeys.maps.theme import PAD_X, PAD_Y, Style
from journeys.maps.typesetting import set_lines

_TITLE_SLOTS = 3
"""How many columns the title may take, beside the lanes' names."""
_TITLE = 290.0
"""The least room for the title beside the figures, in points."""
_STAGE_SLOTS = 2
"""Likewise a stage's head: a line that is wider is hard to read, and to fit on a sheet."""


def head(found: JourneyMap, at: Columns, top: float) -> Row:
    """Draw the title block on the left and the headline figures on the right, or below it."""
    slots = len(at.slots) - 1
    beside = slots - len(found.headline)
    enough = beside > 0 and at.slots[beside] >= _TITLE
    wide = min(beside if enough else slots, _TITLE_SLOTS)
    title = _title(found, top, at.slots[wide] - PAD_X)
    below = title.y + title.height + theme.GAP
    figures = _figures(found.headline, at.slots, *((beside, top) if enough else (0, below)))
    bottom = max(each.y + each.height for each in (title, *figures))
    details = _fields(fields(found), at.slots, bottom + 9)
    blocks = (title, *figures, *details)
    return Row(blocks, max(each.y + each.height for each in details) + 10)


def _title(found: JourneyMap, top: float, width: float) -> Block:
    sketch = Sketch(0, top, width)
    tag = [("simulated data", theme.TAG)] if found.simulated else []
    sketch.flow([[(found.workspace, theme.WORKSPACE)], tag])
    sketch.write(found.title, _title_style(found.title, width))
    sketch.pen += 1
    sketch.write(found.goal, theme.GOAL)
    for notice in notices(found):
        sketch.pen += 3
        sketch.write(notice, theme.NOTICE)
    return sketch.block("title")


def _title_style(title: str, width: float) -> Style:
    """Return the largest style in which a title takes three lines at most, else the smallest."""
    fitting = (style for style in theme.TITLES if len(set_lines(title, width, style)) <= 3)
    return next(fitting, theme.TITLES[-1])


def fields(found: JourneyMap) -> list[tuple[str, str]]:
    """Return what a reader must know of the map: (label, value)."""
    personas = [each for each in found.personas if each.selected] or found.personas
    chosen = [
        (label, option.label)
        for label, options in (("Segment", found.segments), ("Channel", found.channels))
        for option in options
        if option.selected
    ]
    listed = (
        ("Persona" if len(personas) == 1 else "Personas", ", ".join(p.label for p in personas)),
        ("State", found.state),
        ("Revision", f"v{found.revision}"),
        ("Period", found.period_text),
        ("Compared with", found.compare_text),
        *chosen,
        ("Base", found.evidence_text),
        ("Owner", found.owner),
    )
    return [(label, value) for label, value in listed if value]


def notices(found: JourneyMap) -> list[str]:
    """Return what is special about this view, in sentences."""
    said = list(found.notices)
    if found.quiet_period and found.latest_evidence:
        latest = day(found.latest_evidence)
        said.append(f"No answers in this period; the newest are from {latest}.")
    if found.review_overdue and found.review_by:
        said.append(f"Review was due on {day(found.review_by)}.")
    return said


def _fields(listed: list[tuple[str, str]], slots: tuple[float, ...], top: float) -> list[Block]:
    """Draw fields in the slots, the first above the lanes' names: a label, its value below."""
    places = [(0.0, slots[0] - PAD_X), *((left + PAD_X, right) for left, right in pairwise(slots))]
    blocks: list[Block] = []
    for number, (label, value) in enumerate(listed):
        if number and number % len(places) == 0:
            top = max(each.y + each.height for each in blocks) + theme.GAP
        left, right = places[number % len(places)]
        sketch = Sketch(left, top, right - left - PAD_X)
        sketch.write(label, theme.FIELD)
        sketch.write(value, theme.FIELD_VALUE)
        blocks.append(sketch.block(f"field-{label.lower()}"))
    return blocks


def _figures(
    metrics: tuple[Metric, ...], slots: tuple[float, ...], first: int, top: float
) -> list[Block]:
    """Draw figures from a slot on, in as many lines as they need."""
    places = list(pairwise(slots))[first:]
    blocks: list[Block] = []
    for number, metric in enumerate(metrics):
        column = number % len(places)
        if column == 0 and blocks:
            top = max(each.y + each.height for each in blocks) + theme.GAP
        left, right = places[column]
        blocks.append(_figure(metric, left, top, right - left))
    return blocks


def _figure(metric: Metric, x: float, y: float, width: float) -> Block:
    sketch = Sketch(x, y, width, PAD_X)
    sketch.rule(x, y + 2, x, y + 46, theme.LINE_2)
    sketch.write(metric.label, theme.FIGURE_LABEL)
    runs: list[Run] = [(metric.text, theme.FIGURE)]
    sketch.flow([runs, [(metric.margin_text, theme.FIGURE_NOTE)]], gap=4)
    below = [(metric.n_text, theme.FIGURE_NOTE)]
    if metric.change:
        below.append(change_run(metric.change, theme.FIGURE_NOTE))
    sketch.flow([[run] for run in below if run[0]], gap=6)
    return sketch.block(f"figure-{metric.key}", height=48)


def stages(found: JourneyMap, at: Columns, top: float) -> Row:
    """Draw the stages with goal and figures."""
    blocks = [rail("Stage", "customer goal", "stages", top)]
    for stage, (first, last) in zip(found.stages, at.spans, strict=True):
        x, width = at.inside(first, min(last - first, _STAGE_SLOTS))
        blocks.append(_stage(stage, x, top + PAD_Y, width))
    if not found.stages:
        x, width = at.inside(0)
        sketch = Sketch(x, top + PAD_Y, width)
        sketch.write("no stages yet", theme.OPENS)
        blocks.append(sketch.block("no-stages"))
    return _row(blocks)


def _stage(stage: StageColumn, x: float, y: float, width: float) -> Block:
    sketch = Sketch(x, y, width)
    sketch.write(stage.title, theme.STAGE)
    sketch.write(stage.goal, theme.STAGE_GOAL)
    if stage.metrics:
        sketch.pen += 3
        sketch.flow([_stage_figure(metric) for metric in stage.metrics])
    return sketch.block(f"stage-{stage.id}")


def _stage_figure(metric: Metric) -> list[Run]:
    return [
        (metric.label, theme.STAGE_METRIC),
        (metric.text, theme.STAGE_VALUE),
        (evidence(metric), theme.NOTE),
    ]


def steps(found: JourneyMap, at: Columns, top: float) -> Row:
    """Draw the steps' names."""
    blocks = [rail("Step", "", "steps", top)]
    for step, column in zip(found.steps, at.of_step, strict=True):
        x, width = at.inside(column)
        blocks.append(_step(step, x, top + PAD_Y, width))
    for stage, (column, _) in zip(found.stages, at.spans, strict=True):
        if not stage.steps:
            x, width = at.inside(column)
            sketch = Sketch(x, top + PAD_Y, width)
            sketch.write("no steps yet", theme.OPENS)
            blocks.append(sketch.block(f"no-steps-{stage.id}"))
    return _row(blocks)


def _step(step: StepColumn, x: float, y: float, width: float) -> Block:
    sketch = Sketch(x, y, width)
    sketch.write(step.title, theme.STEP)
    if step.opens:
        sketch.write(f"↓ {step.opens}", theme.OPENS)
    return sketch.block(f"step-{step.id}")


def rail(title: str, hint: str, key: str, top: float) -> Block:
    """Draw a lane's name and the few words below it."""
    sketch = Sketch(PAD_X, top + PAD_Y, theme.RAIL - 2 * PAD_X)
    sketch.write(title, theme.LANE)
    sketch.write(hint, theme.HINT)
    return sketch.block(key)


def _row(blocks: list[Block]) -> Row:
    return Row(tuple(blocks), max(each.y + each.height for each in blocks) + PAD_Y)
