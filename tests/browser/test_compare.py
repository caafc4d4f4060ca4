"""Compare, in a real browser: by keyboard alone, in the dark, on a phone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feedback.models import FeedbackRecord
from journeys.models import Role
from tests.browser.conftest import PHONE
from tests.factories import (
    make_journey,
    make_member,
    make_segment,
    make_source,
    make_stage,
    make_step,
    make_touchpoint,
    make_workspace,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def journey():
    workspace = make_workspace(name="Northwind", slug="northwind")
    journey = make_journey(workspace, title="Business trip", slug="trip")
    touchpoint = make_touchpoint(make_step(make_stage(journey)), title="Gate <b>A</b>", team=None)
    source, now = make_source(workspace), timezone.now()
    gold, blue = make_segment(workspace, name="Gold"), make_segment(workspace, name="Blue")
    FeedbackRecord.objects.bulk_create(
        FeedbackRecord(
            source=source, touchpoint=touchpoint, metric=metric, score=score, segment=segment,
            occurred_at=now - timedelta(days=days_ago),
        )
        for days_ago, scores in ((120, [1] * 20 + [5] * 10), (5, [1] * 8 + [5] * 40))
        for metric in ("csat", "ces")
        for place, score in enumerate(scores)
        for segment in [gold if place % 3 else blue]
    )  # fmt: skip
    return journey


@pytest.fixture
def viewer(journey):
    return make_member(journey.workspace, Role.VIEWER)


def address(journey) -> str:
    return f"/w/northwind/journeys/{journey.slug}/compare/"


def test_a_comparison_by_keyboard_alone(open_page, journey, viewer):
    page = open_page(address(journey), user=viewer)
    page.get_by_text("differ clearly").wait_for()
    page.locator("#id_a-of").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "a-period"
    page.keyboard.press("End")
    assert page.locator("#id_a-period").input_value() == "own"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "a-since"
    page.locator("#id_a-period").focus()
    page.keyboard.type("Last 90")
    assert page.locator("#id_a-since").is_hidden()
    for key, wanted in (("a-who", "Blue"), ("b-who", "Gold")):
        page.locator(f"#id_{key}").focus()
        page.keyboard.type(wanted)
    with page.expect_navigation():
        page.locator(".compare-form button").press("Enter")
    assert "a-who=segment%3ABlue" in page.url
    assert "Blue" in page.locator(".compare-what").inner_text()
    plot = page.locator("[data-chart-plot]").first
    plot.wait_for()
    assert "Gate <b>A</b>" in plot.text_content()
    plot.focus()
    page.keyboard.press("ArrowRight")
    assert "Gate" in page.locator("[data-chart-said]").first.inner_text()


def test_it_breaks_no_rule_of_access(open_page, axe_violations, journey, viewer):
    page = open_page(address(journey), user=viewer)
    page.locator("[data-chart-plot] .main-svg").first.wait_for()
    assert axe_violations(page, both_schemes=True) == []


def test_on_a_phone_nothing_is_wider_than_the_screen(open_page, axe_violations, journey, viewer):
    page = open_page(f"{address(journey)}?a-period=30d", user=viewer, viewport=PHONE)
    page.get_by_text("The same answers on both sides").wait_for()
    page.goto(address(journey))
    page.locator("[data-chart-plot] .main-svg").first.wait_for()
    assert page.evaluate("document.querySelector('main').scrollWidth") <= PHONE[0]
    assert axe_violations(page) == []


def test_without_javascript_the_days_are_there(open_page, journey, viewer):
    page = open_page(address(journey), user=viewer, java_script_enabled=False)
    assert page.locator("#id_a-since").is_visible()
    page.locator("#id_a-who").select_option("segment:Gold")
    page.get_by_role("button", name="Compare").click()
    assert "Gold" in page.locator(".compare-what").inner_text()
