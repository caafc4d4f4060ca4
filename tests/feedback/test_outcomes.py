"""Outcome metrics: what their values are computed from, their points, and their pages."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.metrics.intervals import wilson
from feedback.models import OutcomeCorrection, OutcomeKind, OutcomeMetric, OutcomePoint
from feedback.outcomes.charts import series_chart
from feedback.outcomes.points import Given, Refused, draft_of
from feedback.outcomes.reading import (
    BadNumber,
    BadPeriod,
    following,
    months,
    read_number,
    read_period,
)
from feedback.outcomes.tables import read_table
from feedback.outcomes.words import is_stale, number_text, period_text, value_text
from journeys.models import LaneKind, Role
from tests.factories import (
    make_journey,
    make_lane,
    make_member,
    make_outcome_metric,
    make_outcome_point,
    make_stage,
    make_step,
    make_user,
    make_workspace,
)

TODAY = date(2026, 4, 10)
MARCH = (date(2026, 3, 1), date(2026, 3, 31))


def metric_of(kind: OutcomeKind, **values) -> OutcomeMetric:
    return OutcomeMetric(kind=kind, name="Metric", **values)


def value_of(kind: OutcomeKind, **inputs) -> float:
    return draft_of(metric_of(kind), Given(*MARCH, inputs=inputs), today=TODAY).value


class TestFormulas:
    """Worked examples: rev-01, rev-02 and time-04 of the metrics' specification, and by hand."""

    def test_churn_and_retention(self):
        inputs = {"customers_at_start": 500, "customers_lost": 25}
        assert value_of(OutcomeKind.CHURN, **inputs) == 5
        assert value_of(OutcomeKind.RETENTION, **inputs) == 95

    def test_retained_revenue(self):
        amounts = {"revenue_at_start": 100_000, "contraction": 3_000, "churned_revenue": 5_000}
        assert value_of(OutcomeKind.NRR, expansion=15_000, **amounts) == pytest.approx(107)
        assert value_of(OutcomeKind.GRR, **amounts) == pytest.approx(92)

    def test_lifetime_value(self):
        inputs = {"revenue": 500, "gross_margin": 80, "churn_rate": 5}
        assert value_of(OutcomeKind.CLV, **inputs) == pytest.approx(8_000)
        discounted = value_of(OutcomeKind.CLV_DISCOUNTED, discount_rate=10, **inputs)
        assert discounted == pytest.approx(400 * 0.95 / (1 + 0.10 - 0.95))

    def test_time_to_value_counts_those_who_still_wait(self):
        reached = [10, 20, 30]
        assert value_of(OutcomeKind.TIME_TO_VALUE, reached=reached) == 20
        assert value_of(OutcomeKind.TIME_TO_VALUE, reached=reached, not_yet=[15, 25]) == 30

    def test_first_response_is_the_median(self):
        draft = draft_of(
            metric_of(OutcomeKind.FIRST_RESPONSE),
            Given(*MARCH, inputs={"times": "12 7,5\n40"}),
            today=TODAY,
        )
        assert (draft.value, draft.n) == (12, 3)
        assert draft.inputs == {"times": [12, 7.5, 40]}

    def test_a_median_from_a_tool_is_taken_as_it_is(self):
        metric = metric_of(OutcomeKind.FIRST_RESPONSE)
        draft = draft_of(metric, Given(*MARCH, value="18", n="320"), today=TODAY)
        assert (draft.value, draft.n, draft.inputs) == (18, 320, {})

    @pytest.mark.parametrize(
        ("kind", "inputs", "said"),
        [
            (OutcomeKind.CHURN, {"customers_at_start": 3, "customers_lost": 5}, "5 of 3"),
            (OutcomeKind.CHURN, {"customers_at_start": 0, "customers_lost": 0}, "Nobody was"),
            (OutcomeKind.CHURN, {"customers_at_start": 3}, "“Of those, lost” is needed"),
            (OutcomeKind.CHURN, {"customers_at_start": 3.5, "customers_lost": 1}, "whole number"),
            (OutcomeKind.CLV, {"revenue": 5, "gross_margin": 80, "churn_rate": 0}, "no end"),
            (OutcomeKind.CLV, {"revenue": 5, "gross_margin": 180, "churn_rate": 1}, "0 to 100"),
            (OutcomeKind.TIME_TO_VALUE, {"reached": [90], "not_yet": [1, 95, 99]}, "Fewer than"),
            (OutcomeKind.CHURN, {"customers": 1}, "no such input"),
            (OutcomeKind.OWN, {"customers": 1}, "not computed"),
            (OutcomeKind.OWN, {}, "Give the value"),
        ],
    )
    def test_inputs_that_cannot_be_are_refused_in_words(self, kind, inputs, said):
        with pytest.raises(Refused, match=said):
            value_of(kind, **inputs)

    def test_a_computed_metric_takes_no_value(self):
        inputs = {"customers_at_start": 10, "customers_lost": 1}
        with pytest.raises(Refused, match="computed from the inputs"):
            draft_of(
                metric_of(OutcomeKind.CHURN), Given(*MARCH, value=9, inputs=inputs), today=TODAY
            )


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (MARCH[1], MARCH[0], "ends before it begins"),
        (date(2026, 5, 1), date(2026, 5, 31), "still to come"),
        (date(1899, 1, 1), date(1899, 1, 31), "before 1990"),
        (MARCH[0], date.max, "more than a year from now"),
    ],
)
def test_periods_that_cannot_be_are_refused(start, end, said):
    with pytest.raises(Refused, match=said):
        draft_of(metric_of(OutcomeKind.OWN), Given(start, end, value=1), today=TODAY)


class TestReading:
    @pytest.mark.parametrize(
        ("text", "number"),
        [("1234.5", 1234.5), ("2,4", 2.4), ("62 %", 62), ("1 234.5", 1234.5), ("−3", -3),
         ("1,234.5", 1234.5), ("1,234,567", 1234567), ("1'200", 1200), ("3e2", 300), (7, 7)],
    )  # fmt: skip
    def test_numbers_as_people_write_them(self, text, number):
        assert read_number(text) == number

    @pytest.mark.parametrize("text", ["1,234", "1.234,5", "x", "", "nan", "inf", "٣", True, None])
    def test_what_could_be_two_numbers_or_none_is_refused(self, text):
        with pytest.raises(BadNumber):
            read_number(text)

    @given(st.floats(allow_nan=False, allow_infinity=False, width=32))
    @settings(max_examples=50)
    def test_every_number_comes_back_from_its_own_text(self, number):
        assert read_number(repr(number)) == number

    def test_periods_by_name(self):
        assert read_period("2026-02") == (date(2026, 2, 1), date(2026, 2, 28))
        for text in ("2026-03", "2026-03-01", "2026-03-01T00:00:00", "Mar 2026", "Mar-26"):
            assert read_period(text) == MARCH
        with pytest.raises(BadPeriod):
            read_period("2026-03-05")
        assert read_period("2026-Q4") == (date(2026, 10, 1), date(2026, 12, 31))
        assert read_period("2024") == (date(2024, 1, 1), date(2024, 12, 31))

    @given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.sampled_from([1, 3, 12]))
    @settings(max_examples=50)
    def test_the_period_after_whole_months_is_as_many_whole_months(self, day, count):
        start, end = months(day.replace(day=1), count)
        assert following(start, end) == months(date.fromordinal(end.toordinal() + 1), count)

    def test_the_period_after_a_week_is_a_week(self):
        week = (date(2026, 3, 2), date(2026, 3, 8))
        assert following(*week) == (date(2026, 3, 9), date(2026, 3, 15))


class TestWords:
    def test_periods(self):
        assert period_text(*MARCH) == "Mar 2026"
        assert period_text(date(2026, 4, 1), date(2026, 6, 30)) == "Q2 2026"
        assert period_text(date(2025, 1, 1), date(2025, 12, 31)) == "2025"
        assert period_text(date(2026, 3, 2), date(2026, 3, 8)) == "2 Mar 2026 to 8 Mar 2026"

    def test_numbers_have_the_digits_that_tell_something(self):
        assert [number_text(each) for each in (8000.4, 107.25, 62.0, 0.418, -0.001, -2)] == [
            "8,000", "107.3", "62", "0.42", "0", "−2",
        ]  # fmt: skip
        assert value_text(OutcomeMetric(unit="%"), 2.08).startswith("2.1")

    def test_a_month_is_stale_once_the_next_one_is_long_over(self):
        assert not is_stale(*MARCH, date(2026, 5, 30))
        assert is_stale(*MARCH, date(2026, 6, 5))


class TestChart:
    def test_a_share_has_its_wilson_interval_and_money_has_none(self):
        metric = OutcomeMetric(pk=1, kind=OutcomeKind.CHURN, name="Churn", unit="%", target=2)
        point = OutcomePoint(metric=metric, start=MARCH[0], end=MARCH[1], value=5, n=500)
        chart = series_chart(metric, [point])
        low, high = wilson(25, 500)
        assert chart.rows == [("Mar 2026", *MARCH, 5, low, high, 500)]
        assert chart.layout["shapes"][0]["y0"] == 2
        metric.kind = OutcomeKind.NRR
        assert series_chart(metric, [point]).rows[0][4:6] == (None, None)

    def test_without_points_there_is_nothing_to_draw(self):
        chart = series_chart(OutcomeMetric(pk=1, name="New"), [])
        assert (chart.rows, chart.empty) == ([], "It has no points yet.")


class TestTables:
    def read(self, text: str, kind: OutcomeKind = OutcomeKind.OWN, **options):
        file = BytesIO(text.encode())
        return read_table(metric_of(kind), file, today=TODAY, **options)

    def test_inputs_by_name_or_label_in_any_case(self):
        read = self.read(
            "Period\tCustomers at the start\tcustomers_lost\n2026-02\t200\t4\n2026-03\t202\t3\n",
            OutcomeKind.CHURN,
        )
        assert [draft.value for draft in read.drafts] == [2, pytest.approx(300 / 202)]

    def test_days_as_the_importer_reads_them(self):
        read = self.read("from;to;value\n01.02.2026;28.02.2026;1,5\n01.03.2026;31.03.2026;2,5")
        assert [(draft.start, draft.value) for draft in read.drafts] == [
            (date(2026, 2, 1), 1.5), (date(2026, 3, 1), 2.5),
        ]  # fmt: skip

    def test_day_or_month_first_is_asked_and_not_guessed(self):
        text = "start,end,value\n01/02/2026,05/02/2026,1\n"
        assert self.read(text).asks_order
        [draft] = self.read(text, month_first=False).drafts
        assert draft.start == date(2026, 2, 1)

    def test_every_bad_row_is_told_with_its_number(self):
        read = self.read("period,value\n2026-01,3\n2026-13,3\n2026-02,x\n2026-01,4\n2026-03,\n")
        assert [(row.number, row.problem[:22]) for row in read.rows] == [
            (2, ""),
            (3, "“2026-13” is no period"),
            (4, "value: “x” is not a nu"),
            (5, "Row 2 has this period "),
            (6, "value: Give the value "),
        ]

    @pytest.mark.parametrize("text", ["", "value\n3\n", "period,value\n"])
    def test_a_table_without_periods_or_rows_is_refused(self, text):
        assert self.read(text).problem


pytestmark = pytest.mark.django_db


def page(name: str, metric: OutcomeMetric, *more: int) -> str:
    return reverse(f"feedback:{name}", args=[metric.workspace.slug, metric.pk, *more])


@pytest.fixture
def metric():
    step = make_step(make_stage(make_journey(title="Trip", slug="trip")), title="Check-in")
    make_lane(step.stage.journey, kind=LaneKind.METRICS)
    return make_outcome_metric(
        step.stage.journey.workspace, name="Logo churn", kind=OutcomeKind.CHURN, unit="%",
        direction="lower", target=2, step=step,
    )  # fmt: skip


@pytest.fixture
def editor(client, metric):
    client.force_login(make_member(metric.workspace))
    return client


POINT = {"start": "2026-03-01", "end": "2026-03-31", "note": "",
         "in-customers_at_start": "200", "in-customers_lost": "4"}  # fmt: skip


class TestPages:
    def test_an_editor_makes_a_metric_with_what_is_usual_for_its_kind(self, editor, metric):
        stage = metric.step.stage
        response = editor.post(
            reverse("feedback:outcome_create", args=[metric.workspace.slug]),
            {"name": "NRR", "kind": "nrr", "unit": "", "place": f"stage-{stage.pk}",
             "direction": "", "timing": "", "target": "110 %", "source": "Billing"},
        )  # fmt: skip
        made = OutcomeMetric.objects.get(name="NRR")
        assert response["Location"] == made.get_absolute_url()
        assert (made.unit, made.direction, made.timing) == ("%", "higher", "lagging")
        assert (made.stage, made.home, made.target) == (stage, stage.journey, 110)

    def test_a_name_that_is_taken_and_a_kind_with_points_are_kept_from_changing(
        self, editor, metric
    ):
        make_outcome_point(metric)
        make_outcome_metric(metric.workspace, name="Taken")
        address = page("outcome_edit", metric)
        sent = {"name": "Taken", "kind": "own", "unit": "%", "direction": "lower",
                "timing": "lagging"}  # fmt: skip
        response = editor.post(address, sent)
        assert response.status_code == 422
        assert "a metric of this name already" in response.content.decode()
        assert editor.post(address, sent | {"name": "Churn"}).status_code == 302
        metric.refresh_from_db()
        assert (metric.name, metric.kind, metric.home) == ("Churn", "churn", None)

    def test_a_point_is_computed_kept_with_its_inputs_and_raises_the_map(self, editor, metric):
        before = metric.home.revision
        assert editor.post(page("outcome_point_create", metric), POINT).status_code == 302
        point = metric.points.get()
        assert (point.value, point.n) == (2, 200)
        assert point.inputs == {"customers_at_start": 200, "customers_lost": 4}
        metric.home.refresh_from_db()
        assert metric.home.revision == before + 1
        text = editor.get(metric.get_absolute_url()).content.decode()
        assert "100 × customers lost ÷ customers at the start" in text
        assert "Customers at the start 200 · Of those, lost 4" in text

    def test_the_form_begins_with_the_period_that_is_due(self, editor, metric):
        make_outcome_point(metric)
        form = editor.get(page("outcome_point_create", metric)).context["form"]
        assert form["start"].value() == date(2026, 4, 1)
        assert form["end"].value() == date(2026, 4, 30)

    def test_a_correction_keeps_what_was_said(self, editor, metric):
        editor.post(page("outcome_point_create", metric), POINT)
        point = metric.points.get()
        address = page("outcome_point_edit", metric, point.pk)
        assert editor.get(address).context["form"]["in-customers_lost"].value() == "4"
        editor.post(address, POINT | {"in-customers_lost": "6", "note": "Late contracts"})
        assert metric.points.get().value == 3
        correction = metric.corrections.get()
        assert (correction.before["value"], correction.after["value"]) == (2, 3)
        assert correction.by is not None
        assert "Late contracts" in editor.get(metric.get_absolute_url()).content.decode()

    def test_a_point_may_move_to_a_free_period_only(self, editor, metric):
        editor.post(page("outcome_point_create", metric), POINT)
        april = POINT | {"start": "2026-04-01", "end": "2026-04-30"}
        editor.post(page("outcome_point_create", metric), april)
        first = metric.points.order_by("start").first()
        address = page("outcome_point_edit", metric, first.pk)
        assert editor.post(address, april).status_code == 422
        assert editor.post(address, POINT | {"end": "2026-03-30"}).status_code == 302
        assert sorted(metric.points.values_list("end", flat=True)) == [
            date(2026, 3, 30), date(2026, 4, 30),
        ]  # fmt: skip

    def test_deleting_keeps_what_was_said(self, editor, metric):
        point = make_outcome_point(metric)
        editor.post(page("outcome_point_delete", metric, point.pk))
        assert not metric.points.exists()
        assert metric.corrections.get().after == {}
        assert "was deleted; it said" in editor.get(metric.get_absolute_url()).content.decode()

    def test_a_table_is_kept_whole_or_not_at_all(self, editor, metric):
        address = page("outcome_point_table", metric)
        good = "period,customers_at_start,customers_lost\n2026-01,100,2\n2026-02,99,1\n"
        refused = editor.post(address, {"pasted": good + "2026-03,90,91\n"})
        assert refused.status_code == 422
        assert "Nothing was written" in refused.content.decode()
        assert not metric.points.exists()
        assert editor.post(address, {"pasted": good}).status_code == 302
        file = SimpleUploadedFile("points.csv", good.replace("99,1", "99,3").encode())
        response = editor.post(address, {"file": file}, follow=True)
        assert "2 points: 1 corrected, 1 as they were." in response.content.decode()
        assert metric.points.count() == 2
        assert OutcomeCorrection.objects.count() == 1

    def test_archived_metrics_leave_the_list_and_come_back(self, editor, metric):
        listing = reverse("feedback:outcome_list", args=[metric.workspace.slug])
        editor.post(page("outcome_archive", metric))
        assert [line.metric for line in editor.get(listing).context["lines"]] == []
        archived = editor.get(f"{listing}?archived=1").context["lines"]
        assert [line.metric for line in archived] == [metric]
        editor.post(page("outcome_archive", metric), {"restore": ""})
        assert [line.metric for line in editor.get(listing).context["lines"]] == [metric]

    def test_the_list_takes_the_same_queries_for_one_and_ten(self, editor, metric):
        listing = reverse("feedback:outcome_list", args=[metric.workspace.slug])
        counts = []
        for more in (0, 9):
            for _ in range(more):
                make_outcome_point(make_outcome_metric(metric.workspace, journey=metric.home))
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert editor.get(listing).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_an_empty_list_says_what_it_is_for(self, client):
        workspace = make_workspace()
        client.force_login(make_member(workspace))
        text = client.get(reverse("feedback:outcome_list", args=[workspace.slug])).content.decode()
        assert "No outcome metrics yet" in text
        assert "Add the first metric" in text

    def test_the_series_comes_as_csv(self, editor, metric):
        make_outcome_point(metric, n=80)
        response = editor.get(f"{metric.get_absolute_url()}?csv=outcome-{metric.pk}")
        lines = response.content.decode("utf-8-sig").splitlines()
        assert lines[0] == "Period,Start,End,Value,Low,High,n"
        assert lines[1].startswith("Mar 2026,2026-03-01,2026-03-31,2.5,")


class TestAccess:
    CHANGING = ("outcome_edit", "outcome_point_create", "outcome_point_table")

    def test_strangers_find_nothing(self, client, metric):
        client.force_login(make_user())
        point = make_outcome_point(metric)
        for name in ("outcome_detail", *self.CHANGING):
            assert client.get(page(name, metric)).status_code == 404
        for name, more in (
            ("outcome_archive", ()),
            ("outcome_point_delete", (point.pk,)),
            ("outcome_point_edit", (point.pk,)),
        ):
            assert client.post(page(name, metric, *more)).status_code == 404
        for name in ("outcome_list", "outcome_create"):
            assert (
                client.get(reverse(f"feedback:{name}", args=[metric.workspace.slug])).status_code
                == 404
            )

    def test_viewers_look_and_change_nothing(self, client, metric):
        client.force_login(make_member(metric.workspace, Role.VIEWER))
        point = make_outcome_point(metric)
        text = client.get(metric.get_absolute_url()).content.decode()
        assert "Add a point" not in text
        for name in self.CHANGING:
            assert client.post(page(name, metric)).status_code == 403
        for name, more in (("outcome_archive", ()), ("outcome_point_delete", (point.pk,))):
            assert client.post(page(name, metric, *more)).status_code == 403
        assert metric.points.count() == 1

    def test_a_point_of_another_metric_is_not_found(self, editor, metric):
        other = make_outcome_point(make_outcome_metric(metric.workspace))
        assert editor.post(page("outcome_point_delete", metric, other.pk)).status_code == 404

    def test_get_changes_nothing(self, editor, metric):
        point = make_outcome_point(metric)
        for name, more in (("outcome_archive", ()), ("outcome_point_delete", (point.pk,))):
            assert editor.get(page(name, metric, *more)).status_code == 405


def test_a_metric_stands_in_one_place_only(metric):
    metric.journey = metric.home
    with pytest.raises(IntegrityError), transaction.atomic():
        metric.save()


def test_a_step_off_the_map_keeps_its_metric_and_the_page_says_so(editor, metric):
    step = metric.step
    step.removed_at = "2026-03-01T00:00:00Z"
    step.save()
    text = editor.get(metric.get_absolute_url()).content.decode()
    assert "“Check-in”, which was taken off the map of Trip" in text
    step.stage.journey.delete()
    metric.refresh_from_db()
    assert metric.home is None
