"""Opportunities: their states, who may do what, what they begin with, and how they are shown."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from feedback.improving.matrix import EDGE, bubbles
from feedback.improving.scoring import Scored, formula, total
from feedback.merging import merge_touchpoints
from feedback.models import (
    Action,
    ActionState,
    Alert,
    AlertKind,
    Criterion,
    EvidenceKind,
    Opportunity,
    OpportunityState,
)
from journeys.models import LaneKind, Notice, Role
from tests.factories import (
    make_card,
    make_criterion,
    make_journey,
    make_lane,
    make_member,
    make_opportunity,
    make_record,
    make_source,
    make_stage,
    make_step,
    make_team,
    make_theme,
    make_touchpoint,
    make_user,
    make_workspace,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace():
    return make_workspace(slug="north")


@pytest.fixture
def editor(workspace):
    return make_member(workspace)


def at(name, workspace, *args):
    return reverse(f"feedback:{name}", args=[workspace.slug, *args])


def today():
    return timezone.now().date()


def with_actions(workspace, *titles):
    opportunity = make_opportunity(workspace)
    return opportunity, [
        Action.objects.create(opportunity=opportunity, title=title) for title in titles
    ]


class TestStates:
    def test_a_change_is_noted_with_who_did_so(self, workspace, editor):
        opportunity = make_opportunity(workspace)
        assert opportunity.become("planned", by=editor)
        change = opportunity.changes.get()
        assert (change.was, change.became, change.by) == ("found", "planned", editor)

    def test_the_same_state_again_is_no_change(self, workspace, editor):
        opportunity = make_opportunity(workspace)
        assert not opportunity.become("found", by=editor)
        assert not opportunity.changes.exists()

    def test_shipping_takes_today_and_the_day_can_be_corrected(self, workspace, editor):
        opportunity = make_opportunity(workspace)
        opportunity.become("shipped", by=editor)
        assert opportunity.shipped_on == today()
        earlier = today() - timedelta(days=9)
        assert opportunity.become("shipped", by=editor, on=earlier)
        opportunity.refresh_from_db()
        assert opportunity.shipped_on == earlier
        assert [each.shipped_on for each in opportunity.changes.all()] == [earlier, today()]

    def test_leaving_shipped_forgets_the_day(self, workspace, editor):
        opportunity = make_opportunity(workspace)
        opportunity.become("shipped", by=editor)
        opportunity.become("in_progress", by=editor)
        opportunity.refresh_from_db()
        assert opportunity.shipped_on is None

    def test_a_day_that_has_not_come_is_refused(self, workspace, editor):
        opportunity = make_opportunity(workspace)
        with pytest.raises(ValueError, match="has not come"):
            opportunity.become("shipped", by=editor, on=today() + timedelta(days=1))

    @pytest.mark.parametrize("values", [{"state": "shipped"}, {"shipped_on": "2026-01-01"}])
    def test_the_database_holds_state_and_day_together(self, workspace, values):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_opportunity(workspace, **values)

    def test_the_last_open_action_ships_the_opportunity_on_its_day(self, workspace, editor):
        opportunity, [first, second, third] = with_actions(workspace, "a", "b", "c")
        assert not first.become(ActionState.SHIPPED, by=editor)
        opportunity.refresh_from_db()
        assert opportunity.state == OpportunityState.IN_PROGRESS
        third.become(ActionState.DROPPED, by=editor)
        day = today() - timedelta(days=3)
        assert second.become(ActionState.SHIPPED, by=editor, on=day)
        opportunity.refresh_from_db()
        assert (opportunity.state, opportunity.shipped_on) == ("shipped", day)

    def test_dropping_the_last_action_ships_nothing(self, workspace, editor):
        opportunity, [action] = with_actions(workspace, "a")
        assert not action.become(ActionState.DROPPED, by=editor)
        opportunity.refresh_from_db()
        assert opportunity.state == OpportunityState.FOUND

    def test_an_action_moves_nothing_that_is_over(self, workspace, editor):
        opportunity, [action] = with_actions(workspace, "a")
        opportunity.become("dropped", by=editor)
        assert not action.become(ActionState.SHIPPED, by=editor)
        opportunity.refresh_from_db()
        assert opportunity.state == OpportunityState.DROPPED


class TestScores:
    def test_the_total_is_the_weighted_mean_and_shows_how_it_came_about(self):
        scores = [
            Scored(Criterion(name="Reach", weight=3), 4),
            Scored(Criterion(name="Risk", weight=1, counts_against=True), 5),
            Scored(Criterion(name="Unknown", weight=9), None),
        ]
        assert total(scores) == pytest.approx((3 * 4 + 1 * 1) / 4)
        assert formula(scores) == "(3 × 4 + 1 × 1) / 4 = 3.3"
        assert total(scores[2:]) is None

    def test_the_list_sorts_by_the_same_total(self, client, workspace, editor):
        low, high = make_opportunity(workspace), make_opportunity(workspace)
        risk = make_criterion(workspace, weight=2, counts_against=True)
        low.scores.create(criterion=risk, score=5)
        high.scores.create(criterion=risk, score=1)
        client.force_login(editor)
        page = client.get(at("opportunity_list", workspace) + "?sort=score").context["page"]
        assert [(each, each.total_score) for each in page.object_list] == [(high, 5.0), (low, 1.0)]

    def test_scores_are_kept_and_taken_back(self, client, workspace, editor):
        opportunity, criterion = make_opportunity(workspace), make_criterion(workspace)
        client.force_login(editor)
        address = at("opportunity_scores", workspace, opportunity.pk)
        client.post(address, {f"criterion-{criterion.pk}": "4"})
        assert opportunity.scores.get().score == 4
        assert client.post(address, {f"criterion-{criterion.pk}": "6"}).status_code == 422
        client.post(address, {f"criterion-{criterion.pk}": ""})
        assert not opportunity.scores.exists()


class TestMatrix:
    def test_impact_is_up_effort_is_right_and_evidence_is_size(self, workspace):
        easy = make_opportunity(workspace, impact=5, effort=1)
        hard = make_opportunity(workspace, impact=1, effort=5)
        make_opportunity(workspace, impact=3)
        easy.evidence.create(kind=EvidenceKind.NOTE, says="Many", n=400)
        hard.evidence.create(kind=EvidenceKind.NOTE, says="Some", n=100)
        found = {each.opportunity: each for each in bubbles(Opportunity.objects.with_figures())}
        assert set(found) == {easy, hard}
        assert (found[easy].x, found[easy].y) == (50, 50)
        assert (found[hard].x, found[hard].y) == (EDGE - 50, EDGE - 50)
        assert found[easy].r > found[hard].r

    def test_many_in_a_cell_stand_apart_and_inside(self, workspace):
        for _ in range(7):
            make_opportunity(workspace, impact=2, effort=4)
        found = bubbles(Opportunity.objects.with_figures())
        for one in found:
            assert 300 <= one.x - one.r < one.x + one.r <= 400
            assert 300 <= one.y - one.r < one.y + one.r <= 400
            for other in found:
                if other is not one:
                    apart = ((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5
                    assert apart >= one.r + other.r


class TestAccess:
    def pages(self, workspace):
        opportunity, [action] = with_actions(workspace, "a")
        solution = opportunity.solutions.create(title="s")
        evidence = opportunity.evidence.create(kind="note", says="n")
        one = opportunity.pk
        reading = ["opportunity_list", "opportunity_board", "opportunity_matrix"]
        read = [at(name, workspace) for name in reading]
        read.append(at("opportunity_detail", workspace, one))
        read.append(at("opportunity_file", workspace, "opportunities", "csv"))
        forms = [
            at("opportunity_create", workspace),
            at("opportunity_edit", workspace, one),
            at("opportunity_delete", workspace, one),
            at("solution_edit", workspace, one, solution.pk),
            at("action_edit", workspace, one, action.pk),
        ]
        changes = [
            at("opportunity_state", workspace, one),
            at("opportunity_place", workspace, one),
            at("opportunity_scores", workspace, one),
            at("evidence_create", workspace, one),
            at("evidence_delete", workspace, one, evidence.pk),
            at("solution_create", workspace, one),
            at("action_create", workspace, one),
            at("action_state", workspace, one, action.pk),
        ]
        return read, forms, changes

    def test_viewers_read_and_change_nothing(self, client, workspace):
        read, forms, changes = self.pages(workspace)
        client.force_login(make_member(workspace, Role.VIEWER))
        assert {client.get(page).status_code for page in read} == {200}
        assert {client.get(page).status_code for page in forms} == {403}
        assert {client.post(page).status_code for page in [*forms, *changes]} == {403}

    def test_for_strangers_there_is_nothing(self, client, workspace):
        read, forms, changes = self.pages(workspace)
        client.force_login(make_user())
        assert {client.get(page).status_code for page in [*read, *forms]} == {404}
        assert {client.post(page).status_code for page in [*forms, *changes]} == {404}

    def test_an_owner_whose_number_no_database_takes(self, client, workspace, editor):
        client.force_login(editor)
        address = at("opportunity_list", workspace) + "?owner=99999999999999999999"
        assert client.get(address).status_code == 200

    def test_changes_take_post_only(self, client, workspace, editor):
        *_, changes = self.pages(workspace)
        client.force_login(editor)
        assert {client.get(page).status_code for page in changes} == {405}

    def test_criteria_are_for_those_who_administer(self, client, workspace, editor):
        client.force_login(editor)
        assert client.get(at("criterion_list", workspace)).status_code == 403
        client.force_login(make_member(workspace, Role.ADMIN))
        address = at("criterion_list", workspace)
        client.post(address, {"name": "Reach", "weight": 3})
        assert client.post(address, {"name": "Reach", "weight": 3}).status_code == 422
        assert Criterion.objects.get().weight == 3

    def test_another_workspace_s_parts_are_not_reached(self, client, workspace, editor):
        foreign, [action] = with_actions(make_workspace(), "a")
        own = make_opportunity(workspace)
        client.force_login(editor)
        for address in (
            at("action_edit", workspace, own.pk, action.pk),
            at("opportunity_detail", workspace, foreign.pk),
            at("opportunity_create", workspace) + f"?from=card&card={make_card().pk}",
            at("opportunity_create", workspace)
            + f"?from=touchpoint&touchpoint={make_touchpoint().pk}",
        ):
            assert client.get(address).status_code == 404


class TestBeginning:
    @pytest.fixture
    def place(self, workspace):
        journey = make_journey(workspace, slug="trip")
        step = make_step(make_stage(journey))
        lane = make_lane(journey, kind=LaneKind.PAIN_POINTS)
        return step, make_card(lane, step, text="Nobody calls back", severity=3)

    def test_a_pain_point_brings_its_words_its_touchpoints_and_their_team(
        self, client, workspace, editor, place
    ):
        step, card = place
        touchpoint = make_touchpoint(step)
        make_touchpoint(make_step(step.stage))
        client.force_login(editor)
        address = at("opportunity_create", workspace) + f"?from=card&card={card.pk}&journey=trip"
        form = client.get(address).context["form"]
        assert form.initial["touchpoints"] == [touchpoint.pk]
        assert form.initial["team"] == touchpoint.team_id
        sent = {"title": "Call back", "touchpoints": [touchpoint.pk], "impact": 4}
        client.post(address, sent)
        made = Opportunity.objects.get()
        evidence = made.evidence.get()
        assert (made.journey, made.created_by, made.impact) == (card.lane.journey, editor, 4)
        assert evidence.says == "Nobody calls back (severity 3 of 4: major)"
        assert evidence.url.endswith(f"#card-{card.pk}")

    def test_evidence_keeps_its_words_when_the_card_changes(self, client, workspace, editor, place):
        _, card = place
        client.force_login(editor)
        client.post(
            at("opportunity_create", workspace) + f"?from=card&card={card.pk}", {"title": "x"}
        )
        card.delete()
        assert Opportunity.objects.get().evidence.get().says.startswith("Nobody calls back")

    def test_a_theme_brings_how_many_speak_of_it_where_enough_do(
        self, client, workspace, editor, place
    ):
        theme = make_theme(workspace, name="Waiting")
        source = make_source(workspace)
        for count, known in ((8, 8), (7, None)):
            touchpoint = make_touchpoint(make_step(place[0].stage))
            for _ in range(count):
                record = make_record(
                    touchpoint,
                    source=source,
                    comment="I had to wait",
                    occurred_at=timezone.now() - timedelta(days=2),
                )
                record.themes.add(theme)
            client.force_login(editor)
            query = f"?from=theme&theme=Waiting&touchpoint={touchpoint.pk}"
            [evidence] = client.get(at("opportunity_create", workspace) + query).context["evidence"]
            assert evidence.n == known

    @pytest.mark.parametrize(
        ("kind", "facts", "n"),
        [
            (AlertKind.SCORE, {"since": [30, 100]}, 100),
            (AlertKind.FRICTION, {"exposed": 40}, 40),
            (AlertKind.STALE, {"former": 60}, 60),
            (AlertKind.STALE, {}, None),
        ],
    )
    def test_an_alert_brings_its_sentence_and_what_it_was_judged_by(
        self, client, workspace, editor, place, kind, facts, n
    ):
        touchpoint = make_touchpoint(place[0])
        alert = Alert.objects.create(
            workspace=workspace, touchpoint=touchpoint, kind=kind, says="It turned", facts=facts
        )
        client.force_login(editor)
        query = f"?from=alert&alert={alert.pk}"
        [evidence] = client.get(at("opportunity_create", workspace) + query).context["evidence"]
        assert (evidence.says, evidence.n) == ("It turned", n)
        assert evidence.url == alert.get_absolute_url()

    def test_a_number_brings_its_n_and_hides_a_small_one(self, client, workspace, editor, place):
        source = make_source(workspace)
        for count, known in ((6, 6), (3, None)):
            touchpoint = make_touchpoint(make_step(place[0].stage))
            for _ in range(count):
                moment = timezone.now() - timedelta(days=1)
                make_record(touchpoint, source=source, occurred_at=moment)
            client.force_login(editor)
            query = f"?from=driver&driver={touchpoint.pk}"
            [evidence] = client.get(at("opportunity_create", workspace) + query).context["evidence"]
            assert evidence.n == known

    def test_without_a_title_nothing_is_kept_and_the_page_says_so(self, client, workspace, editor):
        client.force_login(editor)
        response = client.post(at("opportunity_create", workspace), {"problem": "long words"})
        assert response.status_code == 422
        assert b"long words" in response.content
        assert not Opportunity.objects.exists()


class TestWhereItHurts:
    def test_the_evidence_panel_leads_to_a_new_one_and_to_those_there_are(
        self, client, workspace, editor
    ):
        touchpoint = make_touchpoint(make_step(make_stage(make_journey(workspace))))
        make_opportunity(workspace, title="Known already", touchpoints=[touchpoint])
        address = at("touchpoint_evidence", workspace, touchpoint.pk)
        create = at("opportunity_create", workspace)
        client.force_login(editor)
        page = client.get(address).content.decode()
        assert f"{create}?from=touchpoint&amp;touchpoint={touchpoint.pk}" in page
        assert "Known already" in page
        client.force_login(make_member(workspace, Role.VIEWER))
        assert create not in client.get(address).content.decode()

    def test_a_merged_touchpoint_hands_its_opportunities_on(self, workspace, editor):
        step = make_step(make_stage(make_journey(workspace)))
        gone, into = make_touchpoint(step), make_touchpoint(step)
        opportunity = make_opportunity(workspace, touchpoints=[gone])
        merge_touchpoints(gone, into)
        assert into in opportunity.touchpoints.all()


class TestTelling:
    def test_a_new_owner_is_told_once_and_oneself_never(
        self, client, workspace, editor, django_capture_on_commit_callbacks
    ):
        other = make_member(workspace)
        opportunity = make_opportunity(workspace, title="Queues")
        client.force_login(editor)
        address = at("action_create", workspace, opportunity.pk)
        client.post(address, {"title": "Second desk", "owner": other.pk})
        client.post(address, {"title": "My own", "owner": editor.pk})
        notice = Notice.objects.get()
        assert notice.user == other
        assert notice.text == f"{editor} gave you “Second desk” of “Queues”"
        edit = at("opportunity_edit", workspace, opportunity.pk)
        for _ in range(2):
            client.post(edit, {"title": "Queues", "owner": other.pk})
        assert Notice.objects.count() == 2
        assert mail.outbox == []


class TestPages:
    def test_filters_narrow_the_list(self, client, workspace, editor):
        team, journey = make_team(workspace), make_journey(workspace)
        mine = make_opportunity(workspace, owner=editor, team=team, journey=journey)
        other = make_opportunity(workspace)
        other.become("shipped", by=editor)
        client.force_login(editor)

        def listed(query):
            page = client.get(at("opportunity_list", workspace) + query).context["page"]
            return set(page.object_list)

        assert listed("") == {mine, other}
        for query in ("owner=me", f"team={team.slug}", f"journey={journey.slug}", "state=open"):
            assert listed(f"?{query}") == {mine}, query
        assert listed("?state=shipped") == {other}
        assert listed("?sort=nonsense&page=99&owner=zz") == {mine, other}

    def test_the_board_has_each_in_its_column_and_returns_there(self, client, workspace, editor):
        opportunity = make_opportunity(workspace)
        client.force_login(editor)
        sent = {"state": "planned", "back": "board", "query": "owner=me&evil=1"}
        response = client.post(at("opportunity_state", workspace, opportunity.pk), sent)
        board = at("opportunity_board", workspace)
        assert response["Location"] == f"{board}?owner=me#opportunity-{opportunity.pk}"
        columns = {each.state.value: each.cards for each in client.get(board).context["columns"]}
        assert columns["planned"] == [opportunity]
        assert columns["found"] == []

    def test_a_script_is_answered_shortly_and_refused_in_words(self, client, workspace, editor):
        opportunity = make_opportunity(workspace)
        client.force_login(editor)
        address = at("opportunity_place", workspace, opportunity.pk)
        script = {"headers": {"X-Moved-By-Script": "yes"}}
        assert client.post(address, {"impact": 2, "effort": 5}, **script).status_code == 204
        refused = client.post(address, {"impact": 9, "effort": 5}, **script)
        assert refused.status_code == 422
        opportunity.refresh_from_db()
        assert (opportunity.impact, opportunity.effort) == (2, 5)

    def test_empty_pages_offer_the_first_step(self, client, workspace, editor):
        client.force_login(editor)
        for name in ("opportunity_list", "opportunity_board", "opportunity_matrix"):
            page = client.get(at(name, workspace)).content.decode()
            assert "No opportunities yet" in page
            assert at("opportunity_create", workspace) in page

    @pytest.mark.parametrize("name", ["opportunity_list", "opportunity_board", "opportunity_file"])
    def test_many_take_as_many_queries_as_few(self, client, workspace, editor, name):
        args = ("opportunities", "csv") if name == "opportunity_file" else ()
        client.force_login(editor)
        counts = []
        for more in (2, 20):
            for _ in range(more):
                opportunity, [action] = with_actions(workspace, "a")
                touchpoint = make_touchpoint(make_step(make_stage(make_journey(workspace))))
                opportunity.touchpoints.add(touchpoint)
                opportunity.evidence.create(kind="note", says="n", n=4)
                Opportunity.objects.filter(pk=opportunity.pk).update(owner=editor)
                action.owner = editor
                action.save()
            with CaptureQueriesContext(connection) as queries:
                assert client.get(at(name, workspace, *args)).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestFiles:
    def test_formulas_are_neutralised_in_both_formats(self, client, workspace, editor):
        opportunity = make_opportunity(workspace, title="=1+1", problem="@SUM(A1)")
        Action.objects.create(opportunity=opportunity, title="+cmd", owner=editor)
        client.force_login(editor)
        said = client.get(at("opportunity_file", workspace, "opportunities", "csv"))
        [row] = csv.DictReader(StringIO(said.content.decode("utf-8-sig")))
        assert (row["title"], row["problem"]) == ("'=1+1", "'@SUM(A1)")
        book = client.get(at("opportunity_file", workspace, "opportunities", "xlsx"))
        sheets = load_workbook(BytesIO(book.content))
        assert sheets.sheetnames == ["Opportunities", "Evidence", "Actions", "Before and after"]
        assert sheets["Opportunities"]["B2"].value == "'=1+1"
        assert sheets["Actions"]["C2"].value == "'+cmd"

    def test_a_csv_takes_the_queries_of_its_own_table_alone(self, client, workspace, editor):
        """Comparing before and after takes some twenty for each that has shipped."""
        client.force_login(editor)
        touchpoint = make_touchpoint(make_step(make_stage(make_journey(workspace))))
        counts = []
        for _ in range(2):
            shipped = today() - timedelta(days=20)
            make_opportunity(
                workspace, touchpoints=[touchpoint], state="shipped", shipped_on=shipped
            )
            with CaptureQueriesContext(connection) as queries:
                client.get(at("opportunity_file", workspace, "opportunities", "csv"))
            counts.append(len(queries))
        assert counts[0] == counts[1]
        compared = client.get(at("opportunity_file", workspace, "before-after", "csv"))
        assert compared.content.decode("utf-8-sig").startswith("id,opportunity,touchpoint,metric")

    def test_a_table_that_nobody_knows_is_404(self, client, workspace, editor):
        client.force_login(editor)
        address = at("opportunity_file", workspace, "nonsense", "csv")
        assert client.get(address).status_code == 404
