"""The watch: what opens an alert, that it opens once, and what closes it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback.alerting.watching import NOT_WATCHED, RECOVERED, watch, watch_workspace
from feedback.alerting.weeks import Weeks, first_watched, last_sunday
from feedback.models import Alert, AlertKind, AlertState, FeedbackRecord, FrictionInput
from journeys.models import JourneyState
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
    make_workspace,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 25)
FIRST = first_watched(TODAY)
"""The Monday on which watching begins: 21 whole weeks before TODAY."""
LOW, FINE = 12, 4
"""Dissatisfied, of 20 answers a week: far more than usual, and as usual."""


def at(day: date) -> datetime:
    return datetime.combine(day, time(9), UTC)


@pytest.fixture
def workspace():
    return make_workspace()


@pytest.fixture
def gate(workspace):
    return touchpoint_in(workspace, title="Gate")


def touchpoint_in(workspace, **values):
    journey = values.pop("journey", None) or make_journey(workspace)
    return make_touchpoint(make_step(make_stage(journey)), **values)


def answers(touchpoint, monday: date, lows, *, n=20, metric="csat") -> None:
    """Give a week of `n` answers from each of `lows` on, so many of them a 1."""
    source = make_source(touchpoint.step.stage.journey.workspace)
    FeedbackRecord.objects.bulk_create(
        FeedbackRecord(
            source=source, touchpoint=touchpoint, metric=metric, score=1 if place < low else 5,
            occurred_at=at(monday + timedelta(weeks=week, days=place % 7)),
        )
        for week, low in enumerate(lows)
        for place in range(n)
    )  # fmt: skip


def usual(touchpoint, **values) -> None:
    answers(touchpoint, FIRST - timedelta(weeks=26), [FINE] * 26, **values)


def fallen(touchpoint) -> None:
    """Answers as usual until five weeks ago, and much worse since."""
    usual(touchpoint)
    answers(touchpoint, FIRST, [FINE] * 16 + [LOW] * 5)


def watched(workspace, day=TODAY):
    return watch_workspace(workspace, at(day), tells=False)


class TestWeeks:
    @pytest.mark.parametrize("today", [date(2026, 1, 1), date(2026, 3, 31), TODAY])
    def test_thirteen_to_twenty_seven_weeks_are_watched(self, today):
        weeks = Weeks(first_watched(today), last_sunday(today))
        assert weeks.start.weekday() == 0
        assert weeks.end.weekday() == 6
        assert today - timedelta(days=7) <= weeks.end < today
        assert 12 <= weeks.count <= 27

    def test_the_baseline_moves_once_a_quarter(self):
        days = [date(2026, 10, 1) + timedelta(days=day) for day in range(92)]
        assert {first_watched(day) for day in days} == {date(2026, 6, 29)}
        assert first_watched(date(2027, 1, 1)) > date(2026, 6, 29)


class TestScores:
    def test_a_fall_opens_an_alert_that_explains_itself(self, workspace, gate):
        fallen(gate)
        [alert] = watched(workspace).opened
        assert (alert.kind, alert.metric, alert.team) == (AlertKind.SCORE, "csat", gate.team)
        assert alert.began_on == FIRST + timedelta(weeks=16)
        assert alert.says.replace("\N{NARROW NO-BREAK SPACE}", " ") == (
            "Gate: 60 % dissatisfied (1–2) since 19 October, usually 20 % (CSAT)"
        )
        assert alert.facts["baseline"] == [26 * FINE, 26 * 20]
        assert alert.facts["since"] == [5 * LOW, 100]

    def test_it_opens_once_while_it_lasts(self, workspace, gate):
        fallen(gate)
        watched(workspace)
        again = watched(workspace, TODAY + timedelta(days=1))
        assert (again.opened, again.recovered) == ([], [])
        assert Alert.objects.count() == 1

    def test_nothing_opens_where_all_is_as_usual(self, workspace, gate):
        usual(gate)
        answers(gate, FIRST, [FINE, FINE + 1, FINE - 1] * 7)
        assert watched(workspace).opened == []

    def test_better_is_no_alert(self, workspace, gate):
        usual(gate)
        answers(gate, FIRST, [0] * 21)
        assert watched(workspace).opened == []

    def test_the_running_week_is_not_judged_yet(self, workspace, gate):
        usual(gate)
        answers(gate, FIRST, [FINE] * 21 + [20])
        assert watched(workspace).opened == []

    def test_it_closes_by_itself_and_a_new_turn_is_a_new_alert(self, workspace, gate):
        usual(gate)
        answers(gate, FIRST, [FINE] * 10 + [LOW] * 4 + [FINE] * 14 + [LOW] * 5)
        week = timedelta(weeks=1)
        [first] = watched(workspace, FIRST + 15 * week).opened
        [over] = watched(workspace, FIRST + 28 * week).recovered
        assert over == first
        first.refresh_from_db()
        assert (first.state, first.note) == (AlertState.CLOSED, RECOVERED)
        assert first.settled_by is None
        [second] = watched(workspace, FIRST + 33 * week).opened
        assert second.began_on == FIRST + 28 * week

    def test_the_baseline_stays_frozen_while_it_lasts(self, workspace, gate):
        usual(gate)
        answers(gate, FIRST, [FINE] * 16 + [LOW] * 40)
        [alert] = watched(workspace).opened
        much_later = watched(workspace, FIRST + timedelta(weeks=56))
        assert much_later.recovered == []
        alert.refresh_from_db()
        assert alert.facts["baseline"] == [26 * FINE, 26 * 20]

    def test_few_answers_a_week_are_put_together(self, workspace, gate):
        answers(gate, FIRST - timedelta(weeks=26), [1] * 26, n=4)
        answers(gate, FIRST, [1] * 11 + [4] * 10, n=4)
        assert len(watched(workspace).opened) == 1

    def test_without_a_hundred_answers_nothing_is_usual(self, workspace, gate):
        answers(gate, FIRST + timedelta(weeks=17), [0] * 3 + [20])
        assert watched(workspace).opened == []

    def test_a_young_touchpoint_takes_its_first_hundred_answers(self, workspace, gate):
        answers(gate, FIRST + timedelta(weeks=8), [FINE] * 5 + [LOW] * 8)
        [alert] = watched(workspace).opened
        assert alert.facts["baseline"] == [25 - 5, 100]

    def test_each_scale_is_watched_by_itself(self, workspace, gate):
        fallen(gate)
        usual(gate, metric="nps")
        answers(gate, FIRST, [FINE] * 21, metric="nps")
        [alert] = watched(workspace).opened
        assert alert.metric == "csat"

    @pytest.mark.parametrize("state", [JourneyState.FUTURE, JourneyState.RESEARCH])
    def test_only_current_journeys_are_watched(self, workspace, state):
        fallen(touchpoint_in(workspace, journey=make_journey(workspace, state=state)))
        assert watched(workspace).opened == []

    def test_what_leaves_the_map_is_closed_with_the_reason(self, workspace, gate):
        fallen(gate)
        watched(workspace)
        gate.archive()
        [alert] = watched(workspace).recovered
        assert alert.note == NOT_WATCHED


class TestWhatPeopleDo:
    @pytest.fixture
    def alert(self, workspace, gate):
        fallen(gate)
        return watched(workspace).opened[0]

    def test_closed_by_hand_it_stays_closed_while_it_lasts(self, workspace, alert):
        assert alert.close(by=make_member(workspace), note="Known.")
        assert watched(workspace, TODAY + timedelta(days=7)).opened == []
        alert.refresh_from_db()
        assert (alert.state, alert.note, alert.recovered_at) == ("closed", "Known.", None)

    def test_after_the_recovery_it_may_open_again(self, workspace, gate, alert):
        alert.close(by=make_member(workspace), note="Known.")
        answers(gate, FIRST + timedelta(weeks=21), [FINE] * 14 + [LOW] * 6)
        assert watched(workspace, FIRST + timedelta(weeks=35)).recovered == []
        alert.refresh_from_db()
        assert (alert.note, alert.recovered_at is None) == ("Known.", False)
        assert len(watched(workspace, FIRST + timedelta(weeks=41)).opened) == 1

    def test_a_snooze_ends_on_its_day(self, workspace, alert):
        until = TODAY + timedelta(days=3)
        alert.snooze(until, by=make_member(workspace))
        assert watched(workspace, until - timedelta(days=1)).woken == []
        assert watched(workspace, until).woken == [alert]
        alert.refresh_from_db()
        assert alert.state == AlertState.OPEN

    def test_what_recovered_is_not_reopened(self, workspace, gate, alert):
        gate.archive()
        watched(workspace)
        alert.refresh_from_db()
        assert not alert.reopen()
        assert not alert.snooze(TODAY, by=make_member(workspace))


class TestFriction:
    def errors(self, touchpoint, before: int, now: int) -> None:
        """Of 100 attempts a day so many fail: in the 90 days before, and in the last 90."""
        FrictionInput.objects.bulk_create(
            FrictionInput(
                touchpoint=touchpoint, kind="error", day=TODAY - timedelta(days=age),
                hits=now if age < 90 else before, base=100,
            )
            for age in range(180)
        )  # fmt: skip

    def test_a_jump_opens_an_alert(self, workspace, gate):
        self.errors(gate, 5, 12)
        [alert] = watched(workspace).opened
        assert alert.kind == AlertKind.FRICTION
        assert alert.says == "Gate: friction 60, 25 before; mostly errors"
        assert alert.facts["now"]["score"] == pytest.approx(60)

    @pytest.mark.parametrize(("before", "now"), [(12, 5), (10, 10), (5, 5)])
    def test_less_or_as_much_is_none(self, workspace, gate, before, now):
        self.errors(gate, before, now)
        assert watched(workspace).opened == []

    def test_a_rise_within_its_uncertainty_is_none(self, workspace, gate):
        for age, hits in ((10, 3), (100, 1)):
            FrictionInput.objects.create(
                touchpoint=gate, kind="error", day=TODAY - timedelta(days=age), hits=hits, base=40
            )
        assert watched(workspace).opened == []

    def test_what_is_measured_for_the_first_time_is_no_jump(self, workspace, gate):
        self.errors(gate, 5, 5)
        FrictionInput.objects.create(touchpoint=gate, kind="repeat", day=TODAY, hits=900, base=1000)
        assert watched(workspace).opened == []

    def test_it_lasts_until_it_is_no_longer_above_what_was_before(self, workspace, gate):
        self.errors(gate, 5, 12)
        watched(workspace)
        FrictionInput.objects.bulk_create(
            FrictionInput(
                touchpoint=gate, kind="error", day=TODAY + timedelta(days=day),
                hits=12 if day < 100 else 5, base=100,
            )
            for day in range(1, 200)
        )  # fmt: skip
        assert watched(workspace, TODAY + timedelta(days=95)).recovered == []
        assert len(watched(workspace, TODAY + timedelta(days=199)).recovered) == 1


class TestSilence:
    def test_opens_where_people_used_to_answer(self, workspace, gate):
        answers(gate, TODAY - timedelta(weeks=26), [FINE] * 20)
        [alert] = watched(workspace).opened
        last = TODAY - timedelta(weeks=26) + timedelta(weeks=19, days=6)
        assert alert.kind == AlertKind.STALE
        assert alert.began_on == last + timedelta(days=1)
        assert f"no answer for {(TODAY - last).days} days" in alert.says

    def test_few_answers_make_no_silence(self, workspace, gate):
        answers(gate, TODAY - timedelta(weeks=26), [1] * 3, n=2)
        assert watched(workspace).opened == []

    def test_the_workspace_says_how_long(self, workspace, gate):
        answers(gate, TODAY - timedelta(weeks=26), [FINE] * 20)
        workspace.stale_after_days = 90
        workspace.save()
        assert watched(workspace).opened == []

    def test_the_next_answer_ends_it(self, workspace, gate):
        answers(gate, TODAY - timedelta(weeks=26), [FINE] * 20)
        watched(workspace)
        answers(gate, TODAY, [0], n=1)
        assert len(watched(workspace, TODAY + timedelta(days=1)).recovered) == 1

    def test_nothing_was_ever_answered(self, workspace, gate):
        assert watched(workspace).opened == []


class TestWaits:
    @pytest.fixture
    def handoff(self, workspace):
        journey = make_journey(workspace)
        one, two = (
            touchpoint_in(workspace, journey=journey),
            touchpoint_in(workspace, journey=journey),
        )
        return make_handoff(
            one, two, agreed_wait_minutes=10, observed_wait_minutes=22, released=50, accepted=40
        )

    def test_longer_than_agreed_is_told_to_who_takes_over(self, workspace, handoff):
        [alert] = watched(workspace).opened
        assert (alert.kind, alert.handoff) == (AlertKind.WAIT, handoff)
        assert (alert.touchpoint, alert.team) == (handoff.to_touchpoint, handoff.to_team)
        assert alert.says.startswith("Customer waits 22 min between")

    def test_within_what_was_agreed_it_is_over(self, workspace, handoff):
        watched(workspace)
        handoff.observed_wait_minutes = 10
        handoff.save()
        assert len(watched(workspace).recovered) == 1

    def test_a_wait_of_too_few_is_not_told(self, workspace, handoff):
        handoff.accepted = 4
        handoff.save()
        assert watched(workspace).opened == []


def test_all_workspaces_are_watched_and_one_that_fails_keeps_none_back(
    workspace, gate, monkeypatch
):
    broken = make_workspace(name="Broken")
    fallen(gate)
    from feedback.alerting import watching

    watch_one = watching.watch_workspace

    def fails(each, now):
        if each == broken:
            raise RuntimeError
        return watch_one(each, now)

    monkeypatch.setattr(watching, "watch_workspace", fails)
    watch(at(TODAY))
    assert Alert.objects.get().workspace == workspace


def test_another_workspace_is_not_touched(workspace, gate):
    fallen(gate)
    assert watched(make_workspace()).opened == []


def test_as_many_queries_for_eight_touchpoints_as_for_two():
    counts = []
    for size in (2, 8):
        home = make_workspace()
        journey, team, channel = make_journey(home), make_team(home), make_channel(home)
        for _ in range(size):
            fallen(touchpoint_in(home, journey=journey, team=team, channel=channel))
        with CaptureQueriesContext(connection) as first:
            assert len(watched(home).opened) == size
        with CaptureQueriesContext(connection) as following:
            assert watched(home, TODAY + timedelta(days=1)).opened == []
        counts.append((len(first), len(following)))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 24
