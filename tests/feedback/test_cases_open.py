"""Which answers open a case, by whatever way they came in, and what happens to it with time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feedback.closing.opening import open_between, open_missed
from feedback.closing.tending import escalate, take_recoveries
from feedback.models import Case, CaseState, FeedbackRecord, Respondent, SurveyWay
from feedback.recording import NewAnswer, record_answers
from feedback.recording.statements import VALUES, Columns, write_answers
from feedback.surveys.answering import Reply, Visit, record_reply
from journeys.models import Notice, Role
from tests.factories import (
    make_case_rule,
    make_customer,
    make_journey,
    make_member,
    make_record,
    make_source,
    make_stage,
    make_step,
    make_survey,
    make_touchpoint,
)

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def touchpoint():
    return make_touchpoint()


@pytest.fixture
def workspace(touchpoint):
    return touchpoint.step.stage.journey.workspace


@pytest.fixture
def source(workspace):
    return make_source(workspace)


@pytest.fixture
def rule(workspace):
    return make_case_rule(workspace, fresh_days=14)


@pytest.fixture
def jo(workspace):
    return make_customer(workspace)


def answer(touchpoint, respondent, score=1, **values) -> NewAnswer:
    given = {"metric": "csat", "score": score, "comment": "", "occurred_at": NOW}
    respondent_id = respondent.pk if respondent else None
    return NewAnswer(touchpoint.pk, **given | values, respondent_id=respondent_id)


def reply_to(survey, **values) -> None:
    visit = Visit(survey, "submission", SurveyWay.LINK, "en", NOW, {})
    record_reply(visit, Reply(**{"score": 1} | values))


class TestWhichAnswers:
    def test_a_low_one_of_somebody_who_may_be_contacted(self, touchpoint, source, rule, jo):
        record_answers(source, [answer(touchpoint, jo)])
        case = Case.objects.get()
        assert (case.record.score, case.respondent, case.rule) == (1, jo, rule)
        assert (case.state, case.team, case.owner) == (CaseState.NEW, touchpoint.team, None)
        assert case.due_at - case.opened_at == timedelta(days=3)
        assert [entry.kind for entry in case.entries.all()] == ["opened"]

    def test_never_an_anonymous_one(self, touchpoint, source, workspace):
        make_case_rule(workspace, contactable=False)
        record_answers(source, [answer(touchpoint, None)])
        survey = make_survey(touchpoint, privacy="anonymous")
        reply_to(survey)
        open_missed(NOW)
        assert FeedbackRecord.objects.count() == 2
        assert not Case.objects.exists()

    def test_a_pseudonymous_one_only_where_the_rule_says_so(self, touchpoint, workspace, rule):
        survey = make_survey(touchpoint, privacy="pseudonymous")
        reply_to(survey)
        assert not Case.objects.exists()
        rule.contactable = False
        rule.save()
        open_missed(NOW)
        case = Case.objects.get()
        assert not case.may_contact

    @pytest.mark.parametrize("change", ["no consent", "unsubscribed"])
    def test_not_of_who_does_not_want_to_hear(self, touchpoint, source, rule, jo, change):
        if change == "no consent":
            jo.identity.may_contact = False
            jo.identity.save()
        else:
            Respondent.objects.filter(pk=jo.pk).update(unsubscribed_at=NOW)
        record_answers(source, [answer(touchpoint, jo)])
        assert not Case.objects.exists()

    def test_an_identified_survey(self, touchpoint, workspace, rule):
        survey = make_survey(touchpoint, privacy="identified")
        reply_to(survey, email="jo@example.com", may_contact=True)
        assert Case.objects.get().may_contact

    @pytest.mark.parametrize(
        ("values", "opens"),
        [
            ({"score": 2}, True),
            ({"score": 3}, False),
            ({"metric": "nps", "score": 0}, False),
            ({"partial": True}, False),
            ({"occurred_at": NOW - timedelta(days=13)}, True),
            ({"occurred_at": NOW - timedelta(days=15)}, False),
        ],
    )
    def test_by_score_scale_completeness_and_age(self, touchpoint, source, rule, jo, values, opens):
        record_answers(source, [answer(touchpoint, jo, **values)])
        assert Case.objects.exists() is opens

    def test_where_the_rule_looks(self, touchpoint, workspace, source, jo):
        journey = touchpoint.step.stage.journey
        beside = make_touchpoint(make_step(touchpoint.step.stage))
        elsewhere = make_touchpoint(make_step(make_stage(make_journey(workspace))))
        on_journey = make_case_rule(workspace, name="A", journey=journey)
        at_one = make_case_rule(workspace, name="B")
        at_one.touchpoints.add(elsewhere)
        record_answers(source, [answer(each, jo) for each in (touchpoint, beside, elsewhere)])
        assert {case.record.touchpoint: case.rule for case in Case.objects.all()} == {
            touchpoint: on_journey,
            beside: on_journey,
            elsewhere: at_one,
        }

    def test_not_of_another_workspace_nor_by_a_rule_switched_off(self, touchpoint, source, jo):
        make_case_rule()
        make_case_rule(source.workspace, active=False)
        record_answers(source, [answer(touchpoint, jo)])
        assert not Case.objects.exists()


class TestOnce:
    def test_two_rules_and_every_job_again(self, touchpoint, workspace, source, rule, jo):
        make_case_rule(workspace, at_most=1)
        record_answers(source, [answer(touchpoint, jo, external_id="a")])
        newest = FeedbackRecord.objects.get().pk
        open_between.func(source.pk, 0, newest)
        open_missed(NOW)
        record_answers(source, [answer(touchpoint, jo, external_id="a", score=2)])
        assert Case.objects.count() == 1

    def test_an_answer_that_is_changed_to_a_low_one(self, touchpoint, source, rule, jo):
        record_answers(source, [answer(touchpoint, jo, external_id="a", score=5)])
        assert not Case.objects.exists()
        record_answers(source, [answer(touchpoint, jo, external_id="a", score=1)])
        assert Case.objects.get().score == 1

    def test_an_import_that_says_nothing_of_the_respondent(self, touchpoint, source, rule, jo):
        record_answers(source, [answer(touchpoint, jo, external_id="a", score=5)])
        said = Columns(
            ["a"], [touchpoint.pk], ["csat"], [2], [None], [NOW], [None], [None], [None], [None],
            [None], [None],
        )  # fmt: skip
        write_answers(source.pk, said, keeps=VALUES)
        assert Case.objects.get().score == 2

    def test_more_than_a_batch(self, touchpoint, source, rule, jo, monkeypatch):
        monkeypatch.setattr("feedback.closing.opening.BATCH", 2)
        record_answers(source, [answer(touchpoint, jo) for _ in range(5)])
        assert Case.objects.count() == 5

    def test_what_was_typed_in_the_admin_is_found_by_housekeeping(self, touchpoint, rule, jo):
        make_record(touchpoint, score=1, respondent=jo, occurred_at=NOW)
        assert not Case.objects.exists()
        assert open_missed(NOW) == 1
        assert open_missed(NOW) == 0


DATABASE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


class TestJobs:
    @pytest.fixture(autouse=True)
    def _waiting(self, settings):
        settings.TASKS = DATABASE

    def jobs(self):
        from django_tasks_db.models import DBTaskResult

        return [job.task_path.rpartition(".")[2] for job in DBTaskResult.objects.all()]

    def test_one_for_a_chunk_that_may_hold_some(self, touchpoint, source, rule, jo):
        record_answers(source, [answer(touchpoint, jo, score=score) for score in (1, 2, 5)])
        assert self.jobs() == ["open_between"]

    def test_none_where_nothing_can_come_of_it(self, touchpoint, source, rule, jo):
        record_answers(source, [answer(touchpoint, jo, score=5), answer(touchpoint, None)])
        assert self.jobs() == []


class TestWhoIsTold:
    def test_the_owner_whom_the_rule_names(self, touchpoint, workspace, source, jo):
        owner = make_member(workspace)
        make_case_rule(workspace, owner=owner)
        record_answers(source, [answer(touchpoint, jo, comment="I am Jo Doe")])
        case = Case.objects.get()
        assert (case.state, case.owner) == (CaseState.ASSIGNED, owner)
        [notice] = Notice.objects.filter(user=owner)
        assert touchpoint.title in notice.text
        assert notice.url == case.get_absolute_url()
        assert "Jo" not in notice.text

    def test_else_the_members_of_the_team_in_one_sentence(self, touchpoint, source, rule, jo):
        member = make_member(source.workspace)
        touchpoint.team.members.add(member)
        record_answers(source, [answer(touchpoint, jo) for _ in range(3)])
        [notice] = Notice.objects.filter(user=member)
        assert notice.text.startswith("3 new cases")
        assert notice.url.endswith("/cases/?whose=team")

    def test_an_owner_of_several_is_led_to_those_that_are_theirs(
        self, touchpoint, workspace, source, jo
    ):
        owner = make_member(workspace)
        make_case_rule(workspace, owner=owner)
        record_answers(source, [answer(touchpoint, jo) for _ in range(3)])
        [notice] = Notice.objects.filter(user=owner)
        assert notice.url.endswith("/cases/?whose=mine")


class TestTime:
    def test_escalates_once_to_whom_the_rule_names(self, touchpoint, workspace, source, jo):
        head, member = make_member(workspace), make_member(workspace)
        touchpoint.team.members.add(member)
        make_case_rule(workspace, escalate_days=2, escalate_to=head)
        record_answers(source, [answer(touchpoint, jo)])
        assert escalate(NOW + timedelta(days=1)) == 0
        late = timezone.now() + timedelta(days=2)
        assert [escalate(late), escalate(late)] == [1, 0]
        case = Case.objects.get()
        assert case.escalated_at == late
        assert "escalated" in [entry.kind for entry in case.entries.all()]
        assert "not resolved after 2 days" in Notice.objects.get(user=head).text
        assert Notice.objects.filter(user=member).count() == 2

    def test_without_a_name_to_owners_and_admins(self, touchpoint, workspace, source, jo):
        admin, viewer = make_member(workspace, Role.ADMIN), make_member(workspace, Role.VIEWER)
        make_case_rule(workspace, escalate_days=1)
        record_answers(source, [answer(touchpoint, jo)])
        escalate(timezone.now() + timedelta(days=1))
        assert Notice.objects.filter(user=admin).exists()
        assert not Notice.objects.filter(user=viewer).exists()

    def test_what_is_resolved_does_not(self, touchpoint, workspace, source, jo):
        make_case_rule(workspace, escalate_days=1)
        record_answers(source, [answer(touchpoint, jo)])
        Case.objects.update(state=CaseState.RESOLVED, resolved_at=NOW)
        assert escalate(NOW + timedelta(days=9)) == 0

    def test_a_later_answer_is_the_recovery_score(self, touchpoint, source, rule, jo):
        record_answers(source, [answer(touchpoint, jo)])
        record_answers(source, [answer(touchpoint, jo, score=4, occurred_at=NOW)])
        assert take_recoveries(NOW) == 0
        Case.objects.update(contacted_at=NOW, state=CaseState.CONTACTED)
        assert take_recoveries(NOW) == 0
        for hours, score in ((3, 3), (2, 5)):
            given = answer(touchpoint, jo, score=score, occurred_at=NOW + timedelta(hours=hours))
            record_answers(source, [given])
        assert [take_recoveries(NOW), take_recoveries(NOW)] == [1, 0]
        assert Case.objects.get().recovery_score == 5
