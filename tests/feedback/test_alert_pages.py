"""Alerts as people meet them: the list, the page of one, what may be done, and who is told."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback.alerting.telling import tell_teams
from feedback.alerting.watching import watch_workspace
from feedback.alerting.weeks import first_watched, last_sunday
from feedback.models import AlertKind, AlertState
from journeys.models import Notice, Role
from tests.factories import (
    make_handoff,
    make_journey,
    make_member,
    make_stage,
    make_step,
    make_team,
    make_touchpoint,
    make_workspace,
)
from tests.feedback.test_alert_hooks import make_alert
from tests.feedback.test_alerts_watch import FINE, LOW, answers

pytestmark = pytest.mark.django_db

TODAY = timezone.now().date()


@pytest.fixture
def workspace():
    return make_workspace()


@pytest.fixture
def journey(workspace):
    return make_journey(workspace, title="Business trip", slug="trip")


@pytest.fixture
def ground(workspace):
    return make_team(workspace, name="Ground", slug="ground", contact="ground@example.com")


@pytest.fixture
def gate(journey, ground):
    return make_touchpoint(make_step(make_stage(journey)), title="Gate", team=ground)


@pytest.fixture
def alert(workspace, gate):
    """A fall that the watch of today finds: as usual until six weeks ago, much worse since."""
    start = first_watched(TODAY)
    weeks = ((last_sunday(TODAY) - start).days + 1) // 7
    answers(gate, start - timedelta(weeks=26), [FINE] * (26 + weeks - 6) + [LOW] * 6)
    [found] = watch_workspace(workspace, timezone.now(), tells=False).opened
    return found


def words(response, status=200) -> str:
    assert response.status_code == status
    text = unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))
    return " ".join(text.replace("\N{NARROW NO-BREAK SPACE}", " ").split())


def do(client, alert, what, **values):
    address = reverse(f"feedback:alert_{what}", args=[alert.workspace.slug, alert.pk])
    return client.post(address, values)


class TestOne:
    @pytest.fixture(autouse=True)
    def _somebody(self, client, workspace):
        client.force_login(make_member(workspace))

    def test_explains_itself(self, client, alert):
        said = words(client.get(alert.get_absolute_url()))
        assert "Gate: 60 % dissatisfied (1–2) since" in said
        assert "Since it began 60 %" in said
        assert re.search(r"n 120\b", said)
        assert re.search(r"Usual 20 % \(16\.8 to 23\.\d\), n 520", said)
        assert "Evidence that it has turned (CUSUM)" in said
        assert re.search(
            r"With 20 answers a week and nothing changed, this chart calls about", said
        )

    def test_its_charts_are_files_too(self, client, alert):
        for key, column in (("share", "Upper limit"), ("evidence", "Evidence")):
            file = client.get(alert.get_absolute_url(), {"csv": key})
            assert file["Content-Type"].startswith("text/csv")
            assert column in file.content.decode("utf-8-sig").splitlines()[0]

    def test_every_piece_holds_enough_answers(self, client, alert):
        rows = client.get(alert.get_absolute_url(), {"csv": "share"}).content.decode().splitlines()
        assert min(int(row.rsplit(",", 1)[1]) for row in rows[1:]) >= 5

    def test_leads_to_the_evidence_and_the_map(self, client, alert):
        html = client.get(alert.get_absolute_url()).content.decode()
        evidence = reverse(
            "feedback:touchpoint_evidence", args=[alert.workspace.slug, alert.touchpoint_id]
        )
        assert f"{evidence}?metric=csat" in html
        assert f"#touchpoint-{alert.touchpoint_id}" in html

    @pytest.mark.parametrize(
        ("kind", "facts", "expected"),
        [
            (
                AlertKind.FRICTION,
                {
                    "before": {"score": 25.0, "error": 1.0, "parts": {"error": 25.0}},
                    "now": {"score": 60.0, "error": 2.0, "parts": {"error": 60.0}},
                    "exposed": 9000,
                },
                "Now 60 ±4",
            ),
            (
                AlertKind.STALE,
                {"last_day": "2026-03-10", "days": 40, "former": 500, "expected": 110.0},
                "Silent for 40 days",
            ),
        ],
    )
    def test_the_other_kinds_explain_themselves(self, client, gate, kind, facts, expected):
        alert = make_alert(gate, kind=kind, facts=facts)
        said = words(client.get(alert.get_absolute_url()))
        assert expected in said
        assert "How often such an alert is false" in said

    def test_a_wait_explains_itself(self, client, gate):
        handoff = make_handoff(gate)
        facts = {"wait": 22.0, "agreed": 10, "accepted": 40, "breached": 30}
        alert = make_alert(handoff.to_touchpoint, kind=AlertKind.WAIT, handoff=handoff, facts=facts)
        assert "Taken up late 75 % of 40" in words(client.get(alert.get_absolute_url()))

    def test_without_its_answers_it_still_says_what_was(self, client, gate):
        facts = {
            "baseline": [100, 500], "baseline_from": "2026-01-05", "watched_from": "2026-07-06",
            "p0": 0.21, "p1": 0.31, "since": [60, 100], "called_on": "2026-09-06", "watched": 1,
        }  # fmt: skip
        alert = make_alert(gate, kind=AlertKind.SCORE, metric="csat", facts=facts)
        assert "n 500" in words(client.get(alert.get_absolute_url()))

    def test_costs_the_same_for_any_number_of_answers(self, client, alert):
        with CaptureQueriesContext(connection) as queries:
            client.get(alert.get_absolute_url())
        assert len(queries) <= 8
        assert not [q for q in queries.captured_queries if "feedback_feedbackrecord" in q["sql"]]


class TestWhatMayBeDone:
    @pytest.mark.parametrize("what", ["snooze", "close", "reopen"])
    @pytest.mark.parametrize(
        ("role", "status"), [(Role.EDITOR, 302), (Role.FACILITATOR, 302), (Role.VIEWER, 403)]
    )
    def test_needs_a_role_that_edits(self, client, gate, what, role, status):
        alert = make_alert(gate)
        client.force_login(make_member(alert.workspace, role))
        until = (TODAY + timedelta(days=9)).isoformat()
        assert do(client, alert, what, until=until).status_code == status

    def test_strangers_get_nothing(self, client, gate):
        alert = make_alert(gate)
        client.force_login(make_member(make_workspace(), Role.OWNER))
        assert client.get(alert.get_absolute_url()).status_code == 404
        assert do(client, alert, "close").status_code == 404
        assert client.get(reverse("feedback:alert_list", args=["nowhere"])).status_code == 404

    def test_viewers_are_offered_nothing(self, client, gate):
        alert = make_alert(gate, facts=STALE)
        client.force_login(make_member(alert.workspace, Role.VIEWER))
        assert "Snooze" not in words(client.get(alert.get_absolute_url()))

    def test_snoozing_and_waking(self, client, gate):
        alert = make_alert(gate, facts=STALE)
        ana = make_member(alert.workspace)
        client.force_login(ana)
        until = TODAY + timedelta(days=9)
        do(client, alert, "snooze", until=until.isoformat(), note="Gate is rebuilt.")
        alert.refresh_from_db()
        assert (alert.state, alert.snoozed_until, alert.settled_by) == ("snoozed", until, ana)
        said = words(client.get(alert.get_absolute_url()))
        assert "Gate is rebuilt." in said
        do(client, alert, "reopen")
        alert.refresh_from_db()
        assert (alert.state, alert.snoozed_until, alert.note) == ("open", None, "")

    @pytest.mark.parametrize("days", [0, -1, 400])
    def test_a_day_that_is_no_day_to_sleep_until(self, client, gate, days):
        alert = make_alert(gate, facts=STALE)
        client.force_login(make_member(alert.workspace))
        until = (TODAY + timedelta(days=days)).isoformat()
        said = words(do(client, alert, "snooze", until=until), 422)
        assert "Choose a day after today, within a year." in said
        alert.refresh_from_db()
        assert alert.state == AlertState.OPEN

    def test_closing_says_that_it_stays_closed(self, client, gate):
        alert = make_alert(gate, facts=STALE)
        client.force_login(make_member(alert.workspace))
        do(client, alert, "close", note="The survey has ended.")
        said = words(client.get(alert.get_absolute_url()))
        assert "The survey has ended." in said
        assert "only after the numbers have recovered once" in said

    def test_only_posts_change(self, client, gate):
        alert = make_alert(gate)
        client.force_login(make_member(alert.workspace))
        for what in ("snooze", "close", "reopen"):
            address = reverse(f"feedback:alert_{what}", args=[alert.workspace.slug, alert.pk])
            assert client.get(address).status_code == 405


STALE = {"last_day": "2026-03-10", "days": 40, "former": 500, "expected": 110.0}


class TestList:
    @pytest.fixture
    def ana(self, client, workspace):
        person = make_member(workspace)
        client.force_login(person)
        return person

    def page(self, client, workspace, **query):
        return words(client.get(reverse("feedback:alert_list", args=[workspace.slug]), query))

    def test_what_is_awake_comes_first_then_by_team(self, client, workspace, journey, ana):
        zeta, alpha = make_team(workspace, name="Zeta"), make_team(workspace, name="Alpha")
        for team, says, state in (
            (zeta, "Third", {}),
            (alpha, "Second", {}),
            (alpha, "Last", {"state": "snoozed", "snoozed_until": TODAY + timedelta(days=3)}),
            (alpha, "First", {"kind": AlertKind.FRICTION}),
        ):
            place = make_touchpoint(make_step(make_stage(journey)), team=team)
            make_alert(place, says=says, **state)
        said = self.page(client, workspace)
        places = [said.index(name) for name in ("First", "Second", "Third", "Last")]
        assert places == sorted(places)

    def test_is_limited_to_a_team_a_kind_and_ones_own(self, client, workspace, journey, ana):
        mine, other = make_team(workspace, slug="mine"), make_team(workspace, slug="other")
        mine.members.add(ana)
        for team, says, kind in (
            (mine, "Silent", AlertKind.STALE),
            (mine, "Rough", AlertKind.FRICTION),
            (other, "Elsewhere", AlertKind.STALE),
        ):
            place = make_touchpoint(make_step(make_stage(journey)), team=team)
            make_alert(place, says=says, kind=kind)

        def shown(**query):
            said = self.page(client, workspace, **query)
            return {name for name in ("Silent", "Rough", "Elsewhere") if name in said}

        assert shown() == {"Silent", "Rough", "Elsewhere"}
        assert shown(mine="1") == {"Silent", "Rough"}
        assert shown(team="other") == {"Elsewhere"}
        assert shown(mine="1", kind="friction") == {"Rough"}
        assert shown(show="closed") == set()

    def test_what_is_closed_stands_apart(self, client, workspace, gate, ana):
        make_alert(gate, says="Over").close(by=ana)
        assert "Over" not in self.page(client, workspace)
        assert "Over" in self.page(client, workspace, show="closed")

    def test_empty_says_what_it_is_for(self, client, workspace, ana):
        assert "All is quiet" in self.page(client, workspace)
        assert "No such alert" in self.page(client, workspace, mine="1")

    def test_many_come_in_pages_and_cost_the_same(self, client, workspace, journey, ana):
        counts = []
        for size in (2, 60):
            for _ in range(size):
                place = make_touchpoint(make_step(make_stage(journey)), team=None)
                make_alert(place)
            with CaptureQueriesContext(connection) as queries:
                self.page(client, workspace)
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 9

    def test_the_head_counts_what_is_awake(self, client, workspace, gate, ana):
        assert "open alert" not in words(client.get(workspace.get_absolute_url()))
        make_alert(gate)
        Notice.objects.tell([ana], workspace=workspace, text="Look", url="/")
        said = words(client.get(workspace.get_absolute_url()))
        assert "Understand , 1 open alert" in said
        assert "1 unread" in said


class TestTelling:
    @pytest.fixture
    def told(self, workspace, django_capture_on_commit_callbacks):
        def told(*alerts):
            with django_capture_on_commit_callbacks(execute=True):
                tell_teams(workspace, alerts)
            return [(notice.user, notice.text, notice.url) for notice in Notice.objects.all()]

        return told

    def test_members_and_the_address_of_the_team(self, workspace, ground, gate, told):
        ana = make_member(workspace)
        ground.members.add(ana)
        alert = make_alert(gate)
        assert told(alert) == [(ana, alert.says, alert.get_absolute_url())]
        assert {letter.to[0] for letter in mail.outbox} == {ana.email, "ground@example.com"}
        assert alert.get_absolute_url() in mail.outbox[-1].body

    def test_an_address_that_is_a_members_gets_one_mail(self, workspace, ground, gate, told):
        ana = make_member(workspace)
        ground.members.add(ana)
        ground.contact = ana.email.upper()
        ground.save()
        told(make_alert(gate))
        assert len(mail.outbox) == 1

    def test_who_is_no_member_of_the_workspace_is_not_told(self, ground, gate, told):
        ground.members.add(make_member(make_workspace()))
        assert told(make_alert(gate)) == []

    def test_without_a_team_the_owner_of_the_journey(self, workspace, journey, told):
        journey.owner = make_member(workspace)
        journey.save()
        place = make_touchpoint(make_step(make_stage(journey)), team=None)
        [(user, *_)] = told(make_alert(place))
        assert user == journey.owner

    def test_several_are_one_message(self, workspace, ground, journey, told):
        ground.members.add(make_member(workspace))
        places = [
            make_touchpoint(make_step(make_stage(journey)), title=title, team=ground)
            for title in ("Gate", "Desk")
        ]
        [(_, text, url)] = told(*map(make_alert, places))
        assert text == "2 alerts: Gate, Desk"
        assert url == f"/w/{workspace.slug}/alerts/?team=ground"
        assert len(mail.outbox) == 2

    def test_nothing_is_mailed_without_a_server(self, settings, ground, gate, told):
        settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
        told(make_alert(gate))
        assert mail.outbox == []


def test_the_team_page_says_who_is_told(client, workspace, ground):
    ana = make_member(workspace, Role.ADMIN)
    client.force_login(ana)
    assert "are told to the owner of the journey" in words(client.get(ground.get_absolute_url()))
    ground.members.add(ana)
    assert f"are told to {ana}" in words(client.get(ground.get_absolute_url()))


def test_the_admin_offers_the_workspaces_members_only(client, workspace, ground):
    ana = make_member(workspace, Role.ADMIN)
    stranger = make_member(make_workspace())
    client.force_login(ana)
    page = client.get(reverse("admin:touchpoints_team_change", args=[ground.pk]))
    choices = page.context["adminform"].form.fields["members"].queryset
    assert list(choices) == [ana]
    values = {"name": ground.name, "slug": ground.slug, "hue": 0, "members": [stranger.pk]}
    refused = client.post(reverse("admin:touchpoints_team_change", args=[ground.pk]), values)
    assert refused.status_code == 200
    client.post(
        reverse("admin:touchpoints_team_change", args=[ground.pk]), values | {"members": [ana.pk]}
    )
    assert list(ground.members.all()) == [ana]
