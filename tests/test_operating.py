"""Health, logs, figures and error reports: what an operator sees, and what nobody may see there."""

import asyncio
import json
import logging

import pytest
import sentry_sdk
from asgiref.sync import async_to_sync
from django.db import OperationalError
from django.test import AsyncClient, Client
from django.urls import reverse
from sentry_sdk.transport import Transport

from cxjourney import urls
from cxjourney.operating import health, reporting
from cxjourney.operating.context import working_for
from cxjourney.operating.logs import JsonFormatter, Present, TextFormatter
from cxjourney.worker import Worker
from tests.factories import make_api_token, make_journey, make_member, make_workspace

pytestmark = pytest.mark.django_db


class Lines(logging.Handler):
    """Keeps what the log would hold, as JSON."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.addFilter(Present())
        self.setFormatter(JsonFormatter())
        self.lines = []

    def emit(self, record):
        self.lines.append(json.loads(self.format(record)))

    def of(self, logger):
        return [line for line in self.lines if line["logger"] == logger]


@pytest.fixture
def log():
    lines = Lines()
    root = logging.getLogger()
    root.addHandler(lines)
    yield lines
    root.removeHandler(lines)


@pytest.fixture
def broken(monkeypatch):
    """Let the start page break in some way."""

    def broken_by(problem):
        def home(request):
            raise problem

        for pattern in urls.urlpatterns:
            if getattr(pattern, "name", "") == "home":
                monkeypatch.setattr(pattern, "callback", home)

    return broken_by


@pytest.fixture
def ana(client):
    user = make_member(make_workspace())
    client.force_login(user)
    client.raise_request_exception = False
    return user


class TestALineForEachRequest:
    def test_says_who_asked_for_what_and_how_it_was_answered(self, client, ana, log):
        journey = make_journey(ana.memberships.get().workspace)
        response = client.get(f"{journey.get_absolute_url()}?q=private")
        [line] = log.of("cxjourney.request")
        assert (line["method"], line["path"]) == ("GET", journey.get_absolute_url())
        assert (line["status"], line["user"]) == (200, ana.pk)
        assert line["ms"] > 0
        assert line["request_id"] == response["X-Request-ID"]
        assert "private" not in json.dumps(log.lines)

    def test_takes_the_id_of_a_proxy_that_is_to_be_believed_only(self, client, settings):
        given = "0123456789abcdef"
        assert client.get("/", headers={"X-Request-ID": given})["X-Request-ID"] != given
        settings.BEHIND_PROXY = True
        assert client.get("/", headers={"X-Request-ID": given})["X-Request-ID"] == given
        forged = "a\u00a0b\x1b[31m"
        assert client.get("/", headers={"X-Request-ID": forged})["X-Request-ID"] != forged

    @pytest.mark.parametrize(
        "address",
        [
            "/s/SeCrEt123/",
            "/hooks/SeCrEt123/",
            "/share/SeCrEt123/",
            "/account/reset/MQ/SeCrEt123/",
            "/w/SeCrEt123",
        ],
    )
    def test_holds_nothing_that_opens_a_door(self, client, log, address):
        client.get(address)
        client.post(address)
        assert log.of("cxjourney.request")
        assert "SeCrEt123" not in json.dumps(log.lines)

    def test_asking_asynchronously_is_no_other(self, log):
        async def ask():
            return await AsyncClient().get("/account/login/")

        response = asyncio.run(ask())
        [line] = log.of("cxjourney.request")
        assert (line["status"], line["request_id"]) == (200, response["X-Request-ID"])

    def test_a_token_is_somebody_too(self, client, log):
        workspace = make_workspace()
        user = make_member(workspace)
        token = make_api_token(user, workspace)
        client.get("/api/journeys/", headers={"Authorization": f"Bearer {token}"})
        assert log.of("cxjourney.request")[0]["user"] == user.pk
        assert token not in json.dumps(log.lines)


def test_what_breaks_is_told_under_the_number_of_the_log(client, ana, log, broken):
    broken(RuntimeError("oh no"))
    response = client.get("/")
    assert response.status_code == 500
    assert response["X-Request-ID"] in response.content.decode()
    [line] = log.of("django.request")
    assert line["request_id"] == response["X-Request-ID"]
    assert "oh no" in line["exception"]


@pytest.mark.parametrize("client_class", [Client, AsyncClient])
def test_while_the_database_is_away_people_are_told_to_come_again(ana, broken, client_class):
    broken(OperationalError("the database system is starting up"))
    client = client_class(raise_request_exception=False)
    client.force_login(ana)
    # On this connection: that of a loop of its own would stay open.
    get = async_to_sync(client.get) if client_class is AsyncClient else client.get
    response = get("/")
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "Back in a moment" in response.content.decode()


def test_programs_are_told_in_json(client, monkeypatch):
    client.raise_request_exception = False

    def away(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr("journeys.api_tokens.TokenAuthentication.authenticate", away)
    response = client.get("/api/journeys/")
    assert response.status_code == 503
    assert response.json()["request_id"] == response["X-Request-ID"]


def test_a_line_of_a_job_says_which(log):
    with working_for(task_id="t-1", task="feedback.work"):
        logging.getLogger("any").warning("Slow")
    [line] = log.of("any")
    assert (line["task_id"], line["task"], line["message"]) == ("t-1", "feedback.work", "Slow")


def test_a_line_for_people_is_one():
    record = logging.LogRecord("any", logging.INFO, "", 0, "Hello %s", ("you",), None)
    with working_for(request_id="r-1"):
        Present().filter(record)
    assert TextFormatter().format(record).endswith("INFO any [r-1] Hello you")


class TestHealth:
    def test_lives_without_a_database_under_any_name(self, client, django_assert_num_queries):
        with django_assert_num_queries(0):
            response = client.get("/healthz", headers={"Host": "10.1.2.3:8000"})
        assert (response.status_code, response.json()) == (200, {"status": "ok"})

    def test_does_not_redirect_to_https(self, client, settings):
        settings.SECURE_SSL_REDIRECT = True
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 200

    def test_is_only_for_reading(self, client):
        assert client.post("/healthz").status_code == 405

    def test_is_not_in_the_log(self, client, log):
        client.get("/healthz")
        client.get("/readyz")
        assert not [line for line in log.lines if line["level"] != "DEBUG"]

    def test_ready_with_database_and_tables(self, client):
        found = client.get("/readyz").json()
        assert (found["status"], found["database"], found["migrations"]) == ("ok", "ok", "ok")
        assert found["worker"] == {
            "last_sign": None,
            "jobs_waiting": 0,
            "oldest_waits_seconds": 0,
        }

    def test_asks_little(self, client, django_assert_max_num_queries):
        client.get("/readyz")
        with django_assert_max_num_queries(1):
            client.get("/readyz")

    def test_not_ready_while_tables_are_missing(self, client, monkeypatch):
        monkeypatch.setattr(health, "_up_to_date", False)
        monkeypatch.setattr(
            "django.db.migrations.recorder.MigrationRecorder.applied_migrations", lambda self: {}
        )
        response = client.get("/readyz")
        assert response.status_code == 503
        assert response.json()["migrations"].endswith("to apply")

    def test_not_ready_without_a_database(self, client, monkeypatch):
        def away():
            raise OperationalError("password=secret")

        monkeypatch.setattr(health, "waiting_jobs", away)
        response = client.get("/readyz")
        assert (response.status_code, response.json()["database"]) == (503, "no answer")
        assert "secret" not in response.content.decode()

    @pytest.mark.django_db(transaction=True)
    def test_tells_when_the_worker_gave_its_last_sign(self, client):
        Worker(once=True).run()
        assert client.get("/readyz").json()["worker"]["last_sign"]

    def test_answers_asynchronously(self):
        async def ask():
            return await AsyncClient().get("/healthz")

        assert asyncio.run(ask()).status_code == 200


class TestFigures:
    def test_are_not_there_without_the_token(self, client, settings):
        assert client.get("/metrics").status_code == 404
        settings.METRICS_TOKEN = "t" * 20
        assert client.get("/metrics").status_code == 404
        wrong = {"Authorization": "Bearer wrong"}
        assert client.get("/metrics", headers=wrong).status_code == 404

    def test_count_answers_by_view_and_name_no_address(self, client, settings):
        settings.METRICS_TOKEN = "t" * 20
        client.get(reverse("account_login"))
        client.get("/nowhere/at/all/")
        told = client.get("/metrics", headers={"Authorization": "Bearer " + "t" * 20})
        text = told.content.decode()
        assert (
            'cxjourney_request_seconds_count{method="GET",status="200",view="account_login"}'
            in text
        )
        assert "nowhere" not in text
        assert "cxjourney_jobs_waiting 0.0" in text


def test_an_error_report_names_nobody(monkeypatch, client, ana, broken):
    sent = []

    class Kept(Transport):
        def capture_envelope(self, envelope):
            sent.append(json.dumps(envelope.get_event()))

    init = sentry_sdk.init
    monkeypatch.setattr(sentry_sdk, "init", lambda dsn, **more: init(dsn, transport=Kept, **more))
    reporting.report_errors("http://key@127.0.0.1/1", environment="tests")
    try:
        broken(RuntimeError("invalid literal: 'jo@example.com'"))
        response = client.post("/?secret=s3cret", {"comment": "Call me"})
    finally:
        sentry_sdk.get_client().close()
        init()
    [report] = sent
    assert "RuntimeError" in report
    assert response["X-Request-ID"] in report
    for private in ("jo@example.com", "s3cret", "Call me", ana.email, "sessionid"):
        assert private not in report
