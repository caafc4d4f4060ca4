"""DurationCount and EventCount tell the truth whatever wrote the observations."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from feedback.metrics.durations import bucket_of
from feedback.models import DurationCount, EventCount, Observation
from feedback.recording import NewObservation, record_observations
from tests.factories import NOON, make_observation, make_source, make_touchpoint

TIMED = ("wait", "frt")
COUNTED = ("abandon", "repeat", "error")


def counted() -> tuple[Counter, Counter]:
    """The counts as they stand, without empty ones."""
    durations: Counter = Counter()
    for row in DurationCount.objects.all():
        durations[row.touchpoint_id, row.day.isoformat(), row.kind, row.bucket] += row.count
    events: Counter = Counter()
    for each in EventCount.objects.all():
        key = each.touchpoint_id, each.day.isoformat(), each.kind
        events[*key, "hits"] += each.hits
        events[*key, "base"] += each.base
    return +durations, +events


def observed() -> tuple[Counter, Counter]:
    """The same, counted from the observations themselves."""
    durations: Counter = Counter()
    events: Counter = Counter()
    for each in Observation.objects.all():
        key = each.touchpoint_id, each.occurred_at.date().isoformat(), each.kind
        if each.seconds is not None:
            durations[*key, bucket_of(each.seconds)] += 1
        else:
            events[*key, "hits"] += each.hit
            events[*key, "base"] += 1
    return durations, +events


# Days and places are few, so that changes meet.
place = st.tuples(st.integers(0, 1), st.integers(0, 2))
what = st.one_of(
    st.tuples(st.sampled_from(TIMED), st.sampled_from([0, 0.4, 59, 61, 3_600])),
    st.tuples(st.sampled_from(COUNTED), st.booleans()),
)
name = st.sampled_from(["", "a", "b", "c"])
change = st.one_of(
    st.tuples(st.just("record"), st.lists(st.tuples(place, what, name), min_size=1, max_size=6)),
    st.tuples(st.just("bulk"), st.lists(st.tuples(place, what), min_size=1, max_size=6)),
    st.tuples(st.just("edit"), st.tuples(st.integers(0, 20), what)),
    st.tuples(st.just("move_all"), st.integers(0, 1)),
    st.tuples(st.just("shift_a_day"), st.none()),
    st.tuples(st.just("delete"), st.integers(0, 20)),
    st.tuples(st.just("delete_kind"), st.sampled_from([*TIMED, *COUNTED])),
)


class Writer:
    """Changes observations in every way that an application can."""

    def __init__(self) -> None:
        self.places = [make_touchpoint(), make_touchpoint()]
        self.source = make_source()

    def content(self, what):
        kind, value = what
        if kind in TIMED:
            return {"kind": kind, "seconds": value, "bucket": bucket_of(value), "hit": None}
        return {"kind": kind, "seconds": None, "bucket": None, "hit": value}

    def at(self, index):
        pks = Observation.objects.order_by("pk").values_list("pk", flat=True)
        return Observation.objects.filter(pk__in=list(pks[index : index + 1]))

    def record(self, observations):
        record_observations(
            self.source,
            [
                NewObservation(
                    self.places[place].pk,
                    kind,
                    NOON + timedelta(days=day),
                    seconds=value if kind in TIMED else None,
                    hit=None if kind in TIMED else value,
                    external_id=name,
                )
                for (place, day), (kind, value), name in observations
            ],
        )

    def bulk(self, observations):
        Observation.objects.bulk_create(
            Observation(
                source=self.source,
                touchpoint=self.places[place],
                occurred_at=NOON + timedelta(days=day),
                **self.content(what),
            )
            for (place, day), what in observations
        )

    def edit(self, change):
        index, new = change
        self.at(index).filter(external_id="").update(**self.content(new))

    def move_all(self, place):
        Observation.objects.filter(external_id="").update(touchpoint=self.places[place])

    def shift_a_day(self, _):
        for each in Observation.objects.all():
            each.occurred_at += timedelta(days=1)
            each.save()

    def delete(self, index):
        for each in self.at(index):
            each.delete()

    def delete_kind(self, kind):
        Observation.objects.filter(kind=kind).delete()


class TestAnyChange(TestCase):
    @settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
    @given(changes=st.lists(change, max_size=8))
    def test_counts_equal_the_observations_after_any_sequence_of_changes(self, changes):
        writer = Writer()
        for kind, what in changes:
            getattr(writer, kind)(what)
            assert counted() == observed()


@pytest.mark.django_db
class TestPaths:
    def test_raw_sql_is_counted(self):
        one = make_observation(hit=False)
        make_observation(one.touchpoint, kind="wait", seconds=30)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE feedback_observation SET hit = %s WHERE id = %s", [True, one.pk])
            cursor.execute("DELETE FROM feedback_observation WHERE id <> %s", [one.pk])
        assert counted() == observed()
        assert counted()[1][one.touchpoint_id, "2026-03-10", "repeat", "hits"] == 1

    def test_the_day_is_the_utc_day(self):
        make_observation(occurred_at=NOON.replace(hour=23, minute=59))
        make_observation(occurred_at=NOON.replace(hour=0, minute=0) + timedelta(days=1))
        days = EventCount.objects.values_list("day", flat=True)
        assert sorted(map(str, days)) == ["2026-03-10", "2026-03-11"]
