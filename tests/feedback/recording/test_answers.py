"""Answers are recorded once, whoever sends them and however many at a time."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from feedback.models import FeedbackRecord, ScoreCount, Source
from feedback.recording import NewAnswer, Outcome, record_answers
from feedback.recording.statements import Columns, write_answers
from tests.factories import NOON, make_segment, make_source, make_touchpoint
from touchpoints.models import Touchpoint

CREATED, UPDATED, UNCHANGED = Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED


def counted() -> Counter[tuple[int, str, str, int]]:
    """The daily counts, without empty columns."""
    found: Counter[tuple[int, str, str, int]] = Counter()
    for row in ScoreCount.objects.all():
        for score, column in enumerate(ScoreCount.COLUMNS):
            found[row.touchpoint_id, row.metric, row.day.isoformat(), score] += getattr(row, column)
    return +found


def answered() -> Counter[tuple[int, str, str, int | None]]:
    """The same from the answers."""
    return Counter(
        (record.touchpoint_id, record.metric, record.occurred_at.date().isoformat(), record.score)
        for record in FeedbackRecord.objects.scored().finished()
    )


@pytest.fixture
def source(db: None) -> Source:
    """A source."""
    return make_source()


@pytest.fixture
def touchpoint(db: None) -> Touchpoint:
    """A touchpoint."""
    return make_touchpoint()


def test_outcomes_are_in_the_order_of_the_answers(source: Source, touchpoint: Touchpoint) -> None:
    first = NewAnswer(touchpoint.pk, "csat", 5, "Fine", NOON, external_id="1")
    other = NewAnswer(touchpoint.pk, "ces", 7, "", NOON, external_id="1", language="de")
    nameless = NewAnswer(touchpoint.pk, "", None, "Only words", NOON)
    assert record_answers(source, [first, nameless, other]).outcomes == (CREATED,) * 3
    changed = first._replace(score=4, segment_id=make_segment(source.workspace).pk)
    again = record_answers(source, [other, changed, nameless])
    assert again.outcomes == (UNCHANGED, UPDATED, CREATED)
    fields = ("external_id", "metric", "score", "language")
    assert set(FeedbackRecord.objects.values_list(*fields)) == {
        ("1", "csat", 4, ""), ("1", "ces", 7, "de"), ("", "", None, "")
    }  # fmt: skip
    assert record_answers(source, []).outcomes == ()


def test_of_the_same_answer_said_twice_in_one_call_the_last_stays(
    source: Source, touchpoint: Touchpoint
) -> None:
    answer = NewAnswer(touchpoint.pk, "csat", 1, "", NOON, external_id="1")
    said = [answer, answer, answer._replace(score=2), answer._replace(score=3)]
    assert record_answers(source, said).outcomes == (CREATED, UNCHANGED, UPDATED, UPDATED)
    assert FeedbackRecord.objects.get().score == 3
    assert counted() == answered()


def test_an_answer_without_something_takes_it_away(source: Source, touchpoint: Touchpoint) -> None:
    full = NewAnswer(
        touchpoint.pk, "csat", 1, "Call 0171 2345678", NOON, "1",
        segment_id=make_segment(source.workspace).pk, channel_id=touchpoint.channel_id,
        partial=True, language="de",
    )  # fmt: skip
    record_answers(source, [full])
    assert FeedbackRecord.objects.get().comment == "Call [phone]"
    assert not counted()
    assert record_answers(source, [full]).outcomes == (UNCHANGED,)
    record_answers(source, [NewAnswer(touchpoint.pk, "csat", 1, "", NOON, "1")])
    record = FeedbackRecord.objects.get()
    assert (record.comment, record.segment, record.channel, record.partial, record.language) == (
        "", None, None, False, ""
    )  # fmt: skip
    assert counted() == answered()


def test_all_or_none_is_written(source: Source, touchpoint: Touchpoint) -> None:
    good = NewAnswer(touchpoint.pk, "csat", 5, "", NOON)
    with pytest.raises(IntegrityError):
        record_answers(source, [good, good._replace(score=6)])


def test_words_arrive_as_they_are(source: Source, touchpoint: Touchpoint) -> None:
    words = ["NULL", '"', "\\", "{a,b}", "a\nb", "it's", "%s", "ü€😀", " x ", "--", "\\x", '","']
    for some in (words[:1], words):
        answers = [
            NewAnswer(touchpoint.pk, "csat", 1, text, NOON, external_id=f"{text} {len(some)}")
            for text in some
        ]
        record_answers(source, answers)
    found = FeedbackRecord.objects.values_list("external_id", "comment")
    expected = {(f"{text} {count}", text) for text in words for count in (len(words),)}
    assert set(found) == expected | {("NULL 1", "NULL")}


class AnyOrder(TestCase):
    """Whatever is recorded, and however often, each answer counts once."""

    @given(
        st.lists(
            st.lists(
                st.tuples(
                    st.sampled_from(["", "1", "2", 'it\'s "3"\\']),
                    st.integers(0, 1),
                    st.sampled_from(["csat", "ces"]),
                    st.integers(1, 5),
                    st.integers(0, 2),
                    st.booleans(),
                ),
                max_size=8,
            ),
            max_size=4,
        )
    )
    @settings(max_examples=40, deadline=None)
    def test_counts_and_answers_are_those_of_one_at_a_time(self, calls: list[list[Any]]) -> None:
        source, places = make_source(), [make_touchpoint(), make_touchpoint()]
        model: dict[Any, Any] = {}
        for number, call in enumerate(calls):
            answers, expected = [], []
            for place, (external_id, at, metric, score, day, partial) in enumerate(call):
                answer = NewAnswer(
                    places[at].pk, metric, score, "", NOON + timedelta(days=day), external_id,
                    partial=partial,
                )  # fmt: skip
                key = (external_id, at, metric) if external_id else (number, place)
                before = model.get(key)
                expected.append(
                    CREATED if before is None else UNCHANGED if before == answer else UPDATED
                )
                model[key] = answer
                answers.append(answer)
            assert record_answers(source, answers).outcomes == tuple(expected)
        fields = ("touchpoint_id", "metric", "score", "occurred_at", "external_id", "partial")
        assert Counter(FeedbackRecord.objects.values_list(*fields)) == Counter(
            tuple(getattr(answer, name) for name in fields) for answer in model.values()
        )
        assert counted() == answered()


def test_what_is_not_said_stays_or_becomes_the_usual(
    source: Source, touchpoint: Touchpoint
) -> None:
    said = Columns(
        ["1"], [touchpoint.pk], ["csat"], [5], [None], [NOON], [None], [None], [None], [None],
        [None], [touchpoint.channel_id],
    )  # fmt: skip
    assert write_answers(source.pk, said).created == 1
    record = FeedbackRecord.objects.get()
    assert (record.comment, record.partial, record.language) == ("", False, "")
    assert record.channel == touchpoint.channel
    FeedbackRecord.objects.update(comment="Fine", partial=True, language="de")
    keeps = {"comment", "partial", "language", "channel_id"}
    assert write_answers(source.pk, said, keeps=keeps).updated == 0
    said.score = [4]
    assert write_answers(source.pk, said, keeps=keeps).updated == 1
    record = FeedbackRecord.objects.get()
    assert (record.score, record.comment, record.partial, record.language) == (
        4,
        "Fine",
        True,
        "de",
    )


@pytest.mark.django_db
def test_a_second_delivery_is_joined_with_nothing() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite takes answers one by one")
    source, touchpoint = make_source(), make_touchpoint()
    answer = NewAnswer(touchpoint.pk, "csat", 5, "", NOON, external_id="1")
    record_answers(source, [answer])
    with CaptureQueriesContext(connection) as captured:
        assert record_answers(source, [answer._replace(score=4)]).outcomes == (UPDATED,)
    written = [query["sql"] for query in captured if FeedbackRecord._meta.db_table in query["sql"]]
    written = [sql for sql in written if sql.startswith(("INSERT", "UPDATE"))]
    assert written
    for sql in written:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        # By statistics from before the first delivery, a join reads every row for every answer.
        assert "Join" not in plan
        assert "Loop" not in plan


WRITERS, CALLS = 10, 6


@pytest.mark.django_db(transaction=True)
def test_ten_parallel_writers_lose_nothing() -> None:
    source, other = make_source(), make_source()
    places = [make_touchpoint(), make_touchpoint()]
    barrier, errors = Barrier(WRITERS), []

    def answers(writer: int, call: int) -> Iterator[NewAnswer]:
        for n in range(30):
            own = NewAnswer(places[0].pk, "csat", 1 + n % 5, "", NOON + timedelta(days=n % 3))
            yield own._replace(external_id=f"{writer}-{call}-{n}")
            # All of them move the same answers from day to day, and back, in different orders.
            shared = (n if writer % 2 else 29 - n) % 7
            yield NewAnswer(
                places[(shared + writer) % 2].pk, "nps", (writer + call) % 11, "",
                NOON + timedelta(days=(writer + call) % 4), external_id=f"shared-{shared}",
            )  # fmt: skip

    def write(writer: int) -> None:
        try:
            barrier.wait()
            for call in range(CALLS):
                record_answers(source if writer % 3 else other, list(answers(writer, call)))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=write, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    own = FeedbackRecord.objects.filter(metric="csat")
    assert own.count() == len(set(own.values_list("external_id"))) == WRITERS * CALLS * 30
    assert counted() == answered()
