"""Parts of the drawn map, fetched one by one after an edit: cells, columns, rows and heads.

Parts are named as the doorbell names them: "cell-LANE-STEP", "column-STEP", "row-KIND",
"stage-ID", "step-ID", "lane-ID", "comments" (how many are open in all), or the whole map.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from journeys.commenting.places import TOTAL
from journeys.map_source import put_cards
from journeys.maps.build import build_map, draft_map
from journeys.maps.filters import MapFilters
from journeys.maps.grid import JourneyMap
from journeys.models import Journey, LaneKind


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for, sorted by how it is named; what has no meaning is left out."""

    cells: frozenset[tuple[int, int]]
    columns: frozenset[int]
    rows: frozenset[str]
    heads: frozenset[str]

    @classmethod
    def of(cls, names: Iterable[str]) -> "Asked":
        """Read the names of parts."""
        cells, columns, rows, heads = set(), set(), set(), set()
        for name in names:
            sort, _, rest = name.partition("-")
            numbers = [int(each) for each in rest.split("-") if each.isdecimal()]
            if sort == "cell" and len(numbers) == 2:
                cells.add((numbers[0], numbers[1]))
            elif sort == "column" and len(numbers) == 1:
                columns.add(numbers[0])
            elif sort == "row":
                rows.add(rest)
            elif sort in {"stage", "step", "lane", TOTAL}:
                heads.add(name)
        return cls(frozenset(cells), frozenset(columns), frozenset(rows), frozenset(heads))

    def wants(self, lane_id: int, kind: str, step_id: int) -> bool:
        """True for a cell that is asked for by itself, by its column or by its row."""
        return (lane_id, step_id) in self.cells or step_id in self.columns or kind in self.rows


def draw(
    journey: Journey, *, filters: MapFilters, names: Iterable[str], context: dict[str, object]
) -> Iterator[SafeString]:
    """Yield the HTML of each part that is on the map, each one element with its id."""
    asked = Asked.of(names)
    found = _cards_only(journey, filters, asked) or build_map(journey, filters=filters)
    yield from _cells(found, asked, context)
    yield from _heads(found, asked, context)


def _cards_only(journey: Journey, filters: MapFilters, asked: Asked) -> JourneyMap | None:
    """Return a map with nothing but the cards asked for, or None where more is asked for."""
    if asked.columns or asked.rows or any(name.startswith("stage-") for name in asked.heads):
        return None
    draft = draft_map(journey, filters=filters)
    lanes = {lane for lane, _ in asked.cells}
    heads = {lane.pk for lane in draft.lanes if f"lane-{lane.pk}" in asked.heads}
    draft.lanes = [lane for lane in draft.lanes if lane.pk in lanes | heads]
    if not all(_only_written(lane.kind) for lane in draft.lanes if lane.pk in lanes):
        return None
    steps = {step for _, step in asked.cells}
    put_cards(draft, lane__in=lanes, step__in=steps)
    return draft.finish()


def _only_written(kind: str) -> bool:
    """False also for the lane of metrics, where figures stand beside what people wrote."""
    return LaneKind(kind).holds_cards and kind != LaneKind.METRICS


def _cells(found: JourneyMap, asked: Asked, context: dict[str, object]) -> Iterator[SafeString]:
    for lane in found.lanes:
        for place, cell in enumerate(lane.cells):
            if asked.wants(lane.id, lane.kind, cell.step_id):
                # "first" also names the poles of the feeling lane, on the left only.
                alone = replace(lane, cells=(cell,))
                template = f"journeys/lanes/_{TEMPLATES.get(lane.form, lane.form)}.html"
                yield render_to_string(template, context | {"lane": alone, "alone": place > 0})


TEMPLATES = {"quotes": "cards"}


def _heads(found: JourneyMap, asked: Asked, context: dict[str, object]) -> Iterator[SafeString]:
    if not asked.heads:
        return
    for stage in found.stages:
        if f"stage-{stage.id}" in asked.heads:
            yield render_to_string("journeys/_stage_head.html", context | {"stage": stage})
        for step in stage.steps:
            if f"step-{step.id}" in asked.heads:
                yield render_to_string("journeys/_step_head.html", context | {"step": step})
    for lane in found.lanes:
        if f"lane-{lane.id}" in asked.heads:
            yield render_to_string("journeys/_lane_head.html", context | {"lane": lane})
    if TOTAL in asked.heads:
        total = {"total": found.comments}
        yield render_to_string("journeys/_comments_chip.html", context | total)
