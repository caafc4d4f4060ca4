"""POST /api/feedback/: one answer, read strictly."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from feedback.models import FeedbackRecord, Metric, Respondent, ScoreCount, Source
from journeys.models import ApiToken, Role, Segment, TokenScope
from tests.factories import (
    make_api_token,
    make_channel,
    make_journey,
    make_member,
    make_segment,
    make_source,
    make_stage,
    make_step,
    make_touchpoint,
    make_user,
)

pytestmark = pytest.mark.django_db

ADDRESS = "/api/feedback/"


@pytest.fixture
def answer(touchpoint):
    return {"touchpoint": touchpoint.pk, "metric": "csat", "score": 4}


def test_records_everything_an_answer_can_say(program, journey, touchpoint):
    sent = {
        "touchpoint": {"journey": "trip", "title": "check-in DESK"},
        "metric": "nps",
        "score": 9,
        "comment": "  Call anna@example.com  ",
        "occurred_at": "2026-03-10T23:30:00-05:00",
        "external_id": "r-1",
        "source": "Airport survey",
        "source_kind": "in_app",
        "segment": "Business",
        "channel": "Phone",
        "respondent": "anna@example.com",
        "language": "en",
        "partial": True,
    }
    response = program.send(ADDRESS, sent)
    assert (response.status_code, response.json()) == (201, {"status": "created"})
    record = FeedbackRecord.objects.get()
    assert (record.touchpoint, record.metric, record.score) == (touchpoint, "nps", 9)
    assert "anna" not in record.comment
    assert record.occurred_at == datetime(2026, 3, 11, 4, 30, tzinfo=UTC)
    assert (record.source.name, record.source.kind) == ("Airport survey", "in_app")
    assert (record.segment.name, record.channel.name) == ("Business", "Phone")
    assert record.partial
    assert record.language == "en"
    assert "anna" not in Respondent.objects.get().key
    assert record.respondent == Respondent.objects.get()


def test_fills_in_what_need_not_be_said(program, touchpoint, answer):
    before = timezone.now()
    assert program.send(ADDRESS, answer).status_code == 201
    record = FeedbackRecord.objects.get()
    assert before <= record.occurred_at <= timezone.now()
    assert (record.source.name, record.source.kind) == ("API", "survey")
    assert record.channel == touchpoint.channel
    assert record.segment is None
    assert not record.partial
    assert ScoreCount.objects.get(touchpoint=touchpoint).c4 == 1


def test_the_same_id_again_is_an_update(program, answer):
    sent = answer | {"external_id": "r-1", "occurred_at": "2026-03-10T12:00:00Z"}
    found = [program.send(ADDRESS, sent | change) for change in ({}, {}, {"score": 2}, {})]
    assert [(each.status_code, each.json()["status"]) for each in found] == [
        (201, "created"),
        (200, "unchanged"),
        (200, "updated"),
        (200, "updated"),
    ]
    assert FeedbackRecord.objects.get().score == 4


@pytest.mark.parametrize("metric", Metric)
def test_takes_the_ends_of_every_scale_and_nothing_beyond(program, answer, metric):
    low, high = metric.scale.low, metric.scale.high
    for score, status in ((low, 201), (high, 201), (low - 1, 422), (high + 1, 422)):
        sent = answer | {"metric": metric.value, "score": score}
        assert program.send(ADDRESS, sent).status_code == status
    reason = program.send(ADDRESS, answer | {"metric": metric.value, "score": high + 1}).json()
    assert reason["errors"] == {
        "score": [f"{high + 1} is not on the scale of {metric.value}, {low} to {high}."]
    }


FUTURE = "2999-01-01T00:00:00Z"
REFUSED = [
    ({"score": "4"}, "score"),
    ({"score": True}, "score"),
    ({"score": 4.5}, "score"),
    ({"score": 1e400}, "record"),
    ({"score": None}, "score"),
    ({"metric": "happiness"}, "metric"),
    ({"metric": ["csat"]}, "metric"),
    ({"metric": None}, "metric"),
    ({"comment": 5}, "comment"),
    ({"comment": "x" * 10_001}, "comment"),
    ({"comment": "a\x00b"}, "comment"),
    ({"comment": "\ud800"}, "comment"),
    ({"external_id": ""}, "external_id"),
    ({"external_id": "x" * 201}, "external_id"),
    ({"occurred_at": "2026-03-10T12:00:00"}, "occurred_at"),
    ({"occurred_at": "2026-03-10"}, "occurred_at"),
    ({"occurred_at": "2026-02-30T12:00:00Z"}, "occurred_at"),
    ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "occurred_at"),
    ({"occurred_at": FUTURE}, "occurred_at"),
    ({"occurred_at": 1773144000}, "occurred_at"),
    ({"partial": "yes"}, "partial"),
    ({"partial": 1}, "partial"),
    ({"source_kind": "rumour"}, "source_kind"),
    ({"segment": "x" * 81}, "segment"),
    ({"channel": {}}, "channel"),
    ({"touchpoint": 0}, "touchpoint"),
    ({"touchpoint": 987_654_321}, "touchpoint"),
    ({"touchpoint": 10**30}, "touchpoint"),
    ({"touchpoint": True}, "touchpoint"),
    ({"touchpoint": "Check-in desk"}, "touchpoint"),
    ({"touchpoint": {"journey": "trip"}}, "touchpoint"),
    ({"touchpoint": {"journey": "trip", "title": "Moon"}}, "touchpoint"),
    ({"touchpoint": {"journey": "moon", "title": "Check-in desk"}}, "touchpoint"),
    ({"touchpoint": {"journey": "trip", "title": "Check-in desk", "step": "x"}}, "touchpoint"),
    ({"touchpoint": {"journey": 1, "title": "Check-in desk"}}, "touchpoint"),
    ({"scroe": 4}, "scroe"),
]


@pytest.mark.parametrize(("change", "field"), REFUSED, ids=lambda value: str(value)[:60])
def test_a_bad_field_is_named_and_nothing_written(program, answer, change, field):
    response = program.send(ADDRESS, answer | change)
    if field == "record":  # JSON knows no infinity
        assert response.status_code in {400, 422}
    else:
        assert response.status_code == 422
        assert response.json()["status"] == "refused"
        assert list(response.json()["errors"]) == [field]
    assert not FeedbackRecord.objects.exists()
    assert not Source.objects.exists()


@pytest.mark.parametrize(
    ("dropped", "field"), [("touchpoint", "touchpoint"), ("metric", "metric"), ("score", "score")]
)
def test_a_missing_field_is_named(program, answer, dropped, field):
    del answer[dropped]
    response = program.send(ADDRESS, answer)
    assert (response.status_code, list(response.json()["errors"])) == (422, [field])


def test_an_answer_says_something(program, touchpoint):
    for nothing in ({}, {"comment": ""}, {"comment": "   "}):
        assert program.send(ADDRESS, {"touchpoint": touchpoint.pk, **nothing}).status_code == 422
    assert (
        program.send(ADDRESS, {"touchpoint": touchpoint.pk, "comment": "Fine."}).status_code == 201
    )
    assert FeedbackRecord.objects.get().metric == ""


@pytest.mark.parametrize(
    "body",
    ["{", "[]", "[1]", "1", '"x"', "null", '{"a": NaN}', b"\xff", "[" * 10_000, '{"a":' * 10_000],
    ids=lambda body: str(body)[:12],
)
def test_what_is_no_json_object_is_refused(program, touchpoint, body):
    response = program.send(ADDRESS, body)
    assert response.status_code == 400
    assert response.json()["detail"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_content_type_is_refused(program, kind):
    assert program.send(ADDRESS, "{}", content_type=kind).status_code == 415


def test_an_unknown_parameter_is_refused(program, answer):
    response = program.send(f"{ADDRESS}?all-or-nothing=1", answer)
    assert response.status_code == 400
    assert "all-or-nothing" in response.json()["detail"]


def test_two_touchpoints_of_one_title_are_told_apart_by_channel(program, touchpoint, journey):
    web = make_channel(journey.workspace, name="Web")
    twin = make_touchpoint(touchpoint.step, title=touchpoint.title, channel=web)
    named = {"journey": "trip", "title": touchpoint.title}
    sent = {"touchpoint": named, "comment": "Hm."}
    response = program.send(ADDRESS, sent)
    assert "Web" in response.json()["errors"]["touchpoint"][0]
    program.send(ADDRESS, sent | {"touchpoint": named | {"channel": "web"}})
    assert FeedbackRecord.objects.get().touchpoint == twin


def test_a_merged_touchpoint_passes_its_answers_on(program, touchpoint, journey):
    gone = make_touchpoint(
        make_step(make_stage(journey)), archived_at=timezone.now(), merged_into=touchpoint
    )
    assert program.send(ADDRESS, {"touchpoint": gone.pk, "comment": "Hm."}).status_code == 201
    assert FeedbackRecord.objects.get().touchpoint == touchpoint


def test_a_merged_touchpoint_is_still_known_by_its_title(program, touchpoint, journey):
    make_touchpoint(
        make_step(make_stage(journey)), title="Old desk", archived_at=timezone.now(),
        merged_into=touchpoint,
    )  # fmt: skip
    named = {"journey": "trip", "title": "Old desk"}
    assert program.send(ADDRESS, {"touchpoint": named, "comment": "Hm."}).status_code == 201
    assert FeedbackRecord.objects.get().touchpoint == touchpoint


def test_an_archived_touchpoint_takes_no_answers(program, journey):
    gone = make_touchpoint(make_step(make_stage(journey)), archived_at=timezone.now())
    response = program.send(ADDRESS, {"touchpoint": gone.pk, "comment": "Hm."})
    assert response.json()["errors"] == {
        "touchpoint": [f"“{gone.pk}” is off the map since {gone.archived_at:%Y-%m-%d}."]
    }


def test_a_segment_is_known_whatever_its_case(program, journey, answer):
    make_segment(journey.workspace, name="Business")
    program.send(ADDRESS, answer | {"segment": "business"})
    assert Segment.objects.get().name == "Business"


def test_the_kind_of_a_source_does_not_change(program, journey, answer):
    make_source(journey.workspace, name="Desk", kind="ticket")
    sent = answer | {"source": "Desk"}
    assert program.send(ADDRESS, sent).status_code == 201
    assert program.send(ADDRESS, sent | {"source_kind": "ticket"}).status_code == 201
    refused = program.send(ADDRESS, sent | {"source_kind": "review"})
    assert list(refused.json()["errors"]) == ["source_kind"]


class TestWhoMaySend:
    def test_not_to_a_touchpoint_of_another_workspace(self, program, answer):
        elsewhere = make_touchpoint()
        response = program.send(ADDRESS, answer | {"touchpoint": elsewhere.pk})
        assert response.json()["errors"] == {
            "touchpoint": [f"“{elsewhere.pk}” is not a touchpoint of the workspace."]
        }

    def test_not_without_the_scope(self, program, answer):
        ApiToken.objects.update(scopes=[TokenScope.READ])
        assert program.send(ADDRESS, answer).status_code == 403

    def test_not_who_only_looks(self, program, journey, answer):
        viewer = make_member(journey.workspace, Role.VIEWER)
        secret = make_api_token(viewer, journey.workspace)
        program.headers = {"authorization": f"Bearer {secret}"}
        assert program.send(ADDRESS, answer).status_code == 403

    def test_not_into_another_workspace_than_the_tokens(self, program, journey, answer):
        other = make_journey().workspace
        ApiToken.objects.get().user.memberships.create(workspace=other, role=Role.OWNER)
        assert program.send(f"{ADDRESS}?workspace={other.slug}", answer).status_code == 404
        assert program.send(f"{ADDRESS}?workspace=northwind", answer).status_code == 201

    @pytest.mark.parametrize("workspace", ["", "moon", "%00"])
    def test_not_into_a_workspace_that_is_not_there(self, program, answer, workspace):
        assert program.send(f"{ADDRESS}?workspace={workspace}", answer).status_code == 404

    def test_not_signed_out(self, client, answer):
        response = client.post(ADDRESS, answer, content_type="application/json")
        assert response.status_code == 401

    def test_a_session_names_the_workspace(self, client, journey, answer):
        client.force_login(make_member(journey.workspace))
        sent = {"data": answer, "content_type": "application/json"}
        assert client.post(ADDRESS, **sent).status_code == 400
        assert client.post(f"{ADDRESS}?workspace=northwind", **sent).status_code == 201
        client.force_login(make_user())
        assert client.post(f"{ADDRESS}?workspace=northwind", **sent).status_code == 404

    def test_a_session_needs_the_csrf_token(self, journey, answer):
        from django.test import Client

        client = Client(enforce_csrf_checks=True)
        client.force_login(make_member(journey.workspace))
        address = f"{ADDRESS}?workspace=northwind"
        assert client.post(address, answer, content_type="application/json").status_code == 403

    def test_reading_changes_nothing(self, program):
        assert program.client.get(ADDRESS, headers=program.headers).status_code == 405


@pytest.mark.parametrize("half", [r"\ud800", r"\u0000"])
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ('{"touchpoint": {"journey": "trip", "title": "HALF"}}', "touchpoint"),
        ('{"touchpoint": {"HALF": 1}}', "touchpoint"),
        ('{"metric": "HALF"}', "metric"),
        ('{"source_kind": "HALF"}', "source_kind"),
        ('{"HALF": 1}', "record"),
    ],
)
def test_what_no_answer_can_repeat_is_refused_by_its_field(program, body, field, half):
    response = program.send(ADDRESS, body.replace("HALF", half))
    assert response.status_code == 422
    assert list(response.json()["errors"]) == [field]
