"""Outcome metrics in words: "2.1 %", "Oct 2026", "at most 2 %", "6 weeks old"."""

import re
from calendar import monthrange
from datetime import date

from django.utils.formats import date_format

from feedback.metrics.display import round_half_away
from feedback.models.outcomes import Direction, OutcomeMetric

_THIN = "\N{NARROW NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"
MISSED_PERIODS = 1
"""How many further periods may pass without a point before a metric is stale."""


def number_text(value: float) -> str:
    """Return a number with as many digits as tell something: 0.42, 2.1, 1,240; whole ones bare."""
    size = abs(value)
    digits = 0 if size >= 1000 else 1 if size >= 1 else 2
    text = f"{abs(round_half_away(value, digits)):,.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{_MINUS if value < 0 and re.search('[1-9]', text) else ''}{text}"


def value_text(metric: OutcomeMetric, value: float) -> str:
    """Return a value with its unit."""
    return f"{number_text(value)}{_THIN}{metric.unit}".rstrip(_THIN)


def target_text(metric: OutcomeMetric) -> str:
    """Return "at least 110 %" or "at most 2 %"; empty without a target."""
    if metric.target is None:
        return ""
    bound = "at least" if metric.direction == Direction.HIGHER else "at most"
    return f"{bound} {value_text(metric, metric.target)}"


def period_text(start: date, end: date) -> str:
    """Return "Oct 2026", "Q3 2026", "2026", a day, or both ends of any other period."""
    whole = start.day == 1 and end.day == monthrange(end.year, end.month)[1]
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    if whole and months == 1:
        return date_format(start, "M Y")
    if whole and months == 3 and start.month % 3 == 1:
        return f"Q{start.month // 3 + 1} {start.year}"
    if whole and months == 12 and start.month == 1:
        return str(start.year)
    if start == end:
        return date_format(start, "j M Y")
    return f"{date_format(start, 'j M Y')} to {date_format(end, 'j M Y')}"


def age_text(end: date, today: date) -> str:
    """Return how long ago a period ended: "today", "12 days ago", "6 weeks ago"."""
    days = (today - end).days
    if days < 0:
        return "still running"
    if days == 0:
        return "today"
    if days < 21:
        return f"{days} day{'' if days == 1 else 's'} ago"
    if days < 100:
        return f"{days // 7} weeks ago"
    return f"{round(days / 30.4)} months ago"


def is_stale(start: date, end: date, today: date) -> bool:
    """True where a whole further period has passed without a point, and one is due again.

    A month's figure is stale two months after the month, a week's after two weeks.
    """
    length = (end - start).days + 1
    return (today - end).days > (MISSED_PERIODS + 1) * length
