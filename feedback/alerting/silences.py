"""Evidence that grows old: nobody answers any more where people used to.

A touchpoint is silent when its last answer is more days ago than the workspace allows, and at its
former pace at least seven answers would have come since: by chance alone that happens at fewer than
one in a thousand (Poisson, e to the power of -7).
"""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import F, IntegerField, Sum
from django.db.models.functions import Coalesce

from feedback.alerting.turn import Turn, Watched
from feedback.models import AlertKind, ScoreCount

PACE_DAYS = 182
"""The former pace is that of so many days before the last answer."""
EXPECTED = 7.0
MOST_DAYS = 365
"""Who has been silent for longer than this before the first watch is no news any more."""


def silence_turns(watched: Watched) -> Iterator[Turn]:
    """Yield the touchpoints at which nobody answers any more; one query at most."""
    newest = watched.today - timedelta(days=watched.workspace.stale_after_days)
    oldest = watched.today - timedelta(days=MOST_DAYS)
    lasting = {alert.touchpoint_id: alert for alert in watched.alerts(AlertKind.STALE)}
    silent: dict[int, date] = {}
    for pk, touchpoint in watched.touchpoints.items():
        last: date | None = touchpoint.last_day  # type: ignore[attr-defined]
        if last is not None and last < newest and (last >= oldest or pk in lasting):
            silent[pk] = last
    former = _former(silent)
    for pk, last in silent.items():
        touchpoint, n = watched.touchpoints[pk], former.get(pk, 0)
        days = (watched.today - last).days
        expected = n / PACE_DAYS * days
        too_few = expected < EXPECTED or n < watched.workspace.minimum_answers
        if too_few and pk not in lasting:
            continue
        yield Turn(
            AlertKind.STALE,
            touchpoint,
            f"{touchpoint}: no answer for {days} days; at its former pace about "
            f"{expected:.0f} would have come",
            last + timedelta(days=1),
            {"last_day": last.isoformat(), "days": days, "former": n, "expected": expected},
        )


def _former(silent: dict[int, date]) -> dict[int, int]:
    """Return how many answered in the 182 days up to each last answer."""
    if not silent:
        return {}
    answers = sum((F(column) for column in ScoreCount.COLUMNS[1:]), F("c0"))
    since = min(silent.values()) - timedelta(days=PACE_DAYS - 1)
    rows = (
        ScoreCount.objects.filter(touchpoint__in=list(silent), day__gte=since)
        .values("touchpoint_id", "day")
        .annotate(n=Coalesce(Sum(answers, output_field=IntegerField()), 0))
        .values_list("touchpoint_id", "day", "n")
    )
    former = dict.fromkeys(silent, 0)
    for pk, day, n in rows:
        if silent[pk] - timedelta(days=PACE_DAYS) < day <= silent[pk]:
            former[pk] += n
    return former
