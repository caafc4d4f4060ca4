"""Puts what the simulator drew into the database: answers, friction events, waits."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.utils import timezone

from feedback.demo.behaviour import counted, timed
from feedback.demo.customers import name_customers
from feedback.demo.libraries import Libraries
from feedback.demo.simulator import Answer, Calendar, generator, moment_on, simulate
from feedback.demo.voices import JourneyVoice
from feedback.models import FrictionInput, FrictionKind, ObservationKind
from feedback.privacy.respondents import respondent_ids
from feedback.recording import NewAnswer, NewObservation, record_answers, record_observations
from touchpoints.models import Touchpoint

BATCH = 5_000
TIMED_BY = "Desk and queue times"


def create_evidence(
    journey: JourneyVoice,
    slug: str,
    touchpoints: dict[str, Touchpoint],
    library: Libraries,
    *,
    today: date,
    seed: int,
) -> int:
    """Create a year of evidence before today; return how many feedback records that made.

    Raises KeyError for a voice of a touchpoint that the map has not.
    """
    calendar = Calendar(journey, today)
    answers: dict[str, list[NewAnswer]] = defaultdict(list)
    simulated = {
        title: simulate(journey, title, calendar, generator(seed, slug, title))
        for title in journey.touchpoints
    }
    respondents = {}
    if journey.customers:
        name_customers(journey.customers, simulated, today, generator(seed, slug, "customers"))
        names = {answer.customer for said in simulated.values() for answer in said}
        respondents = respondent_ids(library.workspace, names - {""})
    for title, said in simulated.items():
        for answer in said:
            new = _new(answer, f"{slug}/{title}", touchpoints[title], library)
            known = respondents.get(answer.customer)
            answers[answer.source].append(new._replace(respondent_id=known) if known else new)
    for source, given in answers.items():
        for start in range(0, len(given), BATCH):
            record_answers(library.sources[source], given[start : start + BATCH])
    inputs = _inputs(journey, slug, touchpoints, calendar, seed)
    FrictionInput.objects.bulk_create(inputs, batch_size=BATCH)
    waits = list(_waits(journey, slug, touchpoints, calendar, seed))
    for start in range(0, len(waits), BATCH):
        record_observations(library.sources[TIMED_BY], waits[start : start + BATCH])
    return sum(map(len, answers.values()))


def _new(answer: Answer, prefix: str, touchpoint: Touchpoint, library: Libraries) -> NewAnswer:
    channel_id = touchpoint.channel_id
    return NewAnswer(
        external_id=f"demo/{prefix}/{answer.respondent}",
        touchpoint_id=touchpoint.pk,
        metric=answer.metric,
        score=answer.score,
        comment=answer.comment,
        occurred_at=timezone.make_aware(answer.at),
        segment_id=library.segments[answer.segment].pk,
        channel_id=library.channels[answer.channel].pk if answer.channel else channel_id,
    )


def _inputs(
    journey: JourneyVoice,
    slug: str,
    touchpoints: dict[str, Touchpoint],
    calendar: Calendar,
    seed: int,
) -> Iterator[FrictionInput]:
    for title, voice in journey.touchpoints.items():
        events = {
            FrictionKind.ABANDONMENT: voice.abandon,
            FrictionKind.REPEAT: voice.repeat,
            FrictionKind.ERROR: voice.error,
        }
        for kind, observed in events.items():
            if observed is None:
                continue
            rng = generator(seed, slug, title, kind.value)
            for day, hits, base in counted(observed, voice, calendar, rng):
                yield FrictionInput(
                    touchpoint_id=touchpoints[title].pk, kind=kind, day=day, hits=hits, base=base
                )


def _waits(
    journey: JourneyVoice,
    slug: str,
    touchpoints: dict[str, Touchpoint],
    calendar: Calendar,
    seed: int,
) -> Iterator[NewObservation]:
    for title, voice in journey.touchpoints.items():
        durations = {
            ObservationKind.WAIT: voice.wait,
            ObservationKind.FIRST_RESPONSE: voice.first_response,
        }
        for kind, observed in durations.items():
            if observed is None:
                continue
            rng = generator(seed, slug, title, kind.value)
            hours = generator(seed, slug, title, kind.value, "hours")
            waits = timed(observed, voice, calendar, rng)
            for number, (day, seconds) in enumerate(waits):
                yield NewObservation(
                    touchpoint_id=touchpoints[title].pk,
                    kind=kind,
                    occurred_at=timezone.make_aware(moment_on(day, journey, hours)),
                    seconds=seconds,
                    external_id=f"demo/{slug}/{title}/{number}",
                )
