"""Outgoing webhooks: what is sent, how it is signed, when it is tried again, and who sets it up."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.alerting import hooks
from feedback.alerting.hooks import WAITS, announce, forget_old, send, send_test
from feedback.models import Alert, AlertDelivery, AlertHook, AlertKind, Provider, SendState
from feedback.webhooks.signatures import verified
from journeys.models import Role
from journeys.outbound import Answer, Refused, Unreachable
from tests.factories import make_member, make_team, make_touchpoint, make_workspace

pytestmark = pytest.mark.django_db

URL = "https://chat.example/alerts"


def make_hook(workspace, **values) -> AlertHook:
    return AlertHook.objects.create(workspace=workspace, **{"name": "Chat", "url": URL} | values)


def make_alert(touchpoint=None, **values) -> Alert:
    touchpoint = touchpoint or make_touchpoint()
    home = touchpoint.step.stage.journey.workspace
    stale = {
        "kind": AlertKind.STALE,
        "says": "Gate: no answer for 40 days",
        "team": touchpoint.team,
    }
    return Alert.objects.create(workspace=home, touchpoint=touchpoint, **stale | values)


@pytest.fixture
def alert():
    return make_alert()


@pytest.fixture
def calls(monkeypatch):
    """What was called; `calls.answers` says how, one after another, the last one for ever."""

    class Calls(list):
        answers: list[Any] = [Answer(200, "")]

        def post(self, url, body, headers):
            self.append((url, body, headers))
            answer = self.answers[min(len(self), len(self.answers)) - 1]
            if isinstance(answer, Exception):
                raise answer
            return answer

    found = Calls()
    monkeypatch.setattr(hooks, "post", found.post)
    return found


@pytest.fixture
def opens(django_capture_on_commit_callbacks):
    """Announce alerts as a watch does, and do what waits for its end."""

    def opens(*alerts, recovered=()):
        with django_capture_on_commit_callbacks(execute=True):
            announce((*alerts, *recovered)[0].workspace, alerts, recovered)

    return opens


class TestWhatIsSent:
    def test_an_alert_in_json(self, alert, calls, opens):
        make_hook(alert.workspace)
        opens(alert)
        [(url, body, _)] = calls
        said = json.loads(body)
        assert url == URL
        assert said["type"] == "alert.opened"
        assert said["data"]["says"] == "Gate: no answer for 40 days"
        assert said["data"]["touchpoint"] == {
            "id": alert.touchpoint_id, "title": alert.touchpoint.title,
        }  # fmt: skip
        assert said["data"]["team"] == alert.team.slug
        assert said["data"]["url"] == f"http://testserver{alert.get_absolute_url()}"

    def test_its_end_is_told_too(self, alert, calls, opens):
        make_hook(alert.workspace)
        alert.recover(timezone.now(), "The numbers have recovered.")
        opens(recovered=[alert])
        assert json.loads(calls[0][1])["type"] == "alert.recovered"

    def test_it_is_signed_as_standard_webhooks_says(self, alert, calls, opens):
        hook = make_hook(alert.workspace)
        opens(alert)
        [(_, body, headers)] = calls
        key = base64.b64decode(hook.secret.removeprefix("whsec_"))
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{expected}"
        now = datetime.now(UTC)
        assert verified(Provider.GENERIC, hook.secret, headers, body, now) == headers["webhook-id"]

    def test_only_to_who_wants_to_hear_of_it(self, alert, calls, opens):
        home = alert.workspace
        for name, values in {
            "all": {},
            "its team": {"team": alert.team},
            "another team": {"team": make_team(home)},
            "its kind": {"kinds": ["stale", "wait"]},
            "another kind": {"kinds": ["score"]},
            "off": {"active": False},
        }.items():
            make_hook(home, name=name, **values)
        make_hook(make_workspace())
        opens(alert)
        told = set(AlertDelivery.objects.values_list("hook__name", flat=True))
        assert told == {"all", "its team", "its kind"}
        assert len(calls) == 3


class TestTryingAgain:
    def test_waits_a_minute_five_half_an_hour_two_hours_and_eight(self):
        assert [wait.total_seconds() / 60 for wait in WAITS] == [1, 5, 30, 120, 480]

    def test_until_it_is_taken(self, alert, calls, opens):
        make_hook(alert.workspace)
        calls.answers = [Answer(500, "busy"), Unreachable("No answer."), Answer(204, "")]
        opens(alert)
        delivery = AlertDelivery.objects.get()
        assert (delivery.state, delivery.attempts, delivery.status) == (SendState.WAITING, 1, 500)
        assert "500: busy" in delivery.problem
        assert delivery.next_at - delivery.tried_at == timedelta(minutes=1)
        send.call(delivery.pk)
        delivery.refresh_from_db()
        assert (delivery.status, delivery.problem) == (None, "No answer.")
        assert delivery.next_at - delivery.tried_at == timedelta(minutes=5)
        assert send.call(delivery.pk) == SendState.SENT
        delivery.refresh_from_db()
        assert (delivery.attempts, delivery.status, delivery.next_at) == (3, 204, None)
        assert len({headers["webhook-id"] for _, _, headers in calls}) == 1

    def test_then_it_is_given_up(self, alert, calls, opens):
        make_hook(alert.workspace)
        calls.answers = [Answer(503, "")]
        opens(alert)
        delivery = AlertDelivery.objects.get()
        states = [send.call(delivery.pk) for _ in WAITS]
        assert states == [SendState.WAITING] * 4 + [SendState.FAILED]
        assert send.call(delivery.pk) == ""
        assert len(calls) == 6

    @pytest.mark.parametrize("answer", [Refused("Private."), Answer(410, "gone")])
    def test_what_is_refused_or_gone_is_not_tried_again(self, alert, calls, opens, answer):
        make_hook(alert.workspace)
        calls.answers = [answer]
        opens(alert)
        assert AlertDelivery.objects.get().state == SendState.FAILED

    def test_a_hook_that_was_switched_off_is_not_called(self, alert, calls, opens):
        hook = make_hook(alert.workspace)
        calls.answers = [Answer(500, "")]
        opens(alert)
        AlertHook.objects.filter(pk=hook.pk).update(active=False)
        assert send.call(AlertDelivery.objects.get().pk) == SendState.FAILED
        assert len(calls) == 1

    def test_what_lost_its_job_is_sent_and_what_is_old_is_forgotten(self, alert, calls):
        hook, now = make_hook(alert.workspace), timezone.now()
        for age in (timedelta(hours=2), timedelta(days=31)):
            delivery = AlertDelivery.objects.create(hook=hook, event="test", body="{}")
            AlertDelivery.objects.filter(pk=delivery.pk).update(created_at=now - age)
        forget_old(now)
        assert AlertDelivery.objects.get().state == SendState.SENT


class TestPages:
    @pytest.fixture
    def home(self):
        return make_workspace()

    @pytest.fixture
    def admin(self, client, home):
        client.force_login(make_member(home, Role.ADMIN))
        return client

    def address(self, name, home, *args):
        return reverse(f"feedback:alert_hook_{name}", args=[home.slug, *args])

    @pytest.mark.parametrize(
        ("role", "status"),
        [(Role.OWNER, 200), (Role.ADMIN, 200), (Role.EDITOR, 403), (Role.VIEWER, 403)],
    )
    def test_only_admins_come_in(self, client, home, role, status):
        hook = make_hook(home)
        client.force_login(make_member(home, role))
        assert client.get(self.address("list", home)).status_code == status
        assert client.get(self.address("detail", home, hook.pk)).status_code == status

    def test_strangers_learn_nothing(self, client, home):
        hook, other = make_hook(home), make_workspace()
        client.force_login(make_member(other, Role.OWNER))
        assert client.get(self.address("detail", home, hook.pk)).status_code == 404
        assert client.get(self.address("detail", other, hook.pk)).status_code == 404

    def test_the_secret_is_shown_once(self, admin, home):
        made = admin.post(
            self.address("create", home),
            {"name": "Chat", "url": URL, "active": "on", "kinds": ["score"]},
        )
        hook = AlertHook.objects.get()
        assert made.status_code == 201
        assert made["Cache-Control"] == "no-store"
        assert hook.secret in made.content.decode()
        assert (hook.kinds, hook.active, hook.workspace) == (["score"], True, home)
        for name, args in (("list", ()), ("detail", (hook.pk,))):
            page = admin.get(self.address(name, home, *args)).content.decode()
            assert hook.secret not in page
            assert "Chat" in page

    def test_a_new_secret_replaces_the_old_one(self, admin, home):
        hook = make_hook(home)
        page = admin.post(self.address("secret", home, hook.pk)).content.decode()
        old, hook = hook.secret, AlertHook.objects.get()
        assert hook.secret != old
        assert hook.secret in page

    @pytest.mark.parametrize(
        ("url", "words"),
        [
            ("http://chat.example/", "begin with https"),
            ("https://me:pw@chat.example/", "password"),
            ("nonsense", "begin with https"),
        ],
    )
    def test_addresses_that_would_not_be_called_are_refused(self, admin, home, url, words):
        made = admin.post(self.address("create", home), {"name": "Chat", "url": url})
        assert made.status_code == 422
        assert words in made.content.decode()
        assert not AlertHook.objects.exists()

    def test_a_team_of_another_workspace_is_no_choice(self, admin, home):
        values = {"name": "Chat", "url": URL, "team": make_team().pk}
        assert admin.post(self.address("create", home), values).status_code == 422

    def test_a_test_is_sent_and_logged(
        self, admin, home, calls, django_capture_on_commit_callbacks
    ):
        hook = make_hook(home)
        calls.answers = [Answer(404, "no such channel")]
        with django_capture_on_commit_callbacks(execute=True):
            admin.post(self.address("test", home, hook.pk))
        assert json.loads(calls[0][1])["type"] == "test"
        page = admin.get(self.address("detail", home, hook.pk)).content.decode()
        assert "It answered 404: no such channel" in page

    def test_it_is_changed_and_deleted(self, admin, home):
        hook = make_hook(home)
        send_test(hook)
        changed = admin.post(self.address("detail", home, hook.pk), {"name": "Chat 2", "url": URL})
        assert changed.status_code == 302
        hook.refresh_from_db()
        assert (hook.name, hook.active) == ("Chat 2", False)
        admin.post(self.address("delete", home, hook.pk))
        assert not AlertHook.objects.exists()

    def test_nothing_changes_by_looking(self, admin, home):
        hook = make_hook(home)
        for name in ("secret", "test", "delete"):
            assert admin.get(self.address(name, home, hook.pk)).status_code == 405
