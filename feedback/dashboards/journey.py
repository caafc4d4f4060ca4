"""The dashboard of a journey: what is asked of the database once, and the charts made of it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from feedback.atlas import newest_days
from feedback.charts import Chart
from feedback.dashboards.beside import charts_beside
from feedback.dashboards.channels import channel_chart
from feedback.dashboards.choice import METRIC_ORDER, Choice
from feedback.dashboards.control import control_chart
from feedback.dashboards.distribution import distribution
from feedback.dashboards.heat_map import heat_map
from feedback.dashboards.over_time import over_time
from feedback.dashboards.parts import Parts, parts_of
from feedback.dashboards.subjects import Branch, Subject, branches
from feedback.dashboards.trust import age_chart, response_chart
from feedback.dashboards.weeks import Span, pieces_of, shown_weeks
from feedback.drawing import spark
from feedback.evidence import Gathered, gather
from feedback.metrics.scales import SCALES
from feedback.models import Survey
from feedback.surveys.rates import responses
from feedback.wording import label
from journeys.maps.grid import Metric, Option
from journeys.models import Journey, User
from touchpoints.models import Touchpoint


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the list beside the first chart: it says a figure, and chooses what is drawn."""

    label: str
    figure: Metric
    spark: str
    query: str
    level: int
    current: bool


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything on the page, in words and charts."""

    choice: Choice
    lines: tuple[Line, ...]
    metrics: tuple[Option, ...]
    segments: tuple[Option, ...]
    channels: tuple[Option, ...]
    charts: tuple[Chart, ...]
    beside: tuple[Chart, ...]
    """Those of other sources, such as outcome metrics."""
    answered: bool
    """True where anything was ever answered."""


class JourneyDashboard:
    """Gathers a visible journey's evidence in a fixed number of queries, and draws it."""

    def __init__(self, journey: Journey, choice: Choice, *, user: User) -> None:
        self.journey, self.user = journey, user
        self.workspace = journey.workspace
        self.minimum = self.workspace.minimum_answers
        self.branches = branches(journey)
        by_id = {each.pk: each for branch in self.branches for each in branch.touchpoints}
        self.touchpoints = list(by_id.values())
        self.gathered = gather(self.touchpoints, workspace=self.workspace, filters=choice.filters)
        self.segments = dict(self.workspace.segments.values_list("pk", "name"))
        self.channels = dict(self.workspace.channels.values_list("pk", "name"))
        self.metrics = metrics_of(self.gathered)
        self.choice = choice.among(
            metrics=self.metrics,
            stages={
                branch.stage.pk: {each.pk for each in branch.touchpoints}
                for branch in self.branches
            },
            segments=self.segments.values(),
            channels=self.channels.values(),
        )
        self.key = self.choice.metric or "csat"
        self.whole = Subject(
            "the whole journey", [self.gathered[each.pk] for each in self.touchpoints]
        )

    def read(self) -> Dashboard:
        """Return the page."""
        filters = self.choice.filters
        return Dashboard(
            choice=self.choice,
            lines=tuple(self._lines()),
            metrics=tuple(
                Option(self.choice.query(metric=key), label(SCALES[key]), key == self.key)
                for key in self.metrics
            ),
            segments=options(self.segments.values(), filters.segment),
            channels=options(self.channels.values(), filters.channel),
            charts=tuple(self.charts()) if self.gathered.last_day else (),
            beside=tuple(charts_beside(self.journey, self.user, self.gathered.window)),
            answered=self.gathered.last_day is not None,
        )

    def charts(self) -> list[Chart]:
        """Return the charts in the order of the page."""
        chosen, parts, parts_are = self._chosen()
        rest = [each for each in parts if each is not chosen]
        return [
            over_time(chosen, rest, self.key, self.gathered.window, rest_are=parts_are),
            distribution(parts, self.key, of=self._container()),
            self._control(),
            self._heat_map(),
            self._channels(),
            age_chart(self.touchpoints, newest_days(self.touchpoints), today=self._today),
            self._responses(),
        ]

    @property
    def _today(self) -> date:
        return self.choice.filters.period.end

    @property
    def _branch(self) -> Branch | None:
        return next((b for b in self.branches if b.stage.pk == self.choice.stage), None)

    def _chosen(self) -> tuple[Subject, list[Subject], str]:
        """Return what is looked at, the parts it is made of or stands among, and what they are."""
        branch = self._branch
        if branch is None:
            return self.whole, [each.subject(self.gathered) for each in self.branches], "its stages"
        parts = branch.parts(self.gathered)
        if self.choice.touchpoint is None:
            return branch.subject(self.gathered), list(parts.values()), "its touchpoints"
        chosen = parts[self.choice.touchpoint]
        return chosen, list(parts.values()), f"the other touchpoints of {branch.stage.title}"

    def _container(self) -> str:
        return self._branch.stage.title if self._branch else "each stage"

    def _lines(self) -> list[Line]:
        here = self.choice
        whole = self.whole
        lines = [self._line("Whole journey", whole, 0, stage=None, touchpoint=None)]
        for branch in self.branches:
            stage = branch.stage
            subject = branch.subject(self.gathered)
            lines.append(self._line(stage.title, subject, 1, stage=stage.pk, touchpoint=None))
            if stage.pk == here.stage:
                lines += [
                    self._line(part.label, part, 2, stage=stage.pk, touchpoint=pk)
                    for pk, part in branch.parts(self.gathered).items()
                ]
        return lines

    def _line(
        self, name: str, subject: Subject, level: int, *, stage: int | None, touchpoint: int | None
    ) -> Line:
        key, window = self.key, self.gathered.window
        here = (self.choice.stage, self.choice.touchpoint)
        return Line(
            label=name,
            figure=subject.figure(key, self.minimum),
            spark=spark(subject.pieces(key, window.pieces)),
            query=self.choice.query(stage=stage, touchpoint=touchpoint),
            level=level,
            current=(stage, touchpoint) == here,
        )

    def _control(self) -> Chart:
        chosen = self._of_control()
        filters = self.choice.filters
        if chosen is None:
            return control_chart("", self.key, (), before=None, than="", note="")
        touchpoint, named = chosen
        evidence = self.gathered[touchpoint.pk]
        spans: list[Span] = pieces_of(evidence.trend.get(self.key, ()), self.gathered.window)
        note = "Points are the pieces of the period, as the view is of some customers only."
        if not filters.slices_answers:
            spans = shown_weeks(
                touchpoint.pk, self.key, self.gathered.window, beside=spans, minimum=self.minimum
            )
            note = f"Points are weeks, merged until {self.minimum} people answered."
        if not named:
            note += " It is the touchpoint with most answers here; choose another in the list."
        return control_chart(
            touchpoint.title, self.key, spans, before=evidence.before.scores.get(self.key),
            than=filters.period.previous_label, note=note,
        )  # fmt: skip

    def _of_control(self) -> tuple[Touchpoint, bool] | None:
        """Return the touchpoint that was chosen, else that of most answers, and which it is."""
        candidates = self._branch.touchpoints if self._branch else self.touchpoints
        shown = [each for each in candidates if self.key in self.gathered[each.pk].now.scores]
        for each in candidates:
            if each.pk == self.choice.touchpoint:
                return (each, True) if each in shown else None
        if not shown:
            return None
        return max(shown, key=lambda each: self.gathered[each.pk].now.scores[self.key].n), False

    def _heat_map(self) -> Chart:
        touchpoints = self._branch.touchpoints if self._branch else self.touchpoints
        return heat_map(
            touchpoints, self.segments, self._parts("segment_id"), self.key,
            minimum=self.minimum, note=self._unfiltered("segments"),
        )  # fmt: skip

    def _channels(self) -> Chart:
        branch = self._branch
        steps = branch.steps if branch else [each for b in self.branches for each in b.steps]
        # Under a filter these would be of some customers, beside channels of all.
        whole = {} if self.choice.filters.slices_answers else {
            pk: found.now.scores[self.key]
            for pk, found in self.gathered.by_touchpoint.items()
            if self.key in found.now.scores
        }  # fmt: skip
        return channel_chart(
            steps, self._parts("channel_id"), self.channels, whole, self.key,
            note=self._unfiltered("channels"),
        )  # fmt: skip

    def _parts(self, column: str) -> Parts:
        """Ask for all touchpoints, whichever are shown, so that every view hides the same cells."""
        return parts_of(
            [each.pk for each in self.touchpoints], self.gathered, self.choice.filters.period,
            column=column, metric=self.key, minimum=self.minimum,
        )  # fmt: skip

    def _unfiltered(self, what: str) -> str:
        if not self.choice.filters.slices_answers:
            return ""
        return f"Of all customers: a comparison of {what} follows the period alone."

    def _responses(self) -> Chart:
        surveys = list(Survey.objects.filter(touchpoint__in=self.touchpoints).with_place())
        return response_chart(surveys, responses(surveys))


def metrics_of(gathered: Gathered) -> list[str]:
    """Return the scales that were answered, the one with most answers first."""
    counted: Counter[str] = Counter()
    for evidence in gathered.by_touchpoint.values():
        for key, answers in evidence.now.scores.items():
            counted[key] += answers.n
    return sorted(counted, key=lambda key: (-counted[key], METRIC_ORDER.index(key)))


def options(names: Iterable[str], asked: str) -> tuple[Option, ...]:
    return tuple(Option(name, name, name == asked) for name in names)
