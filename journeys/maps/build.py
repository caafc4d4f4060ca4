"""Builds the map of one journey: a fixed number of queries, whatever its size.

`build_map` fetches the journey's own columns and rows and then lets every module of the setting
JOURNEY_MAP_SOURCES add to the draft. A source is a module with `contribute(draft)`; it fills the
lanes of its kinds, adds to the stages' metrics and to the headline, and may leave things for a
later source in `draft.shared`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.urls import reverse

from journeys.commenting.places import Counts, open_counts
from journeys.maps.filters import MapFilters
from journeys.maps.grid import Cell, Item, JourneyMap, Metric, Option, StageColumn, StepColumn
from journeys.maps.grid import Lane as GridLane
from journeys.models import Journey, Lane, LaneKind, Stage, Step

FORMS = {
    "thinking": "quotes",
    "evidence": "quotes",
    "touchpoints": "touchpoints",
    "feedback": "scores",
    "friction": "heat",
    "feeling": "mood",
    "handoffs": "links",
}


@dataclass
class MapDraft:
    """The map while it is being filled: what sources read and what they add."""

    journey: Journey
    filters: MapFilters
    stages: list[Stage]
    steps: list[Step]
    lanes: list[Lane]
    headline: list[Metric] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    segments: list[str] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    personas: dict[str, str] = field(default_factory=dict)
    latest_evidence: date | None = None
    add_urls: dict[str, str] = field(default_factory=dict)
    """By kind of lane: where something is added to it, up to the number of the step."""
    comments: Counts = field(default_factory=dict)
    """How many conversations are open at each place."""
    shared: dict[str, Any] = field(default_factory=dict)
    """What one source leaves for a later one."""
    kept: dict[str, list[Any]] | None = None
    """The rows of an earlier version by the names of their parts; None: those of today."""
    measured: bool = True
    """False where no answers are wanted, as on an earlier version."""

    def __post_init__(self) -> None:
        self._items: dict[tuple[int, int], list[Item]] = defaultdict(list)
        self._stage_metrics: dict[int, list[Metric]] = defaultdict(list)
        # Of several lanes of a kind, the first.
        self._lane_of_kind = {lane.kind: lane for lane in reversed(self.lanes)}
        self._keys = lane_keys(self.lanes)
        self._shown = {pk for pk, key in self._keys.items() if key not in self.filters.hidden}
        self._column = {step.pk: index for index, step in enumerate(self.steps)}
        self._columns, self._empty_after = self._with_gaps()

    def _with_gaps(self) -> tuple[list[tuple[Step, bool, int]], int]:
        """Return each step, whether it begins a stage, and how many empty stages stand before it.

        And how many stand behind the last step.
        """
        of_stage: dict[int, list[Step]] = defaultdict(list)
        for step in self.steps:
            of_stage[step.stage_id].append(step)
        columns, empty = [], 0
        for stage in self.stages:
            for place, step in enumerate(of_stage[stage.pk]):
                columns.append((step, place == 0, empty))
                empty = 0
            empty += not of_stage[stage.pk]
        return columns, empty

    def shows(self, kind: str) -> bool:
        """True where the journey has a lane of that kind and it is not hidden."""
        lane = self._lane_of_kind.get(kind)
        return lane is not None and lane.pk in self._shown

    def column(self, step_id: int) -> int:
        """Return the place of a step from the left, from 0."""
        return self._column[step_id]

    def put(self, kind: str, step_id: int, item: Item) -> None:
        """Add an item where the lane of that kind crosses the step; nothing without the lane."""
        if self.shows(kind):
            self.put_in(self._lane_of_kind[kind].pk, step_id, item)

    def put_in(self, lane_id: int, step_id: int, item: Item) -> None:
        """Add an item where one particular lane crosses the step."""
        self._items[lane_id, step_id].append(item)

    def add_stage_metrics(self, stage_id: int, metrics: Iterable[Metric]) -> None:
        """Add figures to a stage's head."""
        self._stage_metrics[stage_id].extend(metrics)

    def finish(self) -> JourneyMap:
        """Freeze the draft."""
        journey, filters = self.journey, self.filters
        return JourneyMap(
            title=journey.title,
            slug=journey.slug,
            workspace=journey.workspace.name,
            workspace_slug=journey.workspace.slug,
            simulated=journey.workspace.simulated,
            goal=journey.goal,
            state=journey.get_state_display(),
            revision=journey.revision,
            owner=str(journey.owner) if journey.owner else "",
            review_by=journey.review_by,
            personas=_options(self.personas, filters.persona),
            segments=_options({name: name for name in self.segments}, filters.segment),
            channels=_options({name: name for name in self.channels}, filters.channel),
            period_text=filters.period.label,
            compare_text=filters.period.previous_label if filters.compare else "",
            headline=tuple(self.headline),
            stages=tuple(self._stage_column(stage) for stage in self.stages),
            lanes=tuple(self._grid_lane(lane) for lane in self.lanes if lane.pk in self._shown),
            hidden_lanes=tuple(
                Option(self._keys[lane.pk], str(lane), lane.pk not in self._shown)
                for lane in self.lanes
            ),
            notices=tuple(self.notices),
            latest_evidence=self.latest_evidence,
            evidence_text=age_text(self.latest_evidence, filters.period.end),
            review_overdue=journey.is_review_overdue(filters.period.end),
            quiet_period=self._is_quiet(),
            comments=sum(self.comments.values()),
        )

    def _add_url(self, lane: Lane) -> str:
        if not LaneKind(lane.kind).holds_cards:
            return self.add_urls.get(lane.kind, "")
        address = map_address(self.journey.workspace.slug, self.journey.slug)
        return f"{address}cards/new/?lane={lane.pk}&step="

    def _is_quiet(self) -> bool:
        start, latest = self.filters.period.start, self.latest_evidence
        return start is not None and latest is not None and latest < start

    def _stage_column(self, stage: Stage) -> StageColumn:
        steps = [step for step in self.steps if step.stage_id == stage.pk]
        return StageColumn(
            id=stage.pk,
            title=stage.title,
            goal=stage.goal,
            steps=tuple(self._step_column(step, first=step is steps[0]) for step in steps),
            metrics=tuple(self._stage_metrics[stage.pk]),
        )

    def _step_column(self, step: Step, *, first: bool) -> StepColumn:
        opens, comments = step.opens, self.comments.get((None, step.pk), 0)
        if opens is None:
            return StepColumn(step.pk, step.title, first, comments=comments)
        address = f"{map_address(self.journey.workspace.slug, opens.slug)}?from={step.pk}"
        return StepColumn(step.pk, step.title, first, opens.title, address, comments)

    def _grid_lane(self, lane: Lane) -> GridLane:
        return GridLane(
            id=lane.pk,
            add_url=self._add_url(lane),
            key=self._keys[lane.pk],
            kind=lane.kind,
            title=str(lane),
            hint=LaneKind(lane.kind).hint,
            form=FORMS.get(lane.kind, "cards"),
            line_below=lane.get_line_below_display() if lane.line_below else "",
            line=lane.line_below,
            cells=tuple(
                Cell(
                    step.pk,
                    tuple(self._items.get((lane.pk, step.pk), ())),
                    starts,
                    empty,
                    self.comments.get((lane.pk, step.pk), 0),
                    f"cell-{lane.pk}-{step.pk}",
                )
                for step, starts, empty in self._columns
            ),
            empty_after=self._empty_after,
            comments=self.comments.get((lane.pk, None), 0),
        )


def map_address(workspace: str, journey: str) -> str:
    """Return where a journey's map is; its parts have their addresses below it."""
    return reverse("journeys:journey_map", args=[workspace, journey])


def lane_keys(lanes: Iterable[Lane]) -> dict[int, str]:
    """Return each lane's name in addresses: its kind, with a number from the second one on."""
    keys: dict[int, str] = {}
    for lane in lanes:
        before = sum(key.split(".")[0] == lane.kind for key in keys.values())
        keys[lane.pk] = f"{lane.kind}.{before + 1}" if before else lane.kind
    return keys


def build_map(journey: Journey, *, filters: MapFilters) -> JourneyMap:
    """Return the finished map of a journey that somebody was found to see.

    It is the same for everybody who may see it, and takes the same number of queries for one
    stage as for forty; a test holds it to that.
    """
    draft = draft_map(journey, filters=filters)
    for contribute in sources():
        contribute(draft)
    return draft.finish()


def draft_map(journey: Journey, *, filters: MapFilters) -> MapDraft:
    """Fetch the journey's columns and rows, before any source has filled them."""
    stages = list(Stage.objects.current().filter(journey=journey).order_by("position"))
    places = {stage.pk: place for place, stage in enumerate(stages)}
    steps = list(
        Step.objects.current().filter(stage__journey=journey).select_related("opens").order_by()
    )
    steps.sort(key=lambda step: (places[step.stage_id], step.position))
    lanes = list(Lane.objects.current().filter(journey=journey).order_by("position"))
    return MapDraft(journey, filters, stages, steps, lanes, comments=open_counts(journey))


@cache
def sources() -> tuple[Callable[[MapDraft], None], ...]:
    """Return the `contribute` of every module in JOURNEY_MAP_SOURCES, in that order."""
    return tuple(import_module(path).contribute for path in settings.JOURNEY_MAP_SOURCES)


def age_text(last: date | None, today: date) -> str:
    """Return how old the newest evidence is: "evidence today", "evidence 214 days old"."""
    if last is None:
        return "no evidence yet"
    days = (today - last).days
    if days <= 0:
        return "evidence today"
    return "evidence 1 day old" if days == 1 else f"evidence {days} days old"


def _options(labels: dict[str, str], chosen: str) -> tuple[Option, ...]:
    return tuple(Option(value, label, value == chosen) for value, label in labels.items())
