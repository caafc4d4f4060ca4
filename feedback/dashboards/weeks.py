"""A touchpoint's answers by week, neighbours merged until each period may be shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from feedback.behind.trend import days_of
from feedback.evidence import Window
from feedback.metrics.histogram import Histogram, merged
from feedback.metrics.scales import SCALES
from feedback.metrics.suppression import too_close
from feedback.models import ScoreCount
from journeys.maps.filters import PERIODS

MONDAY = 0


@dataclass(frozen=True, slots=True)
class Span:
    """Some days, both ends included, and what was answered in them."""

    first: date
    last: date
    answers: Histogram


def pieces_of(trend: Sequence[Histogram | None], window: Window) -> list[Span]:
    """Return the pieces of a trend that may be shown."""
    return [
        Span(first, last, found)
        for (first, last), found in zip(days_of(window), trend, strict=True)
        if found is not None and found.n
    ]


def shown_weeks(
    touchpoint: int, key: str, window: Window, *, beside: Iterable[Span], minimum: int
) -> list[Span]:
    """Return a touchpoint's answers by `merged_weeks`; one query."""
    return merged_weeks(_daily(touchpoint, key, window), window, beside=beside, minimum=minimum)


def merged_weeks(
    daily: Mapping[date, Histogram], window: Window, *, beside: Iterable[Span], minimum: int
) -> list[Span]:
    """Return the answers of each day by week, from Monday on, weeks merged where they have to be.

    Each holds at least `minimum` answers, and so does what is left when it is subtracted from
    anything shown `beside` it or from a whole period. What is left over at the end is not there.
    """
    over = window.end + timedelta(days=1)
    days = [window.start + timedelta(days=n) for n in range((over - window.start).days)]
    counts = [daily[day].n if day in daily else 0 for day in days]
    # How many answered before each day, and before the day after the period.
    until = dict(zip([*days, over], accumulate(counts, initial=0), strict=True))
    edges = {window.start, over}
    edges |= {edge for each in beside for edge in (each.first, each.last + timedelta(days=1))}
    # The shorter periods, which other views show.
    edges |= {window.end - timedelta(days=length - 1) for length in PERIODS.values() if length}
    known = [until[edge] for edge in edges if edge in until]
    spans, start = [], window.start
    for end in _ends(window):
        told = not any(too_close(until[end], n, minimum) for n in known)
        if told and until[end] - until[start] >= minimum:
            inside = [found for day, found in daily.items() if start <= day < end]
            spans.append(Span(start, end - timedelta(days=1), merged(inside)))
            known.append(until[end])
            start = end
    return spans


def _daily(touchpoint: int, key: str, window: Window) -> Mapping[date, Histogram]:
    rows = ScoreCount.objects.filter(
        touchpoint=touchpoint, metric=key, day__gte=window.start, day__lte=window.end
    ).values_list("day", *ScoreCount.COLUMNS)
    return {day: Histogram.from_columns(SCALES[key], counts) for day, *counts in rows}


def _ends(window: Window) -> list[date]:
    """Return the day after each week; the period's own ends cut the first and the last."""
    last = window.end + timedelta(days=1)
    monday = window.start + timedelta(days=7 - (window.start.weekday() - MONDAY) % 7)
    weeks = [monday + timedelta(weeks=n) for n in range((last - monday).days // 7 + 1)]
    return [*(day for day in weeks if day < last), last]
