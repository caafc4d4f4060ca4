"""Where a metric may stand: the choices of a form, and what one of them means."""

from dataclasses import dataclass
from itertools import groupby

from feedback.models.outcomes import OutcomeMetric
from journeys.models import Journey, Stage, Step, Workspace

Choices = list[tuple[str, str | list[tuple[str, str]]]]


@dataclass(frozen=True, slots=True)
class Place:
    """One place: at most one of the three."""

    journey_id: int | None = None
    stage_id: int | None = None
    step_id: int | None = None

    @classmethod
    def of(cls, metric: OutcomeMetric) -> "Place":
        """Return where a metric stands."""
        return cls(metric.journey_id, metric.stage_id, metric.step_id)

    @classmethod
    def read(cls, text: str) -> "Place":
        """Read what `key` wrote; the whole workspace for an empty text."""
        sort, _, number = text.partition("-")
        return cls(**{f"{sort}_id": int(number)}) if number else cls()

    @property
    def key(self) -> str:
        """Return the place as a form sends it."""
        for sort in ("journey", "stage", "step"):
            number = getattr(self, f"{sort}_id")
            if number is not None:
                return f"{sort}-{number}"
        return ""

    def put(self, metric: OutcomeMetric) -> None:
        """Place a metric here, unsaved."""
        metric.journey_id, metric.stage_id, metric.step_id = (
            self.journey_id,
            self.stage_id,
            self.step_id,
        )


def choices(workspace: Workspace, metric: OutcomeMetric) -> Choices:
    """Return every place of a workspace by journey, in three queries.

    The place where the metric stands is among them even where it was taken off the map.
    """
    journeys = Journey.objects.filter(workspace=workspace).order_by("title", "pk")
    stages = _by_journey(
        (stage.journey_id, (f"stage-{stage.pk}", stage.title))
        for stage in Stage.objects.current()
        .filter(journey__workspace=workspace)
        .order_by("journey_id", "position")
    )
    steps = _by_journey(
        (step.stage.journey_id, (f"step-{step.pk}", f"{step.stage.title} › {step.title}"))
        for step in Step.objects.current()
        .filter(stage__journey__workspace=workspace)
        .select_related("stage")
        .order_by("stage__journey_id", "stage__position", "position")
    )
    found: Choices = [("", "The whole workspace")]
    for journey in journeys:
        whole = (f"journey-{journey.pk}", f"{journey.title}: the whole journey")
        below = [
            *((key, f"Stage: {title}") for key, title in stages.get(journey.pk, ())),
            *((key, f"Step: {title}") for key, title in steps.get(journey.pk, ())),
        ]
        found.append((journey.title, [whole, *below]))
    if metric.pk and metric.is_off_map:
        part = metric.step or metric.stage
        found.append((Place.of(metric).key, f"{part}, which is off the map"))
    return found


def _by_journey(rows: object) -> dict[int, list[tuple[str, str]]]:
    return {
        journey: [choice for _, choice in group]
        for journey, group in groupby(rows, lambda row: row[0])  # type: ignore[call-overload]
    }
