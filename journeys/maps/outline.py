"""The same map read along its columns: stage, step, and what each lane says there."""

from dataclasses import dataclass

from journeys.maps.grid import Cell, JourneyMap, Lane, Metric, Mood, StepColumn


@dataclass(frozen=True, slots=True)
class StepOutline:
    """One step with the lanes that say something about it."""

    id: int
    title: str
    comments: int
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

    def step_outline(step: StepColumn) -> StepOutline:
        cells = ((lane, lane.cells[columns[step.id]]) for lane in found.lanes)
        said = tuple((lane, cell) for lane, cell in cells if cell.items or cell.comments)
        return StepOutline(step.id, step.title, step.comments, said)

    return tuple(
        StageOutline(
            stage.id,
            stage.title,
            stage.goal,
            stage.metrics,
            tuple(step_outline(step) for step in stage.steps),
        )
        for stage in found.stages
    )
