"""The same map stage by stage, to be shown to a room: one slide each, and what hurts at the end."""

from dataclasses import dataclass, replace
from typing import TypeVar

from journeys.maps.grid import Card, Heat, JourneyMap, Lane, Link
from journeys.maps.outline import StageOutline, outline

_Item = TypeVar("_Item", Heat, Link)
MOST_PAINS = 3
MOST_HEATS = 6
_TONES = {"disjointed": 0, "workable": 1, "smooth": 3}


@dataclass(frozen=True, slots=True)
class StageSlide:
    """One stage: its steps without the pain points, and the worst of those by themselves."""

    stage: StageOutline
    pains: tuple[tuple[str, Card], ...]
    """Step and card, worst first."""
    more_pains: int


@dataclass(frozen=True, slots=True)
class Deck:
    """All slides of a map: the title, a slide for each stage, and where it gets stuck."""

    stages: tuple[StageSlide, ...]
    handoffs: tuple[tuple[str, Link], ...]
    """The step that it leaves from, and the handoff; worst first."""
    frictions: tuple[tuple[str, Heat], ...]

    @property
    def count(self) -> int:
        """Return how many slides there are."""
        return len(self.stages) + 2


def deck(found: JourneyMap) -> Deck:
    """Return the slides of a map; lanes that are hidden are on none."""
    titles = [step.title for step in found.steps]
    handoffs = _items(found, Link)
    frictions = [pair for pair in _items(found, Heat) if pair[1].metric.value is not None]
    return Deck(
        stages=tuple(_slide(stage) for stage in outline(found)),
        handoffs=tuple(
            (titles[column], link)
            for column, link in sorted(handoffs, key=lambda pair: _badness(pair[1]))
        ),
        frictions=tuple(
            (titles[column], heat)
            for column, heat in sorted(frictions, key=lambda pair: -(pair[1].metric.value or 0))
        )[:MOST_HEATS],
    )


def _items(found: JourneyMap, sort: type[_Item]) -> list[tuple[int, _Item]]:
    return [
        (column, item)
        for lane in found.lanes
        for column, cell in enumerate(lane.cells)
        for item in cell.items
        if isinstance(item, sort)
    ]


def _badness(link: Link) -> tuple[int, float, bool]:
    """Return what sorts the worst first; what nobody counted stands behind what is known bad."""
    quality = link.quality.value if link.quality else None
    return _TONES.get(link.tone, 2), 100 if quality is None else quality, not link.late


def _slide(stage: StageOutline) -> StageSlide:
    pains = [
        (step.title, item)
        for step in stage.steps
        for lane, cell in step.lanes
        for item in cell.items
        if _hurts(lane) and isinstance(item, Card)
    ]
    pains.sort(key=lambda pair: pair[1].tone, reverse=True)
    steps = tuple(
        replace(step, lanes=tuple(pair for pair in step.lanes if not _hurts(pair[0])))
        for step in stage.steps
    )
    shown = StageOutline(stage.id, stage.title, stage.goal, stage.metrics, steps)
    return StageSlide(shown, tuple(pains[:MOST_PAINS]), max(0, len(pains) - MOST_PAINS))


def _hurts(lane: Lane) -> bool:
    return lane.kind == "pain_points"
