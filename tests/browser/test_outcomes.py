"""Outcome metrics by keyboard: a metric, a point, its place on the map and in the chart."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from feedback.models import OutcomeMetric
from journeys.models import LaneKind
from tests.browser.conftest import PHONE
from tests.factories import (
    make_journey,
    make_lane,
    make_member,
    make_outcome_metric,
    make_outcome_point,
    make_stage,
    make_step,
)


@pytest.fixture
def step(transactional_db):
    journey = make_journey(title="Trip", slug="trip")
    make_lane(journey, kind=LaneKind.METRICS)
    return make_step(make_stage(journey), title="Check-in")


def test_a_metric_and_a_point_by_keyboard_come_to_the_map_and_the_chart(
    step, open_page, axe_violations
):
    journey = step.stage.journey
    user = make_member(journey.workspace)
    page = open_page(reverse("feedback:outcome_list", args=[journey.workspace.slug]), user=user)
    assert axe_violations(page) == []
    page.get_by_role("link", name="Add the first metric").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Name").focus()
    page.keyboard.type("Logo churn")
    page.keyboard.press("Tab")
    page.keyboard.type("Customer churn")
    page.get_by_label("Stands on").select_option(f"step-{step.pk}")
    page.get_by_label("Target").focus()
    page.keyboard.type("2 %")
    assert axe_violations(page, both_schemes=True) == []
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Add its first point")
    metric = OutcomeMetric.objects.get()
    assert (metric.kind, metric.unit, metric.direction) == ("churn", "%", "lower")

    page.get_by_role("link", name="Add a point").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Customers at the start").focus()
    page.keyboard.type("200")
    page.keyboard.press("Tab")
    page.keyboard.type("5")
    assert axe_violations(page) == []
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("2.5")
    chart = page.get_by_role("application", name="Logo churn")
    chart.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-chart-said]")).to_contain_text("2.5")
    assert axe_violations(page, both_schemes=True) == []
    page.get_by_role("link", name="Trip › Check-in").focus()
    page.keyboard.press("Enter")
    figure = page.locator(".lane-metrics .outcome")
    expect(figure).to_contain_text("Logo churn 2.5")
    assert axe_violations(page, both_schemes=True) == []
    figure.get_by_role("link").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Logo churn", level=1)).to_be_visible()


def test_a_table_without_scripts_on_a_phone_in_the_dark(step, open_page, axe_violations):
    workspace = step.stage.journey.workspace
    metric = make_outcome_metric(workspace, name="Sites", unit="sites", source="Billing")
    make_outcome_point(metric, start=date(2025, 12, 1), end=date(2025, 12, 31))
    user = make_member(workspace)
    address = reverse("feedback:outcome_point_table", args=[workspace.slug, metric.pk])
    page = open_page(
        address,
        user=user,
        viewport=PHONE,
        java_script_enabled=False,
        color_scheme="dark",
        errors_expected=True,
    )
    page.get_by_label("Paste the table").fill("period,value\n2026-01,3\n2026-02,many\n")
    page.get_by_role("button", name="Keep all rows").click()
    expect(page.get_by_text("“many” is not a number")).to_be_visible()
    page.get_by_label("Paste the table").fill("period,value\n2026-01,3\n2026-02,4\n")
    page.get_by_role("button", name="Keep all rows").click()
    expect(page.get_by_text("2 points: 2 new.")).to_be_visible()
    for path in (metric.get_absolute_url(), f"/w/{workspace.slug}/outcomes/", address):
        page = open_page(path, user=user, viewport=PHONE, color_scheme="dark")
        assert axe_violations(page) == []
        assert page.evaluate("document.querySelector('main').scrollWidth") <= PHONE[0]
