"""What customers did rather than said: daily events out of attempts, and durations.

A rate or a median changes from `was` to its present value on the day of the touchpoint's last
event. Bases follow the calendar's weekdays; durations are lognormal around their median.
"""

import math
from collections.abc import Iterator
from datetime import date
from random import Random

from feedback.demo.simulator import Calendar
from feedback.demo.voices import Counted, Timed, Voice


def counted(
    events: Counted, voice: Voice, calendar: Calendar, rng: Random
) -> Iterator[tuple[date, int, int]]:
    """Yield (day, hits, base) for every day with attempts."""
    changed = _last_event(voice)
    for day, weight in zip(calendar.days, calendar.weights, strict=True):
        base = round(events.base * weight * rng.uniform(0.75, 1.25))
        if not base:
            continue
        rate = _on(day, calendar, changed, events.rate, events.was)
        yield day, sum(rng.random() < rate for _ in range(base)), base


def timed(
    durations: Timed, voice: Voice, calendar: Calendar, rng: Random
) -> Iterator[tuple[date, float]]:
    """Yield the day and the seconds of every duration, oldest first."""
    changed = _last_event(voice)
    for day in calendar.spread(durations.yearly, rng):
        minutes = _on(day, calendar, changed, durations.minutes, durations.was)
        yield day, 60 * minutes * math.exp(durations.spread * rng.gauss(0, 1))


def _last_event(voice: Voice) -> int:
    return min((event.days_ago for event in voice.events), default=0)


def _on(day: date, calendar: Calendar, changed: int, now: float, was: float | None) -> float:
    return now if was is None or calendar.age(day) <= changed else was
