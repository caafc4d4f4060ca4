"""Before and after: equal windows, the right test, corrected; nothing that must stay hidden."""

import math
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from feedback.improving.before_after import before_after
from feedback.improving.charts import before_after_charts
from feedback.improving.telling import tell_outcomes
from feedback.improving.verdicts import lines, summary
from feedback.improving.windows import Windows, others_shipped, shippings_of
from feedback.metrics.histogram import Histogram
from feedback.metrics.scales import CES, CSAT, NPS
from feedback.metrics.worthwhile import answers_needed
from feedback.models import Action, FeedbackRecord, FrictionInput
from journeys.models import Notice
from tests.factories import (
    make_journey,
    make_member,
    make_opportunity,
    make_source,
    make_stage,
    make_step,
    make_touchpoint,
    make_workspace,
)

TODAY = date(2026, 3, 31)
SHIPPED = date(2026, 2, 1)  # 58 days ago


@pytest.fixture
def workspace():
    return make_workspace()


@pytest.fixture
def touchpoint(workspace):
    return make_touchpoint(make_step(make_stage(make_journey(workspace))))


@pytest.fixture
def answer(workspace):
    source = make_source(workspace)

    def answer(touchpoint, day, *scores, metric="csat"):
        moment = datetime.combine(day, time(12), UTC)
        FeedbackRecord.objects.bulk_create(
            FeedbackRecord(
                touchpoint=touchpoint,
                source=source,
                metric=metric,
                score=score,
                occurred_at=moment,
            )
            for score in scores
        )

    return answer


def compared(touchpoints, workspace, *, shipped=SHIPPED, today=TODAY):
    windows = Windows.around(shipped, today)
    return before_after(touchpoints, windows, workspace=workspace, today=today)


def drawn(found) -> tuple[Any, list[Any]]:
    """Return the only chart and its rows."""
    [chart] = before_after_charts(found)
    return chart, list(chart.rows)


def days(count, since=SHIPPED):
    return since + timedelta(days=count)


class TestWindows:
    @given(st.integers(-3, 400))
    def test_both_sides_are_equally_long_and_leave_the_day_out(self, passed):
        windows = Windows.around(SHIPPED, days(passed))
        if passed < 1:
            assert windows is None
            return
        (first, last), (start, end) = windows.before, windows.after
        assert last - first == end - start == timedelta(days=min(passed, 90) - 1)
        assert (last, start) == (days(-1), days(1))
        assert end <= days(passed)
        assert windows.full == (passed >= 90)


class TestNeeded:
    def test_the_numbers_are_those_of_the_textbook(self):
        # (1.96 + .8416)^2 = 7.849; times 2 * .5 * .5 / .1^2.
        assert answers_needed(Histogram(CSAT, (10, 10, 0, 10, 10))) == 393
        # Half promoters, half detractors: variance 1, in 15 points.
        assert answers_needed(Histogram(NPS, (5, *[0] * 9, 5))) == math.ceil(15.698 / 0.0225)
        assert answers_needed(Histogram(CES, (1, 0, 0, 0, 0, 0, 1))) == math.ceil(7.849 * 36 / 0.25)

    def test_where_nothing_varies_nobody_can_say(self):
        assert answers_needed(Histogram(CSAT, (0, 0, 0, 0, 9))) is None
        assert answers_needed(Histogram(CSAT, (0, 0, 0, 0, 1))) is None


@pytest.mark.django_db
class TestComparing:
    def test_the_difference_and_its_test_by_hand(self, touchpoint, workspace, answer):
        answer(touchpoint, days(-3), *[5] * 40, *[1] * 60)
        answer(touchpoint, SHIPPED, *[1] * 30)
        answer(touchpoint, days(4), *[5] * 60, *[1] * 40)
        [found] = compared([touchpoint], workspace).comparisons
        assert found.difference.value == pytest.approx(20)
        z = 0.2 / math.sqrt(0.5 * 0.5 * 2 / 100) * math.sqrt(199 / 200)
        assert found.p == pytest.approx(math.erfc(z / math.sqrt(2)))
        assert found.verdict == "better"
        assert not found.enough

    def test_p_is_corrected_for_all_that_is_compared(self, touchpoint, workspace, answer):
        other = make_touchpoint(make_step(touchpoint.step.stage))
        for each, good in ((touchpoint, 60), (other, 50)):
            answer(each, days(-3), *[5] * 40, *[1] * 60)
            answer(each, days(4), *[5] * good, *[1] * (100 - good))
        first, second = compared([touchpoint, other], workspace).comparisons
        assert first.p == pytest.approx(2 * first.difference.p)
        assert second.p == pytest.approx(max(second.difference.p, first.p))
        assert second.verdict == "early"

    def test_enough_answers_without_a_difference_are_no_clear_difference(
        self, touchpoint, workspace, answer
    ):
        for day in (days(-3), days(4)):
            answer(touchpoint, day, *[5] * 200, *[1] * 200)
        found = compared([touchpoint], workspace)
        [line] = lines(found)
        assert line.verdict_text == "No clear difference"
        assert line.sentence.startswith("A change of 10 pt")
        assert summary(found).startswith("No clear difference")

    def test_few_answers_say_how_many_are_needed(self, touchpoint, workspace, answer):
        answer(touchpoint, days(-3), *[5] * 20, *[1] * 20)
        answer(touchpoint, days(4), *[5] * 7, *[1] * 5)
        [line] = lines(compared([touchpoint], workspace))
        assert line.verdict_text == "Too early to tell"
        assert line.sentence == "12 of the some 390 answers needed to see a change of 10 pt."

    def test_worse_is_said_as_plainly(self, touchpoint, workspace, answer):
        answer(touchpoint, days(-3), *[6] * 30, *[7] * 30, metric="ces")
        answer(touchpoint, days(4), *[2] * 30, *[3] * 30, metric="ces")
        [line] = lines(compared([touchpoint], workspace))
        assert (line.verdict, line.change) == ("worse", "−4.0")

    def test_friction_stands_on_both_sides_without_a_claim(self, touchpoint, workspace):
        for day, hits in ((days(-3), 30), (days(4), 10)):
            for kind in ("abandon", "error"):
                FrictionInput.objects.create(
                    touchpoint=touchpoint, kind=kind, day=day, hits=hits, base=200
                )
        [found] = compared([touchpoint], workspace).frictions
        assert found.before.score > found.after.score > 0

    def test_the_chart_has_the_same_answers_and_marks_the_day(self, touchpoint, workspace, answer):
        for ago in range(1, 50):
            answer(touchpoint, days(-ago), *[5] * 6, *[1] * 4)
            answer(touchpoint, days(ago), *[5] * 9, 1)
        chart, rows = drawn(compared([touchpoint], workspace))
        assert chart.n == sum(row[-1] for row in rows) == 2 * 49 * 10
        assert chart.layout["shapes"][0]["x0"] == SHIPPED.isoformat()
        assert all(row[2] < SHIPPED or row[1] > SHIPPED for row in rows)

    def test_as_many_queries_for_one_touchpoint_as_for_ten(self, workspace, answer):
        stage = make_stage(make_journey(workspace))
        touchpoints = [make_touchpoint(make_step(stage)) for _ in range(10)]
        for each in touchpoints:
            answer(each, days(-3), *[5] * 9)
            answer(each, days(3), *[4] * 9)
        counts = []
        for some in (touchpoints[:1], touchpoints):
            with CaptureQueriesContext(connection) as queries:
                compared(some, workspace)
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 20


@pytest.mark.django_db
class TestHidden:
    def test_a_side_of_too_few_is_hidden_and_compared_with_nothing(
        self, touchpoint, workspace, answer
    ):
        answer(touchpoint, days(-3), *[5] * 50)
        answer(touchpoint, days(4), *[1] * 4)
        found = compared([touchpoint], workspace)
        [line] = lines(found)
        assert (line.after.text, line.after.n, line.verdict) == ("–", None, "unknown")
        assert "fewer than 5 people" in line.sentence
        _, rows = drawn(found)
        assert sum(row[-1] for row in rows if row[1] > SHIPPED) == 0

    def test_what_a_map_would_give_away_by_subtraction_is_hidden(
        self, touchpoint, workspace, answer
    ):
        """The map's last 30 days and the days since would differ by the answers of one day."""
        shipped = TODAY - timedelta(days=31)
        answer(touchpoint, shipped - timedelta(days=9), *[5] * 50)
        answer(touchpoint, shipped + timedelta(days=9), *[5] * 50)
        [open_] = compared([touchpoint], workspace, shipped=shipped).comparisons
        assert open_.difference is not None
        answer(touchpoint, TODAY - timedelta(days=30), 1, 1)
        assert lines(compared([touchpoint], workspace, shipped=shipped))[0].verdict == "unknown"

    def test_two_changes_a_day_apart_do_not_give_that_day_away(self, touchpoint, workspace, answer):
        earlier = SHIPPED - timedelta(days=1)
        make_opportunity(workspace, touchpoints=[touchpoint], state="shipped", shipped_on=SHIPPED)
        make_opportunity(workspace, touchpoints=[touchpoint], state="shipped", shipped_on=earlier)
        answer(touchpoint, days(-20), *[5] * 50)
        answer(touchpoint, days(20), *[5] * 50)
        answer(touchpoint, earlier, *[5] * 20)
        answer(touchpoint, SHIPPED, 1, 1)
        later, sooner = (
            lines(compared([touchpoint], workspace, shipped=day))[0] for day in (SHIPPED, earlier)
        )
        assert later.after.n == 50
        assert (sooner.after.n, sooner.after.base) == (None, "suppressed")


@pytest.mark.django_db
class TestOthers:
    def test_what_else_shipped_here_in_these_days_is_named(self, touchpoint, workspace):
        member = make_member(workspace)
        shipped = {"state": "shipped", "touchpoints": [touchpoint]}
        own = make_opportunity(workspace, shipped_on=SHIPPED, **shipped)
        near = make_opportunity(workspace, shipped_on=days(5), **shipped)
        make_opportunity(workspace, shipped_on=days(-70), **shipped)
        make_opportunity(workspace, shipped_on=days(5), state="shipped")
        Action.objects.create(
            opportunity=own, title="First part", state="shipped", shipped_on=days(-10)
        )
        found = others_shipped(own, Windows.around(SHIPPED, TODAY), member)
        assert [(each.what, each.day) for each in found] == [
            ("First part", days(-10)),
            (near.title, days(5)),
        ]

    def test_each_day_on_which_something_shipped_can_be_looked_at(self, workspace):
        own = make_opportunity(workspace, state="shipped", shipped_on=SHIPPED)
        for title, day in (("a", days(-10)), ("b", SHIPPED), ("c", None)):
            Action.objects.create(
                opportunity=own,
                title=title,
                state="shipped" if day else "todo",
                shipped_on=day,
            )
        found = shippings_of(own, own.actions.all())
        assert [(each.day, each.what) for each in found] == [
            (SHIPPED, "the whole opportunity"),
            (days(-10), "a"),
        ]


@pytest.mark.django_db
class TestTelling:
    def test_the_owner_hears_once_how_it_turned_out(self, touchpoint, workspace, answer):
        owner = make_member(workspace)
        now = timezone.make_aware(datetime.combine(TODAY, time(9)))
        opportunity = make_opportunity(
            workspace,
            title="Queues",
            owner=owner,
            touchpoints=[touchpoint],
            state="shipped",
            shipped_on=SHIPPED,
        )
        answer(touchpoint, days(-3), *[5] * 200, *[1] * 200)
        answer(touchpoint, days(3), *[5] * 40, *[1] * 5)
        assert tell_outcomes(now) == 0
        answer(touchpoint, days(4), *[5] * 300, *[1] * 100)
        assert [tell_outcomes(now), tell_outcomes(now)] == [1, 0]
        notice = Notice.objects.get()
        assert notice.user == owner
        assert notice.text.startswith(f"How “Queues” turned out: {touchpoint.title}: CSAT +2")
        assert notice.url == opportunity.get_absolute_url()

    def test_full_windows_without_an_answer_tell_nobody_and_are_over(self, touchpoint, workspace):
        now = timezone.make_aware(datetime.combine(TODAY, time(9)))
        opportunity = make_opportunity(
            workspace,
            owner=make_member(workspace),
            touchpoints=[touchpoint],
            state="shipped",
            shipped_on=TODAY - timedelta(days=91),
        )
        assert tell_outcomes(now) == 0
        opportunity.refresh_from_db()
        assert opportunity.outcome_told_at is not None
