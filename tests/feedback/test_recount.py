"""`manage.py recount`: whatever happened to the counts is found, and mended."""

from datetime import timedelta
from io import StringIO
from threading import Thread
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from feedback import recounting
from feedback.models import (
    ChannelCount,
    ChannelWeek,
    DurationCount,
    EventCount,
    FeedbackRecord,
    Observation,
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
from touchpoints.models import Touchpoint

TABLES = (
    ScoreCount,
    SegmentCount,
    ChannelCount,
    ScoreWeek,
    SegmentWeek,
    ChannelWeek,
    DurationCount,
    EventCount,
)
ALL_RIGHT = "".join(f"{model._meta.model_name}: right\n" for model in TABLES)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("recount", *arguments, stdout=out)
    return out.getvalue()


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def observe(touchpoint: Touchpoint, **values: Any) -> Observation:
    source = make_source(touchpoint.step.stage.journey.workspace)
    seen = {"kind": "wait", "seconds": 60.0, "bucket": 84} if "hit" not in values else {}
    return Observation.objects.create(
        **{"touchpoint": touchpoint, "source": source, "occurred_at": NOON} | seen | values
    )


@pytest.fixture
def touchpoint(db: Any) -> Touchpoint:
    touchpoint = make_touchpoint(title="Inflight wifi")
    workspace = touchpoint.step.stage.journey.workspace
    make_record(touchpoint, score=4, segment=make_segment(workspace, name="Biz"))
    make_record(touchpoint, score=2, channel=make_channel(workspace, name="Web"))
    make_record(touchpoint, score=1, partial=True)
    make_record(touchpoint, metric="", score=None, comment="Slow")
    observe(touchpoint)
    observe(touchpoint, kind="error", hit=True)
    observe(touchpoint, kind="error", hit=False)
    return touchpoint


class TestCheck:
    def test_nothing_to_say_where_all_is_right(self, touchpoint: Touchpoint) -> None:
        assert run("--check") == ALL_RIGHT

    def test_names_touchpoint_metric_day_and_numbers(self, touchpoint: Touchpoint) -> None:
        sql("UPDATE feedback_scorecount SET c4 = 7")
        out = StringIO()
        with pytest.raises(CommandError) as refused:
            call_command("recount", "--check", stdout=out)
        assert refused.value.returncode == 1
        line = f"Inflight wifi (no. {touchpoint.pk}) · csat · 2026-03-10: c4 is 7, should be 1"
        assert line in out.getvalue()
        assert "scorecount: 1 row wrong\n" in out.getvalue()
        assert ScoreCount.objects.get().c4 == 7

    def test_names_segment_or_channel(self, touchpoint: Touchpoint) -> None:
        sql("UPDATE feedback_segmentcount SET n = 7")
        sql("UPDATE feedback_channelcount SET c2 = 7")
        said = run()
        assert "csat Biz · 2026-03-10: n is 7, should be 1" in said
        assert "csat Web · 2026-03-10: c2 is 7, should be 1" in said

    def test_a_row_of_zeros_equals_no_row(self, touchpoint: Touchpoint) -> None:
        FeedbackRecord.objects.all().delete()
        assert ScoreCount.objects.get().c4 == 0
        assert "scorecount: right" in run("--check")
        ScoreCount.objects.all().delete()
        assert "scorecount: right" in run("--check")

    def test_tells_a_hundred_and_counts_the_rest(self, touchpoint: Touchpoint) -> None:
        ScoreCount.objects.bulk_create(
            ScoreCount(
                touchpoint=touchpoint, metric="nps", day=NOON.date() - timedelta(days=n), c9=1
            )
            for n in range(recounting.SHOWN + 3)
        )
        said = run()
        assert said.count("nps") == recounting.SHOWN
        assert "  and 3 more\nscorecount: 103 rows wrong, mended" in said


DAMAGE = {
    "a number changed": "UPDATE {} SET day = day, touchpoint_id = touchpoint_id, {} = {} + 3",
    "rows gone": "DELETE FROM {}",
}


class TestMending:
    @pytest.mark.parametrize(
        ("table", "column"),
        [
            ("feedback_scorecount", "c4"),
            ("feedback_segmentcount", "c4"),
            ("feedback_channelcount", "n"),
            ("feedback_scoreweek", "c2"),
            ("feedback_segmentweek", "n"),
            ("feedback_channelweek", "c2"),
            ("feedback_durationcount", "count"),
            ("feedback_eventcount", "base"),
        ],
    )
    @pytest.mark.parametrize("damage", DAMAGE)
    def test_of_a_hand_in_the_counts(
        self, touchpoint: Touchpoint, table: str, column: str, damage: str
    ) -> None:
        before = [list(model.objects.order_by("pk").values()) for model in TABLES]
        sql(DAMAGE[damage].format(table, column, column))
        with pytest.raises(CommandError):
            run("--check")
        run()
        run("--check")
        assert [list(model.objects.order_by("pk").values()) for model in TABLES] == before

    def test_of_a_touchpoint_that_nobody_answered(self, touchpoint: Touchpoint) -> None:
        other = make_touchpoint()
        ScoreCount.objects.create(touchpoint=other, metric="ces", day=NOON.date(), c1=2)
        EventCount.objects.create(touchpoint=other, kind="repeat", day=NOON.date(), base=1)
        assert "c1 is 2, should be 0" in run()
        assert not ScoreCount.objects.filter(touchpoint=other).exists()
        run("--check")

    def test_of_records_that_went_without_their_triggers(self, touchpoint: Touchpoint) -> None:
        if connection.vendor != "postgresql":
            sql("DELETE FROM feedback_feedbackrecord")  # no shortcut past the triggers here
            assert "scorecount: right" in run("--check")
            return
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        sql("TRUNCATE feedback_feedbackrecord CASCADE")
        with pytest.raises(CommandError):
            run("--check")
        run()
        assert not ScoreCount.objects.exists()

    def test_what_is_right_is_not_touched(self, touchpoint: Touchpoint) -> None:
        assert run() == ALL_RIGHT

    def test_copied_records_are_counted_already(self, touchpoint: Touchpoint) -> None:
        if connection.vendor != "postgresql":
            pytest.skip("COPY is PostgreSQL's")
        columns = "source_id, touchpoint_id, metric, score, comment, occurred_at, external_id"
        source = FeedbackRecord.objects.values_list("source_id", flat=True)[0]
        with connection.cursor() as cursor:
            statement = f"COPY feedback_feedbackrecord ({columns}, recorded_at) FROM STDIN"
            with cursor.copy(statement) as copy:
                for n in range(20):
                    row = (source, touchpoint.pk, "nps", n % 11, "", NOON, f"c{n}", NOON)
                    copy.write_row(row)
        assert "scorecount: right" in run("--check")
        assert ScoreCount.objects.get(metric="nps").c0 == 2


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_that_is_written_while_counts_are_mended() -> None:
    touchpoint, source = make_touchpoint(), make_source()
    make_record(touchpoint, source=source, score=5)

    def write() -> None:
        for _ in range(30):
            make_record(touchpoint, source=source, score=4)
        connection.close()

    writers = [Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        ScoreCount.objects.update(c1=9)
        recounting.repair()
    recounting.repair()
    kept = ScoreCount.objects.get()
    assert (kept.c1, kept.c4, kept.c5) == (0, 90, 1)
    assert FeedbackRecord.objects.count() == 91


damage = st.tuples(
    st.sampled_from(["c1", "c4", "c5"]), st.integers(0, 4), st.sampled_from(["set", "delete"])
)


class TestAnyDamage(TestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        scores=st.lists(st.tuples(st.integers(1, 5), st.integers(0, 3)), max_size=12),
        damages=st.lists(st.tuples(st.integers(0, 3), damage), max_size=5),
    )
    def test_is_mended_to_exactly_what_the_records_say(
        self, scores: list[tuple[int, int]], damages: list[Any]
    ) -> None:
        touchpoint = make_touchpoint()
        source = make_source()
        for score, day in scores:
            occurred_at = NOON + timedelta(days=day)
            make_record(touchpoint, source=source, score=score, occurred_at=occurred_at)
        for day, (column, value, what) in damages:
            rows = ScoreCount.objects.filter(day=NOON.date() + timedelta(days=day))
            rows.update(**{column: value}) if what == "set" else rows.delete()
        recounting.repair()
        for day in range(4):
            for score in range(1, 6):
                expected = scores.count((score, day))
                rows = ScoreCount.objects.filter(day=NOON.date() + timedelta(days=day))
                assert sum(rows.values_list(f"c{score}", flat=True)) == expected
        assert not any(compared.wrong for compared in recounting.check())
