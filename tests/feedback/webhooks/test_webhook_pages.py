"""The pages on which people set up webhooks and give questions their meaning."""

import json

import pytest
from django.urls import reverse

from feedback.models import Delivery, DeliveryState, FeedbackRecord, Source, Webhook
from feedback.webhooks.forms import field_key
from journeys.models import Role
from tests.factories import (
    make_delivery,
    make_journey,
    make_member,
    make_source,
    make_user,
    make_webhook,
)

pytestmark = pytest.mark.django_db

PAGE = "/w/northwind/webhooks/"


@pytest.fixture
def editor(journey):
    return make_member(journey.workspace, Role.EDITOR)


@pytest.fixture
def formbricks(tool):
    return tool("formbricks")


def edit_page(webhook):
    return f"{PAGE}{webhook.pk}/"


RESPONSE = {
    "event": "responseFinished",
    "data": {
        "id": "r-1",
        "finished": True,
        "createdAt": "2026-03-10T12:00:00Z",
        "data": {"q-nps": 9, "q-why": "Quick and friendly"},
    },
}


class TestWebhookList:
    def test_makes_a_webhook_with_a_source_of_its_own(self, client, journey, editor):
        client.force_login(editor)
        form = {"provider": "zendesk", "journey": journey.pk, "name": "Help desk"}
        response = client.post(f"{PAGE}new/", form)
        webhook = Webhook.objects.get()
        assert response["Location"] == edit_page(webhook)
        assert (webhook.provider, webhook.journey) == ("zendesk", journey)
        assert (webhook.source.name, webhook.source.kind) == ("Help desk", "ticket")
        assert webhook.source.workspace == journey.workspace
        assert "Help desk" in client.get(PAGE).content.decode()

    def test_refuses_what_makes_no_webhook(self, client, journey, editor):
        client.force_login(editor)
        make_source(journey.workspace, name="Taken")
        good = {"provider": "zendesk", "journey": journey.pk, "name": "Help desk"}
        wrong = (
            {"name": "Taken"},
            {"name": ""},
            {"provider": "fax"},
            {"journey": make_journey().pk},
        )
        for change in wrong:
            response = client.post(f"{PAGE}new/", good | change)
            assert response.status_code == 422
            assert "errorlist" in response.content.decode()
        assert not Webhook.objects.exists()
        assert Source.objects.count() == 1

    def test_shows_none_of_another_workspace(self, client, editor):
        make_webhook(source=make_source(name="Elsewhere"))
        client.force_login(editor)
        assert "Elsewhere" not in client.get(PAGE).content.decode()


class TestWebhookEdit:
    def test_learns_the_questions_and_reads_what_waited(
        self, client, formbricks, editor, touchpoint
    ):
        assert formbricks.deliver(RESPONSE).status_code == 202
        client.force_login(editor)
        page = edit_page(formbricks.webhook)
        text = client.get(page).content.decode()
        assert "q-nps" in text
        assert "Quick and friendly" in text
        form = {
            "active": "on",
            "secret": "",
            "touchpoint": touchpoint.pk,
            f"is_{field_key('q-nps')}": "nps",
            f"is_{field_key('q-why')}": "comment",
        }
        assert client.post(page, form).status_code == 302
        webhook = Webhook.objects.get()
        assert webhook.mapping == {
            "touchpoint": touchpoint.pk,
            "questions": {"q-nps": {"is": "nps"}, "q-why": {"is": "comment"}},
        }
        assert webhook.secret == formbricks.webhook.secret
        response = client.post(f"{page}replay/", follow=True)
        assert "1 of 1" in response.content.decode()
        record = FeedbackRecord.objects.get()
        assert (record.score, record.comment) == (9, "Quick and friendly")
        assert Delivery.objects.get().state == DeliveryState.RECORDED

    def test_keeps_the_meaning_of_questions_that_came_long_ago(
        self, client, tool, editor, touchpoint
    ):
        sender = tool("formbricks", old={"is": "csat", "touchpoint": touchpoint.pk})
        client.force_login(editor)
        key = field_key("old")
        form = {"active": "on", f"is_{key}": "csat", f"at_{key}": touchpoint.pk}
        client.post(edit_page(sender.webhook), form)
        assert Webhook.objects.get().mapping == {
            "touchpoint": None,
            "questions": {"old": {"is": "csat", "touchpoint": touchpoint.pk}},
        }

    def test_two_questions_cannot_mean_one_number(self, client, tool, editor, touchpoint):
        sender = tool("formbricks", a={"is": "csat"}, b={"is": "comment"})
        client.force_login(editor)
        meanings = {f"is_{field_key(name)}": "csat" for name in "ab"}
        form = {"active": "on", "touchpoint": touchpoint.pk, **meanings}
        response = client.post(edit_page(sender.webhook), form)
        assert response.status_code == 422
        assert "already" in response.content.decode()

    def test_refuses_a_touchpoint_of_another_journey(self, client, formbricks, editor):
        client.force_login(editor)
        response = client.post(edit_page(formbricks.webhook), {"touchpoint": 987_654})
        assert response.status_code == 422

    def test_takes_a_new_secret_and_shows_it_to_admins_only(self, client, formbricks, editor):
        client.force_login(editor)
        page = edit_page(formbricks.webhook)
        client.post(page, {"active": "on", "secret": "whsec_new-secret"})
        assert Webhook.objects.get().secret == "whsec_new-secret"
        assert "whsec_new-secret" not in client.get(page).content.decode()
        client.force_login(make_member(formbricks.webhook.journey.workspace, Role.ADMIN))
        assert "whsec_new-secret" in client.get(page).content.decode()

    def test_switches_it_off(self, client, formbricks, editor):
        client.force_login(editor)
        client.post(edit_page(formbricks.webhook), {})
        assert formbricks.deliver(RESPONSE).status_code == 404

    def test_shows_why_something_was_not_recorded(self, client, formbricks, editor):
        make_delivery(formbricks.webhook, state="refused", reason="<b>No</b>", body="{oops")
        client.force_login(editor)
        text = client.get(edit_page(formbricks.webhook)).content.decode()
        assert "&lt;b&gt;No&lt;/b&gt;" in text

    @pytest.mark.parametrize("provider", ["formbricks", "typeform", "zendesk", "generic"])
    def test_opens_for_every_tool(self, client, tool, editor, provider):
        sender = tool(provider)
        client.force_login(editor)
        response = client.get(edit_page(sender.webhook))
        assert response.status_code == 200
        address = reverse("feedback:webhook_receive", args=[sender.webhook.token])
        assert f"http://testserver{address}" in response.content.decode()


def test_who_may_come(client, journey, formbricks):
    page = edit_page(formbricks.webhook)
    visitors = {make_member(journey.workspace, Role.VIEWER): 403, make_user(): 404}
    for user, status in visitors.items():
        client.force_login(user)
        assert client.get(PAGE).status_code == status
        for address in (f"{PAGE}new/", page, f"{page}replay/"):
            assert client.post(address, {}).status_code == status
    client.logout()
    assert client.get(page).status_code == 302
    assert Webhook.objects.get().active


def test_not_under_another_workspace(client, formbricks):
    other = make_journey().workspace
    client.force_login(make_member(other, Role.OWNER))
    page = f"/w/{other.slug}/webhooks/{formbricks.webhook.pk}/"
    assert client.get(page).status_code == 404
    assert client.post(f"{page}replay/").status_code == 404


def test_an_admin_plays_a_delivery_again(client, formbricks, journey, touchpoint):
    delivery = make_delivery(formbricks.webhook, body=json.dumps(RESPONSE))
    Webhook.objects.update(
        mapping={"touchpoint": touchpoint.pk, "questions": {"q-nps": {"is": "nps"}}}
    )
    foreign = make_delivery()
    client.force_login(make_member(journey.workspace, Role.ADMIN))
    page = "/admin/feedback/delivery/"
    shown = client.get(f"{page}{delivery.pk}/change/").content.decode()
    assert "&quot;q-nps&quot;: 9" in shown
    chosen = {"action": "play_again", "_selected_action": [delivery.pk, foreign.pk]}
    client.post(page, chosen)
    client.post(page, chosen)
    assert FeedbackRecord.objects.get().score == 9
    delivery.refresh_from_db()
    assert (delivery.state, delivery.times) == (DeliveryState.RECORDED, 1)
    foreign.refresh_from_db()
    assert foreign.replayed_at is None
