"""The weeks by which scores are watched, from Monday to Sunday in UTC.

The usual share comes from 26 weeks that end 13 to 26 weeks ago. They move once a quarter only:
between two moves the baseline is frozen, and the same data give the same chart on every day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from feedback.days import monday
from feedback.metrics.rate import Rate
from feedback.metrics.scales import SCALES
from feedback.tallies import score_tallies

BASELINE_WEEKS = 26
WATCHED_WEEKS = 13
"""The least that is watched after the baseline; at the end of a quarter it is twice as many."""

Series = dict[tuple[int, str], list[Rate]]
"""By touchpoint and scale, the unfavourable answers of each week."""


@dataclass(frozen=True, slots=True)
class Weeks:
    """Whole weeks, the first beginning on the Monday `start`; `end` is the last Sunday."""

    start: date
    end: date

    @classmethod
    def of(cls, today: date, *, since: Iterable[date] = ()) -> "Weeks":
        """Return the weeks to read: those of the baseline, those watched, and from `since` on."""
        return cls(min([first_watched(today) - BASELINE, *since]), last_sunday(today))

    @property
    def since(self) -> date:
        """Return the first day: there is no period before it."""
        return self.start

    @property
    def starts(self) -> list[date]:
        """Return the Mondays."""
        return [self.first_day(place) for place in range(self.count)]

    @property
    def count(self) -> int:
        """Return how many they are."""
        return ((self.end - self.start).days + 1) // 7

    def place(self, day: date) -> int:
        """Return the number of the week that a day lies in."""
        return (day - self.start).days // 7

    def first_day(self, place: int) -> date:
        """Return the Monday of a week."""
        return self.start + timedelta(weeks=place)

    def last_day(self, place: int) -> date:
        """Return the Sunday of a week."""
        return self.first_day(place) + timedelta(days=6)


BASELINE = timedelta(weeks=BASELINE_WEEKS)


def first_watched(today: date) -> date:
    """Return the Monday after the baseline, 13 weeks before the present quarter begins."""
    quarter = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    return monday(quarter) - timedelta(weeks=WATCHED_WEEKS)


def last_sunday(today: date) -> date:
    """Return the end of the last week that is over."""
    return monday(today) - timedelta(days=1)


def unfavourable(ids: Sequence[int], weeks: Weeks) -> Series:
    """Return how many of a week's answers were unfavourable, by touchpoint and scale; one query.

    Those are detractors, the dissatisfied, and those who found it hard.
    """
    found: Series = {}
    if weeks.count < 1:
        return found
    for pk, metric, week, columns in score_tallies(ids, weeks):
        scale = SCALES[metric]
        low = sum(columns[scale.low : scale.negative_max + 1])
        base = sum(columns[scale.low : scale.high + 1])
        series = found.setdefault((pk, metric), [Rate(0, 0)] * weeks.count)
        series[week] = Rate(int(low), int(base))
    return found
