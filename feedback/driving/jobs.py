"""Analyses in the background: asked for on a page, computed by the worker, kept for the next."""

import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime
from time import monotonic

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from feedback.driving.analysis import Analysis, View, analyse
from feedback.driving.answers import Outcome, read_answers
from feedback.models import AnalysisState, DriverAnalysis
from journeys.maps import Period
from journeys.maps.filters import DEFAULT_PERIOD
from journeys.models import Journey, Segment
from touchpoints.models import Touchpoint

logger = logging.getLogger(__name__)

AT_ONCE = 100_000
"""A page that has more answers to read than this leaves it to the background worker."""
MOST_READ = 2_000_000
"""With more answers than this, only one in so many respondents is looked at."""
BEAT = 1.0
"""Seconds between two notes of how far it is."""


def reads_since(period: Period) -> date | None:
    """Return from which day on an analysis reads.

    Only the default period needs nothing beyond itself: what the others would give away by
    subtraction depends on all that was ever answered.
    """
    return period.start if period.key == DEFAULT_PERIOD else None


def computed(
    ids: Sequence[int],
    outcome: Outcome,
    view: View,
    *,
    answers: int,
    on_progress: Callable[[int], None] = lambda read: None,
) -> Analysis:
    """Read and compute now; `answers` is how many there may be to read."""
    every = -(-answers // MOST_READ) or 1
    since = reads_since(Period.until(view.end, view.period))
    read = read_answers(
        ids, outcome, since=since, until=view.end, every=every, on_progress=on_progress
    )
    return analyse(read, outcome, view, every=every)


def ask(
    journey: Journey, outcome: Outcome, *, period: str, segment: str, end: date, answers: int
) -> DriverAnalysis:
    """Let the worker compute an analysis, unless it has it in hand already."""
    with transaction.atomic():
        asked, new = DriverAnalysis.objects.select_for_update().get_or_create(
            journey=journey,
            touchpoint_id=outcome.touchpoint_id,
            metric=outcome.metric,
            period=period,
            segment=segment,
            defaults=_afresh(journey, end, answers),
        )
        if not new and asked.is_working:
            return asked
        if not new:
            ended = {AnalysisState.DONE, AnalysisState.FAILED}
            asked.move(AnalysisState.QUEUED, out_of=ended, **_afresh(journey, end, answers))
        compute.enqueue(asked.pk)
    return asked


def _afresh(journey: Journey, end: date, answers: int) -> dict[str, object]:
    return {
        "end": end,
        "answers": answers,
        "minimum": journey.workspace.minimum_answers,
        "read": 0,
        "asked_at": timezone.now(),
    }


@task(priority=-10)
def compute(analysis_id: int) -> None:
    """Compute an analysis that was asked for; doing it again does no harm."""
    asked = DriverAnalysis.objects.select_related("journey").filter(pk=analysis_id).first()
    if asked is None or not asked.move(
        AnalysisState.RUNNING, out_of=AnalysisState.working(), read=0
    ):
        return
    try:
        result = _compute(asked)
    except Exception:
        logger.exception("Driver analysis %s failed.", asked.pk)
        _end(asked, AnalysisState.FAILED)
    else:
        _end(asked, AnalysisState.DONE, result=result.as_json())


def _compute(asked: DriverAnalysis) -> Analysis:
    segment_id = None
    if asked.segment:
        segments = Segment.objects.filter(workspace=asked.journey.workspace_id)
        segment_id = segments.get(name=asked.segment).pk
    touchpoints = Touchpoint.objects.current().filter(step__stage__journey=asked.journey)
    return computed(
        list(touchpoints.values_list("pk", flat=True)),
        Outcome(asked.touchpoint_id, asked.metric),
        View(asked.period, asked.end, segment_id, asked.minimum),
        answers=asked.answers,
        on_progress=_pulse(asked),
    )


def _pulse(asked: DriverAnalysis) -> Callable[[int], None]:
    """Return what notes about once a second how much was read."""
    row, last = DriverAnalysis.objects.filter(pk=asked.pk), monotonic()

    def beat(read: int) -> None:
        nonlocal last
        if monotonic() - last >= BEAT:
            row.update(read=read)
            last = monotonic()

    return beat


def _end(asked: DriverAnalysis, state: AnalysisState, **values: object) -> None:
    asked.move(state, out_of={AnalysisState.RUNNING}, finished_at=timezone.now(), **values)


def forget_old(now: datetime) -> None:
    """Delete the analyses that nobody has asked for in a month."""
    DriverAnalysis.objects.asked_before(now - DriverAnalysis.KEPT).delete()
