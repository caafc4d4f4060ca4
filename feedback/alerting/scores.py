"""Scores that fall: a CUSUM of the unfavourable answers at each touchpoint, on each scale."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from feedback.alerting.turn import Turn, Watched
from feedback.alerting.weeks import BASELINE, Series, Weeks, first_watched, unfavourable
from feedback.behind.formulas import negative
from feedback.metrics.control import MINIMUM_PER_PERIOD, Period, merge_periods
from feedback.metrics.rate import Rate
from feedback.metrics.scales import SCALES
from feedback.metrics.turns import Course, Plan, follow, plan
from feedback.models import Alert, AlertKind
from feedback.wording import label, percent_text
from touchpoints.models import Touchpoint

LEAST_BASELINE = 100
"""Answers without which there is no usual share to compare with."""

_LOW = {"nps": "detractors", "csat": "dissatisfied", "ces": "who found it hard"}


def low_words(metric: str) -> str:
    """Return what unfavourable answers are on a scale: "dissatisfied (1–2)"."""
    scale = SCALES[metric]
    return f"{_LOW[scale.metric]} ({negative(scale)})"


@dataclass(frozen=True, slots=True)
class Judged:
    """A series under its plan: the baseline, the periods after it, and their course."""

    baseline: Rate
    baseline_from: date
    watched_from: date
    plan: Plan
    weeks: Weeks
    rates: Sequence[Rate]
    """Of all weeks, those of the baseline, too."""
    periods: Sequence[Period]
    course: Course

    @property
    def since(self) -> Rate:
        """Return all answers since the present turn began."""
        began = self.course.began or 0
        return sum((period.rate for period in self.periods[began:]), Rate(0, 0))

    @property
    def began_on(self) -> date | None:
        """Return the first day of the present turn, None while all is well."""
        began = self.course.began
        return None if began is None else self.weeks.first_day(self.periods[began].first)

    @property
    def called_on(self) -> date | None:
        """Return the last day of the period at which the chart called."""
        called = self.course.called
        return None if called is None else self.weeks.last_day(self.periods[called].last)

    def facts(self, watched: int) -> dict[str, Any]:
        """Return what an alert keeps; the baseline and the plan stay frozen while it lasts."""
        since = self.since
        return {
            "baseline": [self.baseline.hits, self.baseline.base],
            "baseline_from": self.baseline_from.isoformat(),
            "watched_from": self.watched_from.isoformat(),
            "p0": self.plan.p0,
            "p1": self.plan.p1,
            "since": [since.hits, since.base],
            "called_on": self.called_on.isoformat() if self.called_on else None,
            "watched": watched,
        }


def score_turns(watched: Watched) -> Iterator[Turn]:
    """Yield the touchpoints and scales whose unfavourable answers have become more; one query."""
    alerts = watched.alerts(AlertKind.SCORE)
    since = [date.fromisoformat(alert.facts["baseline_from"]) for alert in alerts]
    weeks = Weeks.of(watched.today, since=since)
    series = unfavourable(list(watched.touchpoints), weeks)
    lasting = {(alert.touchpoint_id, alert.metric): alert for alert in alerts}
    judged = judge_all(series, lasting, weeks, watched)
    for (pk, metric), found in judged.items():
        if found.course.worse:
            touchpoint = watched.touchpoints[pk]
            yield Turn(
                AlertKind.SCORE,
                touchpoint,
                _sentence(touchpoint, metric, found),
                found.began_on,
                found.facts(len(judged)),
                metric,
            )
    for key in lasting.keys() - judged.keys():
        # Its answers are gone, or moved away: nothing can be told of it.
        yield Turn.of(lasting[key], watched.touchpoints[key[0]])


def judge_all(
    series: Series, lasting: dict[tuple[int, str], Alert], weeks: Weeks, watched: Watched
) -> dict[tuple[int, str], Judged]:
    """Return every series that can be judged, by touchpoint and scale."""
    least = max(MINIMUM_PER_PERIOD, watched.workspace.minimum_answers)
    found: dict[tuple[int, str], Judged] = {}
    for key, rates in series.items():
        alert = lasting.get(key)
        judged = (
            frozen(rates, weeks, alert.facts, least)
            if alert
            else judge(rates, weeks, watched.today, least)
        )
        if judged is not None:
            found[key] = judged
    return found


def judge(rates: Sequence[Rate], weeks: Weeks, today: date, least: int) -> Judged | None:
    """Judge a series by its baseline; None where it has too few answers to have one.

    Where the 26 weeks hold fewer than 100 answers, as at a young touchpoint, the weeks after them
    join the baseline until there are as many.
    """
    end = weeks.place(first_watched(today))
    start = max(0, end - BASELINE.days // 7)
    baseline = sum(rates[start:end], Rate(0, 0))
    while baseline.base < LEAST_BASELINE and end < len(rates):
        baseline += rates[end]
        end += 1
    by = plan(baseline)
    if baseline.base < LEAST_BASELINE or by is None:
        return None
    return _judged(rates, weeks, baseline, weeks.first_day(start), end, by, least)


def frozen(rates: Sequence[Rate], weeks: Weeks, facts: dict[str, Any], least: int) -> Judged:
    """Judge a series by the baseline and the plan that its alert holds."""
    end = weeks.place(date.fromisoformat(facts["watched_from"]))
    baseline = Rate(*facts["baseline"])
    by = Plan(facts["p0"], facts["p1"])
    first = date.fromisoformat(facts["baseline_from"])
    return _judged(rates, weeks, baseline, first, end, by, least)


def _judged(
    rates: Sequence[Rate],
    weeks: Weeks,
    baseline: Rate,
    baseline_from: date,
    end: int,
    by: Plan,
    least: int,
) -> Judged:
    periods = [
        Period(period.rate, end + period.first, end + period.last)
        for period in merge_periods(rates[end:], least)
    ]
    course = follow([period.rate for period in periods], by)
    watched_from = weeks.first_day(end)
    return Judged(baseline, baseline_from, watched_from, by, weeks, rates, periods, course)


def _sentence(touchpoint: Touchpoint, metric: str, found: Judged) -> str:
    now, before = found.since.value or 0.0, found.baseline.value or 0.0
    day = found.began_on
    assert day is not None  # noqa: S101
    return (
        f"{touchpoint}: {percent_text(100 * now)} {low_words(metric)} since "
        f"{day.day} {day:%B}, usually {percent_text(100 * before)} ({label(SCALES[metric])})"
    )
