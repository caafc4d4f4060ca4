"""What can be looked at: a journey, its stages, their touchpoints, each with its evidence."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from feedback.evidence import Evidence, Gathered
from feedback.metrics.histogram import Histogram, merged
from feedback.wording import hidden_metric, score_metric
from journeys.maps.grid import Metric
from journeys.models import Journey, Stage, Step
from touchpoints.below import below, touchpoints_of
from touchpoints.models import Touchpoint


@dataclass(frozen=True, slots=True)
class Subject:
    """A row of a chart: its name, and the evidence of the touchpoints that it is made of.

    Only what may be shown of each is added up: a hidden touchpoint's answers could otherwise be
    had by subtraction.
    """

    label: str
    evidence: Sequence[Evidence]
    _trends: dict[tuple[str, int], list[Histogram | None]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """Those that were added up already: a row's picture and its line show the same."""

    def whole(self, key: str) -> Histogram | None:
        """Return the answers of the period on a scale; None where none may be shown."""
        return _pooled([each.now.scores.get(key) for each in self.evidence])

    def figure(self, key: str, minimum: int) -> Metric:
        """Return its headline in words; what has to stay hidden says so."""
        whole = self.whole(key)
        if whole is None and any(key in each.now.hidden for each in self.evidence):
            return hidden_metric(key, minimum, url="")
        return score_metric(key, whole)

    def pieces(self, key: str, count: int) -> list[Histogram | None]:
        """Return the answers in each piece of the period, None where none may be shown."""
        if (key, count) not in self._trends:
            trends = [each.trend[key] for each in self.evidence if key in each.trend]
            self._trends[key, count] = [
                _pooled([trend[piece] for trend in trends]) for piece in range(count)
            ]
        return self._trends[key, count]


@dataclass(frozen=True, slots=True)
class Branch:
    """A stage, and the touchpoints that speak for it: its own, or those below its steps."""

    stage: Stage
    steps: tuple[tuple[Step, tuple[Touchpoint, ...]], ...]

    @property
    def touchpoints(self) -> list[Touchpoint]:
        """Return each touchpoint once, in the map's order, also where two steps share it."""
        return list({each.pk: each for _, group in self.steps for each in group}.values())

    def subject(self, gathered: Gathered) -> Subject:
        """Return the stage as a row of a chart."""
        return Subject(self.stage.title, [gathered[each.pk] for each in self.touchpoints])

    def parts(self, gathered: Gathered) -> dict[int, Subject]:
        """Return its touchpoints as rows of a chart, by their ids."""
        return {each.pk: Subject(each.title, [gathered[each.pk]]) for each in self.touchpoints}


def branches(journey: Journey) -> list[Branch]:
    """Return a visible journey's stages in order, with their touchpoints; three queries."""
    stages = list(Stage.objects.current().filter(journey=journey).order_by("position"))
    steps = list(
        Step.objects.current()
        .filter(stage__journey=journey)
        .order_by("stage__position", "position")
    )
    found = touchpoints_of([journey.pk, *(step.opens_id for step in steps)])
    own = found.get(journey.pk, [])
    at_step = below(steps, own, found)
    standing: dict[int, list[Touchpoint]] = defaultdict(list)
    for touchpoint in own:
        standing[touchpoint.step_id].append(touchpoint)
    shown = {pk: tuple(group) for pk, group in (standing | at_step).items()}
    return [
        Branch(
            stage,
            tuple((step, shown.get(step.pk, ())) for step in steps if step.stage_id == stage.pk),
        )
        for stage in stages
    ]


def _pooled(histograms: Sequence[Histogram | None]) -> Histogram | None:
    known = [each for each in histograms if each is not None]
    if len(known) < 2:
        return known[0] if known else None
    return merged(known)
