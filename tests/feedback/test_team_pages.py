"""Team pages: what a team owns, what passes through its hands, and where that hurts."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback.metrics.handoff import handoff_quality
from feedback.metrics.rate import Rate
from feedback.metrics.severity import Wait
from feedback.models import FeedbackRecord, FrictionAssessment, FrictionInput
from feedback.ownership import ownership, team_lines
from journeys.maps import MapFilters, Period
from journeys.models import JourneyState, Role
from tests.factories import (
    make_channel,
    make_handoff,
    make_journey,
    make_member,
    make_source,
    make_stage,
    make_step,
    make_team,
    make_touchpoint,
    make_user,
    make_workspace,
)

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def workspace():
    return make_workspace()


@pytest.fixture
def journey(workspace):
    return make_journey(workspace, title="Business trip", slug="business-trip")


@pytest.fixture
def ground(workspace):
    return make_team(workspace, name="Ground", slug="ground", purpose="Kerb to aircraft.")


@pytest.fixture
def cabin(workspace):
    return make_team(workspace, name="Cabin", slug="cabin")


def owned_by(team, journey, **values):
    return make_touchpoint(make_step(make_stage(journey)), team=team, **values)


def answers(touchpoint, scores, days_ago=1) -> None:
    source = make_source(touchpoint.step.stage.journey.workspace)
    FeedbackRecord.objects.bulk_create(
        FeedbackRecord(
            source=source, touchpoint=touchpoint, metric="csat", score=score,
            occurred_at=NOW - timedelta(days=days_ago),
        )
        for score in scores
    )  # fmt: skip


def stuck(touchpoint, *, severity, customers=0) -> None:
    """Let people call it hard, and count how many customers met it without any trouble."""
    FrictionAssessment.objects.create(
        touchpoint=touchpoint, rater=make_user(), severity=severity, assessed_on=NOW.date()
    )
    if customers:
        FrictionInput.objects.create(
            touchpoint=touchpoint, kind="error", day=NOW.date(), hits=0, base=customers
        )


def view() -> MapFilters:
    return MapFilters(period=Period.until(NOW.date()), compare=False)


def found(team):
    return ownership(team, user=make_member(team.workspace), filters=view())


def words(client, address, user, status=200) -> str:
    client.force_login(user)
    response = client.get(address)
    assert response.status_code == status
    text = unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))
    return " ".join(text.replace("\N{NARROW NO-BREAK SPACE}", " ").split())


def page(client, team, role=Role.VIEWER) -> str:
    return words(client, team.get_absolute_url(), make_member(team.workspace, role))


def list_of(workspace) -> str:
    return reverse("feedback:team_list", args=[workspace.slug])


class TestWhoMaySee:
    @pytest.mark.parametrize("role", Role)
    def test_every_member(self, client, ground, role):
        client.force_login(make_member(ground.workspace, role))
        assert client.get(ground.get_absolute_url()).status_code == 200
        assert client.get(list_of(ground.workspace)).status_code == 200

    def test_strangers_learn_nothing(self, client, ground):
        client.force_login(make_member(make_workspace(), Role.OWNER))
        assert client.get(ground.get_absolute_url()).status_code == 404
        assert client.get(list_of(ground.workspace)).status_code == 404

    def test_who_is_signed_out_is_sent_to_sign_in(self, client, ground):
        for address in (ground.get_absolute_url(), list_of(ground.workspace)):
            response = client.get(address)
            assert response.status_code == 302
            assert response["Location"].startswith(reverse("account_login"))

    def test_teams_of_the_same_name_elsewhere_are_another_page(self, client, ground):
        twin = make_team(name="Ground", slug="ground", purpose="Of another company.")
        assert "Of another company." not in page(client, ground)
        assert twin.get_absolute_url() != ground.get_absolute_url()

    @pytest.mark.parametrize("role", Role)
    def test_only_who_administers_is_led_to_the_admin(self, client, ground, role):
        client.force_login(make_member(ground.workspace, role))
        change = reverse("admin:touchpoints_team_change", args=[ground.pk])
        assert (change in client.get(ground.get_absolute_url()).content.decode()) == (
            role.administers
        )
        add = reverse("admin:touchpoints_team_add")
        assert (add in client.get(list_of(ground.workspace)).content.decode()) == role.administers

    def test_only_reads(self, client, ground):
        client.force_login(make_member(ground.workspace))
        assert client.post(ground.get_absolute_url()).status_code == 405
        assert client.post(list_of(ground.workspace)).status_code == 405


class TestWhatItOwns:
    def test_by_journey_and_stage_with_score_and_friction(self, client, journey, ground):
        touchpoint = owned_by(ground, journey, title="Gate", moment_that_matters=True)
        answers(touchpoint, [1] * 14 + [2] * 9 + [3] * 10 + [4] * 32 + [5] * 42)
        stuck(touchpoint, severity=2)
        said = page(client, ground)
        assert "Kerb to aircraft." in said
        assert "1 touchpoint" in said
        assert "1 moment that matters" in said
        assert "Business trip current state" in said
        assert f"Gate ★ {touchpoint.channel} {touchpoint.step.stage}" in said
        assert "CSAT 69 % ±8.6 · n 107" in said
        [part] = found(ground).journeys
        [stage] = part.stages
        [owned] = stage.owned
        assert (part.journey, stage.title) == (journey, touchpoint.step.stage.title)
        assert owned.score.value == pytest.approx(100 * 74 / 107)
        assert owned.friction.n == 107

    def test_the_current_state_comes_first(self, workspace, journey, ground):
        ahead = make_journey(workspace, title="A better trip", state=JourneyState.FUTURE)
        for each in (ahead, journey):
            owned_by(ground, each)
        assert [part.journey for part in found(ground).journeys] == [journey, ahead]

    def test_what_another_team_owns_is_not_there(self, client, journey, ground, cabin):
        owned_by(cabin, journey, title="Cleanliness")
        assert "Cleanliness" not in page(client, ground)

    def test_fewer_answers_than_the_minimum_stay_hidden(self, client, journey, ground):
        answers(owned_by(ground, journey), [1, 1, 5, 5])
        said = page(client, ground)
        assert "CSAT – hidden" in said
        assert {metric.key: metric.text for metric in found(ground).headline}["csat"] == "–"

    def test_figures_lead_to_their_evidence_and_the_journey_to_its_map(
        self, client, journey, ground
    ):
        touchpoint = owned_by(ground, journey)
        client.force_login(make_member(ground.workspace))
        html = client.get(ground.get_absolute_url(), {"period": "30d"}).content.decode()
        evidence = reverse(
            "feedback:touchpoint_evidence", args=[ground.workspace.slug, touchpoint.pk]
        )
        assert f'href="{evidence}?metric=csat&amp;period=30d" data-panel' in html
        assert f'href="{journey.get_absolute_url()}?period=30d"' in html

    def test_owns_nothing_yet(self, client, ground):
        said = page(client, ground)
        assert "Ground owns no touchpoint yet." in said
        assert "No handoff from or to Ground is on a map yet." in said
        assert "Nothing hurts by what is known so far." in said

    def test_what_the_address_got_wrong_is_named(self, client, ground):
        said = words(
            client, f"{ground.get_absolute_url()}?period=7y", make_member(ground.workspace)
        )
        assert "period “7y”, which does not exist" in said

    def test_only_answers_of_the_period_count(self, client, journey, ground):
        answers(owned_by(ground, journey), [4] * 9, days_ago=100)
        assert "CSAT – no answers" in page(client, ground)
        said = words(
            client, f"{ground.get_absolute_url()}?period=all", make_member(ground.workspace)
        )
        assert "CSAT 100 %" in said


class TestWhereItHurts:
    def test_the_worst_three_by_friction_and_customers(self, client, journey, ground):
        for title, severity, customers in (
            ("Seldom met", 4, 10), ("Much met", 2, 1000), ("Middling", 3, 100), ("Mild", 1, 40),
        ):  # fmt: skip
            stuck(owned_by(ground, journey, title=title), severity=severity, customers=customers)
        worst = found(ground).worst_touchpoints
        assert [each.touchpoint.title for each in worst] == ["Much met", "Middling", "Seldom met"]
        assert worst[0].weight == pytest.approx(worst[0].friction.value / 100 * 1000)
        said = page(client, ground)
        assert re.search(r"1,000 customers met it, as if \d+ had got stuck", said)
        assert said.index("Where it hurts") < said.index("What it owns")

    def test_where_nobody_counted_the_harder_comes_first(self, client, journey, ground):
        for title, severity in (("Hard", 3), ("Harder", 4), ("Smooth", 0)):
            stuck(owned_by(ground, journey, title=title), severity=severity)
        worst = found(ground).worst_touchpoints
        assert [each.touchpoint.title for each in worst] == ["Harder", "Hard"]
        assert "nobody counted its customers" in page(client, ground)

    def test_a_future_state_hurts_nobody_yet(self, workspace, ground, cabin):
        ahead = make_journey(workspace, state=JourneyState.FUTURE)
        one, two = owned_by(ground, ahead), owned_by(cabin, ahead)
        stuck(one, severity=4)
        make_handoff(one, two, released=100, accepted=10)
        page = found(ground)
        assert (page.worst_touchpoints, page.worst_handoffs) == ((), ())

    def test_handoffs_by_quality_in_and_out(self, journey, ground, cabin):
        touchpoints = [owned_by(team, journey) for team in (ground, cabin) * 3]
        for (one, two), returned in zip(
            ((0, 1), (1, 2), (3, 4), (4, 5)), (20, 18, 0, 12), strict=True
        ):
            make_handoff(
                touchpoints[one], touchpoints[two],
                released=100, accepted=100, returned=returned,
            )  # fmt: skip
        passed = found(ground)
        assert [each.handoff.returned for each in passed.worst_handoffs] == [20, 18, 12]
        assert len(passed.handoffs_out) + len(passed.handoffs_in) == 4


class TestHandoffs:
    @pytest.fixture
    def handoff(self, journey, ground, cabin):
        return make_handoff(
            owned_by(ground, journey, title="Gate"),
            owned_by(cabin, journey, title="Seat"),
            what_moves="Who is on board",
            agreed_wait_minutes=10,
            observed_wait_minutes=22,
            released=120,
            accepted=100,
            breached=30,
            returned=6,
        )

    def test_says_it_from_the_customers_side(self, client, handoff, ground, cabin):
        for team in (ground, cabin):
            said = page(client, team)
            assert "Customer waits 22 min between Ground and Cabin, agreed 10 min" in said
            assert "Ground → Cabin" in said
            assert "Gate → Seat" in said
            assert "Who is on board" in said
            assert "22 min , later than agreed" in said
            assert "5 %" in said

    def test_stands_with_the_right_team(self, handoff, ground, cabin):
        assert [each.handoff for each in found(ground).handoffs_out] == [handoff]
        assert found(ground).handoffs_in == ()
        assert [each.handoff for each in found(cabin).handoffs_in] == [handoff]

    def test_quality_is_that_of_the_metrics(self, client, handoff, ground):
        quality = handoff_quality(
            wait=Wait(22, 10, 100), breach=Rate(30, 100), dropoff=Rate(20, 120), bounce=Rate(6, 120)
        )
        [passed] = found(ground).handoffs_out
        assert passed.quality.value == pytest.approx(quality.quality)
        assert passed.band == quality.band
        assert "mostly never taken up" in page(client, ground)

    def test_where_nobody_counted(self, client, journey, ground, cabin):
        make_handoff(owned_by(ground, journey), owned_by(cabin, journey))
        said = page(client, ground)
        assert "Ground hands over to Cabin; nobody timed it" in said
        assert "nobody counted" in said


class TestList:
    def test_a_line_for_each_team(self, client, workspace, journey, ground, cabin):
        gate = owned_by(ground, journey, title="Gate", moment_that_matters=True)
        answers(gate, [4] * 40 + [1] * 10)
        stuck(gate, severity=3, customers=50)
        make_handoff(
            gate, owned_by(cabin, journey), observed_wait_minutes=22, agreed_wait_minutes=10,
            released=100, accepted=80, breached=60, returned=20,
        )  # fmt: skip
        first, second = team_lines(workspace, user=make_member(workspace), filters=view())
        assert [first.team, second.team] == [cabin, ground]
        assert (second.touchpoint_count, second.moment_count) == (1, 1)
        assert (first.handoff_counts, second.handoff_counts) == ((0, 1), (1, 0))
        assert {metric.key: metric.text for metric in second.metrics}["answers"] == "50"
        assert second.worst is not None
        assert second.worst.touchpoint == gate
        said = words(client, list_of(workspace), make_member(workspace))
        assert "Gate friction" in said
        assert "Customer waits 22 min between Ground and Cabin" in said

    def test_touchpoints_without_owner_are_told(self, client, workspace, journey, ground):
        for _ in range(2):
            make_touchpoint(make_step(make_stage(journey)), team=None)
        said = words(client, list_of(workspace), make_member(workspace))
        assert "2 touchpoints have no owner." in said

    def test_a_workspace_without_teams_says_what_they_are_for(self, client, workspace):
        said = words(client, list_of(workspace), make_member(workspace, Role.VIEWER))
        assert "No teams yet" in said
        assert "An owner or admin of the workspace adds the first one." in said
        said = words(client, list_of(workspace), make_member(workspace, Role.ADMIN))
        assert "Add the first team" in said

    def test_another_workspace_stays_out(self, client, workspace, ground):
        make_team(name="Strangers")
        superuser = make_user(is_superuser=True)
        assert "Strangers" not in words(client, list_of(workspace), superuser)


class TestCost:
    def grown(self, count):
        workspace = make_workspace()
        journey, channel = make_journey(workspace), make_channel(workspace)
        teams = [make_team(workspace), make_team(workspace)]
        stage, before = make_stage(journey), None
        for number in range(count):
            touchpoint = make_touchpoint(make_step(stage), channel=channel, team=teams[number % 2])
            answers(touchpoint, [3, 4, 5, 5, 2, 1])
            stuck(touchpoint, severity=2, customers=40)
            if before:
                make_handoff(before, touchpoint, released=10, accepted=9)
            before = touchpoint
        return workspace, teams[0]

    def queries(self, client, address, workspace):
        client.force_login(make_member(workspace))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    def test_a_team_page_takes_the_same_queries_for_1_and_20_touchpoints(self, client):
        counts = []
        for count in (2, 40):
            workspace, team = self.grown(count)
            counts.append(self.queries(client, team.get_absolute_url(), workspace))
        assert counts == [15, 15]

    def test_the_list_takes_the_same_queries_for_1_and_20_teams(self, client):
        counts = []
        for more in (0, 18):
            workspace, _ = self.grown(4)
            for _ in range(more):
                make_team(workspace)
            counts.append(self.queries(client, list_of(workspace), workspace))
        assert counts == [16, 16]
