"""ScoreCount tells the truth whatever wrote the feedback: saves, bulk loads, edits, raw SQL."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from feedback.models import (
    ChannelCount,
    ChannelWeek,
    FeedbackRecord,
    ScoreCount,
    ScoreWeek,
    SegmentCount,
    SegmentWeek,
)
from tests.factories import (
    NOON,
    make_channel,
    make_record,
    make_segment,
    make_source,
    make_touchpoint,
)

SCALES = {"csat": (1, 5), "nps": (0, 10), "ces": (1, 7)}


def the_day(day: date) -> str:
    return day.isoformat()


def its_monday(day: date) -> str:
    year, week, _ = day.isocalendar()
    return date.fromisocalendar(year, week, 1).isoformat()


def counted(table: Any = ScoreCount) -> Counter[tuple[int, str, str, int | None]]:
    """The histograms as they stand, without empty columns."""
    found: Counter[tuple[int, str, str, int | None]] = Counter()
    for row in table.objects.all():
        for score, column in enumerate(ScoreCount.COLUMNS):
            found[row.touchpoint_id, row.metric, row.day.isoformat(), score] += getattr(row, column)
    return +found


def answered(when: Any = the_day) -> Counter[tuple[int, str, str, int | None]]:
    """The same, counted from the answers themselves."""
    return Counter(
        (record.touchpoint_id, record.metric, when(record.occurred_at.date()), record.score)
        for record in FeedbackRecord.objects.scored().finished()
    )


PARTS: dict[str, Any] = {"segment_id": SegmentCount, "channel_id": ChannelCount}
WEEKS: dict[str, Any] = {"segment_id": SegmentWeek, "channel_id": ChannelWeek}


def counted_by(part: str, tables: dict[str, Any] = PARTS) -> Counter[tuple[object, ...]]:
    """The histograms by segment or channel, and how many they hold (score None)."""
    found: Counter[tuple[object, ...]] = Counter()
    for row in tables[part].objects.all():
        place = (row.touchpoint_id, row.metric, row.day.isoformat(), getattr(row, part))
        found[*place, None] += row.n
        for score, column in enumerate(ScoreCount.COLUMNS):
            found[*place, score] += getattr(row, column)
    return +found


def answered_by(part: str, when: Any = the_day) -> Counter[tuple[object, ...]]:
    """The same, counted from the answers themselves."""
    found: Counter[tuple[object, ...]] = Counter()
    for record in FeedbackRecord.objects.scored().finished():
        if getattr(record, part) is None:
            continue
        day = when(record.occurred_at.date())
        place = (record.touchpoint_id, record.metric, day, getattr(record, part))
        found[*place, None] += 1
        found[*place, record.score] += 1
    return found


answer = st.sampled_from(sorted(SCALES)).flatmap(
    lambda metric: st.tuples(
        st.just(metric),
        st.integers(*SCALES[metric]),
        st.integers(0, 7),
        st.integers(0, 1),
        st.integers(0, 2),
        st.integers(0, 2),
    )
)
change = st.one_of(
    st.tuples(st.just("bulk"), st.lists(answer, min_size=1, max_size=6)),
    st.tuples(st.just("edit"), st.tuples(st.integers(0, 30), answer)),
    st.tuples(st.just("move_all"), st.integers(0, 1)),
    st.tuples(st.just("shift_a_day"), st.none()),
    st.tuples(st.just("delete"), st.integers(0, 30)),
    st.tuples(st.just("delete_metric"), st.sampled_from(sorted(SCALES))),
    st.tuples(st.just("comment"), st.none()),
    st.tuples(st.just("rename_all"), st.tuples(st.integers(0, 2), st.integers(0, 2))),
    st.tuples(st.just("break_off"), st.integers(0, 30)),
)


class Writer:
    """Changes feedback in every way that an application can."""

    def __init__(self) -> None:
        self.places = [make_touchpoint(), make_touchpoint()]
        self.source = make_source()
        self.segments = [None, make_segment(), make_segment()]
        self.channels = [None, make_channel(), make_channel()]

    def values(self, metric, score, day, place, segment, channel):
        return {
            "segment": self.segments[segment],
            "channel": self.channels[channel],
            "touchpoint": self.places[place],
            "metric": metric,
            "score": score,
            "occurred_at": NOON + timedelta(days=day),
        }

    def at(self, index):
        pks = FeedbackRecord.objects.order_by("pk").values_list("pk", flat=True)
        return FeedbackRecord.objects.filter(pk__in=list(pks[index : index + 1]))

    def bulk(self, answers):
        FeedbackRecord.objects.bulk_create(
            FeedbackRecord(source=self.source, **self.values(*each)) for each in answers
        )

    def edit(self, what):
        index, new = what
        self.at(index).update(**self.values(*new))

    def move_all(self, place):
        FeedbackRecord.objects.update(touchpoint=self.places[place])

    def shift_a_day(self, _):
        for each in FeedbackRecord.objects.all():
            each.occurred_at += timedelta(days=1)
            each.save()

    def delete(self, index):
        for each in self.at(index):
            each.delete()

    def delete_metric(self, metric):
        FeedbackRecord.objects.filter(metric=metric).delete()

    def rename_all(self, parts):
        segment, channel = parts
        FeedbackRecord.objects.update(
            segment=self.segments[segment], channel=self.channels[channel]
        )

    def break_off(self, index):
        self.at(index).update(partial=True)

    def comment(self, _):
        FeedbackRecord.objects.update(comment="Said so")


class TestAnyChange(TestCase):
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(changes=st.lists(change, max_size=8))
    def test_counts_equal_the_answers_after_any_sequence_of_changes(self, changes):
        writer = Writer()
        for kind, what in changes:
            getattr(writer, kind)(what)
            assert counted() == answered()
            assert counted(ScoreWeek) == answered(its_monday)
            for part in PARTS:
                assert counted_by(part) == answered_by(part)
                assert counted_by(part, WEEKS) == answered_by(part, its_monday)


@pytest.mark.django_db
class TestPaths:
    @pytest.mark.parametrize("part", ["segment", "channel"])
    def test_an_answer_that_gets_a_name_later_is_counted_under_it(self, part):
        record = make_record(score=4)
        assert counted_by(f"{part}_id") == Counter()
        setattr(record, part, make_segment() if part == "segment" else make_channel())
        record.save()
        assert counted_by(f"{part}_id") == answered_by(f"{part}_id")
        assert sum(counted_by(f"{part}_id").values()) == 2

    @pytest.mark.parametrize("part", ["segment", "channel"])
    def test_what_was_answered_before_the_upgrade_is_counted_by_it(self, part):
        migration = import_module("feedback.migrations.0009_counts_by_segment_and_channel")
        named: Any = {part: make_segment() if part == "segment" else make_channel()}
        for score, broken_off in ((4, False), (4, False), (2, False), (1, True)):
            make_record(score=score, partial=broken_off, **named)
        make_record(score=5)
        PARTS[f"{part}_id"].objects.all().delete()
        [tally] = [each for each in migration.TALLIES if each.into == f"feedback_{part}count"]
        statement = migration.filled(tally, postgresql=connection.vendor == "postgresql")
        with connection.cursor() as cursor:
            cursor.execute(statement)
        assert counted_by(f"{part}_id") == answered_by(f"{part}_id")

    def test_the_weeks_of_days_counted_before_the_upgrade_are_counted_by_it(self):
        migration = import_module("feedback.migrations.0016_counts_by_week")
        parts: Any = {"segment": make_segment(), "channel": make_channel()}
        for days in range(-9, 12):
            make_record(occurred_at=NOON + timedelta(days=days), **parts)
        for table in (ScoreWeek, *WEEKS.values()):
            table.objects.all().delete()
        with connection.cursor() as cursor:
            for tally in migration.TALLIES:
                cursor.execute(
                    migration.filled(tally, postgresql=connection.vendor == "postgresql")
                )
        assert counted(ScoreWeek) == answered(its_monday)
        for part in WEEKS:
            assert counted_by(part, WEEKS) == answered_by(part, its_monday)

    @pytest.mark.parametrize("year", range(2018, 2030))
    def test_a_week_over_the_turn_of_the_year_is_one(self, year):
        for day in range(-7, 8):
            make_record(occurred_at=datetime(year, 1, 1, 12, tzinfo=UTC) + timedelta(days=day))
        assert counted(ScoreWeek) == answered(its_monday)

    def test_raw_sql_is_counted(self):
        record = make_record(score=4)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE feedback_feedbackrecord SET score = 2 WHERE id = %s", [record.pk]
            )
        assert counted() == answered()
        assert {key[3] for key in counted()} == {2}

    def test_an_ignored_conflict_is_not_counted_twice(self):
        first = make_record(score=4, external_id="a")
        FeedbackRecord.objects.bulk_create(
            [
                FeedbackRecord(
                    source=first.source, touchpoint=first.touchpoint, metric="csat", score=score,
                    occurred_at=NOON, external_id=name,
                )
                for name, score in (("a", 4), ("b", 4), ("c", 1))
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        assert counted() == answered()
        assert sum(counted().values()) == 3

    def test_an_observation_without_a_score_is_not_counted(self):
        make_record(metric="", score=None, comment="A customer just told me")
        assert counted() == Counter()

    def test_a_rolled_back_answer_leaves_no_count(self):
        with transaction.atomic():
            make_record()
            transaction.set_rollback(True)
        assert counted() == Counter()

    def test_the_day_is_the_utc_day(self):
        make_record(occurred_at=NOON.replace(hour=23, minute=59))
        make_record(occurred_at=NOON.replace(hour=0, minute=0) + timedelta(days=1))
        assert sorted(day for _, _, day, _ in counted()) == ["2026-03-10", "2026-03-11"]
