"""Twelve months of answers, drawn by rule from a seed.

A respondent on one touchpoint has a latent satisfaction

    level(day) + segment + way + push + stretch · N(0, 1)

where the level moves by a slow trend and by dated events, segment and way are shifts around
their weighted mean, and push and stretch are the respondent's response style. Each answer adds
a noise of its own; fixed thresholds turn the sum into a score. The numbers of answers are exact,
their days are spread by weekday and growth. docs/demo.md tells it in words.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from statistics import NormalDist
from typing import TypeVar

from feedback.demo.voices import JourneyVoice, Slice, Voice, Way
from feedback.metrics.scales import SCALES

DAYS = 365

# Cuts of the latent satisfaction; a score is the lowest plus the number of cuts below it.
THRESHOLDS = {
    "csat": (-1.25, -0.5, 0.0, 1.2),
    "ces": (-2.0, -1.4, -0.8, -0.15, 0.5, 1.25),
    "nps": (-2.5, -2.2, -1.9, -1.6, -1.3, -0.9, -0.45, -0.05, 0.7, 1.25),
}
NOISE = 0.35
# The standard deviation of styles and noise together, so that `satisfied` comes out as written.
SPREAD = 1.12

# Share of the respondents, stretch of what they feel, push upwards.
STYLES = (
    (0.70, 1.0, 0.0),  # answer as they feel
    (0.12, 1.7, 0.0),  # love the ends of the scale
    (0.12, 0.5, 0.0),  # stay in the middle
    (0.06, 1.0, 0.5),  # are polite
)

# So long does a sentence rest before somebody may say it again.
COMMENT_REST_DAYS = 120
# Every so many answers without a sentence, somebody types one of the remarks of `remarks.toml`.
REMARK_EVERY = 25
BANDS = {"low": (1, 2), "mid": (3,), "high": (4, 5)}

_Part = TypeVar("_Part", Slice, Way)


@dataclass(slots=True)
class Answer:
    """One answer; `at` is local time. `metric` is "" for a note without a score.

    `customer` is known at several touchpoints, `respondent` only at this one.
    """

    respondent: str
    metric: str
    score: int | None
    at: datetime
    segment: str
    source: str
    channel: str
    comment: str = ""
    customer: str = ""


class Calendar:
    """The days of the year before today, as heavy as their weekday and the volume's growth."""

    def __init__(self, voice: JourneyVoice, today: date) -> None:
        self.today = today
        # Within the filter's twelve months: the few answers of a day more would hide "all time".
        oldest, newest = DAYS - 1, voice.silent_days + 1
        self.days = [today - timedelta(days=age) for age in range(oldest, newest - 1, -1)]
        mean = sum(voice.weekdays) / len(voice.weekdays)
        self.weights = [
            voice.weekdays[day.weekday()] / mean * (1 - voice.growth * self.age(day) / DAYS)
            for day in self.days
        ]
        self._until = list(accumulate(self.weights))

    def age(self, day: date) -> int:
        """Return how many days ago it was."""
        return (self.today - day).days

    def spread(self, count: int, rng: Random) -> Iterator[date]:
        """Yield `count` days in order, evenly in weight, so that no period is empty by chance."""
        for number in range(count):
            weight = (number + rng.random()) / count * self._until[-1]
            yield self.days[min(bisect_left(self._until, weight), len(self.days) - 1)]


def generator(*parts: object) -> Random:
    """Return a generator of its own for every purpose: adding one thing moves no other."""
    return Random("/".join(map(str, parts)))  # noqa: S311  (a simulation, no secret)


def simulate(journey: JourneyVoice, title: str, calendar: Calendar, rng: Random) -> list[Answer]:
    """Return all answers and notes on one touchpoint, oldest first."""
    voice = journey.touchpoints[title]
    answers = list(_scored(journey, voice, calendar, rng))
    _comment(answers, journey, voice, calendar, rng)
    for number, note in enumerate(voice.notes):
        answers.append(
            Answer(
                respondent=f"note-{number}",
                metric="",
                score=None,
                at=moment_on(next(calendar.spread(1, rng)), journey, rng),
                segment=_pick(journey.segments, rng).name,
                source=note.source,
                channel="",
                comment=note.text,
            )
        )
    return sorted(answers, key=lambda answer: answer.at)


def level(voice: Voice, age: int) -> float:
    """Return the latent level `age` days ago."""
    now = SPREAD * NormalDist().inv_cdf(voice.satisfied / 100)
    undone = sum(event.shift for event in voice.events if event.days_ago < age)
    return now - voice.trend * age / DAYS - undone


def _scored(
    journey: JourneyVoice, voice: Voice, calendar: Calendar, rng: Random
) -> Iterator[Answer]:
    asked = {"csat": voice.csat, "ces": voice.ces, "nps": voice.nps}
    ways = _ways(journey, voice)
    respondents = max(asked.values())
    levels = {day: level(voice, calendar.age(day)) for day in calendar.days}
    middle = _mean_shift(journey.segments) + _mean_shift(ways)
    for number, day in enumerate(calendar.spread(respondents, rng)):
        segment, way = _pick(journey.segments, rng), _pick(ways, rng)
        feels = levels[day] + segment.shift + way.shift - middle + _style(rng)
        at = moment_on(day, journey, rng)
        for metric, count in asked.items():
            # Spreads the rarer question evenly over the respondents of the commoner one.
            if (number + 1) * count // respondents == number * count // respondents:
                continue
            easier = voice.ease if metric == "ces" else 0.0
            yield Answer(
                f"r{number}",
                metric,
                _score(metric, feels + easier + NOISE * rng.gauss(0, 1)),
                at,
                segment.name,
                way.source,
                way.channel,
            )


def _ways(journey: JourneyVoice, voice: Voice) -> list[Way]:
    if voice.way:
        return [replace(way, share=1.0) for way in journey.ways if way.name == voice.way]
    return [way for way in journey.ways if way.share]


def _score(metric: str, feels: float) -> int:
    return SCALES[metric].low + bisect_right(THRESHOLDS[metric], feels)


def _style(rng: Random) -> float:
    _, stretch, push = rng.choices(STYLES, [share for share, _, _ in STYLES])[0]
    return push + stretch * rng.gauss(0, 1)


def moment_on(day: date, journey: JourneyVoice, rng: Random) -> datetime:
    """Return a moment within the journey's hours of that day."""
    first, last = journey.hours
    minutes = int(rng.triangular(first * 60, last * 60))
    return datetime.combine(day, time(minutes // 60, minutes % 60, rng.randrange(60)))


def _mean_shift(parts: Sequence[Slice] | Sequence[Way]) -> float:
    return sum(part.share * part.shift for part in parts) / sum(part.share for part in parts)


def _pick(parts: Sequence[_Part], rng: Random) -> _Part:
    return rng.choices(parts, [part.share for part in parts])[0]


def _comment(
    answers: list[Answer], journey: JourneyVoice, voice: Voice, calendar: Calendar, rng: Random
) -> None:
    """Put words to some of the CSAT answers, fitting their scores and spread over the year."""
    rated = [answer for answer in answers if answer.metric == "csat"]
    for band, scores in BANDS.items():
        fitting = [answer for answer in rated if answer.score in scores]
        _say(voice.sentences[band], fitting, calendar, rng)
    silent = [answer for answer in rated if not answer.comment]
    for answer in silent[REMARK_EVERY - 1 :: REMARK_EVERY]:
        band = next(band for band, scores in BANDS.items() if answer.score in scores)
        answer.comment = rng.choice(journey.remarks[band])


def _say(sentences: Sequence[str], fitting: list[Answer], calendar: Calendar, rng: Random) -> None:
    """Give each sentence in turn to the answer nearest to its moment; `fitting` is oldest first."""
    order = rng.sample(sentences, len(sentences))
    rest = COMMENT_REST_DAYS / max(len(order), 1)
    moments = [-calendar.age(answer.at.date()) for answer in fitting]
    turn = 0
    while order and fitting and (turn + 1) * rest < DAYS:
        moment = -(turn + rng.uniform(0.3, 0.7)) * rest
        after = bisect_left(moments, moment)
        around = range(max(after - 1, 0), min(after + 1, len(moments)))
        nearest = min(around, key=lambda place: abs(moments[place] - moment))
        moments.pop(nearest)
        fitting.pop(nearest).comment = order[turn % len(order)]
        turn += 1
