"""What was observed is written once, known again by its id, and counted by the database."""

import math
from datetime import timedelta

import pytest
from django.db import IntegrityError

from feedback.models import DurationCount, EventCount, Observation
from feedback.recording import NewObservation, Outcome, record_observations
from tests.factories import NOON, make_handoff, make_source, make_touchpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def source():
    return make_source()


@pytest.fixture
def touchpoint():
    return make_touchpoint()


def events() -> list[tuple[str, int, int]]:
    return list(EventCount.objects.exclude(base=0).values_list("kind", "hits", "base"))


class TestWriting:
    def test_a_wait_is_kept_with_its_bucket_and_counted(self, source, touchpoint):
        found = record_observations(
            source, [NewObservation(touchpoint.pk, "wait", NOON, seconds=90.5)]
        )
        assert found.outcomes == (Outcome.CREATED,)
        kept = Observation.objects.get()
        assert (kept.seconds, kept.bucket, kept.hit) == (90.5, 93, None)
        assert 1.05**92 < 90.5 <= 1.05**93
        assert list(DurationCount.objects.values_list("kind", "bucket", "count")) == [
            ("wait", 93, 1)
        ]
        assert events() == []

    def test_what_happened_and_what_did_not_is_counted(self, source, touchpoint):
        hits = (True, False, False)
        record_observations(
            source, [NewObservation(touchpoint.pk, "error", NOON, hit=hit) for hit in hits]
        )
        assert events() == [("error", 1, 3)]

    def test_an_explanation_told_again_belongs_to_its_handoff(self, source):
        handoff = make_handoff()
        record_observations(
            source,
            [
                NewObservation(
                    handoff.to_touchpoint_id, "explain", NOON, hit=True, handoff_id=handoff.pk
                )
            ],
        )
        assert Observation.objects.get().handoff == handoff

    def test_whole_seconds_stand_beside_fractions(self, source, touchpoint):
        record_observations(
            source,
            [NewObservation(touchpoint.pk, "wait", NOON, seconds=seconds) for seconds in (0, 0.4)],
        )
        assert sorted(Observation.objects.values_list("seconds", flat=True)) == [0, 0.4]

    def test_nothing_is_nothing(self, source):
        assert record_observations(source, []).outcomes == ()


class TestKnownAgain:
    def test_the_same_again_changes_nothing(self, source, touchpoint):
        new = NewObservation(touchpoint.pk, "wait", NOON, seconds=60, external_id="a")
        record_observations(source, [new])
        before = Observation.objects.values().get()
        assert record_observations(source, [new]).outcomes == (Outcome.UNCHANGED,)
        assert Observation.objects.values().get() == before

    def test_a_changed_one_replaces_it_and_the_counts_follow(self, source, touchpoint):
        new = NewObservation(touchpoint.pk, "repeat", NOON, hit=False, external_id="a")
        record_observations(source, [new])
        found = record_observations(
            source, [new._replace(hit=True, occurred_at=NOON + timedelta(days=1))]
        )
        assert found.outcomes == (Outcome.UPDATED,)
        assert events() == [("repeat", 1, 1)]

    def test_one_without_an_id_is_always_new(self, source, touchpoint):
        new = NewObservation(touchpoint.pk, "repeat", NOON, hit=True)
        record_observations(source, [new, new])
        assert events() == [("repeat", 2, 2)]

    def test_of_several_with_one_id_the_last_stays(self, source, touchpoint):
        new = NewObservation(touchpoint.pk, "repeat", NOON, hit=True, external_id="a")
        found = record_observations(source, [new, new._replace(hit=False), new._replace(hit=False)])
        assert found.outcomes == (Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED)
        assert events() == [("repeat", 0, 1)]

    def test_the_same_id_elsewhere_is_another_observation(self, source, touchpoint):
        new = NewObservation(touchpoint.pk, "repeat", NOON, hit=True, external_id="a")
        record_observations(source, [new, new._replace(kind="error")])
        record_observations(make_source(), [new])
        record_observations(source, [new._replace(touchpoint_id=make_touchpoint().pk)])
        assert Observation.objects.count() == 4

    def test_more_than_a_query_can_name(self, source, touchpoint):
        many = [
            NewObservation(touchpoint.pk, "wait", NOON, seconds=n, external_id=f"{n}")
            for n in range(2_000)
        ]
        assert record_observations(source, many).count(Outcome.CREATED) == 2_000
        assert record_observations(source, many).count(Outcome.UNCHANGED) == 2_000


class TestRefused:
    @pytest.mark.parametrize("seconds", [-1, math.inf, math.nan])
    def test_what_is_not_a_duration(self, source, touchpoint, seconds):
        good = NewObservation(touchpoint.pk, "wait", NOON, seconds=1)
        with pytest.raises(ValueError, match="not a duration"):
            record_observations(source, [good, good._replace(seconds=seconds)])
        assert not Observation.objects.exists()

    @pytest.mark.parametrize(
        "values",
        [
            {"kind": "wait", "hit": True},
            {"kind": "repeat", "seconds": 5},
            {"kind": "repeat"},
            {"kind": "explain", "hit": True},
            {"kind": "smile", "hit": True},
        ],
    )
    @pytest.mark.django_db(transaction=True)
    def test_a_kind_without_what_it_needs(self, source, touchpoint, values):
        good = NewObservation(touchpoint.pk, "wait", NOON, seconds=1)
        with pytest.raises(IntegrityError):
            record_observations(
                source, [good, NewObservation(touchpoint.pk, occurred_at=NOON, **values)]
            )
        assert not Observation.objects.exists()
