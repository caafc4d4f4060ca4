"""The tools' own published payloads go in as they are; broken ones are refused."""

import json
import re
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedback.merging import merge_touchpoints
from feedback.models import Delivery, DeliveryState, FeedbackRecord, Observation
from feedback.webhooks.providers import PROVIDERS, formbricks, typeform
from tests.factories import make_touchpoint

pytestmark = pytest.mark.django_db

FILES = {
    "formbricks_webhook_response_created": "formbricks",
    "formbricks_webhook_response_updated": "formbricks",
    "formbricks_webhook_response_finished": "formbricks",
    "typeform_webhook_request_form": "typeform",
    "zendesk_audit": "zendesk",
    "zendesk_satisfaction_rating": "zendesk",
    "zendesk_satisfaction_rating_event": "zendesk",
    "zendesk_ticket": "zendesk",
    "zendesk_ticket_audit": "zendesk",
    "zendesk_ticket_metric": "zendesk",
    "zendesk_ticket_metric_event": "zendesk",
}
every_file = pytest.mark.parametrize("name", FILES)


@pytest.fixture
def payloads(shared):
    folder = shared / "data" / "payloads"
    return {name: (folder / f"{name}.json").read_bytes() for name in FILES}


@pytest.fixture
def oracle(shared):
    return json.loads((shared / "data" / "payloads" / "oracle.json").read_text())


def test_every_published_payload_is_covered(shared):
    folder = shared / "data" / "payloads"
    found = {path.stem for path in folder.glob("*.json")} - {"oracle"}
    assert found == set(FILES)


@every_file
def test_is_answered_and_logged_as_it_came(tool, payloads, name):
    sender = tool(FILES[name])
    response = sender.deliver(payloads[name])
    assert response.status_code in {200, 202}
    delivery = Delivery.objects.get()
    assert delivery.body.encode() == payloads[name]
    assert delivery.state == response.json()["state"]
    written = FeedbackRecord.objects.count() + Observation.objects.count()
    assert delivery.created == written
    assert (response.status_code == 200) is (written > 0)
    assert bool(delivery.reason) is (written == 0)


@every_file
def test_holds_the_answers_that_the_oracle_counts(payloads, oracle, name):
    facts, payload = oracle[f"{name}.json"], json.loads(payloads[name])
    assert sorted(payload) == facts["top_keys"]
    if FILES[name] == "formbricks":
        response = formbricks.response(payload)
        assert sorted(response.answers) == facts["answer_keys"]
        assert response.partial is not facts["finished"]
        assert payload["event"] == facts["event"]
    if FILES[name] == "typeform":
        response = typeform.response(payload)
        questions = typeform.questions(payload)
        assert len(response.answers) == facts["answers"]
        assert len(questions) == facts["fields"]
        assert set(response.answers) == {question.key for question in questions}
        assert response.occurred_at == facts["submitted_at"]
        assert all(question.sample for question in questions)


@every_file
def test_cut_off_is_refused_and_writes_nothing(tool, payloads, name):
    response = tool(FILES[name]).deliver(payloads[name][:-20])
    assert response.status_code == 400
    assert "line" in response.json()["reason"]
    assert Delivery.objects.get().state == DeliveryState.REFUSED
    assert not FeedbackRecord.objects.exists()
    assert not Observation.objects.exists()


@every_file
def test_under_another_tool_is_refused_or_holds_nothing(tool, payloads, name):
    for provider in set(PROVIDERS) - {FILES[name], "generic"}:
        response = tool(provider).deliver(payloads[name])
        assert response.status_code in {202, 400}
    assert not FeedbackRecord.objects.exists()
    assert not Observation.objects.exists()


BROKEN = [
    ("formbricks_webhook_response_finished", ("data", "id"), None),
    ("formbricks_webhook_response_finished", ("data", "id"), 7),
    ("formbricks_webhook_response_finished", ("data", "finished"), "yes"),
    ("formbricks_webhook_response_finished", ("data", "data"), []),
    ("formbricks_webhook_response_finished", ("data", "createdAt"), "yesterday"),
    ("formbricks_webhook_response_finished", ("event",), None),
    ("typeform_webhook_request_form", ("form_response", "token"), ""),
    ("typeform_webhook_request_form", ("form_response", "answers"), {}),
    ("typeform_webhook_request_form", ("form_response", "answers"), [{"type": "text"}]),
    ("typeform_webhook_request_form", ("form_response", "submitted_at"), "yesterday"),
    ("typeform_webhook_request_form", ("event_type",), 1),
    ("zendesk_satisfaction_rating", ("score",), "so-so"),
    ("zendesk_satisfaction_rating", ("score",), 9),
    ("zendesk_satisfaction_rating", ("updated_at",), "yesterday"),
    ("zendesk_ticket_metric", ("reply_time_in_minutes",), {"calendar": "long"}),
    ("zendesk_ticket_metric", ("reply_time_in_minutes",), {"calendar": -1}),
    ("zendesk_ticket_metric", ("created_at",), "yesterday"),
]


@pytest.mark.parametrize(("name", "path", "value"), BROKEN)
def test_with_a_broken_part_is_refused_and_writes_nothing(tool, payloads, name, path, value):
    payload = json.loads(payloads[name])
    node = payload
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    questions = {"welcome_card_cta": {"is": "comment"}, "QXm0YJjHXehV": {"is": "comment"}}
    response = tool(FILES[name], **questions).deliver(payload)
    assert response.status_code == 400
    assert response.json()["reason"]
    assert Delivery.objects.get().state == DeliveryState.REFUSED
    assert not FeedbackRecord.objects.exists()
    assert not Observation.objects.exists()


def test_formbricks_one_response_in_three_events_is_one_record(tool, payloads, touchpoint):
    sender = tool("formbricks", visit_reason={"is": "comment"}, welcome_card_cta={"is": "comment"})
    seen = []
    for number, event in enumerate(("created", "updated", "finished")):
        body = payloads[f"formbricks_webhook_response_{event}"]
        assert sender.deliver(body, msg_id=f"msg-{number}").status_code == 200
        record = FeedbackRecord.objects.get()
        seen.append((record.comment, record.partial, record.external_id))
    assert seen == [
        ("clicked", True, "responseId"),
        ("Just browsing\nclicked", True, "responseId"),
        ("clicked", False, "responseId"),
    ]
    assert record.touchpoint == touchpoint
    assert record.occurred_at == datetime(2025, 7, 24, 7, 47, 29, 507000, tzinfo=UTC)
    assert record.language == "en"


def test_formbricks_an_earlier_state_does_not_undo_the_finished_one(tool, payloads):
    sender = tool("formbricks", welcome_card_cta={"is": "comment"})
    sender.deliver(payloads["formbricks_webhook_response_finished"], msg_id="later")
    response = sender.deliver(payloads["formbricks_webhook_response_created"], msg_id="earlier")
    assert response.status_code == 202
    assert "finished before" in response.json()["reason"]
    assert not FeedbackRecord.objects.get().partial


def test_typeform_scores_and_comments(tool, payloads, touchpoint):
    payload = json.loads(payloads["typeform_webhook_request_form"])
    payload["form_response"]["answers"] += [
        {"type": "number", "number": 9, "field": {"id": "nps-id", "type": "opinion_scale"}},
        {"type": "choice", "choice": {"label": "4 - Good"}, "field": {"id": "csat-id"}},
    ]
    payload["form_response"]["hidden"] = {"ref": "customer 7"}
    sender = tool(
        "typeform",
        **{"nps-id": {"is": "nps"}, "csat-id": {"is": "csat"}, "QXm0YJjHXehV": {"is": "comment"}},
    )
    assert sender.deliver(payload).json()["created"] == 2
    nps, csat = FeedbackRecord.objects.order_by("-metric")
    assert (nps.metric, nps.score, nps.comment) == ("nps", 9, "Lorem ipsum dolor")
    assert (csat.metric, csat.score, csat.comment) == ("csat", 4, "")
    assert nps.external_id == csat.external_id == "4969bac7b56e83a82ad060f0ae57faed"
    assert nps.occurred_at == datetime(2018, 4, 6, 7, 6, 42, tzinfo=UTC)
    assert nps.respondent == csat.respondent
    assert nps.respondent.key != "7"


def test_zendesk_a_rating_counts_as_bad_or_good(tool, payloads):
    sender = tool("zendesk")
    sender.deliver(payloads["zendesk_satisfaction_rating"])
    record = FeedbackRecord.objects.get()
    assert (record.metric, record.score, record.external_id) == ("csat2", 2, "ticket-208")
    assert record.occurred_at == datetime(2011, 7, 20, 22, 55, 29, tzinfo=UTC)
    changed = json.loads(payloads["zendesk_satisfaction_rating"]) | {"score": "bad"}
    assert sender.deliver(changed).json() == {
        "state": "recorded", "created": 0, "updated": 1, "times": 1,
    }  # fmt: skip
    assert FeedbackRecord.objects.get().score == 1


@pytest.mark.parametrize("score", ["offered", "unoffered", "", None])
def test_zendesk_an_offered_rating_is_no_answer(tool, payloads, score):
    payload = json.loads(payloads["zendesk_satisfaction_rating"]) | {"score": score}
    assert tool("zendesk").deliver(payload).status_code == 202
    assert not FeedbackRecord.objects.exists()


def test_zendesk_an_event_carries_its_comment(tool, payloads):
    tool("zendesk").deliver(payloads["zendesk_satisfaction_rating_event"])
    record = FeedbackRecord.objects.get()
    assert (record.score, record.comment) == (2, "Thanks, you guys are great!")


def test_zendesk_a_ticket_with_its_rating(tool, payloads):
    ticket = json.loads(payloads["zendesk_ticket"])
    ticket["satisfaction_rating"] = {"id": 9, "score": "bad_with_comment", "comment": "Too slow."}
    sender = tool("zendesk")
    assert sender.deliver({"ticket": ticket}).json()["created"] == 1
    assert sender.deliver(ticket).json()["created"] == 0
    record = FeedbackRecord.objects.get()
    assert (record.external_id, record.score, record.comment) == ("ticket-1", 1, "Too slow.")


def test_zendesk_times_become_observations(tool, payloads, touchpoint):
    tool("zendesk").deliver(payloads["zendesk_ticket_metric"])
    found = Observation.objects.values_list("kind", "seconds", "hit", "external_id", "touchpoint")
    assert sorted(found) == [
        ("frt", 2391 * 60.0, None, "ticket-4343", touchpoint.pk),
        ("repeat", None, True, "ticket-4343", touchpoint.pk),
        ("wait", 2391 * 60.0, None, "ticket-4343", touchpoint.pk),
    ]


def test_zendesk_only_a_status_tells_how_long_it_took(tool, payloads):
    sender, event = tool("zendesk"), json.loads(payloads["zendesk_ticket_metric_event"])
    assert sender.deliver(event).status_code == 202
    assert sender.deliver(event | {"type": "update_status"}).status_code == 200
    assert Observation.objects.get().seconds == 800 * 60


def documented(language):
    page = Path(__file__).parents[3] / "docs" / "webhooks.md"
    [block] = re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    return block


@pytest.mark.parametrize(
    ("said", "metric", "score"),
    [("Good", "csat2", 2), ("Bad, I'm unsatisfied", "csat2", 1), ("4", "csat", 4)],
)
def test_zendesk_the_documented_trigger_is_understood(tool, said, metric, score):
    body = documented("json").replace("{{satisfaction.current_rating}}", said)
    body = re.sub(r"\{\{ticket\.[a-z.]*id\}\}", "4711", body)
    body = body.replace("{{satisfaction.current_comment}}", "Thank you")
    assert tool("zendesk").deliver(body.encode()).status_code == 200
    record = FeedbackRecord.objects.get()
    assert (record.metric, record.score) == (metric, score)
    assert (record.comment, record.external_id) == ("Thank you", "ticket-4711")


def test_generic_the_documented_program_signs_rightly(tool, monkeypatch):
    sender = tool("generic")
    calls: list[urllib.request.Request] = []
    program = documented("python").replace("whsec_…", sender.webhook.secret)
    monkeypatch.setattr("urllib.request.urlopen", calls.append)
    exec(program, {})  # noqa: S102
    [call] = calls
    assert sender.post(call.data, dict(call.headers)).status_code == 200
    assert FeedbackRecord.objects.get().score == 9


def test_two_questions_whose_touchpoints_became_one_lose_no_answer(tool, touchpoint):
    gone = make_touchpoint(touchpoint.step)
    sender = tool("formbricks", here={"is": "csat"}, there={"is": "csat", "touchpoint": gone.pk})
    payload = {
        "event": "responseFinished",
        "data": {
            "id": "r-1",
            "finished": True,
            "createdAt": "2026-03-10T12:00:00Z",
            "data": {"here": 4, "there": 2},
        },
    }
    merge_touchpoints(gone, touchpoint)
    sender.deliver(payload)
    delivery = Delivery.objects.get()
    assert delivery.state == DeliveryState.REFUSED
    assert "choose anew" in delivery.reason
    assert not FeedbackRecord.objects.exists()
