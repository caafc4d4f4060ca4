"""From a pain point to a fix that worked: by mouse, by keyboard alone, and without scripts."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from feedback.models import Action, FeedbackRecord, Opportunity
from journeys.models import LaneKind, Role
from tests.browser.conftest import PHONE, WIDE
from tests.factories import (
    make_card,
    make_criterion,
    make_lane,
    make_member,
    make_opportunity,
    make_source,
    make_stage,
    make_step,
    make_touchpoint,
    make_trip,
)


@pytest.fixture
def trip(transactional_db):
    """A map with a pain point, at a touchpoint that got better twenty days ago."""
    journey = make_trip()
    step = make_step(make_stage(journey))
    pain = make_card(make_lane(journey, kind=LaneKind.PAIN_POINTS), step, text="Nobody calls back")
    touchpoint, source = make_touchpoint(step, title="Call centre"), make_source(journey.workspace)
    today = timezone.now().date()
    for ago, good in ((30, 30), (10, 70)):
        moment = datetime.combine(today - timedelta(days=ago), time(12), UTC)
        FeedbackRecord.objects.bulk_create(
            FeedbackRecord(
                touchpoint=touchpoint,
                source=source,
                metric="csat",
                score=5 if number < good else 1,
                occurred_at=moment,
            )
            for number in range(100)
        )
    return journey, pain


def shipping_day():
    return (timezone.now().date() - timedelta(days=20)).isoformat()


def expect_outcome(page):
    outcome = page.locator("#outcome")
    expect(outcome).to_contain_text("Call centre: CSAT +40 pt, clearly better.")
    expect(outcome.get_by_role("row", name=re.compile("Call centre CSAT"))).to_contain_text(
        "From 30"
    )
    assert Opportunity.objects.get().state == "shipped"


def test_from_a_pain_point_to_before_and_after_by_mouse(trip, open_page):
    journey, pain = trip
    page = open_page(journey.get_absolute_url(), user=make_member(journey.workspace))
    page.get_by_role("link", name=pain.text).click()
    page.get_by_role("link", name="Make an opportunity of it").click()
    expect(page.get_by_label("Title")).to_have_value("Nobody calls back")
    expect(page.get_by_role("checkbox", name="Call centre")).to_be_checked()
    page.get_by_label("Impact").select_option("4 of 5")
    page.get_by_role("button", name="Make the opportunity").click()
    expect(page.locator("#evidence")).to_contain_text("Nobody calls back")
    page.locator("#actions").get_by_label("Title").fill("Call everybody back within a day")
    page.get_by_role("button", name="Add action").click()
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".opp-state").first).to_have_text("In progress")
    page.get_by_label("Call everybody back within a day: shipped on").fill(shipping_day())
    page.get_by_role("button", name="Shipped").click()
    expect_outcome(page)
    expect(page.locator("#chart-before-after-csat .main-svg").first).to_be_visible(timeout=30_000)


def test_from_a_pain_point_to_before_and_after_by_keyboard(trip, open_page):
    journey, pain = trip
    page = open_page(journey.get_absolute_url(), user=make_member(journey.workspace))

    def press_on(role, name, key="Enter", within=page):
        within.get_by_role(role, name=name).focus()
        page.keyboard.press(key)

    press_on("link", pain.text)
    press_on("link", "Make an opportunity of it")
    press_on("button", "Make the opportunity")
    page.locator("#actions").get_by_label("Title").focus()
    page.keyboard.type("Call everybody back")
    page.keyboard.press("Enter")
    expect(page.locator("#actions li")).to_contain_text("Call everybody back")
    page.locator("#state").focus()
    page.keyboard.type("Shipped")
    page.locator("#shipped_on").focus()
    year, month, day = shipping_day().split("-")
    page.keyboard.type(f"{month}{day}{year}")
    press_on("button", "Save state")
    expect_outcome(page)


def test_without_scripts_everything_has_its_form(trip, open_page):
    journey, _ = trip
    workspace = journey.workspace
    opportunity = make_opportunity(workspace, title="Call back", impact=2, effort=2)
    base = f"/w/{workspace.slug}/opportunities/"
    page = open_page(f"{base}board/", user=make_member(workspace), java_script_enabled=False)
    page.get_by_label("Move Call back").click()
    page.get_by_role("button", name="Planned").click()
    expect(page.locator("[data-column=planned]")).to_contain_text("Call back")
    page.goto(f"{base}matrix/")
    page.get_by_label("Impact of Call back").select_option("5")
    page.get_by_role("button", name="Set Call back").click()
    expect(page.get_by_label("Impact of Call back")).to_have_value("5")
    opportunity.refresh_from_db()
    assert (opportunity.state, opportunity.impact) == ("planned", 5)


def test_a_card_moves_on_the_board_by_mouse_and_by_keyboard(trip, open_page):
    journey, _ = trip
    opportunity = make_opportunity(journey.workspace, title="Call back")
    page = open_page(
        f"/w/{journey.workspace.slug}/opportunities/board/", user=make_member(journey.workspace)
    )
    card = page.locator("[data-card] .board-facts").last.bounding_box()
    goal = page.locator("[data-column=in_progress]").bounding_box()
    page.mouse.move(card["x"] + 5, card["y"] + 5)
    page.mouse.down()
    page.mouse.move(card["x"] + 40, card["y"] + 5, steps=4)
    page.mouse.move(goal["x"] + 60, goal["y"] + 80, steps=8)
    page.mouse.up()
    expect(page.locator("[data-board-said]")).to_have_text("Call back: moved to In progress.")
    expect(page.locator("[data-column=in_progress] .board-title")).to_be_focused()
    page.keyboard.press("Alt+ArrowLeft")
    expect(page.locator("[data-board-said]")).to_have_text("Call back: moved to Planned.")
    opportunity.refresh_from_db()
    assert opportunity.state == "planned"


def test_a_bubble_moves_by_mouse_and_by_keyboard(trip, open_page):
    journey, _ = trip
    opportunity = make_opportunity(journey.workspace, title="Call back", impact=3, effort=3)
    page = open_page(
        f"/w/{journey.workspace.slug}/opportunities/matrix/", user=make_member(journey.workspace)
    )
    said = page.locator("[data-matrix-said]")
    picture = page.locator(".matrix-ground").bounding_box()
    step = picture["width"] / 5
    x, y = picture["x"] + 2.5 * step, picture["y"] + 2.5 * step
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - step, y - step, steps=5)
    page.mouse.move(x - 2 * step, y - 2 * step, steps=5)
    page.mouse.up()
    expect(said).to_have_text("Call back: impact 5 of 5, effort 1 of 5.")
    expect(page.locator(".bubble")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(said).to_have_text("Call back: impact 4 of 5, effort 1 of 5.")
    page.keyboard.press("ArrowRight")
    expect(said).to_have_text("Call back: impact 4 of 5, effort 2 of 5.")
    opportunity.refresh_from_db()
    assert (opportunity.impact, opportunity.effort) == (4, 2)


def test_escape_puts_back_what_is_dragged_and_letting_go_opens_nothing(trip, open_page):
    journey, _ = trip
    opportunity = make_opportunity(journey.workspace, title="Call back", impact=3, effort=3)
    base = f"/w/{journey.workspace.slug}/opportunities/"
    page = open_page(f"{base}board/", user=make_member(journey.workspace))
    for view, held in (("board", ".board-title"), ("matrix", ".bubble")):
        page.goto(f"{base}{view}/")
        page.evaluate("addEventListener('click', (it) => (opens = !it.defaultPrevented))")
        before = page.locator(held).bounding_box()
        x, y = before["x"] + before["width"] / 2, before["y"] + before["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 300, y - 60, steps=5)
        expect(page.locator(".held")).to_have_count(1)
        page.keyboard.press("Escape")
        expect(page.locator(".held")).to_have_count(0)
        assert page.locator(held).bounding_box() == before
        page.mouse.move(x, y, steps=5)
        page.mouse.up()
        assert not page.evaluate("window.opens")
        expect(page).to_have_url(re.compile(f"/{view}/$"))
    opportunity.refresh_from_db()
    assert (opportunity.state, opportunity.impact, opportunity.effort) == ("found", 3, 3)


def test_a_double_click_makes_one_opportunity(trip, open_page):
    journey, _ = trip
    path = f"/w/{journey.workspace.slug}/opportunities/new/"
    page = open_page(path, user=make_member(journey.workspace))
    page.locator("[name=title]").fill("Call back")
    far = {"offline": False, "latency": 300, "downloadThroughput": -1, "uploadThroughput": -1}
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", far)
    page.get_by_role("button", name="Make the opportunity").click(click_count=2)
    expect(page.get_by_role("heading", name="Call back")).to_be_visible()
    assert Opportunity.objects.count() == 1


def test_who_filters_by_keyboard_goes_on_from_there(trip, open_page):
    journey, _ = trip
    make_opportunity(journey.workspace, title="Call back")
    path = f"/w/{journey.workspace.slug}/opportunities/"
    page = open_page(path, user=make_member(journey.workspace))
    state = page.get_by_role("combobox", name="State")
    state.focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_url(re.compile("state=open"))
    expect(state).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.wait_for_url(re.compile("state=found"))
    page.go_back()
    expect(state).to_have_value("open")
    expect(page.get_by_role("link", name="Call back")).to_be_visible()


@pytest.mark.parametrize("viewport", [PHONE, WIDE], ids=["phone", "wide"])
def test_the_pages_are_accessible_and_fit(trip, open_page, axe_violations, viewport):
    journey, _ = trip
    workspace = journey.workspace
    make_criterion(workspace, name="Reach")
    make_opportunity(workspace, title="Bare")
    opportunity = make_opportunity(
        workspace,
        title="Call back",
        impact=3,
        effort=3,
        journey=journey,
        state="shipped",
        shipped_on=shipping_day(),
        touchpoints=journey.stages.last().steps.get().touchpoints.all(),
    )
    opportunity.evidence.create(kind="note", says="Said by many", n=20)
    opportunity.solutions.create(title="A desk")
    Action.objects.create(opportunity=opportunity, title="Hire")
    base = f"/w/{workspace.slug}/opportunities/"
    page = open_page(base, user=make_member(workspace, Role.ADMIN), viewport=viewport)
    one = f"{opportunity.pk}/"
    for path in ("", "board/", "matrix/?state=", "new/", "criteria/", one, f"{one}edit/"):
        page.goto(base + path)
        assert axe_violations(page, both_schemes=viewport == WIDE) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport[0], path
