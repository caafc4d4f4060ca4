"""How well the loop is closed: against figures worked out another way, and hiding the few."""

import csv
import io
from datetime import timedelta
from statistics import median

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from scipy import stats

from feedback.closing.figures import OTHERS, figures
from journeys.models import Role
from tests.factories import make_case, make_member, make_record, make_touchpoint, make_workspace

pytestmark = pytest.mark.django_db

NOW = timezone.now()
DAY = timedelta(days=1)


@pytest.fixture
def touchpoint():
    return make_touchpoint()


@pytest.fixture
def workspace(touchpoint):
    return touchpoint.step.stage.journey.workspace


def old(touchpoint, days=20.0, *, contacted=None, resolved=None, **values):
    """Make a case that opened so many days ago, and was worked on so many days later."""
    opened = NOW - days * DAY
    state = "new"
    if contacted is not None:
        values["contacted_at"], state = opened + contacted * DAY, "contacted"
    if resolved is not None:
        values["resolved_at"], state = opened + resolved * DAY, "resolved"
    usual = {"opened_at": opened, "due_at": opened + 3 * DAY, "state": state}
    return make_case(make_record(touchpoint, score=values.pop("score", 1)), **usual | values)


def found(workspace, days=90):
    return figures(workspace, user=make_member(workspace, Role.VIEWER), now=NOW, days=days)


def test_medians_are_the_plain_ones_where_nobody_waits_any_more(touchpoint, workspace):
    waits = [0.5, 1, 2, 4, 8, 9, 11]
    for wait in waits:
        old(touchpoint, contacted=wait, resolved=wait + 1)
    got = found(workspace)
    assert got.contact.median == pytest.approx(median(waits))
    assert got.resolve.median == pytest.approx(median(waits) + 1)


def test_who_still_waits_counts_as_waiting_so_long(touchpoint, workspace):
    for wait in (1, 2, 3):
        old(touchpoint, contacted=wait)
    for _ in range(3):
        old(touchpoint, days=20)
    # Half had been contacted by the third day; of seven, half were not seen to be.
    assert found(workspace).contact.median == pytest.approx(3)
    old(touchpoint, days=20)
    assert found(workspace).contact.median is None


def test_shares_within_due_and_told(touchpoint, workspace):
    for wait in (1, 2, 3, 4, 5):
        old(touchpoint, resolved=wait, told_at=NOW if wait < 3 else None)
    old(touchpoint)  # late, and not resolved
    old(touchpoint, days=1)  # its day is still to come
    got = found(workspace)
    assert (got.within_due.hits, got.within_due.n) == (3, 6)
    low, high = got.within_due.interval
    expected = stats.binomtest(3, 6).proportion_ci(method="wilson")
    assert (low, high) == (pytest.approx(100 * expected.low), pytest.approx(100 * expected.high))
    assert (got.told.hits, got.told.n, got.told.percent) == (2, 5, 40)
    assert (got.n, got.open, got.overdue) == (7, 2, 1)


def test_recovery_is_of_the_same_customers_with_a_paired_interval(touchpoint, workspace):
    pairs = [(1, 3), (2, 2), (1, 5), (2, 4), (1, 1), (2, 5)]
    for before, after in pairs:
        old(touchpoint, resolved=1, score=before, recovery_score=after)
    old(touchpoint, resolved=1, score=1)
    [recovery] = found(workspace).recoveries
    expected = stats.ttest_rel([b for _, b in pairs], [a for a, _ in pairs])
    interval = expected.confidence_interval()
    assert recovery.n == 6
    assert recovery.change == pytest.approx(sum(b - a for a, b in pairs) / 6)
    assert (recovery.low, recovery.high) == pytest.approx((interval.low, interval.high))


def test_two_scales_are_never_mixed(touchpoint, workspace):
    for metric in ("csat", "ces"):
        for _ in range(5):
            record = make_record(touchpoint, metric=metric, score=2)
            make_case(record, opened_at=NOW - DAY, recovery_score=4)
    assert {each.metric for each in found(workspace).recoveries} == {"csat", "ces"}
    assert [each.low for each in found(workspace).recoveries] == [None, None]


def test_of_too_few_only_how_many_there_are(touchpoint, workspace):
    for _ in range(4):
        old(touchpoint, contacted=1, resolved=2, root_cause="Staff", recovery_score=5)
    got = found(workspace)
    assert (got.n, got.contact, got.resolve) == (4, None, None)
    assert (got.within_due.percent, got.told.percent) == (None, None)
    assert (got.recoveries, got.causes) == ((), ())


def test_rare_causes_stand_together_whatever_their_case(touchpoint, workspace):
    for cause, count in (("Process", 6), ("process", 1), ("Staff", 3), ("Policy", 2)):
        for _ in range(count):
            old(touchpoint, resolved=1, root_cause=cause)
    assert found(workspace).causes == (("Process", 7), (OTHERS, 5))


def test_a_rare_cause_does_not_follow_by_subtraction(touchpoint, workspace):
    for cause, count in (("Process", 9), ("Staff", 6), ("Policy", 1)):
        for _ in range(count):
            old(touchpoint, resolved=1, root_cause=cause)
    assert found(workspace).causes == (("Process", 9), (OTHERS, 7))


def test_one_customer_does_not_follow_from_two_periods(touchpoint, workspace):
    """The usual 90 days stay; 30 days and 12 months differ from them by one customer."""
    for days in (10, 10, 10, 10, 10, 60, 200):
        old(touchpoint, days, resolved=1, score=1, recovery_score=4, root_cause="Staff")
    usual, *others = (found(workspace, days) for days in (90, 30, 365))
    assert [each.n for each in usual.recoveries] == [6]
    assert usual.causes == (("Staff", 6),)
    assert [(each.recoveries, each.causes) for each in others] == [((), ())] * 2


def test_periods_that_differ_by_enough_all_tell(touchpoint, workspace):
    for days in (10, 60, 200):
        for _ in range(5):
            old(touchpoint, days, resolved=1, recovery_score=4, root_cause="Staff")
    told = [found(workspace, days) for days in (30, 90, 365)]
    assert [each.n for got in told for each in got.recoveries] == [5, 10, 15]
    assert [got.causes for got in told] == [(("Staff", n),) for n in (5, 10, 15)]


def test_only_of_the_period_and_the_workspace(touchpoint, workspace):
    old(touchpoint, days=40)
    make_case(opened_at=NOW)
    assert (found(workspace, 30).n, found(workspace, 90).n) == (0, 1)


class TestPage:
    def address(self, workspace):
        return reverse("feedback:case_figures", args=[workspace.slug])

    def test_says_n_and_intervals_and_gives_the_table(self, client, touchpoint, workspace):
        for number in range(12):
            old(touchpoint, contacted=number, resolved=number + 1, root_cause="Process")
        client.force_login(make_member(workspace, Role.VIEWER))
        response = client.get(self.address(workspace))
        html = response.content.decode()
        assert "95 % interval" in html
        assert "n 12" in html
        table = client.get(self.address(workspace), {"csv": "root-causes"})
        rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
        assert rows[0] == ["Root cause", "Cases"]
        assert rows[1][0] == "Process"
        with CaptureQueriesContext(connection) as few:
            client.get(self.address(workspace))
        for _ in range(20):
            old(touchpoint)
        with CaptureQueriesContext(connection) as many:
            client.get(self.address(workspace))
        assert len(few) == len(many)

    def test_plotly_comes_only_where_there_is_a_chart(self, client, touchpoint, workspace):
        client.force_login(make_member(workspace, Role.VIEWER))
        empty = client.get(self.address(workspace)).content.decode()
        assert "plotly.min.js" not in empty
        assert "No case opened in this time" in empty
        assert (
            "There is no period “7y”."
            in client.get(self.address(workspace), {"period": "7y"}).content.decode()
        )

    def test_strangers_find_nothing(self, client, workspace):
        client.force_login(make_member(make_workspace(), Role.OWNER))
        assert client.get(self.address(workspace)).status_code == 404
