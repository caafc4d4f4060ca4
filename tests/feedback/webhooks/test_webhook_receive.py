"""POST /hooks/<token>/: who signs may speak, once, now and briefly."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.models import (
    Delivery,
    DeliveryState,
    FeedbackRecord,
    Observation,
    Provider,
    ScoreCount,
    Webhook,
)
from feedback.views.hooks import LONGEST_BODY
from feedback.webhooks import BadSignature, replay, verified
from feedback.webhooks.content import text_of
from journeys.models import Role
from tests.factories import (
    make_channel,
    make_delivery,
    make_member,
    make_stage,
    make_step,
    make_touchpoint,
)
from tests.feedback.webhooks.conftest import SECRETS, STANDARD_KEY, hmac_of, signed_headers

pytestmark = pytest.mark.django_db

every_tool = pytest.mark.parametrize("provider", list(Provider))
ANSWER = {"metric": "csat", "score": 4, "occurred_at": "2026-03-10T12:00:00Z"}
SENT = {
    "formbricks": {
        "event": "responseFinished",
        "data": {
            "id": "r-1",
            "finished": True,
            "createdAt": "2026-03-10T12:00:00Z",
            "data": {"q": 4},
        },
    },
    "typeform": {
        "event_id": "e-1",
        "event_type": "form_response",
        "form_response": {
            "token": "r-1",
            "submitted_at": "2026-03-10T12:00:00Z",
            "answers": [{"type": "number", "number": 4, "field": {"id": "q"}}],
        },
    },
    "zendesk": {"id": 1, "ticket_id": 2, "score": 4, "updated_at": "2026-03-10T12:00:00Z"},
    "generic": ANSWER,
}


@pytest.fixture
def sender(tool, provider):
    return tool(provider, q={"is": "csat"})


def nothing_written() -> bool:
    return not (
        FeedbackRecord.objects.exists() or Observation.objects.exists() or Delivery.objects.exists()
    )


@every_tool
def test_a_delivery_of_five_times_counts_once(sender, provider, touchpoint):
    body = json.dumps(SENT[provider]).encode()
    headers = signed_headers(provider, body)
    answers = [sender.post(body, headers).json() for _ in range(5)]
    assert [each["times"] for each in answers] == [1, 2, 3, 4, 5]
    assert FeedbackRecord.objects.get().score == 4
    assert ScoreCount.objects.get(touchpoint=touchpoint).c4 == 1
    assert Delivery.objects.get().times == 5


@every_tool
def test_a_delivery_signed_anew_counts_once_too(sender, provider):
    """Zendesk and Formbricks sign each attempt anew; the answer is known by its own id."""
    ago = timezone.now() - timedelta(seconds=90)
    sender.deliver(SENT[provider], moment=ago)
    assert sender.deliver(SENT[provider]).status_code == 200
    assert FeedbackRecord.objects.count() == 1


@every_tool
def test_a_wrong_signature_is_refused(sender, provider):
    body = json.dumps(SENT[provider]).encode()
    good = signed_headers(provider, body)
    signature = next(name for name in good if name.lower().endswith("signature"))
    for headers in (
        signed_headers(provider, body, key=b"another secret"),
        signed_headers(provider, body + b" "),
        good | {signature: ""},
        good | {signature: good[signature][:-4]},
        good | {signature: "ü"},
        {name: value for name, value in good.items() if name != signature},
        {},
    ):
        response = sender.post(body, headers)
        assert response.status_code == 401, headers
    assert nothing_written()


@pytest.mark.parametrize("provider", ["formbricks", "generic", "zendesk"])
@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_or_future_timestamp_is_refused(sender, provider, minutes):
    moment = timezone.now() + timedelta(minutes=minutes)
    assert sender.deliver(SENT[provider], moment=moment).status_code == 400
    assert nothing_written()


@pytest.mark.parametrize("provider", ["generic"])
@pytest.mark.parametrize("stamp", ["", "now", "-1", "1e9", "٣", "9" * 30])
def test_a_timestamp_that_is_none_is_refused(sender, provider, stamp):
    body = b"{}"
    signed = f"msg-1.{stamp}.".encode() + body
    headers = signed_headers(provider, body) | {"webhook-timestamp": stamp}
    key = SECRETS[Provider.GENERIC]
    assert key.startswith("whsec_")
    headers["webhook-signature"] = "v1," + hmac_of(b"24 bytes of a secret key", signed)
    assert sender.post(body, headers).status_code in {400, 401}
    assert nothing_written()


@every_tool
def test_a_body_of_fifty_megabytes_is_refused_by_what_it_says(sender, provider):
    response = sender.post(b"{}", {}, CONTENT_LENGTH=str(50 * 1024**2))
    assert response.status_code == 413
    assert nothing_written()


@every_tool
def test_a_body_that_proves_too_large_is_refused(sender, provider):
    body = b'"' + b"x" * LONGEST_BODY + b'"'
    assert sender.post(body, signed_headers(provider, body)).status_code == 413
    assert nothing_written()


@every_tool
@pytest.mark.parametrize("opening", ["[", '{"data":'])
def test_json_ten_thousand_deep_is_refused(sender, provider, opening):
    closing = {"[": "]"}.get(opening, "}")
    body = (opening * 10_000 + "1" + closing * 10_000).encode()
    response = sender.deliver(body)
    assert response.status_code == 400
    assert "deep" in response.json()["reason"]
    assert not FeedbackRecord.objects.exists()


@every_tool
@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"null", b"[]", b"7", b'"x"', b'{"a": NaN}', b'{"a": "\x00"}']
)
def test_what_is_no_payload_is_refused_and_logged(sender, provider, body):
    response = sender.deliver(body)
    assert response.status_code in {202, 400}
    assert not FeedbackRecord.objects.exists()
    assert Delivery.objects.get().reason


@pytest.mark.parametrize("provider", ["generic"])
def test_an_unknown_or_switched_off_address_is_not_there(client, sender, provider):
    for address in ("/hooks/nobody/", "/hooks/%00/", f"/hooks/{'x' * 300}/"):
        assert client.post(address, b"{}", content_type="application/json").status_code == 404
    Webhook.objects.update(active=False)
    assert sender.deliver(ANSWER).status_code == 404
    assert nothing_written()


@pytest.mark.parametrize("provider", ["generic"])
def test_looking_is_not_possible(client, sender, provider):
    assert client.get(sender.address).status_code == 405


@every_tool
def test_what_was_refused_is_read_again_when_it_comes_again(sender, provider, touchpoint):
    mapping = sender.webhook.mapping
    Webhook.objects.update(mapping={"touchpoint": 987_654, "questions": mapping["questions"]})
    body = json.dumps(SENT[provider]).encode()
    headers = signed_headers(provider, body)
    assert sender.post(body, headers).status_code == 400
    Webhook.objects.update(mapping=mapping)
    assert sender.post(body, headers).status_code == 200
    assert FeedbackRecord.objects.count() == 1
    assert Delivery.objects.get().times == 2


class TestReplay:
    @every_tool
    def test_of_what_is_recorded_changes_nothing(self, sender, provider):
        sender.deliver(SENT[provider])
        before = FeedbackRecord.objects.values().get()
        for _ in range(3):
            replay(Delivery.objects.get())
        assert FeedbackRecord.objects.values().get() == before
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.times) == (DeliveryState.RECORDED, 1)
        assert delivery.replayed_at is not None

    def test_of_a_record_without_an_id_counts_once(self, tool):
        sender = tool("generic")
        sender.deliver({"records": [{"metric": "csat", "score": 4}, {"comment": "Hm."}]})
        replay(Delivery.objects.get())
        assert FeedbackRecord.objects.count() == 2

    @pytest.mark.parametrize("provider", ["formbricks", "typeform"])
    def test_follows_the_mapping_of_now(self, sender, provider, journey, touchpoint):
        sender.deliver(SENT[provider])
        gate = make_touchpoint(make_step(make_stage(journey)))
        Webhook.objects.update(mapping={"touchpoint": gate.pk, "questions": {"q": {"is": "nps"}}})
        replay(Delivery.objects.get())
        record = FeedbackRecord.objects.get()
        assert (record.touchpoint, record.metric, record.score) == (gate, "nps", 4)
        assert [each.touchpoint for each in ScoreCount.objects.filter(c4=1)] == [gate]

    def test_of_a_blanked_body_does_nothing(self):
        delivery = make_delivery(body="")
        assert replay(delivery).replayed_at is None


class TestMeanings:
    @pytest.mark.parametrize("named", ["Check-in desk", "check-in  DESK", "id"])
    def test_a_hidden_field_names_the_touchpoint(self, tool, touchpoint, named):
        sender = tool("formbricks", q={"is": "csat"})
        Webhook.objects.update(mapping={"questions": {"q": {"is": "csat"}}})
        named = str(touchpoint.pk) if named == "id" else named
        payload = json.loads(json.dumps(SENT["formbricks"]))
        payload["data"]["data"]["tp"] = named
        assert sender.deliver(payload).status_code == 200
        assert FeedbackRecord.objects.get().touchpoint == touchpoint

    def test_a_hidden_field_that_names_none_is_refused(self, tool):
        payload = json.loads(json.dumps(SENT["formbricks"]))
        payload["data"]["data"]["tp"] = "Moon"
        response = tool("formbricks", q={"is": "csat"}).deliver(payload)
        assert response.status_code == 400
        assert "Moon" in response.json()["reason"]

    def test_each_question_may_have_its_own_touchpoint(self, tool, journey, touchpoint):
        gate = make_touchpoint(touchpoint.step, channel=make_channel(journey.workspace))
        sender = tool(
            "formbricks",
            q={"is": "csat"},
            g={"is": "csat", "touchpoint": gate.pk},
            s={"is": "segment"},
            c={"is": "comment", "touchpoint": gate.pk},
        )
        payload = json.loads(json.dumps(SENT["formbricks"]))
        payload["data"]["data"] |= {"g": "2", "s": "Business", "c": "Long queue", "x": "unused"}
        assert sender.deliver(payload).json()["created"] == 2
        desk, at_gate = FeedbackRecord.objects.order_by("touchpoint")
        assert (desk.touchpoint, desk.score, desk.comment) == (touchpoint, 4, "")
        assert (at_gate.touchpoint, at_gate.score, at_gate.comment) == (gate, 2, "Long queue")
        assert desk.segment.name == at_gate.segment.name == "Business"

    @pytest.mark.parametrize("value", ["", None, [], {}])
    def test_an_empty_answer_is_none(self, tool, value):
        payload = json.loads(json.dumps(SENT["formbricks"]))
        payload["data"]["data"]["q"] = value
        assert tool("formbricks", q={"is": "csat"}).deliver(payload).status_code == 202

    @pytest.mark.parametrize("value", [6, 0, "six", 4.5, True, [4, 5]])
    def test_a_score_off_its_scale_is_refused(self, tool, value):
        payload = json.loads(json.dumps(SENT["formbricks"]))
        payload["data"]["data"]["q"] = value
        assert tool("formbricks", q={"is": "csat"}).deliver(payload).status_code == 400
        assert not FeedbackRecord.objects.exists()

    def test_a_generic_record_may_be_an_observation(self, tool, touchpoint):
        wait = {"kind": "wait", "seconds": 60}
        assert tool("generic").deliver([wait, ANSWER]).json()["created"] == 2
        assert Observation.objects.get().touchpoint == touchpoint

    def test_one_bad_record_and_nothing_is_written(self, tool):
        wait = {"kind": "wait", "seconds": -60}
        response = tool("generic").deliver([ANSWER, wait, ANSWER | {"source": "Other"}])
        assert response.status_code == 400
        assert not FeedbackRecord.objects.exists()


class TestSecrets:
    def check(self, secret, key):
        body, now = b"{}", timezone.now()
        headers = signed_headers(Provider.GENERIC, body, key=key)
        try:
            return verified(Provider.GENERIC, secret, headers, body, now) == "msg-1"
        except BadSignature:
            return False

    def test_of_the_standard_is_base64_after_its_prefix(self):
        assert self.check("whsec_c2VjcmV0IGtleQ==", b"secret key")
        assert self.check("whsec_c2VjcmV0IGtleQ", b"secret key")
        assert not self.check("whsec_c2VjcmV0IGtleQ==", b"c2VjcmV0IGtleQ==")

    def test_of_another_form_is_the_key_itself(self):
        assert self.check("plain secret", b"plain secret")
        assert self.check("whsec_no base64!", b"whsec_no base64!")

    def test_one_of_several_signatures_is_enough(self):
        body = b"{}"
        good = signed_headers(Provider.GENERIC, body)
        good["webhook-signature"] = f"v1a,abc v1,wrong {good['webhook-signature']}"
        assert verified(Provider.GENERIC, SECRETS[Provider.GENERIC], good, body, timezone.now())

    def test_ours_can_be_read_by_any_library(self, tool):
        import base64

        from feedback.models.inbound import new_secret

        assert len(base64.b64decode(new_secret().removeprefix("whsec_"), validate=True)) == 24


@settings(max_examples=60, deadline=None)
@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
))  # fmt: skip
def test_any_value_reads_as_a_text_that_a_database_holds(value):
    text = text_of(value)
    assert "\x00" not in text
    text.encode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("provider", ["generic"])
def test_ten_deliveries_at_once_count_once(sender, provider):
    body = json.dumps(SENT[provider]).encode()
    headers = signed_headers(provider, body)

    def deliver(_):
        try:
            return sender.post(body, headers).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        assert set(pool.map(deliver, range(10))) == {200}
    assert FeedbackRecord.objects.count() == 1
    assert Delivery.objects.get().times == 10


RESPONSE = '{"event": "responseFinished", "data": {"id": "r-1", "finished": true, "data": %s}}'
ANSWERED = (
    '{"event_id": "e-1", "event_type": "form_response", "form_response": {"token": "r-1",'
    ' "definition": {"fields": [{"id": []}]},'
    ' "answers": [{"type": "number", "number": 4, "field": {"id": "q"}}]}}'
)
ODD = [
    ("formbricks", r'{"event": "\ud800"}'),
    ("formbricks", r'{"event": "\u0000"}'),
    ("formbricks", RESPONSE % r'{"\ud800": 1, "\u0000": 2, "q": 4}'),
    ("formbricks", RESPONSE % f'{{"q": 1{"0" * 400}}}'),
    ("typeform", ANSWERED),
    ("zendesk", '{"id": 1, "ticket_id": 2, "type": "update_status", "metric": []}'),
    ("zendesk", f'{{"id": 1, "ticket_id": 1{"0" * 400}, "score": 4}}'),
    ("generic", r'{"\ud800": 1, "metric": "csat", "score": 4}'),
]


@pytest.mark.parametrize(("provider", "body"), ODD, ids=range(len(ODD)))
def test_odd_json_fails_neither_the_call_nor_the_pages_that_show_it(client, tool, provider, body):
    sender = tool(provider, q={"is": "csat"})
    assert sender.deliver(body.encode()).status_code < 500
    workspace = sender.webhook.source.workspace
    client.force_login(make_member(workspace, Role.OWNER))
    delivery = Delivery.objects.get()
    for address in (
        reverse("feedback:webhook_edit", args=[workspace.slug, sender.webhook.pk]),
        reverse("admin:feedback_delivery_change", args=[delivery.pk]),
    ):
        assert client.get(address).status_code == 200


def test_a_moment_beyond_the_calendar_is_refused(tool):
    signed = {"webhook-timestamp": "9" * 12}
    signed["webhook-signature"] = "v1," + hmac_of(STANDARD_KEY, b"msg-1.999999999999.{}")
    headers = signed_headers(Provider.GENERIC, b"{}") | signed
    assert tool(Provider.GENERIC).post(b"{}", headers).status_code == 400
    assert nothing_written()
