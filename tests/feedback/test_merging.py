"""Merging touchpoints: every answer arrives, what collides is settled, and the counts stay true."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from feedback import recounting
from feedback.imports.places import Places
from feedback.imports.problems import BadCell
from feedback.merging import AtStake, CannotMerge, at_stake, merge_touchpoints
from feedback.models import FeedbackRecord, FrictionInput, Observation, ScoreCount, Survey
from feedback.recording import NewAnswer, record_answers
from feedback.recording.statements import lock_touchpoints
from journeys.models import Role
from tests.factories import (
    NOON,
    make_friction_assessment,
    make_friction_input,
    make_handoff,
    make_journey,
    make_member,
    make_record,
    make_source,
    make_stage,
    make_step,
    make_touchpoint,
    make_user,
)
from tests.feedback.blocked import until_blocked
from touchpoints.models import CannotRestore, Touchpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def into() -> Touchpoint:
    return make_touchpoint(title="Wifi")


@pytest.fixture
def gone(into: Touchpoint) -> Touchpoint:
    return make_touchpoint(make_step(into.step.stage), title="Inflight wifi")


def counts_are_true() -> bool:
    return not any(compared.wrong for compared in recounting.check())


def revisions(*touchpoints: Touchpoint) -> list[int]:
    for each in touchpoints:
        each.step.stage.journey.refresh_from_db()
    return [each.step.stage.journey.revision for each in touchpoints]


class TestFeedback:
    def test_goes_where_the_touchpoint_went(self, gone: Touchpoint, into: Touchpoint) -> None:
        source = make_source(into.step.stage.journey.workspace)
        for score in (1, 2, 5):
            make_record(gone, source=source, score=score, comment="Said")
        make_record(into, source=source, score=5)
        merged = merge_touchpoints(gone, into)
        assert (merged.records, merged.records_marked) == (3, 0)
        assert into.feedback_records.count() == 4
        row = ScoreCount.objects.get(touchpoint=into)
        assert (row.c1, row.c2, row.c5) == (1, 1, 2)
        assert counts_are_true()
        assert gone.merged_into == into
        assert gone.archived_at is not None
        assert revisions(into) == [1]

    @pytest.mark.parametrize("length", [3, 150, 151, 200])
    def test_two_answers_of_one_response_are_both_kept(
        self, gone: Touchpoint, into: Touchpoint, length: int
    ) -> None:
        source = make_source(into.step.stage.journey.workspace)
        answer_id = "r" * length
        make_record(into, source=source, external_id=answer_id, score=5)
        make_record(gone, source=source, external_id=answer_id, score=1)
        make_record(gone, source=source, external_id="other", score=2)
        merged = merge_touchpoints(gone, into)
        assert (merged.records, merged.records_marked) == (2, 1)
        ids = dict(into.feedback_records.values_list("score", "external_id"))
        assert ids[5] == answer_id
        assert f"~{gone.pk}-" in ids[1]
        assert ids[2] == "other"
        assert counts_are_true()

    def test_waits_and_events_go_too(self, gone: Touchpoint, into: Touchpoint) -> None:
        source = make_source(into.step.stage.journey.workspace)
        for place in (gone, into):
            Observation.objects.create(
                source=source, touchpoint=place, kind="error", hit=True, occurred_at=NOON,
                external_id="call-1",
            )  # fmt: skip
        merged = merge_touchpoints(gone, into)
        assert (merged.observations, merged.observations_marked) == (1, 1)
        assert into.observations.count() == 2
        assert counts_are_true()

    def test_what_arrives_later_is_sent_along_by_merging_again(
        self, gone: Touchpoint, into: Touchpoint
    ) -> None:
        merge_touchpoints(gone, into)
        make_record(gone, source=make_source(into.step.stage.journey.workspace))
        assert merge_touchpoints(gone, into).records == 1
        assert not gone.feedback_records.exists()

    def test_a_response_that_comes_a_third_time_is_kept_too(
        self, gone: Touchpoint, into: Touchpoint
    ) -> None:
        source = make_source(into.step.stage.journey.workspace)
        make_record(into, source=source, external_id="r", score=5)
        for score in (1, 2):
            make_record(gone, source=source, external_id="r", score=score)
            merge_touchpoints(gone, into)
        assert sorted(into.feedback_records.values_list("score", flat=True)) == [1, 2, 5]
        assert counts_are_true()


class TestTheRest:
    def test_day_totals_are_added_up(self, gone: Touchpoint, into: Touchpoint) -> None:
        make_friction_input(into, hits=3, base=10)
        make_friction_input(gone, hits=2, base=40)
        make_friction_input(gone, hits=1, base=9, day=NOON.date() + timedelta(days=1))
        merged = merge_touchpoints(gone, into)
        assert (merged.friction_days, merged.friction_days_added) == (2, 1)
        assert sorted(FrictionInput.objects.values_list("touchpoint", "hits", "base")) == [
            (into.pk, 1, 9),
            (into.pk, 5, 50),
        ]

    def test_of_two_votes_of_a_person_the_later_counts(
        self, gone: Touchpoint, into: Touchpoint
    ) -> None:
        one, two = make_user(), make_user()
        later = NOON.date() + timedelta(days=1)
        make_friction_assessment(into, rater=one, severity=1)
        make_friction_assessment(gone, rater=one, severity=4, assessed_on=later)
        make_friction_assessment(into, rater=two, severity=1)
        make_friction_assessment(gone, rater=two, severity=4)
        make_friction_assessment(gone, rater=None, severity=0)
        merged = merge_touchpoints(gone, into)
        assert (merged.assessments, merged.assessments_replaced) == (3, 2)
        votes = dict(into.friction_assessments.values_list("rater", "severity"))
        assert votes == {one.pk: 4, two.pk: 1, None: 0}

    def test_surveys_ask_there_now(self, gone: Touchpoint, into: Touchpoint) -> None:
        survey = Survey.objects.create(
            source=make_source(into.step.stage.journey.workspace), touchpoint=gone, title="After"
        )
        assert merge_touchpoints(gone, into).surveys == 1
        survey.refresh_from_db()
        assert survey.touchpoint == into

    def test_handoffs_begin_and_end_there_now(self, gone: Touchpoint, into: Touchpoint) -> None:
        other = make_touchpoint(make_step(into.step.stage))
        out, arriving = make_handoff(gone, other), make_handoff(other, gone)
        between = make_handoff(gone, into)
        merged = merge_touchpoints(gone, into)
        assert (merged.handoffs, merged.handoffs_left) == (2, 1)
        for handoff in (out, arriving, between):
            handoff.refresh_from_db()
        assert (out.from_touchpoint, arriving.to_touchpoint) == (into, into)
        assert between.from_touchpoint == gone

    def test_a_handoff_that_is_there_already_takes_over_what_was_observed(
        self, gone: Touchpoint, into: Touchpoint
    ) -> None:
        other = make_touchpoint(make_step(into.step.stage))
        old, known = make_handoff(gone, other), make_handoff(into, other)
        observed = Observation.objects.create(
            source=make_source(into.step.stage.journey.workspace), touchpoint=other, handoff=old,
            kind="explain", hit=True, occurred_at=NOON,
        )  # fmt: skip
        assert merge_touchpoints(gone, into).handoffs_left == 1
        observed.refresh_from_db()
        assert observed.handoff == known

    def test_counted_before_it_is_done(self, gone: Touchpoint, into: Touchpoint) -> None:
        make_record(gone)
        make_friction_input(gone)
        make_handoff(gone, into)
        assert at_stake(gone) == AtStake(1, 0, 1, 0, 0, 1)


class TestWhereItWent:
    def test_earlier_merges_lead_to_the_end(self, gone: Touchpoint, into: Touchpoint) -> None:
        first = make_touchpoint(make_step(into.step.stage))
        merge_touchpoints(first, gone)
        merge_touchpoints(gone, into)
        first.refresh_from_db()
        assert first.merged_into == into

    def test_two_maps_learn_of_it(self, into: Touchpoint) -> None:
        journey = make_journey(into.step.stage.journey.workspace)
        gone = make_touchpoint(make_step(make_stage(journey)))
        merge_touchpoints(gone, into)
        assert revisions(gone, into) == [1, 1]

    def test_its_old_page_says_where(self, client, gone: Touchpoint, into: Touchpoint) -> None:
        merge_touchpoints(gone, into)
        workspace = into.step.stage.journey.workspace
        client.force_login(make_member(workspace, Role.VIEWER))
        page = client.get(f"/w/{workspace.slug}/touchpoints/{gone.pk}/evidence/?period=30d")
        said = page.content.decode()
        link = f"/w/{workspace.slug}/touchpoints/{into.pk}/evidence/?period=30d"
        assert f'Merged into <a href="{link}">Wifi</a>' in said

    def test_a_file_may_still_call_it_by_its_old_name(
        self, gone: Touchpoint, into: Touchpoint
    ) -> None:
        merge_touchpoints(gone, into)
        places = Places.of(into.step.stage.journey)
        assert places.find("inflight wifi").touchpoint_id == into.pk
        assert places.find("Wifi").touchpoint_id == into.pk

    def test_a_new_touchpoint_of_the_old_name_comes_first(
        self, gone: Touchpoint, into: Touchpoint
    ) -> None:
        merge_touchpoints(gone, into)
        new = make_touchpoint(make_step(into.step.stage), title="Inflight wifi")
        assert Places.of(into.step.stage.journey).find("Inflight wifi").touchpoint_id == new.pk

    def test_an_archived_one_is_not_written_to(self, gone: Touchpoint) -> None:
        gone.archive()
        with pytest.raises(BadCell, match="is off the map since"):
            Places.of(gone.step.stage.journey).find("Inflight wifi")


class TestRefusals:
    def test_into_itself(self, into: Touchpoint) -> None:
        with pytest.raises(CannotMerge, match="into itself"):
            merge_touchpoints(into, into)

    def test_into_another_workspace(self, gone: Touchpoint) -> None:
        with pytest.raises(CannotMerge, match="another workspace"):
            merge_touchpoints(gone, make_touchpoint())

    def test_into_an_archived_one(self, gone: Touchpoint, into: Touchpoint) -> None:
        into.archive()
        with pytest.raises(CannotMerge, match="restore it first"):
            merge_touchpoints(gone, into)

    def test_into_a_second_one(self, gone: Touchpoint, into: Touchpoint) -> None:
        merge_touchpoints(gone, into)
        with pytest.raises(CannotMerge, match="already"):
            merge_touchpoints(gone, make_touchpoint(make_step(into.step.stage)))

    def test_a_merged_one_does_not_come_back(self, gone: Touchpoint, into: Touchpoint) -> None:
        merge_touchpoints(gone, into)
        with pytest.raises(CannotRestore, match="which has its feedback now"):
            gone.restore()


@pytest.mark.django_db(transaction=True)
def test_who_writes_to_both_meanwhile_is_let_through_first(
    gone: Touchpoint, into: Touchpoint
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    source = make_source(into.step.stage.journey.workspace)
    make_record(gone, source=source)
    errors: list[Exception] = []

    def merge() -> None:
        try:
            merge_touchpoints(gone, into)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    merging = Thread(target=merge)
    with transaction.atomic():
        lock_touchpoints([gone.pk, into.pk])
        record_answers(source, [NewAnswer(gone.pk, "csat", 1, "", NOON)])
        merging.start()
        until_blocked()
        record_answers(source, [NewAnswer(into.pk, "csat", 2, "", NOON)])
    merging.join()
    assert not errors
    assert into.feedback_records.count() == 3
    assert counts_are_true()


answers = st.lists(
    st.tuples(st.sampled_from(["", "a", "b", "c"]), st.integers(1, 5)), max_size=5,
    unique_by=lambda answer: answer[0] or object(),
)  # fmt: skip


class TestAnyFeedback(TestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(here=answers, there=answers)
    def test_no_answer_is_lost(
        self, here: list[tuple[str, int]], there: list[tuple[str, int]]
    ) -> None:
        into = make_touchpoint()
        gone = make_touchpoint(make_step(into.step.stage))
        source = make_source(into.step.stage.journey.workspace)
        for place, said in ((into, here), (gone, there)):
            for external_id, score in said:
                make_record(place, source=source, external_id=external_id, score=score)
        merge_touchpoints(gone, into)
        kept = sorted(
            FeedbackRecord.objects.filter(touchpoint=into).values_list("score", flat=True)
        )
        assert kept == sorted(score for _, score in [*here, *there])
        assert counts_are_true()
