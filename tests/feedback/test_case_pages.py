"""Pages of cases: who may see what, which steps a case takes, and what each leaves behind."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback.models import Case, CaseRule, CaseState, EntryKind, Respondent, StepRefused
from feedback.models.cases import MOVES
from journeys.models import Role
from tests.factories import (
    NOON,
    make_case,
    make_case_rule,
    make_customer,
    make_member,
    make_record,
    make_team,
    make_theme,
    make_touchpoint,
    make_user,
    make_workspace,
)

pytestmark = pytest.mark.django_db

SEEING = [Role.OWNER, Role.ADMIN, Role.EDITOR]
OUTSIDE = [Role.FACILITATOR, Role.VIEWER]
SECRETS = ("Jo Doe", "jo@example.com")
SAID = "Two hours, and nobody came."


@pytest.fixture
def case():
    touchpoint = make_touchpoint(title="Gate")
    workspace = touchpoint.step.stage.journey.workspace
    jo = make_customer(workspace, email="jo@example.com", name="Jo Doe")
    return make_case(make_record(touchpoint, score=1, respondent=jo, comment=SAID))


@pytest.fixture
def editor(client, case):
    return signed_in(client, case.workspace)


def signed_in(client, workspace, role=Role.EDITOR):
    user = make_member(workspace, role)
    client.force_login(user)
    return user


def list_of(case, query="") -> str:
    return reverse("feedback:case_list", args=[case.workspace.slug]) + query


def words(response) -> str:
    text = unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))
    return " ".join(text.split())


def take(client, case, step, **values):
    address = reverse("feedback:case_step", args=[case.workspace.slug, case.pk, step])
    response = client.post(address, values)
    case.refresh_from_db()
    return response


def timeline_of(case) -> str:
    key = case.respondent.key
    return reverse("feedback:customer_timeline", args=[case.workspace.slug, key])


class TestWhoSeesWhat:
    @pytest.mark.parametrize("role", SEEING)
    def test_who_answers_customers_reads_what_was_said(self, client, case, role):
        signed_in(client, case.workspace, role)
        said = words(client.get(case.get_absolute_url()))
        assert SAID in said
        assert "1 of 5" in said
        assert "1 of 5" in words(client.get(list_of(case)))

    @pytest.mark.parametrize("role", OUTSIDE)
    def test_others_see_how_far_it_is_and_nothing_of_the_customer(self, client, case, role):
        case.action = "Apologised to Jo Doe"
        case.root_cause = "Staff"
        case.save()
        signed_in(client, case.workspace, role)
        for address in (case.get_absolute_url(), list_of(case)):
            said = words(client.get(address))
            assert "Gate" in said
            for secret in (*SECRETS, SAID, "1 of 5", "Staff", case.respondent.key[:8]):
                assert secret not in said

    def test_names_are_for_owners_admins_and_the_cases_owner(self, client, case):
        owner = make_member(case.workspace, Role.EDITOR)
        for role, shown in ((Role.OWNER, True), (Role.ADMIN, True), (Role.EDITOR, False)):
            signed_in(client, case.workspace, role)
            html = client.get(case.get_absolute_url()).content.decode()
            assert [secret in html for secret in SECRETS] == [shown, shown]
        case.assign(owner, team=None, due_at=NOON, by=None)
        client.force_login(owner)
        assert "jo@example.com" in client.get(case.get_absolute_url()).content.decode()
        assert "jo@example.com" not in client.get(list_of(case)).content.decode()

    def test_strangers_learn_nothing(self, client, case):
        signed_in(client, make_workspace(), Role.OWNER)
        rules = reverse("feedback:case_rule_list", args=[case.workspace.slug])
        figures = reverse("feedback:case_figures", args=[case.workspace.slug])
        follow_up = reverse("feedback:follow_up_create", args=[case.workspace.slug])
        pages = (case.get_absolute_url(), list_of(case), rules, figures, timeline_of(case))
        for address in (*pages, f"{follow_up}?case={case.pk}"):
            assert client.get(address).status_code == 404, address
        assert take(client, case, "note", text="Hello").status_code == 404

    @pytest.mark.parametrize("role", OUTSIDE)
    def test_others_take_no_step(self, client, case, role):
        signed_in(client, case.workspace, role)
        assert take(client, case, "note", text="Hello").status_code == 403
        assert not case.entries.exists()

    def test_looking_changes_nothing(self, client, case, editor):
        address = reverse("feedback:case_step", args=[case.workspace.slug, case.pk, "note"])
        assert client.get(address).status_code == 405
        assert client.post(case.get_absolute_url()).status_code == 405

    def test_of_another_workspace_is_not_there(self, client, case, editor):
        other = make_case()
        address = reverse("feedback:case_detail", args=[case.workspace.slug, other.pk])
        assert client.get(address).status_code == 404


class TestSteps:
    def test_from_new_to_closed(self, client, case, editor):
        due = timezone.localdate() + timedelta(days=2)
        take(client, case, "assign", owner=editor.pk, due_on=due.isoformat())
        assert (case.state, case.owner) == (CaseState.ASSIGNED, editor)
        assert timezone.localtime(case.due_at).date() == due
        take(client, case, "contact", way="phone", at="2026-03-11 10:00", text="Sorry, Jo")
        assert (case.state, case.contact_way) == (CaseState.CONTACTED, "phone")
        take(client, case, "resolve", root_cause="Process", action="Two more at the gate")
        assert (case.state, case.root_cause) == (CaseState.RESOLVED, "Process")
        take(client, case, "tell", way="mail", at="2026-03-12 10:00", text="Told")
        take(client, case, "recover", score="4")
        take(client, case, "close", text="")
        assert (case.state, case.told_way, case.recovery_score) == (CaseState.CLOSED, "mail", 4)
        kinds = ["assigned", "contacted", "resolved", "told", "recovered", "closed"]
        entries = case.entries.all()
        assert [entry.kind for entry in entries] == kinds
        assert {entry.by for entry in entries} == {editor}
        take(client, case, "assign", owner=editor.pk, due_on=due.isoformat())
        assert (case.state, case.resolved_at, case.closed_at) == (CaseState.ASSIGNED, None, None)
        assert case.entries.last().kind == "reopened"

    @pytest.mark.parametrize("state", CaseState)
    def test_only_what_the_table_permits(self, client, case, editor, state):
        steps = {
            "contact": (CaseState.CONTACTED, {"way": "mail", "at": "2026-03-11 10:00"}),
            "resolve": (CaseState.RESOLVED, {"root_cause": "Staff", "action": "Talked"}),
            "close": (CaseState.CLOSED, {"text": "A mistake"}),
        }
        times = {"contacted_at": NOON, "resolved_at": NOON, "closed_at": NOON}
        for step, (to, values) in steps.items():
            Case.objects.update(state=state, **times)
            case.refresh_from_db()
            response = take(client, case, step, **values)
            permitted = to in MOVES[state]
            assert response.status_code == (302 if permitted else 422), step
            assert case.state == (to if permitted else state)

    def test_two_at_once_the_later_is_told(self, case, editor):
        mine = Case.objects.get()
        case.assign(editor, team=None, due_at=NOON, by=editor)
        with pytest.raises(StepRefused, match="meanwhile"):
            mine.assign(make_user(), team=None, due_at=NOON, by=editor)
        assert Case.objects.get().owner == editor
        assert case.entries.count() == 1

    @pytest.mark.parametrize("change", ["no consent", "unsubscribed", "no identity"])
    def test_who_does_not_want_it_is_not_contacted(self, client, case, editor, change):
        if change == "no consent":
            case.respondent.identity.may_contact = False
            case.respondent.identity.save()
        elif change == "no identity":
            case.respondent.identity.delete()
        else:
            Respondent.objects.update(unsubscribed_at=NOON)
        Case.objects.update(state=CaseState.ASSIGNED)
        said = words(client.get(case.get_absolute_url()))
        assert "May not be contacted." in said
        response = take(client, case, "contact", way="phone", at="2026-03-11 10:00")
        assert response.status_code == 422
        assert "did not agree to be contacted" in words(response)
        take(client, case, "resolve", root_cause="Staff", action="Talked")
        assert case.state == CaseState.RESOLVED

    def test_closing_early_needs_a_reason(self, client, case, editor):
        assert take(client, case, "close", text="").status_code == 422
        assert take(client, case, "close", text="Sent twice").status_code == 302
        assert (case.state, case.resolved_at) == (CaseState.CLOSED, None)

    def test_what_is_typed_is_masked_as_comments_are(self, client, case, editor):
        take(client, case, "note", text="Write to jo@example.com, call +49 171 2345678")
        assert case.entries.get().text == "Write to [e-mail], call [phone]"

    def test_a_cause_is_spelled_as_in_other_cases(self, client, case, editor):
        make_case(make_record(case.record.touchpoint), root_cause="Process")
        Case.objects.filter(pk=case.pk).update(state=CaseState.ASSIGNED)
        take(client, case, "resolve", root_cause=" pROCESS ", action="Mended")
        assert case.root_cause == "Process"

    def test_only_to_people_who_may_answer_customers(self, client, case, editor):
        viewer = make_member(case.workspace, Role.VIEWER)
        day = timezone.localdate().isoformat()
        response = take(client, case, "assign", owner=viewer.pk, due_on=day)
        assert response.status_code == 422
        assert case.state == CaseState.NEW

    def test_a_failed_step_keeps_what_was_typed(self, client, case, editor):
        Case.objects.update(state=CaseState.ASSIGNED)
        response = take(client, case, "resolve", root_cause="", action="Much work done")
        assert "Much work done" in words(response)

    def test_a_theme_leads_to_a_follow_up_of_others(self, client, case, editor):
        theme = make_theme(case.workspace, name="Waiting")
        case.record.themes.add(theme)
        assert "Waiting" in words(client.get(case.get_absolute_url()))


class TestQueue:
    def test_mine_my_teams_overdue_and_by_state(self, client, case, editor):
        team = make_team(case.workspace)
        team.members.add(editor)
        later = timezone.now() + timedelta(days=2)
        record = case.record
        mine = make_case(make_record(record.touchpoint), owner=editor, due_at=later)
        teams = make_case(make_record(record.touchpoint), team=team, due_at=later)
        done = make_case(
            make_record(record.touchpoint), state="closed", closed_at=NOON, owner=editor
        )
        for query, cases in (
            ("", [case, mine, teams]),
            ("?whose=mine", [mine]),
            ("?whose=mine&state=any", [mine, done]),
            ("?whose=team", [teams]),
            ("?whose=nobody", [case, teams]),
            ("?state=overdue", [case]),
            ("?state=closed", [done]),
        ):
            page = client.get(list_of(case, query)).context["page"]
            assert set(page.object_list) == set(cases), query

    def test_what_the_address_got_wrong_is_named(self, client, case, editor):
        assert "“lost”, which does not exist" in words(client.get(list_of(case, "?state=lost")))

    def test_many_come_page_by_page_with_the_same_queries(self, client, case, editor):
        counts = []
        for more in (1, 60):
            for _ in range(more):
                make_case(make_record(case.record.touchpoint), owner=editor)
            with CaptureQueriesContext(connection) as queries:
                response = client.get(list_of(case))
            counts.append(len(queries))
        assert counts[0] == counts[1] or counts[1] - counts[0] <= 1
        assert "Page 1 of 2" in words(response)

    def test_a_detail_takes_the_same_queries_for_any_history(self, client, case, editor):
        counts = []
        for more in (1, 20):
            for _ in range(more):
                case.note(EntryKind.NOTE, "Tried", by=make_user())
            with CaptureQueriesContext(connection) as queries:
                client.get(case.get_absolute_url())
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_empty_says_what_it_is_for(self, client):
        workspace = make_workspace()
        address = reverse("feedback:case_list", args=[workspace.slug])
        signed_in(client, workspace, Role.ADMIN)
        assert "Make the first rule" in words(client.get(address))
        signed_in(client, workspace, Role.VIEWER)
        said = words(client.get(address))
        assert "An anonymous answer never opens one." in said
        assert "An owner or admin of the workspace makes the first rule." in said


class TestRules:
    def address(self, workspace, name="case_rule_create", *args):
        return reverse(f"feedback:{name}", args=[workspace.slug, *args])

    def values(self, **changes):
        usual = {"name": "Unhappy", "metric": "csat", "at_most": 2, "fresh_days": 9999}
        return usual | {"due_days": 3, "contactable": "on", "active": "on"} | changes

    def test_a_new_one_finds_the_fresh_answers_at_once(self, client, case):
        Case.objects.all().delete()
        admin = signed_in(client, case.workspace, Role.ADMIN)
        response = client.post(self.address(case.workspace), self.values(owner=admin.pk))
        assert response.status_code == 302
        assert Case.objects.get().owner == admin

    @pytest.mark.parametrize(
        ("changes", "problem"),
        [
            ({"at_most": 5}, "Choose 1 to 4"),
            ({"metric": "nps", "at_most": 10}, "Choose 0 to 9"),
            ({"due_days": 0}, "greater than or equal to 1"),
            ({"name": "There already"}, "another rule named"),
        ],
    )
    def test_what_cannot_be_is_refused(self, client, changes, problem):
        workspace = make_case_rule(name="There already").workspace
        signed_in(client, workspace, Role.ADMIN)
        response = client.post(self.address(workspace), self.values(**changes))
        assert response.status_code == 422
        assert problem in words(response)
        assert CaseRule.objects.count() == 1

    def test_changed_and_deleted_by_admins_and_its_cases_stay(self, client, case):
        rule = make_case_rule(case.workspace)
        Case.objects.update(rule=rule)
        signed_in(client, case.workspace, Role.ADMIN)
        edit = self.address(case.workspace, "case_rule_edit", rule.pk)
        assert client.post(edit, self.values(name="Other")).status_code == 302
        assert CaseRule.objects.get().name == "Other"
        client.post(self.address(case.workspace, "case_rule_delete", rule.pk))
        case.refresh_from_db()
        assert case.rule is None

    @pytest.mark.parametrize("role", [Role.EDITOR, Role.VIEWER])
    def test_others_only_read_them(self, client, role):
        rule = make_case_rule()
        workspace = rule.workspace
        signed_in(client, workspace, role)
        said = words(client.get(self.address(workspace, "case_rule_list")))
        assert rule.name in said
        assert "New rule" not in said
        for name, args in (("case_rule_create", []), ("case_rule_edit", [rule.pk])):
            assert client.get(self.address(workspace, name, *args)).status_code == 403
        delete = self.address(workspace, "case_rule_delete", rule.pk)
        assert client.post(delete).status_code == 403
