"""Writing the records of a call: each checked for itself, all good ones written together."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework import serializers

from feedback.models import Source
from feedback.push.bodies import unstorable
from feedback.push.directory import Directory
from feedback.push.records import FeedbackSerializer, ObservationSerializer
from feedback.push.results import REFUSED, Errors, Pushed, Result
from feedback.recording import (
    NewAnswer,
    NewObservation,
    Recorded,
    record_answers,
    record_observations,
)
from feedback.recording.deadlocks import retried
from feedback.recording.statements import lock_touchpoints
from journeys.models import Workspace

SKIPPED = "skipped"

_New = TypeVar("_New", NewAnswer, NewObservation)
_Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """In the place of a record: why it could not even be read."""

    reason: str


def push_answers(
    workspace: Workspace,
    records: Sequence[object],
    *,
    all_or_nothing: bool = False,
    own_source: Source | None = None,
) -> Pushed:
    """Write the good ones among some records of feedback, and say what became of each.

    With `all_or_nothing`, one bad record keeps the others from being written. With `own_source`,
    the records belong to that source and may name no other.
    """
    make = _make_answers, record_answers
    return _push(workspace, records, FeedbackSerializer(), *make, all_or_nothing, own_source)


def push_observations(
    workspace: Workspace,
    records: Sequence[object],
    *,
    all_or_nothing: bool = False,
    own_source: Source | None = None,
) -> Pushed:
    """Write the good ones among some observations; see push_answers."""
    make = _make_observations, record_observations
    return _push(workspace, records, ObservationSerializer(), *make, all_or_nothing, own_source)


def _push(
    workspace: Workspace,
    records: Sequence[object],
    serializer: serializers.Serializer[Any],
    make: Callable[[Directory, list[_Values]], list[_New]],
    record: Callable[[Source, Sequence[_New]], Recorded],
    all_or_nothing: bool,
    own_source: Source | None,
) -> Pushed:
    read = [read_record(serializer, each) for each in records]

    def write() -> Pushed:
        with transaction.atomic():
            return _write(workspace, read, make, record, all_or_nothing, own_source)

    try:
        return retried(write)
    except IntegrityError:
        # Somebody added the same new segment, channel or source meanwhile: it is there now.
        return retried(write)


def read_record(serializer: serializers.Serializer[Any], record: object) -> tuple[_Values, Errors]:
    """Return the values of a record, or what is wrong with it by field."""
    if isinstance(record, Unreadable):
        return {}, {"record": [record.reason]}
    if not isinstance(record, dict):
        return {}, {"record": ["Not an object."]}
    if unstorable(record):
        # Before anything repeats it: an answer could not be written either.
        return {}, {
            "record" if unstorable(key) else key: ["Holds a NUL or half of a character."]
            for key, value in record.items()
            if unstorable(key) or unstorable(value)
        }
    try:
        return serializer.run_validation(record), {}
    except serializers.ValidationError as error:
        return {}, error.detail  # type: ignore[return-value]


def _write(
    workspace: Workspace,
    read: Sequence[tuple[_Values, Errors]],
    make: Callable[[Directory, list[_Values]], list[_New]],
    record: Callable[[Source, Sequence[_New]], Recorded],
    all_or_nothing: bool,
    own_source: Source | None,
) -> Pushed:
    directory = Directory(workspace, (values for values, errors in read if not errors))
    results: dict[int, Result] = {}
    good: dict[int, _Values] = {}
    now = timezone.now()
    for index, (found, errors) in enumerate(read):
        values, problems = {"occurred_at": now, **found}, dict(errors)
        if not problems:
            directory.check(values, problems, own_source=own_source)
        if problems:
            results[index] = Result(REFUSED, problems)
        else:
            good[index] = values
    held = all_or_nothing and bool(results)
    if held:
        results |= dict.fromkeys(good, Result(SKIPPED))
    else:
        by_source: dict[str, list[int]] = defaultdict(list)
        for index, values in good.items():
            by_source[values["source"]].append(index)
        if record is record_answers:
            # All at once: with those of each source by itself, two calls could wait in a circle.
            lock_touchpoints(values["touchpoint"] for values in good.values())
        # In one order, so that two calls never wait for each other in a circle.
        for name, indices in sorted(by_source.items()):
            new = make(directory, [good[index] for index in indices])
            recorded = record(own_source or directory.source(name), new)
            for index, outcome, each in zip(indices, recorded.outcomes, new, strict=True):
                results[index] = Result(outcome.value, new=each)
    return Pushed(tuple(results[index] for index in range(len(read))), written=not held)


def _make_answers(directory: Directory, records: list[_Values]) -> list[NewAnswer]:
    segments = directory.segments.ids(values.get("segment") for values in records)
    channels = directory.channels.ids(values.get("channel") for values in records)
    people = directory.respondents(
        {values["respondent"] for values in records if "respondent" in values}
    )
    return [
        NewAnswer(
            touchpoint_id=values["touchpoint"],
            metric=values.get("metric", ""),
            score=values.get("score"),
            comment=values.get("comment", ""),
            occurred_at=values["occurred_at"],
            external_id=values.get("external_id", ""),
            segment_id=segments[values.get("segment")],
            # Who does not say otherwise answers about the channel of the touchpoint.
            channel_id=channels[values.get("channel")] or values["home_channel"],
            respondent_id=people.get(values.get("respondent", "")),
            partial=values.get("partial", False),
            language=values.get("language", ""),
        )
        for values in records
    ]


def _make_observations(directory: Directory, records: list[_Values]) -> list[NewObservation]:
    return [
        NewObservation(
            touchpoint_id=values["touchpoint"],
            kind=values["kind"],
            occurred_at=values["occurred_at"],
            seconds=values.get("seconds"),
            hit=values.get("hit"),
            external_id=values.get("external_id", ""),
            handoff_id=values.get("handoff"),
        )
        for values in records
    ]
