"""What the page of one alert says: the numbers, the charts, and how often such a call errs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median

from django.urls import reverse
from django.utils.formats import date_format

from feedback.alerting.charts import (
    evidence_chart,
    friction_chart,
    joined,
    share_chart,
    silence_chart,
    wait_chart,
)
from feedback.alerting.frictions import LEAST_JUMP, SIGMAS, Level
from feedback.alerting.scores import Judged, frozen, low_words
from feedback.alerting.silences import PACE_DAYS
from feedback.alerting.weeks import WATCHED_WEEKS, Weeks, last_sunday, unfavourable
from feedback.charts import Chart
from feedback.metrics.control import MINIMUM_PER_PERIOD
from feedback.metrics.display import round_half_away
from feedback.metrics.intervals import wilson
from feedback.metrics.quantiles import z_quantile
from feedback.metrics.rate import Rate
from feedback.metrics.turns import run_length
from feedback.models import Alert, AlertKind, Metric, ScoreCount
from feedback.pieces import hidden_pieces
from feedback.wording import minutes_text, percent_text, plain

WEEKS_IN_A_YEAR = 52.18
_SELDOM = 100.0
"""Years; what is rarer than once in so many is not told more exactly."""


@dataclass
class Explanation:
    """An alert in words: figures with their labels, sentences, and charts."""

    figures: list[tuple[str, str]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    errs: str = ""
    """How often such an alert is a false one."""
    charts: list[Chart] = field(default_factory=list)


def explain(alert: Alert, today: date) -> Explanation:
    """Return what the page of an alert says; one query at most."""
    return _EXPLAIN[AlertKind(alert.kind)](alert, today)


def evidence_url(alert: Alert) -> str:
    """Return the address of the evidence at the alert's touchpoint."""
    address = reverse(
        "feedback:touchpoint_evidence", args=[alert.workspace.slug, alert.touchpoint_id]
    )
    key = "friction" if alert.kind == AlertKind.FRICTION else alert.metric
    return f"{address}?metric={key}" if key else address


def _score(alert: Alert, today: date) -> Explanation:
    facts, metric = alert.facts, alert.metric
    judged = _judged_again(alert, today)
    baseline, since = Rate(*facts["baseline"]), Rate(*facts["since"])
    said = Explanation(
        figures=[
            ("Since it began", _share_text(since)),
            ("Usual", _share_text(baseline)),
            ("Worth finding", percent_text(100 * facts["p1"])),
        ],
        reasons=[
            (
                f"Of the answers on {Metric(metric).label}, the share of {low_words(metric)} is "
                "watched: a few more bitter answers show there before the mean moves."
            ),
            (
                f"What is usual comes from {_day(date.fromisoformat(facts['baseline_from']))} to "
                f"{_day(date.fromisoformat(facts['watched_from']) - timedelta(days=1))}. It stays "
                "frozen while this alert lasts, so that getting used to it does not end it."
            ),
            (
                "It closes by itself once the evidence for the way back is as strong as that for "
                "the rise was."
            ),
        ],
    )
    if judged is not None and judged.periods:
        least = max(MINIMUM_PER_PERIOD, alert.workspace.minimum_answers)
        start = judged.weeks.place(judged.baseline_from)
        end = judged.weeks.place(judged.watched_from)
        usual = joined(judged.rates[start:end], least)
        said.charts = [share_chart(judged, usual, metric), evidence_chart(judged, usual)]
        said.errs = _error_text(judged, facts["watched"])
    return said


def _judged_again(alert: Alert, today: date) -> Judged | None:
    """Judge the series anew; of what is over, up to a quarter after its end."""
    start = date.fromisoformat(alert.facts["baseline_from"])
    end = last_sunday(today)
    if alert.recovered_at is not None:
        over = alert.recovered_at.date() + timedelta(weeks=WATCHED_WEEKS)
        end = min(end, last_sunday(over))
    weeks = Weeks(start, end)
    series = unfavourable([alert.touchpoint_id], weeks)
    rates = series.get((alert.touchpoint_id, alert.metric))
    least = max(MINIMUM_PER_PERIOD, alert.workspace.minimum_answers)
    return None if rates is None else frozen(rates, weeks, alert.facts, least)


def _error_text(judged: Judged, watched: int) -> str:
    """Return how rarely such a chart calls for nothing, and how fast it finds what is worth it."""
    n = int(median(period.rate.base for period in judged.periods))
    spans = [period.last - period.first + 1 for period in judged.periods]
    weeks = sum(spans) / len(spans)
    calls = run_length(n, judged.plan.p0, judged.plan) * weeks
    finds = run_length(n, judged.plan.p1, judged.plan) * weeks
    years = calls / WEEKS_IN_A_YEAR
    rarely = "less than once in 100 years" if years > _SELDOM else f"once in {_number(years)} years"
    per_year = watched / years
    together = (
        f" Of the {watched} series that are watched here, about {_number(per_year)} false alarms "
        "a year are to be expected if all were like this one."
        if watched > 1
        else ""
    )
    often = "a week" if round(weeks) <= 1 else f"in {weeks:.0f} weeks"
    return (
        f"With {n:,} answers {often} and nothing changed, this chart calls about {rarely}. "
        f"A rise to {percent_text(100 * judged.plan.p1)} it finds in {_number(finds)} weeks on "
        f"average.{together}"
    )


def _friction(alert: Alert, today: date) -> Explanation:
    before, now = Level(**alert.facts["before"]), Level(**alert.facts["now"])
    return Explanation(
        figures=[
            ("Now", _level_text(now)),
            ("90 days before", _level_text(before)),
            ("Customers who met it", f"{alert.facts['exposed']:,}"),
        ],
        reasons=[
            (
                "The measured friction of the last 90 days is compared with that of the 90 days "
                "before, by those parts of the formula that were measured in both."
            ),
            (
                f"An alert opens for a rise of {LEAST_JUMP:g} points and more that is beyond "
                f"{SIGMAS:g} standard errors of the difference. It closes when the score is no "
                "longer clearly above what it was before the jump."
            ),
        ],
        errs="Where nothing has changed, chance alone gives such a rise at about one in 700 "
        "comparisons.",
        charts=[friction_chart(before, now)],
    )


def _silence(alert: Alert, today: date) -> Explanation:
    facts = alert.facts
    last = date.fromisoformat(facts["last_day"])
    return Explanation(
        figures=[
            ("Last answer", _day(last)),
            ("Silent for", f"{facts['days']} days"),
            ("Would have come", f"about {_number(facts['expected'])}"),
        ],
        reasons=[
            (
                f"In the {PACE_DAYS} days up to the last answer, {facts['former']:,} people "
                f"answered here. At that pace about {_number(facts['expected'])} answers would "
                "have come since."
            ),
            (
                f"An alert opens after {alert.workspace.stale_after_days} days without an answer, "
                "where at least 7 were to be expected. An admin sets the days in the workspace."
            ),
            (
                "Often a survey has ended, a link is broken or an import has stopped. The number "
                "on the map is then one of the past."
            ),
        ],
        errs="Where people still answer as before, so long a silence comes by chance less than "
        "once in a thousand times.",
        charts=[_answers_by_week(alert, last, today)],
    )


def _answers_by_week(alert: Alert, last: date, today: date) -> Chart:
    weeks = Weeks(Weeks.of(last).start, max(last_sunday(today), last_sunday(last)))
    rows = (
        ScoreCount.objects.filter(
            touchpoint=alert.touchpoint_id, day__gte=weeks.start, day__lte=weeks.end
        )
        .values_list("day", *ScoreCount.COLUMNS)
        .order_by()
    )
    sizes = [0] * weeks.count
    for day, *counts in rows:
        sizes[weeks.place(day)] += sum(counts)
    hidden = hidden_pieces(dict(enumerate(sizes)), {}, (), alert.workspace.minimum_answers)
    shown = [None if place in hidden else size for place, size in enumerate(sizes)]
    starts = [weeks.first_day(place) for place in range(weeks.count)]
    return silence_chart(starts, shown, sum(sizes))


def _wait(alert: Alert, today: date) -> Explanation:
    facts = alert.facts
    wait, agreed, accepted = facts["wait"], facts["agreed"], facts["accepted"]
    late = Rate(facts["breached"], accepted).value if accepted else None
    figures = [("Observed", minutes_text(wait)), ("Agreed", minutes_text(agreed))]
    if late is not None:
        figures.append(("Taken up late", f"{percent_text(100 * late)} of {accepted:,}"))
    return Explanation(
        figures=figures,
        reasons=[
            (
                "The observed wait is the median that stands on the handoff; the agreed one is "
                "what both teams have promised each other."
            ),
            "It closes by itself once the observed wait is within the agreed one."
            + ("" if accepted else " Nobody has counted it yet: it is the teams’ own estimate."),
        ],
        errs="This is a count against a promise, not a test: it calls whenever the observed wait "
        "is the longer one.",
        charts=[wait_chart(wait, agreed, accepted or None)],
    )


_EXPLAIN: dict[AlertKind, Callable[[Alert, date], Explanation]] = {
    AlertKind.SCORE: _score,
    AlertKind.FRICTION: _friction,
    AlertKind.STALE: _silence,
    AlertKind.WAIT: _wait,
}


def _share_text(rate: Rate) -> str:
    interval = wilson(rate.hits, rate.base)
    if interval is None:
        return "–"
    low, high = interval
    share = percent_text(100 * (rate.value or 0.0))
    return f"{share} ({plain(low)} to {plain(high)}), n {rate.base:,}"


def _level_text(level: Level) -> str:
    margin = round_half_away(z_quantile(0.95) * level.error)
    return f"{round_half_away(level.score):.0f} ±{margin:.0f}"


def _number(value: float) -> str:
    """Return a rough number: 0.4, 2.7, 19."""
    return f"{value:,.0f}" if value >= 10 else f"{round_half_away(value, 1):.1f}"


def _day(day: date) -> str:
    return date_format(day, "j F Y")
