"""The dashboard of a workspace: how its journeys go, where it hurts, what changed, what is old."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from feedback.atlas import newest_days
from feedback.changes import tested_scores
from feedback.charts import Chart
from feedback.dashboards.choice import Choice
from feedback.dashboards.journey import Line, metrics_of, options
from feedback.dashboards.over_time import over_time
from feedback.dashboards.subjects import Subject
from feedback.dashboards.trust import STALE_DAYS
from feedback.dashboards.volume import volume_chart
from feedback.drawing import spark
from feedback.evidence import gather
from feedback.metrics.friction import roll_up
from feedback.metrics.scales import SCALES
from feedback.wording import COMPONENT_WORDS, friction_metric, label, score_metric
from journeys.maps.build import age_text
from journeys.maps.grid import Metric, Option
from journeys.models import Journey, JourneyState, Workspace
from journeys.models.workspaces import Visitor
from touchpoints.below import with_below
from touchpoints.models import Touchpoint

PER_PAGE = 20
WORST = 8
MOST_CHANGES = 12


@dataclass(frozen=True, slots=True)
class Hurt:
    """A touchpoint with friction, on its journey."""

    title: str
    journey: str
    journey_url: str
    friction: Metric
    mostly: str
    weight: float
    """Its friction-customers: score / 100 × customers who met it; 0 where nobody counted."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A score that moved clearly against the period before, all of them tested together."""

    title: str
    journey: str
    url: str
    metric: Metric


@dataclass(frozen=True, slots=True)
class Aged:
    """How fresh a journey's evidence is."""

    title: str
    url: str
    text: str
    lacks: bool
    stale: int
    touchpoints: int
    review_overdue: bool


@dataclass(frozen=True, slots=True)
class WorkspaceFigures:
    """Everything on the page, in words and charts."""

    choice: Choice
    lines: tuple[Line, ...]
    metrics: tuple[Option, ...]
    segments: tuple[Option, ...]
    channels: tuple[Option, ...]
    charts: tuple[Chart, ...]
    hurts: tuple[Hurt, ...]
    changed: tuple[Changed, ...]
    looked_at: int
    aged: tuple[Aged, ...]
    total: int
    page: int
    pages: int
    than: str
    stale_days: int = STALE_DAYS


class WorkspaceDashboard:
    """Gathers one page of a workspace's journeys in a fixed number of queries, and draws it."""

    def __init__(self, workspace: Workspace, choice: Choice, *, user: Visitor, page: int) -> None:
        self.workspace = workspace
        everything = list(
            Journey.objects.visible_to(user)
            .filter(workspace=workspace)
            .exclude(state=JourneyState.FUTURE)
        )
        everything.sort(key=lambda journey: (journey.title.casefold(), journey.pk))
        self.total = len(everything)
        self.pages = max(1, -(-self.total // PER_PAGE))
        self.page = min(max(1, page), self.pages)
        self.journeys = everything[(self.page - 1) * PER_PAGE : self.page * PER_PAGE]
        for journey in self.journeys:
            journey.workspace = workspace
        self.of = with_below(self.journeys) if self.journeys else {}
        self.touchpoints = {each.pk: each for group in self.of.values() for each in group}
        self.gathered = gather(
            list(self.touchpoints.values()), workspace=workspace, filters=choice.filters
        )
        self.segments = list(workspace.segments.values_list("name", flat=True))
        self.channels = list(workspace.channels.values_list("name", flat=True))
        self.metrics = metrics_of(self.gathered)
        self.choice = choice.among(
            metrics=self.metrics,
            journeys=[journey.pk for journey in self.journeys],
            segments=self.segments,
            channels=self.channels,
        )
        self.key = self.choice.metric or "csat"
        self.subjects = {
            journey.pk: Subject(
                journey.title, [self.gathered[each.pk] for each in self.of[journey.pk]]
            )
            for journey in self.journeys
        }
        self.whole = Subject("all journeys", list(self.gathered.by_touchpoint.values()))
        # A touchpoint of a sub-journey belongs to its own journey first.
        self.home = {
            each.pk: journey for journey in reversed(self.journeys) for each in self.of[journey.pk]
        } | {
            each.pk: journey
            for journey in self.journeys
            for each in self.of[journey.pk]
            if each.step.stage.journey_id == journey.pk
        }

    def read(self) -> WorkspaceFigures:
        """Return the page."""
        filters = self.choice.filters
        changed, looked_at = self._changed()
        return WorkspaceFigures(
            choice=self.choice,
            lines=tuple(self._lines()),
            metrics=tuple(
                Option(self.choice.query(metric=key), label(SCALES[key]), key == self.key)
                for key in self.metrics
            ),
            segments=options(self.segments, filters.segment),
            channels=options(self.channels, filters.channel),
            charts=(self._over_time(), volume_chart(self.journeys, self.gathered.window)),
            hurts=tuple(self._hurts()),
            changed=changed,
            looked_at=looked_at,
            aged=tuple(self._aged()),
            total=self.total,
            page=self.page,
            pages=self.pages,
            than=filters.period.previous_label,
        )

    def _over_time(self) -> Chart:
        chosen = self.subjects.get(self.choice.journey or 0, self.whole)
        rest = [each for each in self.subjects.values() if each is not chosen]
        are = "the journeys" if chosen is self.whole else "the other journeys"
        return over_time(chosen, rest, self.key, self.gathered.window, rest_are=are)

    def _lines(self) -> list[Line]:
        named: list[tuple[int | None, str, Subject]] = [(None, "All journeys", self.whole)]
        named += [(pk, subject.label, subject) for pk, subject in self.subjects.items()]
        return [
            Line(
                label=name,
                figure=subject.figure(self.key, self.workspace.minimum_answers),
                spark=spark(subject.pieces(self.key, self.gathered.window.pieces)),
                query=self.choice.query(journey=pk),
                level=0 if pk is None else 1,
                current=pk == self.choice.journey,
            )
            for pk, name, subject in named
        ]

    def _evidence_url(self, touchpoint: Touchpoint, key: str) -> str:
        address = reverse("feedback:touchpoint_evidence", args=[self.workspace.slug, touchpoint.pk])
        return f"{address}?metric={key}&{self.choice.filters.query()}".rstrip("&")

    def _hurts(self) -> list[Hurt]:
        """Return the worst frictions, those of most friction-customers first."""
        found = []
        for pk in self.touchpoints:
            evidence = self.gathered[pk]
            if score := evidence.friction.score:
                [weight] = roll_up([(score, evidence.now.exposed)]).friction_customers
                found.append((weight or 0.0, score, pk))
        found.sort(key=lambda each: each[:2], reverse=True)
        return [self._hurt(pk, weight) for weight, _, pk in found[:WORST]]

    def _hurt(self, pk: int, weight: float) -> Hurt:
        evidence, touchpoint, journey = self.gathered[pk], self.touchpoints[pk], self.home[pk]
        return Hurt(
            title=touchpoint.title,
            journey=journey.title,
            journey_url=journey.get_absolute_url(),
            friction=friction_metric(
                evidence.friction,
                exposed=evidence.now.exposed,
                url=self._evidence_url(touchpoint, "friction"),
            ),
            mostly=COMPONENT_WORDS.get(evidence.friction.largest or "", ""),
            weight=weight,
        )

    def _changed(self) -> tuple[tuple[Changed, ...], int]:
        """Return what changed clearly, the surest first, and how many figures were looked at."""
        than = self.choice.filters.period.previous_label
        tested = tested_scores(self.gathered.by_touchpoint) if than else {}
        clear = sorted(
            ((place, each) for place, each in tested.items() if each.clear),
            key=lambda found: found[1].p or 0.0,
        )
        return (
            tuple(
                Changed(
                    title=self.touchpoints[pk].title,
                    journey=self.home[pk].title,
                    url=self._evidence_url(self.touchpoints[pk], key),
                    metric=score_metric(key, each.now, change=each.change(than)),
                )
                for (pk, key), each in clear[:MOST_CHANGES]
            ),
            len(tested),
        )

    def _aged(self) -> list[Aged]:
        today: date = self.choice.filters.period.end
        newest = newest_days(list(self.touchpoints.values()))
        rows = []
        for journey in self.journeys:
            days = [newest[each.pk] for each in self.of[journey.pk] if each.pk in newest]
            latest = max(days, default=None)
            rows.append(
                (
                    latest or date.min,
                    Aged(
                        title=journey.title,
                        url=_dashboard_url(self.workspace, journey),
                        text=age_text(latest, today),
                        lacks=latest is None or (today - latest).days > STALE_DAYS,
                        stale=sum((today - day).days > STALE_DAYS for day in days)
                        + len(self.of[journey.pk])
                        - len(days),
                        touchpoints=len(self.of[journey.pk]),
                        review_overdue=journey.is_review_overdue(today),
                    ),
                )
            )
        rows.sort(key=lambda row: (row[0], -row[1].stale))
        return [row for _, row in rows]


def _dashboard_url(workspace: Workspace, journey: Journey) -> str:
    return reverse("feedback:journey_dashboard", args=[workspace.slug, journey.slug])


def query_of(choice: Choice, page: int, **changes: object) -> str:
    """Return the address parameters of a page of this view, with some changed."""
    number = f"page={page}" if page > 1 else ""
    return "&".join(part for part in (choice.query(**changes), number) if part)


def page_of(asked: str) -> int:
    """Return the number of a page from an address; the first where it is none."""
    return int(asked) if asked.isdecimal() and len(asked) < 6 else 1
