"""How often one place may try what needs no sign-in, whichever process answers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory

from feedback.models import FeedbackRecord
from journeys.limits import ANSWERS, forget_old
from journeys.models import RequestCount
from tests.factories import make_api_token, make_member, make_survey, make_webhook, make_workspace

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _few(settings: Any) -> None:
    settings.SURVEY_ANSWERS_PER_MINUTE = settings.REFUSED_CALLS_PER_MINUTE = 2


def came(address: str, **more: Any) -> Any:
    return RequestFactory().post("/", REMOTE_ADDR=address, **more)


def test_so_many_may_come_in_a_minute_and_no_more() -> None:
    assert [ANSWERS.take(came("203.0.113.9"), NOW) for _ in range(3)] == [True, True, False]
    assert ANSWERS.take(came("203.0.113.10"), NOW)
    assert ANSWERS.take(came("203.0.113.9"), NOW + timedelta(minutes=1))


def test_a_made_up_header_opens_no_new_account() -> None:
    made_up = [
        came("203.0.113.9", headers={"X-Forwarded-For": f"198.51.100.{n}"}) for n in range(3)
    ]
    assert [ANSWERS.take(each, NOW) for each in made_up] == [True, True, False]


def test_behind_a_proxy_each_client_has_a_limit_of_its_own(settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    for client in ("203.0.113.9", "203.0.113.10"):
        said = {"X-Forwarded-For": f"198.51.100.1, {client}"}
        tries = [ANSWERS.take(came("127.0.0.1", headers=said), NOW) for _ in range(3)]
        assert tries == [True, True, False]


def test_all_addresses_of_one_ipv6_client_count_together() -> None:
    tries = [ANSWERS.take(came(f"2001:db8:1:2::{n}"), NOW) for n in range(3)]
    assert tries == [True, True, False]


def test_where_only_a_proxy_is_known_nobody_is_locked_out() -> None:
    assert all(ANSWERS.take(came("127.0.0.1"), NOW) for _ in range(9))
    assert not RequestCount.objects.exists()


def test_zero_sets_no_limit(settings: Any) -> None:
    settings.SURVEY_ANSWERS_PER_MINUTE = 0
    assert all(ANSWERS.take(came("203.0.113.9"), NOW) for _ in range(9))


def test_no_address_is_stored_and_nothing_for_long() -> None:
    ANSWERS.take(came("203.0.113.9"), NOW)
    [row] = RequestCount.objects.values()
    assert "203.0.113" not in str(row)
    forget_old(NOW + timedelta(minutes=2))
    assert not RequestCount.objects.exists()


HERE: Any = {"REMOTE_ADDR": "203.0.113.9"}


def test_of_many_answers_from_one_place_the_last_are_refused_in_words(client: Client) -> None:
    survey = make_survey()
    for _ in range(2):
        assert client.post(f"/s/{survey.token}/", {}, **HERE).status_code == 422
    response = client.post(f"/s/{survey.token}/", {}, **HERE)
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 61
    assert "wait a moment" in response.content.decode()
    assert client.get(f"/s/{survey.token}/", **HERE).status_code == 200
    assert not FeedbackRecord.objects.exists()


def test_receipts_cannot_be_guessed_at_leisure(client: Client) -> None:
    tries = [client.post("/s/forget/", {"code": f"guess {n}"}, **HERE) for n in range(3)]
    assert [each.status_code for each in tries] == [422, 422, 429]


def test_wrong_tokens_are_refused_unheard_in_the_end(client: Client) -> None:
    def call(secret: str) -> int:
        head = {"Authorization": f"Bearer {secret}"}
        return client.get("/api/journeys/", headers=head, **HERE).status_code

    workspace = make_workspace()
    right = make_api_token(make_member(workspace), workspace)
    assert [call("cxj_wrong"), call("cxj_wrong"), call("cxj_wrong")] == [401, 401, 429]
    assert call(right) == 429
    head = {"Authorization": f"Bearer {right}"}
    elsewhere = client.get("/api/journeys/", headers=head, REMOTE_ADDR="203.0.113.10")
    assert elsewhere.status_code == 200


def test_right_tokens_are_not_counted(client: Client) -> None:
    workspace = make_workspace()
    head = {"Authorization": f"Bearer {make_api_token(make_member(workspace), workspace)}"}
    tries = [client.get("/api/journeys/", headers=head, **HERE).status_code for _ in range(4)]
    assert tries == [200] * 4


def test_wrong_signatures_are_refused_unheard_in_the_end(client: Client) -> None:
    webhook = make_webhook()
    for path in (f"/hooks/{webhook.token}/", "/hooks/nobody/"):
        client.post(path, "{}", content_type="application/json", **HERE)
    response = client.post(f"/hooks/{webhook.token}/", "{}", content_type="text/plain", **HERE)
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0


def test_the_limit_is_the_same_for_all_processes() -> None:
    """It is kept in the database, and counted by one statement there."""
    end = NOW + timedelta(minutes=1)
    assert [RequestCount.one_more("a", end) for _ in range(3)] == [1, 2, 3]
    assert RequestCount.objects.get().ends_at == end
