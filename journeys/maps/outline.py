"""The same map read along its columns: stage, step, and what each lane says there."""

from dataclasses import dataclass

from journeys.maps.grid import Cell, JourneyMap, Lane, Metric, Mood


@dataclass(frozen=True, slots=True)
class StepOutline:
    """One step with the lanes that say something about it."""

    title: str
    lanes: tuple[tuple[Lane, Cell], ...]

    @property
    def below(self) -> bool:
        """True where customers feel below expectations here."""
        return any(
            item.below for _, cell in self.lanes for item in cell.items if isinstance(item, Mood)
        )


@dataclass(frozen=True, slots=True)
class StageOutline:
    """One stage with its steps in order."""

    id: int
    title: str
    goal: str
    metrics: tuple[Metric, ...]
    steps: tuple[StepOutline, ...]


def outline(found: JourneyMap) -> tuple[StageOutline, ...]:
    """Return the map as nested stages and steps; empty cells are left out, nothing else is."""
    columns = {step.id: place for place, step in enumerate(found.steps)}

    def step_outline(pk: int, title: str) -> StepOutline:
        cells = ((lane, lane.cells[columns[pk]]) for lane in found.lanes)
        return StepOutline(title, tuple((lane, cell) for lane, cell in cells if cell.items))

    return tuple(
        StageOutline(
            stage.id,
            stage.title,
            stage.goal,
            stage.metrics,
            tuple(step_outline(step.id, step.title) for step in stage.steps),
        )
        for stage in found.stages
    )
