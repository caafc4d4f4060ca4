"""The [journey] table of a mapping: what to build where there is no journey yet."""

from feedback.imports.mappings.mapping import JourneyMapping, LaneMapping, StageMapping
from feedback.imports.mappings.tables import Table
from journeys.models import JourneyState, LaneKind, Line

# Above the line what the customer meets and says, below it what people make of it.
DEFAULT_LANES = (
    LaneMapping(kind=LaneKind.DOING),
    LaneMapping(kind=LaneKind.TOUCHPOINTS),
    LaneMapping(kind=LaneKind.FEELING),
    LaneMapping(kind=LaneKind.FEEDBACK),
    LaneMapping(kind=LaneKind.FRICTION),
    LaneMapping(kind=LaneKind.PAIN_POINTS),
    LaneMapping(kind=LaneKind.OPPORTUNITIES),
)


def read_journey(table: Table) -> JourneyMapping:
    """Return what the table describes; raises BadMapping."""
    stages = tuple(_stage(entry) for entry in table.tables("stages"))
    if not stages:
        table.refuse("stages", f"is missing; add [[{table.where('stages')}]] with a title each.")
    titles = [stage.title for stage in stages]
    for number, title in enumerate(titles, 1):
        if title in titles[: number - 1]:
            table.refuse(f"stages[{number}].title", f'"{title}" is there twice.')
    journey = JourneyMapping(
        title=table.text("title"),
        goal=table.text("goal", ""),
        state=JourneyState(table.choice("state", JourneyState.values, JourneyState.CURRENT)),
        stages=stages,
        lanes=_lanes(table) or DEFAULT_LANES,
    )
    table.done()
    return journey


def _stage(table: Table) -> StageMapping:
    stage = StageMapping(title=table.text("title"), goal=table.text("goal", ""))
    table.done()
    return stage


def _lanes(table: Table) -> tuple[LaneMapping, ...]:
    lanes = []
    kinds: set[str] = set()
    lines: set[str] = set()
    for entry in table.tables("lanes"):
        lane = LaneMapping(
            kind=LaneKind(entry.choice("kind", LaneKind.values)),
            title=entry.text("title", ""),
            line_below=Line(entry.choice("line_below", [line for line in Line if line], Line.NONE)),
        )
        entry.done()
        if lane.kind in kinds and not lane.kind.holds_cards:
            entry.refuse("kind", f'"{lane.kind}" is computed, so a map has it once.')
        if lane.line_below and lane.line_below in lines:
            entry.refuse("line_below", f'"{lane.line_below}" is there twice.')
        kinds.add(lane.kind)
        lines.add(lane.line_below)
        lanes.append(lane)
    return tuple(lanes)
