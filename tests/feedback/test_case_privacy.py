"""What cases say about a customer goes with the customer; that there was a case stays."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback.closing.figures import figures
from feedback.closing.follow_ups import send_follow_up
from feedback.closing.opening import open_missed
from feedback.models import (
    Case,
    CaseEntry,
    EntryKind,
    FeedbackRecord,
    FollowUp,
    FollowUpReceipt,
    Identity,
    Respondent,
    SurveyWay,
)
from feedback.privacy.disclosing import disclosure
from feedback.privacy.erasing import erase, foresee
from feedback.privacy.person import Person
from feedback.privacy.retention import forget_expired
from feedback.surveys.answering import Reply, Visit, forget_answer, record_reply
from journeys.models import Role
from tests.factories import (
    make_case,
    make_case_rule,
    make_customer,
    make_journey,
    make_member,
    make_observation,
    make_record,
    make_stage,
    make_step,
    make_survey,
    make_theme,
    make_touchpoint,
    make_workspace,
)

pytestmark = pytest.mark.django_db

JO = "jo@example.com"
NOW = timezone.now()


@pytest.fixture
def touchpoint():
    return make_touchpoint(title="Gate")


@pytest.fixture
def workspace(touchpoint):
    return touchpoint.step.stage.journey.workspace


@pytest.fixture
def jo(workspace):
    return make_customer(workspace, email=JO, name="Jo Doe")


@pytest.fixture
def case(touchpoint, jo):
    """A case that has been through everything."""
    record = make_record(touchpoint, score=1, respondent=jo, occurred_at=NOW)
    case = make_case(record, opened_at=NOW - timedelta(days=5), due_at=NOW)
    by = make_member(case.workspace)
    case.assign(by, team=None, due_at=NOW, by=by)
    case.contact("phone", "Jo was friendly", at=NOW - timedelta(days=3), by=by)
    case.resolve("Lost the bag of Jo", "Sent a voucher to Jo", at=NOW - timedelta(days=2), by=by)
    case.tell("mail", "Wrote to Jo", at=NOW, by=by)
    case.recover(4, "Jo said 4", by=by)
    case.close("Jo is happy", at=NOW, by=by)
    return case


def another(workspace, **values) -> Case:
    """Make a case of somebody else."""
    touchpoint = make_touchpoint(make_step(make_stage(make_journey(workspace))))
    return make_case(make_record(touchpoint, respondent=make_customer(workspace)), **values)


def person(workspace, *also) -> Person:
    return Person.by_address(workspace, JO, also)


def all_words() -> str:
    found = [*Case.objects.values_list("action", flat=True)]
    found += Case.objects.values_list("root_cause", flat=True)
    found += CaseEntry.objects.values_list("text", flat=True)
    found += FollowUp.objects.values_list("body", flat=True)
    return " ".join(found)


def figures_of(workspace):
    found = figures(workspace, user=make_member(workspace, Role.OWNER), now=NOW, days=90)
    return found.n, found.open, found.within_due, found.told


class TestErasure:
    def test_every_word_goes_and_no_count_changes(self, workspace, case):
        for _ in range(9):
            another(workspace, opened_at=NOW)
        before = figures_of(workspace)
        effect = foresee(person(workspace))
        assert effect.cases == 1
        assert erase(person(workspace))[1] == effect
        case.refresh_from_db()
        assert (case.record, case.respondent) == (None, None)
        assert (case.score, case.recovery_score) == (None, None)
        assert case.forgotten_at is not None
        assert "Jo" not in all_words()
        assert case.entries.count() == 6
        assert figures_of(workspace) == before

    def test_a_root_cause_of_enough_others_stays(self, workspace, case):
        for _ in range(4):
            another(workspace, root_cause="process")
        Case.objects.filter(pk=case.pk).update(root_cause="Process")
        erase(person(workspace))
        case.refresh_from_db()
        assert case.root_cause == "Process"

    def test_what_other_cases_say_of_the_person_is_blanked(self, workspace, case):
        other = another(workspace)
        by = make_member(workspace)
        other.assign(by, team=None, due_at=NOW, by=by)
        other.resolve("Process", "Same as with Jo Doe", at=NOW, by=by)
        other.note(EntryKind.NOTE, "Nothing of anybody", by=by)
        erase(person(workspace, "Jo Doe"))
        other.refresh_from_db()
        assert other.action == ""
        assert other.respondent is not None
        assert "Nothing of anybody" in all_words()
        assert "Jo" not in all_words()

    def test_what_was_sent_for_the_case_goes_and_to_how_many_stays(self, workspace, case, jo):
        note = FollowUp.objects.create(
            workspace=workspace, case=case, subject="Hello", body="Dear Jo"
        )
        FollowUpReceipt.objects.create(follow_up=note, respondent=jo, sent_at=NOW)
        erase(person(workspace))
        assert "Jo" not in all_words()
        assert FollowUpReceipt.objects.get().respondent is None

    def test_nor_do_cases_come_back(self, workspace, case):
        erase(person(workspace))
        make_case_rule(workspace, contactable=False)
        assert open_missed(NOW) == 0

    def test_the_timeline_is_gone_also_of_who_had_unsubscribed(self, client, workspace, case, jo):
        address = reverse("feedback:customer_timeline", args=[workspace.slug, jo.key])
        client.force_login(make_member(workspace, Role.OWNER))
        assert client.get(address).status_code == 200
        Respondent.objects.update(unsubscribed_at=NOW)
        erase(person(workspace))
        assert client.get(address).status_code == 404

    def test_disclosure_holds_the_cases_of_the_person_only(self, workspace, case):
        another(workspace, action="Of somebody else")
        [found] = disclosure(person(workspace))["cases"]
        assert found["action"] == "Sent a voucher to Jo"
        assert "Jo was friendly" in [line["text"] for line in found["history"]]


class TestTime:
    def test_with_the_link_to_the_person_the_words_go(self, workspace, case, jo):
        FeedbackRecord.objects.update(occurred_at=NOW - timedelta(days=300))
        forgotten = forget_expired(NOW)
        assert forgotten.cases == 1
        assert "1 cases wiped" in str(forgotten)
        case.refresh_from_db()
        assert (case.record, case.respondent, case.state) == (None, None, "closed")
        assert (case.score, case.recovery_score) == (1, 4)
        assert "Jo" not in all_words()
        assert forget_expired(NOW).cases == 0

    def test_a_root_cause_stays_by_the_cases_of_its_own_workspace_alone(self, workspace):
        """Those of several workspaces are wiped in one go."""
        elsewhere = make_workspace()
        loose = {}
        for home in (workspace, elsewhere):
            loose[home] = [
                another(home, root_cause=cause, opened_at=NOW) for cause in ("Here", "There")
            ]
        for home, cause in ((workspace, "here"), (elsewhere, "there")):
            for _ in range(4):
                another(home, root_cause=cause, opened_at=NOW)
        FeedbackRecord.objects.update(occurred_at=NOW)
        FeedbackRecord.objects.filter(case__in=[*loose[workspace], *loose[elsewhere]]).delete()
        assert forget_expired(NOW).cases == 4
        assert [
            list(
                Case.objects.filter(pk__in=[case.pk for case in cases])
                .order_by("pk")
                .values_list("root_cause", flat=True)
            )
            for cases in loose.values()
        ] == [["Here", ""], ["", "There"]]

    def test_a_cause_in_other_letters_is_the_same_cause(self, workspace, case):
        for _ in range(4):
            another(workspace, root_cause="ÜBERLASTUNG")
        Case.objects.filter(pk=case.pk).update(root_cause="überlastung")
        erase(person(workspace))
        case.refresh_from_db()
        assert case.root_cause == "überlastung"

    def test_a_fresh_one_stays(self, workspace, case):
        assert forget_expired(NOW).cases == 0
        assert "Jo" in all_words()

    def test_a_receipt_deletes_them_too(self, touchpoint, workspace):
        make_case_rule(workspace)
        survey = make_survey(touchpoint, privacy="identified")
        visit = Visit(survey, "submission", SurveyWay.LINK, "en", NOW, {})
        record_reply(visit, Reply(1, email=JO, may_contact=True))
        case = Case.objects.get()
        case.note(EntryKind.NOTE, "Jo again", by=None)
        assert forget_answer(visit.code)
        case.refresh_from_db()
        assert (case.record, case.respondent, case.score) == (None, None, None)
        assert "Jo" not in all_words()


class TestFollowUp:
    def address(self, workspace, query):
        return reverse("feedback:follow_up_create", args=[workspace.slug]) + query

    @pytest.fixture
    def editor(self, client, workspace):
        user = make_member(workspace, Role.EDITOR)
        client.force_login(user)
        return user

    def send(self, client, workspace, query, **values):
        note = {"subject": "You told us", "body": "We did it."}
        return client.post(self.address(workspace, query), note | values | {"send": "1"})

    def test_is_shown_before_it_is_sent(
        self, client, workspace, case, editor, django_capture_on_commit_callbacks
    ):
        address = self.address(workspace, f"?case={case.pk}")
        assert b"1</b> customer will get it" in client.get(address).content
        shown = client.post(address, {"subject": "You told us", "body": "We did it."})
        assert b"Send it to 1 customer" in shown.content
        assert not FollowUp.objects.exists()
        Case.objects.update(told_at=None, told_way="")
        with django_capture_on_commit_callbacks(execute=True):
            response = self.send(client, workspace, f"?case={case.pk}")
        [letter] = mail.outbox
        assert letter.to == [JO]
        assert "Dear Jo Doe" in letter.body
        assert "We did it." in letter.body
        assert "/s/u/" in letter.extra_headers["List-Unsubscribe"]
        case.refresh_from_db()
        assert (case.told_way, bool(case.told_at)) == ("mail", True)
        assert b"1</b> sent" in client.get(response["Location"]).content

    def test_behind_a_theme_everybody_once_who_agreed(
        self, client, workspace, touchpoint, editor, django_capture_on_commit_callbacks
    ):
        theme = make_theme(workspace, name="Waiting")
        people = [make_customer(workspace) for _ in range(3)]
        silent = make_customer(workspace, may_contact=False)
        ended = make_customer(workspace)
        Respondent.objects.filter(pk=ended.pk).update(unsubscribed_at=NOW)
        elsewhere = make_customer(workspace)
        for person_ in (*people, people[0], silent, ended):
            make_record(touchpoint, respondent=person_, comment="I waited").themes.add(theme)
        make_record(touchpoint, respondent=elsewhere, comment="Nice")
        cases = [
            make_case(record) for record in FeedbackRecord.objects.filter(respondent=people[1])
        ]
        query = f"?theme=Waiting&touchpoint={touchpoint.pk}"
        with django_capture_on_commit_callbacks(execute=True):
            self.send(client, workspace, query)
        emails = set(Identity.objects.filter(respondent__in=people).values_list("email", flat=True))
        assert sorted(each for letter in mail.outbox for each in letter.to) == sorted(emails)
        cases[0].refresh_from_db()
        assert cases[0].told_at is not None

    def test_no_faster_than_mail_may_go_and_to_nobody_twice(
        self, client, workspace, touchpoint, editor, settings, django_capture_on_commit_callbacks
    ):
        settings.INVITATIONS_PER_MINUTE = 2
        settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
        for _ in range(3):
            make_record(touchpoint, respondent=make_customer(workspace))
        with django_capture_on_commit_callbacks(execute=True):
            self.send(client, workspace, f"?touchpoint={touchpoint.pk}")
        note = FollowUp.objects.get()
        assert [send_follow_up.func(note.pk) for _ in range(3)] == [2, 1, 0]
        assert len(mail.outbox) == 3

    def test_not_to_who_ended_it_while_it_waited(
        self, client, workspace, case, editor, settings, django_capture_on_commit_callbacks
    ):
        settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
        with django_capture_on_commit_callbacks(execute=True):
            self.send(client, workspace, f"?case={case.pk}")
        Respondent.objects.update(unsubscribed_at=NOW)
        assert send_follow_up.func(FollowUp.objects.get().pk) == 0
        assert mail.outbox == []

    def test_viewers_write_none_and_nobody_to_nowhere(self, client, workspace, case, editor):
        for query in ("", "?case=x", "?case=999999", "?theme=None", "?touchpoint=0"):
            assert client.get(self.address(workspace, query)).status_code == 404, query
        client.force_login(make_member(workspace, Role.VIEWER))
        assert self.send(client, workspace, f"?case={case.pk}").status_code == 403


class TestTimeline:
    def address(self, respondent):
        args = [respondent.workspace.slug, respondent.key]
        return reverse("feedback:customer_timeline", args=args)

    @pytest.mark.parametrize(
        ("role", "status"),
        [
            (Role.OWNER, 200),
            (Role.ADMIN, 200),
            (Role.EDITOR, 200),
            (Role.FACILITATOR, 403),
            (Role.VIEWER, 403),
        ],
    )
    def test_only_for_roles_that_see_customers(self, client, case, jo, role, status):
        client.force_login(make_member(jo.workspace, role))
        response = client.get(self.address(jo))
        assert response.status_code == status
        assert b"Jo Doe" not in response.content
        assert b"jo@example.com" not in response.content

    def test_strangers_find_nothing(self, client, case, jo):
        client.force_login(make_member(make_workspace(), Role.OWNER))
        assert client.get(self.address(jo)).status_code == 404

    def test_answers_observations_and_cases_in_their_order(self, client, case, jo, touchpoint):
        journey = make_journey(jo.workspace)
        elsewhere = make_touchpoint(make_step(make_stage(journey)), title="Elsewhere")
        source = case.record.source
        second = make_record(
            elsewhere, respondent=jo, source=source, external_id="r", score=5,
            occurred_at=NOW + timedelta(days=1),
        )  # fmt: skip
        make_observation(
            elsewhere, source=source, external_id="r", kind="wait", seconds=600,
            occurred_at=second.occurred_at - timedelta(hours=1),
        )  # fmt: skip
        make_observation(elsewhere, source=source, external_id="of another")
        make_record(touchpoint, respondent=make_customer(jo.workspace))
        client.force_login(make_member(jo.workspace))
        moments = client.get(self.address(jo)).context["moments"]
        assert [m.at for m in moments] == sorted((m.at for m in moments), reverse=True)
        assert [m.record for m in moments if m.record] == [second, case.record]
        assert [m.what for m in moments if m.observation] == ["Wait: 10 min"]
        assert {m.what for m in moments if m.case} >= {"opened", "closed", "resolved"}

    def test_the_same_queries_for_many(self, client, case, jo, touchpoint):
        client.force_login(make_member(jo.workspace))
        counts = []
        for more in (1, 30):
            for _ in range(more):
                make_case(make_record(touchpoint, respondent=jo))
            with CaptureQueriesContext(connection) as queries:
                client.get(self.address(jo))
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_search_by_address_for_those_who_may_know_it(self, client, case, jo):
        search = reverse("feedback:customer_search", args=[jo.workspace.slug])
        for role in (Role.EDITOR, Role.VIEWER):
            client.force_login(make_member(jo.workspace, role))
            assert client.post(search, {"email": JO}).status_code == 403
        client.force_login(make_member(jo.workspace, Role.ADMIN))
        found = client.post(search, {"email": " JO@example.com"})
        assert found["Location"] == self.address(jo)
        assert JO not in found["Location"]
        nobody = client.post(search, {"email": "nobody@example.com"})
        assert nobody.status_code == 422
        assert b"No answer of this address is kept here." in nobody.content
        assert client.get(search, {"email": JO}).status_code == 200
