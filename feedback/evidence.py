"""What customers said and did at touchpoints, gathered in a fixed number of queries.

Pages read the daily counts. Only where a view is filtered by segment or channel are single
answers counted, from a covering index. Whatever could point at fewer people than the
workspace's minimum is left out here, before anybody computes with it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import Max, Min, OuterRef, Subquery

from feedback.days import BEFORE, DayPiece, piece_starts
from feedback.metrics.durations import DurationHistogram
from feedback.metrics.friction import Formula, Friction, Rate, friction
from feedback.metrics.histogram import Histogram, merged
from feedback.metrics.scales import SCALES
from feedback.metrics.severity import Wait
from feedback.models import (
    DurationKind,
    FrictionAssessment,
    FrictionFormula,
    ScoreCount,
)
from feedback.nested import Nested, nested
from feedback.pieces import hidden_pieces
from feedback.slices import Sliced, sliced
from feedback.tallies import Tally, duration_sums, rate_sums, score_tallies
from journeys.maps import MapFilters, Period
from journeys.models import Workspace
from touchpoints.models import Touchpoint

TREND_POINTS = 12


@dataclass
class Span:
    """The evidence of one touchpoint in one period. Scales of too few answers are left out."""

    scores: dict[str, Histogram] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    """Scales that were answered, but by too few to show."""
    rates: dict[str, Rate] = field(default_factory=dict)
    durations: dict[str, DurationHistogram] = field(default_factory=dict)
    too_few: set[str] = field(default_factory=set)
    """Kinds of events and waits that were counted, but of too few customers to show."""

    @property
    def exposed(self) -> int:
        """Return how many customers met the touchpoint: the largest base that was counted."""
        bases = [rate.base for rate in self.rates.values()]
        return max([*bases, *(hist.n for hist in self.scores.values())], default=0)

    def effort(self) -> Histogram | None:
        """Return the answers that speak of effort: CES where asked, else CSAT."""
        return next((self.scores[key] for key in _EFFORT_SCALES if key in self.scores), None)


_EFFORT_SCALES = ("ces", "ces5", "csat", "csat7", "csat3", "csat2")


_NO_FRICTION = friction()


@dataclass
class Evidence:
    """The evidence of one touchpoint: now, in the period before, and as a trend."""

    now: Span = field(default_factory=Span)
    before: Span = field(default_factory=Span)
    trend: dict[str, list[Histogram | None]] = field(default_factory=dict)
    """Per scale the pieces of the period in order; None where too few answered."""
    severities: list[int] = field(default_factory=list)
    friction: Friction = _NO_FRICTION
    friction_before: Friction | None = None


@dataclass
class Gathered:
    """The evidence of several touchpoints, and what was found on the way."""

    by_touchpoint: dict[int, Evidence]
    formula: Formula
    first_day: date | None
    last_day: date | None
    window: "Window"

    def __getitem__(self, touchpoint_id: int) -> Evidence:
        """Return the evidence of a touchpoint; none of one that was not asked for."""
        return self.by_touchpoint.get(touchpoint_id) or Evidence()


def gather(
    touchpoints: Sequence[Touchpoint],
    *,
    workspace: Workspace,
    filters: MapFilters,
    pieces: int = TREND_POINTS,
) -> Gathered:
    """Return the evidence of the touchpoints under the filters; nine queries at most.

    Who draws no trend asks for one piece, which is much less to read.
    """
    ids = [touchpoint.pk for touchpoint in touchpoints]
    first, last = _first_and_last_day(ids)
    window = Window.of(filters, first, pieces)
    found = {pk: Evidence() for pk in ids}

    if filters.slices_answers:
        withheld = sliced(ids, window, filters=filters, workspace=workspace)
        answers: Iterable[Tally] = withheld.rows()
    else:
        withheld = Sliced()
        answers = score_tallies(ids, window)
    _fill_scores(found, answers, withheld, workspace.minimum_answers, window.pieces)
    _fill_rates(found, ids, window, workspace.minimum_answers)
    _fill_durations(found, ids, window, workspace.minimum_answers)
    _take_out(found, nested(ids, filters.period, workspace.minimum_answers, withheld.asked))
    for pk, severity in FrictionAssessment.objects.filter(touchpoint__in=ids).values_list(
        "touchpoint_id", "severity"
    ):
        found[pk].severities.append(severity)

    formula = FrictionFormula.objects.in_force(workspace)
    for touchpoint in touchpoints:
        evidence = found[touchpoint.pk]
        evidence.friction = friction_of(evidence.now, touchpoint, evidence.severities, formula)
        if window.compares:
            evidence.friction_before = friction_of(
                evidence.before, touchpoint, evidence.severities, formula
            )
    return Gathered(found, formula, first, last, window)


@dataclass(frozen=True)
class Window:
    """The days to read: a period cut into pieces for its trend, and the period before it."""

    since: date
    start: date
    end: date
    about: int = TREND_POINTS
    """How many pieces were asked for; days and weeks decide how many they are."""

    @classmethod
    def of(
        cls, filters: MapFilters, first_day: date | None, pieces: int = TREND_POINTS
    ) -> "Window":
        """Return the window of a view; "all time" begins with the first answer."""
        period = filters.period
        start = period.start or min(first_day or period.end, period.end)
        before: Period | None = period.previous() if filters.compare else None
        return cls(before.start if before and before.start else start, start, period.end, pieces)

    @property
    def compares(self) -> bool:
        """True where the period before is read too."""
        return self.since < self.start

    @cached_property
    def starts(self) -> tuple[date, ...]:
        """Return the first day of each piece."""
        return tuple(piece_starts(self.start, self.end, self.about))

    @property
    def pieces(self) -> int:
        """Return how many pieces there are."""
        return len(self.starts)

    def piece(self, day: str) -> DayPiece:
        """Return the expression for the piece of the trend a day lies in, or BEFORE."""
        return DayPiece(day, self.starts)


def _first_and_last_day(ids: list[int]) -> tuple[date | None, date | None]:
    """Return the days of the oldest and the newest answer: two steps down an index each."""
    answered = ScoreCount.objects.answered().filter(touchpoint=OuterRef("pk"))
    ends = (answered.order_by(order).values("day")[:1] for order in ("day", "-day"))
    first, last = (Subquery(each) for each in ends)
    found = Touchpoint.objects.filter(pk__in=ids).aggregate(first=Min(first), last=Max(last))
    return found["first"], found["last"]


def _fill_scores(
    found: dict[int, Evidence],
    tallies: Iterable[Tally],
    withheld: Sliced,
    minimum: int,
    pieces: int,
) -> None:
    periods: dict[tuple[int, str], list[Histogram | None]] = {}
    for pk, metric, piece, columns in tallies:
        histogram = Histogram.from_columns(SCALES[metric], columns)
        if piece == BEFORE:
            found[pk].before.scores[metric] = histogram
        else:
            periods.setdefault((pk, metric), [None] * pieces)[piece] = histogram
    for (pk, metric), trend in periods.items():
        found[pk].trend[metric] = trend
        found[pk].now.scores[metric] = merged(piece for piece in trend if piece is not None)
    for pk, evidence in found.items():
        for span, is_now in ((evidence.now, True), (evidence.before, False)):
            too_few = [
                metric
                for metric, histogram in span.scores.items()
                if histogram.n < minimum or (pk, metric, is_now) in withheld.spans
            ]
            for metric in too_few:
                if span.scores.pop(metric).n:
                    span.hidden.add(metric)
        evidence.trend = {
            key: _shown_pieces(evidence.trend[key], (pk, key), withheld, minimum)
            for key in evidence.now.scores
        }


def _shown_pieces(
    trend: list[Histogram | None], key: tuple[int, str], withheld: Sliced, minimum: int
) -> list[Histogram | None]:
    sizes = {piece: found.n for piece, found in enumerate(trend) if found is not None}
    others, kept_back = withheld.others.get(key, {}), withheld.pieces.get(key, set())
    hidden = hidden_pieces(sizes, others, kept_back, minimum)
    return [None if piece in hidden else found for piece, found in enumerate(trend)]


def _fill_rates(found: dict[int, Evidence], ids: list[int], window: Window, minimum: int) -> None:
    for pk, kind, now, hits, base in rate_sums(ids, window):
        span = found[pk].now if now else found[pk].before
        if base >= minimum:
            span.rates[kind] = Rate(hits, base)
        elif base:
            span.too_few.add(kind)


def _fill_durations(
    found: dict[int, Evidence], ids: list[int], window: Window, minimum: int
) -> None:
    buckets: dict[tuple[int, str, int], dict[int, int]] = defaultdict(dict)
    for pk, kind, now, bucket, n in duration_sums(ids, window):
        buckets[pk, kind, now][bucket] = n
    for (pk, kind, now), counts in buckets.items():
        span = found[pk].now if now else found[pk].before
        timed = DurationHistogram(counts)
        if timed.n >= minimum:
            span.durations[kind] = timed
        elif timed.n:
            span.too_few.add(kind)


def _take_out(found: dict[int, Evidence], give_away: Nested) -> None:
    """Hide what could be had by subtracting one period from another."""
    for pk, evidence in found.items():
        for span, kept_back in ((evidence.now, give_away.now), (evidence.before, give_away.before)):
            for key in [key for key in span.scores if (pk, key) in kept_back]:
                del span.scores[key]
                span.hidden.add(key)
            for counted in (span.rates, span.durations):
                for key in [key for key in counted if (pk, key) in kept_back]:
                    del counted[key]
                    span.too_few.add(key)
        evidence.trend = {key: evidence.trend[key] for key in evidence.now.scores}


def friction_of(
    span: Span, touchpoint: Touchpoint, severities: list[int], formula: Formula
) -> Friction:
    """Return the friction of what was gathered in one span."""
    return friction(
        effort=span.effort(),
        abandonment=span.rates.get("abandon"),
        wait=_wait(span, touchpoint),
        repeat=span.rates.get("repeat"),
        error=span.rates.get("error"),
        assessments=severities,
        formula=formula,
    )


def _wait(span: Span, touchpoint: Touchpoint) -> Wait | None:
    durations = span.durations.get(DurationKind.WAIT)
    if touchpoint.target_wait_minutes is None or durations is None:
        return None
    median = durations.median
    return (
        None if median is None else Wait(median / 60, touchpoint.target_wait_minutes, durations.n)
    )
