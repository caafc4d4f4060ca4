"""POST /api/feedback/bulk/ and /api/observations/: many records in one call."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from feedback.api.idempotency import forget_old_keys
from feedback.api.requests import LONGEST_BODY
from feedback.models import (
    DurationCount,
    EventCount,
    FeedbackRecord,
    IdempotencyKey,
    Observation,
    ScoreCount,
)
from feedback.recording.statements import lock_touchpoints
from journeys.models import Segment
from tests.factories import make_handoff, make_source, make_touchpoint
from tests.feedback.blocked import until_blocked

pytestmark = pytest.mark.django_db

ADDRESS = "/api/feedback/bulk/"
LINES = "application/x-ndjson"


@pytest.fixture
def good(touchpoint):
    return {"touchpoint": touchpoint.pk, "metric": "csat", "score": 4}


@pytest.fixture
def bad(good):
    return good | {"score": 6}


def shapes(records):
    lines = "\n".join(json.dumps(record) for record in records)
    return {
        "array": (records, "application/json"),
        "object": ({"records": records}, "application/json; charset=utf-8"),
        "lines": (f"\n{lines}\r\n\n", LINES),
    }


@pytest.mark.parametrize("shape", ["array", "object", "lines"])
def test_tells_of_every_record_what_became_of_it(program, good, bad, shape):
    known = good | {"external_id": "r-1", "occurred_at": "2026-03-10T12:00:00Z"}
    program.send("/api/feedback/", known)
    body, kind = shapes([good, bad, known, known | {"score": 5}, 7])[shape]
    response = program.send(ADDRESS, body, content_type=kind)
    assert response.status_code == 207
    found = response.json()
    assert found["counts"] == {"created": 1, "refused": 2, "unchanged": 1, "updated": 1}
    assert [each["index"] for each in found["results"]] == [0, 1, 2, 3, 4]
    statuses = [each["status"] for each in found["results"]]
    assert statuses == ["created", "refused", "unchanged", "updated", "refused"]
    assert found["results"][1]["errors"] == {"score": ["6 is not on the scale of csat, 1 to 5."]}
    assert found["results"][4]["errors"] == {"record": ["Not an object."]}
    assert FeedbackRecord.objects.count() == 2
    counts = ScoreCount.objects.all()
    assert sum(each.c4 for each in counts) == 1
    assert sum(each.c5 for each in counts) == 1


def test_a_line_that_is_no_json_is_refused_by_itself(program, good):
    body = "\n".join([json.dumps(good), "{oops", json.dumps(good)])
    response = program.send(ADDRESS, body, content_type=LINES)
    assert response.status_code == 207
    [refused] = [each for each in response.json()["results"] if each["status"] == "refused"]
    assert refused["index"] == 1
    assert "not JSON" in refused["errors"]["record"][0]
    assert FeedbackRecord.objects.count() == 2


def test_all_good_and_all_bad(program, good, bad):
    assert program.send(ADDRESS, [good, good]).status_code == 200
    assert program.send(ADDRESS, [bad, bad]).status_code == 422
    assert FeedbackRecord.objects.count() == 2


def test_all_or_nothing(program, good, bad):
    strict = f"{ADDRESS}?all_or_nothing=1"
    response = program.send(strict, [good | {"segment": "New"}, bad])
    assert response.status_code == 422
    assert [each["status"] for each in response.json()["results"]] == ["skipped", "refused"]
    assert not FeedbackRecord.objects.exists()
    assert not Segment.objects.exists()
    assert program.send(strict, [good, good]).status_code == 200
    assert FeedbackRecord.objects.count() == 2
    assert program.send(f"{ADDRESS}?all_or_nothing=maybe", [good]).status_code == 400


def test_a_refused_record_adds_no_segment_and_no_source(program, good):
    response = program.send(ADDRESS, [good | {"segment": "New", "source": "New", "score": 9}])
    assert response.status_code == 422
    assert not Segment.objects.exists()
    assert not FeedbackRecord.objects.exists()


@pytest.mark.parametrize("body", [[], {"records": []}, {"records": 1}, {"record": []}, 1, None])
def test_what_holds_no_records_is_refused(program, body):
    assert program.send(ADDRESS, body).status_code == 400


def test_more_than_ten_thousand_records_are_refused(program, good):
    response = program.send(ADDRESS, [{}] * 10_001)
    assert response.status_code == 413
    assert "10,001" in response.json()["detail"]


def test_a_body_that_is_too_large_is_refused(program):
    body = b'"' + b"x" * LONGEST_BODY + b'"'
    assert program.send(ADDRESS, body).status_code == 413
    assert not FeedbackRecord.objects.exists()


def test_a_body_that_says_it_is_too_large_is_not_even_read(program):
    response = program.client.generic(
        "POST",
        ADDRESS,
        b"{",
        content_type="application/json",
        headers=program.headers,
        CONTENT_LENGTH=str(50 * 1024**2),
    )
    assert response.status_code == 413


@pytest.mark.parametrize("body", ["[" * 10_000, '[{"touchpoint":' + "[" * 10_000])
def test_nesting_without_end_is_refused(program, body):
    assert program.send(ADDRESS, body).status_code == 400
    assert program.send(ADDRESS, body + "]" * 10_000).status_code == 400


def queries_of(program, records):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert program.send(ADDRESS, records).status_code == 200
    return len(queries)


def test_many_records_take_no_more_queries_than_few(program, good, touchpoint):
    other = make_touchpoint(touchpoint.step, title="Gate")
    places = [touchpoint.pk, {"journey": "trip", "title": "Gate"}, other.pk]
    records = [
        good
        | {
            "touchpoint": places[n % 3],
            "external_id": f"r-{n}",
            "segment": ["Business", "Leisure"][n % 2],
            "channel": "Phone",
            "respondent": f"person {n % 7}",
            "source": ["One", "Two"][n % 2],
            "comment": "Fine.",
        }
        for n in range(800)
    ]
    program.send(ADDRESS, records[:10])
    few = queries_of(program, records[10:20])
    assert queries_of(program, records[20:]) == few
    assert few < 40
    assert FeedbackRecord.objects.count() == 800


class TestIdempotencyKey:
    def test_gets_the_same_answer_again(self, program, good):
        first = program.send(ADDRESS, [good], **{"Idempotency-Key": "k-1"})
        again = program.send(ADDRESS, [good], **{"Idempotency-Key": "k-1"})
        assert (again.status_code, again.json()) == (200, first.json())
        assert FeedbackRecord.objects.count() == 1
        program.send(ADDRESS, [good], **{"Idempotency-Key": "k-2"})
        assert FeedbackRecord.objects.count() == 2

    def test_is_not_for_other_content_or_another_address(self, program, good):
        key = {"Idempotency-Key": "k-1"}
        program.send(ADDRESS, [good], **key)
        assert program.send(ADDRESS, [good, good], **key).status_code == 409
        assert program.send(f"{ADDRESS}?all_or_nothing=1", [good], **key).status_code == 409
        assert program.send("/api/feedback/", good, **key).status_code == 409
        assert FeedbackRecord.objects.count() == 1

    def test_a_refused_call_may_be_corrected_under_its_key(self, program, good, bad):
        key = {"Idempotency-Key": "k-1"}
        assert program.send(ADDRESS, [bad], **key).status_code == 422
        assert program.send(ADDRESS, [1, "{"][1], **key).status_code == 400
        assert program.send(ADDRESS, [good], **key).status_code == 200

    def test_is_forgotten_after_a_day(self, program, good):
        key = {"Idempotency-Key": "k-1"}
        program.send(ADDRESS, [good], **key)
        IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=25))
        assert program.send(ADDRESS, [good, good], **key).status_code == 200
        assert forget_old_keys(timezone.now()) == 0
        assert forget_old_keys(timezone.now() + timedelta(hours=25)) == 1

    @pytest.mark.parametrize("key", ["", "x" * 201, "a\x7fb"])
    def test_that_is_no_key_is_refused(self, program, good, key):
        assert program.send(ADDRESS, [good], **{"Idempotency-Key": key}).status_code == 400

    def test_needs_a_token(self, client, program, journey, good):
        client.force_login(journey.workspace.memberships.get().user)
        response = client.post(
            f"{ADDRESS}?workspace=northwind",
            [good],
            content_type="application/json",
            headers={"Idempotency-Key": "k-1"},
        )
        assert response.status_code == 400
        assert "token" in response.json()["detail"]


@pytest.mark.django_db(transaction=True)
def test_of_two_calls_at_once_with_one_key_one_writes(program, good):

    def send(_):
        try:
            return program.send(ADDRESS, [good] * 50, **{"Idempotency-Key": "k-1"})
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        responses = list(pool.map(send, range(4)))
    assert {response.status_code for response in responses} == {200}
    assert len({response.content for response in responses}) == 1
    assert FeedbackRecord.objects.count() == 50


class TestObservations:
    def test_are_recorded(self, program, touchpoint):
        wait = {"touchpoint": touchpoint.pk, "kind": "wait", "seconds": 340.5, "external_id": "t-1"}
        error = {"touchpoint": touchpoint.pk, "kind": "error", "hit": True, "source": "Desk"}
        assert program.send("/api/observations/", wait).status_code == 201
        response = program.send("/api/observations/bulk/", [wait | {"seconds": 60}, error])
        assert response.json()["counts"] == {"created": 1, "updated": 1}
        assert sorted(Observation.objects.values_list("kind", "seconds", "hit")) == [
            ("error", None, True),
            ("wait", 60.0, None),
        ]
        assert EventCount.objects.get(kind="error").hits == 1
        assert DurationCount.objects.filter(count=1).count() == 1

    def test_explained_again_belongs_to_a_handoff(self, program, touchpoint, journey):
        gate = make_touchpoint(touchpoint.step)
        handoff = make_handoff(touchpoint, gate)
        sent = {"touchpoint": gate.pk, "kind": "explain", "hit": True, "handoff": handoff.pk}
        assert program.send("/api/observations/", sent).status_code == 201
        wrong_end = program.send("/api/observations/", sent | {"touchpoint": touchpoint.pk})
        assert list(wrong_end.json()["errors"]) == ["handoff"]
        elsewhere = program.send("/api/observations/", sent | {"handoff": make_handoff().pk})
        assert list(elsewhere.json()["errors"]) == ["handoff"]

    @pytest.mark.parametrize(
        ("sent", "field"),
        [
            ({"kind": "wait"}, "seconds"),
            ({"kind": "wait", "seconds": -1}, "seconds"),
            ({"kind": "wait", "seconds": "5"}, "seconds"),
            ({"kind": "wait", "seconds": 1e308}, "seconds"),
            ({"kind": "wait", "seconds": 10**400}, "seconds"),
            ({"kind": "wait", "seconds": 5, "hit": True}, "hit"),
            ({"kind": "repeat"}, "hit"),
            ({"kind": "repeat", "hit": None}, "hit"),
            ({"kind": "repeat", "hit": True, "seconds": 4}, "seconds"),
            ({"kind": "repeat", "hit": True, "handoff": 1}, "handoff"),
            ({"kind": "explain", "hit": True}, "handoff"),
            ({"kind": "explain", "hit": True, "handoff": 10**30}, "handoff"),
            ({"kind": "boredom", "hit": True}, "kind"),
            ({"hit": True}, "kind"),
            ({"kind": "wait", "seconds": 5, "score": 4}, "score"),
        ],
    )
    def test_a_bad_field_is_named(self, program, touchpoint, sent, field):
        response = program.send("/api/observations/", {"touchpoint": touchpoint.pk, **sent})
        assert (response.status_code, list(response.json()["errors"])) == (422, [field])
        assert not Observation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_calls_that_name_several_sources_do_not_wait_in_a_circle(program, touchpoint, journey):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    gate, one, two = (make_touchpoint(touchpoint.step) for _ in range(3))
    for name in "abc":
        make_source(journey.workspace, name=name)

    def send(places):
        try:
            return program.send(ADDRESS, [
                {"touchpoint": place.pk, "metric": "csat", "score": 4, "source": name}
                for name, place in zip("abc", places, strict=True)
            ])  # fmt: skip
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            lock_touchpoints([gate.pk])
            calls = [pool.submit(send, places) for places in ((one, gate, two), (two, gate, one))]
            until_blocked(2)
        assert [call.result().status_code for call in calls] == [200, 200]
    assert FeedbackRecord.objects.count() == 6
