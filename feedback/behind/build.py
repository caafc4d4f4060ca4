"""Gathers what stands behind one number; the page that shows it asks nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from feedback.behind.comments import Comments, age_words, comments_on
from feedback.behind.formulas import FormulaText, friction_formula, score_formula
from feedback.behind.friction import FrictionParts, friction_parts, raters_text
from feedback.behind.friction_trend import friction_trend
from feedback.behind.scores import (
    Figure,
    ScoreShare,
    before_text,
    distribution,
    figures,
    unit_words,
)
from feedback.behind.times import Timed, timed
from feedback.behind.trend import Trend, cut_words, score_trend
from feedback.changes import score_changes
from feedback.evidence import Evidence, Gathered, gather
from feedback.metrics.friction import Friction
from feedback.metrics.scales import SCALES
from feedback.models import FeedbackRecord, Metric
from feedback.wording import (
    friction_change,
    friction_metric,
    hidden_metric,
    interval_text,
    score_metric,
)
from journeys.maps import MapFilters
from journeys.maps.grid import Change
from journeys.maps.grid import Metric as Number
from journeys.models.workspaces import Visitor
from touchpoints.models import Touchpoint

FRICTION = "friction"
ORDER = ("csat", "csat7", "csat3", "csat2", "ces", "ces5", "nps", FRICTION)
"""The numbers of a touchpoint, in the order of the map."""


@dataclass(frozen=True, slots=True)
class Behind:
    """Everything behind one number of a touchpoint, in words; what must stay hidden is not in it.

    `number` is the one asked for, `friction` and `parts` stand beside every score. `others` are
    all numbers of the touchpoint, the one asked for included.
    """

    key: str
    number: Number
    unit: str
    interval: str
    formula: FormulaText
    change: Change | None
    before: str
    """What the change starts from, or why there is none; empty where nothing is compared."""
    shares: tuple[ScoreShare, ...]
    figures: tuple[Figure, ...]
    trend: Trend | None
    cut: str
    """How the trend cuts the period, in words."""
    friction: Number
    parts: FrictionParts
    raters: str
    times: tuple[Timed, ...]
    comments: Comments
    others: tuple[Number, ...]
    last_answer: datetime | None
    last_answer_age: str


def behind(
    touchpoint: Touchpoint,
    *,
    key: str,
    filters: MapFilters,
    user: Visitor,
    now: datetime,
    theme: str = "",
) -> Behind:
    """Return what stands behind a touchpoint's number under the filters of a map.

    `key` is one of ORDER, or empty for the first that there is; `theme` limits the comments. The
    whole journey is gathered, as for the map: the page must not call clear what the map, testing
    many, does not.
    """
    journey = touchpoint.step.stage.journey
    minimum = journey.workspace.minimum_answers
    on_map = Touchpoint.objects.visible_to(user).current().filter(step__stage__journey=journey)
    peers = list(on_map) if touchpoint.off_map_since is None else [touchpoint]
    gathered = gather(peers, workspace=journey.workspace, filters=filters)
    evidence = gathered[touchpoint.pk]
    than = filters.period.previous_label if filters.compare else ""
    changes = {
        scale: change
        for (pk, scale), change in score_changes(gathered.by_touchpoint, than=than).items()
        if pk == touchpoint.pk
    }
    numbers = list(_numbers(evidence, changes, key, than, minimum))
    number = next((each for each in numbers if each.key == key), numbers[0])
    histogram = evidence.now.scores.get(number.key)
    last = _last_answer(touchpoint)
    return Behind(
        key=number.key,
        number=number,
        unit=_unit(number, evidence.friction),
        interval=interval_text(number),
        formula=_formula(number.key, gathered),
        change=number.change,
        before=_before(number.key, evidence, than),
        shares=distribution(histogram) if histogram else (),
        figures=figures(histogram) if histogram else (),
        trend=_trend(number.key, touchpoint, gathered, minimum),
        cut=cut_words(gathered.window),
        friction=numbers[-1],
        parts=friction_parts(
            evidence, touchpoint=touchpoint, formula=gathered.formula, minimum=minimum
        ),
        raters=raters_text(evidence.friction),
        times=timed(evidence.now, touchpoint=touchpoint, minimum=minimum),
        comments=comments_on(
            touchpoint,
            filters=filters,
            window=gathered.window,
            evidence=evidence,
            minimum=minimum,
            now=now,
            theme=theme,
        ),
        others=tuple(numbers),
        last_answer=last,
        last_answer_age=age_words(last, now) if last else "",
    )


def _numbers(
    evidence: Evidence, changes: dict[str, Change], asked: str, than: str, minimum: int
) -> Iterator[Number]:
    """Yield every number that the touchpoint has, the one asked for in any case."""
    span = evidence.now
    answered = [key for key in ORDER if key in span.scores or key in span.hidden]
    for key in ORDER[:-1]:
        if key in span.hidden:
            yield hidden_metric(key, minimum, url="")
        elif key in span.scores or key == asked or (not answered and not asked and key == "csat"):
            yield score_metric(key, span.scores.get(key), change=changes.get(key))
    yield friction_metric(
        evidence.friction,
        exposed=span.exposed,
        change=friction_change(evidence.friction, evidence.friction_before, than) if than else None,
    )


def _unit(number: Number, found: Friction) -> str:
    if number.key != FRICTION:
        return unit_words(SCALES[number.key])
    return f"{found.band} · 0 smooth to 100 stuck" if found.band else "0 smooth to 100 stuck"


def _formula(key: str, gathered: Gathered) -> FormulaText:
    return friction_formula(gathered.formula) if key == FRICTION else score_formula(SCALES[key])


def _trend(key: str, touchpoint: Touchpoint, gathered: Gathered, minimum: int) -> Trend | None:
    evidence, window = gathered[touchpoint.pk], gathered.window
    if key == FRICTION:
        return friction_trend(
            touchpoint,
            evidence=evidence,
            formula=gathered.formula,
            window=window,
            minimum=minimum,
        )
    if key not in evidence.now.scores:
        return None
    return score_trend(evidence.trend[key], whole=evidence.now.scores[key], window=window)


def _before(key: str, evidence: Evidence, than: str) -> str:
    if not than:
        return ""
    if key == FRICTION:
        earlier = evidence.friction_before
        if earlier is None or earlier.observed is None or earlier.score is None:
            return f"Nothing was measured in {than}."
        return friction_metric(earlier, exposed=0).text
    if key in evidence.before.scores:
        return before_text(evidence.before.scores[key])
    if key in evidence.before.hidden:
        return f"Too few answered in {than} to compare with."
    return f"Nobody answered in {than}."


def _last_answer(touchpoint: Touchpoint) -> datetime | None:
    """Return the moment of the newest feedback: one step down the index for each scale."""
    newest = (
        FeedbackRecord.objects.finished().filter(touchpoint=OuterRef("pk")).order_by("-occurred_at")
    )
    moments = Touchpoint.objects.filter(pk=touchpoint.pk).values_list(
        *(
            Subquery(newest.filter(metric=metric).values("occurred_at")[:1])
            for metric in ("", *Metric.values)
        )
    )
    return max((moment for moment in moments.get() if moment is not None), default=None)
