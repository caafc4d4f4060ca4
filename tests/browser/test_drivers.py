"""Key drivers in a real browser: read by keyboard, on a phone, without scripts' help."""

import numpy as np
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from feedback.models import FeedbackRecord, Respondent
from tests.browser.conftest import PHONE
from tests.factories import (
    make_channel,
    make_journey,
    make_member,
    make_source,
    make_stage,
    make_step,
    make_touchpoint,
)


@pytest.fixture
def journey(transactional_db):
    """A journey on which 150 people scored three touchpoints and recommended."""
    journey = make_journey(title="Buy shoes", slug="buy-shoes")
    stage, channel = make_stage(journey), make_channel(journey.workspace)
    points = [
        make_touchpoint(make_step(stage), title=title, channel=channel)
        for title in ("Search", "Checkout", "Delivery", "Recommend us")
    ]
    random = np.random.default_rng(3)
    drivers = random.integers(1, 6, (150, 3))
    overall = np.clip(np.round(drivers @ [1.2, 0.6, 0.2] + random.normal(0, 1, 150)), 0, 10)
    people = Respondent.objects.bulk_create(
        Respondent(workspace=journey.workspace, key=f"{number:064x}") for number in range(150)
    )
    source = make_source(journey.workspace)
    FeedbackRecord.objects.bulk_create(
        FeedbackRecord(
            source=source,
            touchpoint=point,
            metric="nps" if point is points[-1] else "csat",
            score=int(score),
            occurred_at=timezone.now(),
            respondent=person,
        )
        for person, row in zip(people, np.column_stack([drivers, overall]), strict=True)
        for point, score in zip(points, row, strict=True)
    )
    return journey


def test_read_by_keyboard_from_the_map_of_the_journey(journey, open_page, axe_violations):
    user = make_member(journey.workspace)
    page = open_page(journey.get_absolute_url(), user=user)
    page.get_by_role("navigation", name="View").get_by_text("Understand").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Key drivers").last.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/drivers/**")
    found = page.locator("h2#found")
    expect(found).to_have_text("What goes along with Recommend us: NPS")
    plot = page.locator("#chart-map [data-chart-plot]")
    expect(plot.locator(".main-svg").first).to_be_visible()
    plot.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#chart-map [data-chart-said]")).to_contain_text("Search")
    expect(plot.get_by_text("Search", exact=True)).to_be_visible()
    page.locator("select[name=outcome]").select_option(label="Search: CSAT")
    page.get_by_role("button", name="Show").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**outcome=*")
    expect(found).to_have_text("What goes along with Search: CSAT")
    assert axe_violations(page, both_schemes=True) == []


def test_on_a_phone_points_carry_their_numbers(journey, open_page, axe_violations):
    address = f"{journey.get_absolute_url()}drivers/"
    page = open_page(address, user=make_member(journey.workspace), viewport=PHONE)
    plot = page.locator("#chart-map [data-chart-plot]")
    expect(plot.locator(".textpoint").first).to_have_text("1")
    page.set_viewport_size({"width": 390, "height": 600})
    page.wait_for_function(
        "document.querySelector('#chart-map [data-chart-plot]').offsetHeight >= 520"
    )
    assert axe_violations(page) == []


def test_a_refusal_says_what_would_help(journey, open_page, axe_violations):
    FeedbackRecord.objects.update(respondent=None)
    address = f"{journey.get_absolute_url()}drivers/"
    page = open_page(address, user=make_member(journey.workspace))
    expect(page.get_by_role("heading", name="Nobody can be followed")).to_be_visible()
    expect(page.get_by_text("Invite people personally")).to_be_visible()
    assert page.evaluate("typeof Plotly") == "undefined"
    assert axe_violations(page) == []
