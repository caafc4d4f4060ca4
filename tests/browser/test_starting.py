"""Starting a journey by mouse and by keyboard, saved views, and presenting by keys."""

import re

import pytest
from playwright.sync_api import expect

from journeys.models import Journey, LaneKind, SavedView, Stage
from tests.browser.conftest import PHONE, Finger, in_each_look
from tests.factories import (
    make_card,
    make_journey,
    make_lane,
    make_member,
    make_persona,
    make_stage,
    make_step,
    make_touchpoint,
    make_workspace,
)

LIST = "Before:\nBook\nPay\nAt the airport:\nCheck in"


@pytest.fixture
def journey(transactional_db):
    workspace = make_workspace(name="Northwind", slug="air")
    found = make_journey(workspace, title="Trip", slug="trip", goal="Arrive rested")
    found.personas.add(make_persona(workspace, name="Maya", quote="Just get me there."))
    doing, pains = (make_lane(found, kind=kind) for kind in (LaneKind.DOING, LaneKind.PAIN_POINTS))
    make_lane(found, kind=LaneKind.TOUCHPOINTS)
    for title in ("Book", "Fly", "Arrive"):
        step = make_step(make_stage(found, title=title), title=f"{title} it")
        make_card(doing, step, text=f"Does {title}")
        make_card(pains, step, text=f"Suffers {title}", severity=3)
        make_touchpoint(step, title=f"Desk {title}")
    return found


@pytest.fixture
def editor(journey):
    return make_member(journey.workspace)


def test_a_template_by_mouse(open_page, journey, editor):
    page = open_page("/w/air/journeys/", user=editor)
    page.get_by_role("link", name="New journey").click()
    page.get_by_label("Title").fill("Help for Maya")
    page.get_by_label("Maya").check()
    page.locator("label", has_text="From the moment something fails").click()
    expect(page.get_by_role("radio", name="Support case")).to_be_checked()
    page.get_by_role("button", name="Create the journey").click()
    expect(page).to_have_url(re.compile("/w/air/journeys/help-for-maya/$"))
    expect(page.get_by_role("columnheader", name="Notice")).to_be_visible()
    expect(page.get_by_text("“Help for Maya” is ready")).to_be_visible()


def test_a_pasted_list_by_keyboard(open_page, journey, editor):
    page = open_page("/w/air/journeys/new/", user=editor)
    page.get_by_label("Title").focus()
    page.keyboard.type("Flight")
    page.get_by_role("radio", name="Blank").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="A list of steps")).to_be_checked()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Steps, one on each line")).to_be_focused()
    page.keyboard.insert_text(LIST)
    expect(page.get_by_text("2 stages, 3 steps")).to_be_visible()
    page.get_by_label("Title").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/w/air/journeys/flight/$"))
    made = Journey.objects.get(slug="flight")
    assert list(Stage.objects.filter(journey=made).values_list("title", flat=True)) == [
        "Before", "At the airport",
    ]  # fmt: skip


def test_a_view_is_saved_as_it_stands_now(open_page, journey, editor):
    page = open_page(journey.get_absolute_url(), user=editor)
    page.get_by_label("Period").select_option("365d")
    expect(page).to_have_url(re.compile("period=365d"))
    page.locator(".view-bar summary", has_text="Views").click()
    page.get_by_label("Save what you see as").fill("The whole year")
    page.keyboard.press("Enter")
    expect(page.get_by_text("“The whole year” is saved")).to_be_visible()
    assert SavedView.objects.get().query == "period=365d"
    page.goto(journey.get_absolute_url())
    page.locator(".view-bar summary", has_text="Views").click()
    page.get_by_role("link", name="The whole year").click()
    expect(page.get_by_label("Period")).to_have_value("365d")


def test_the_link_of_a_view_is_copied(open_page, journey, editor):
    page = open_page(
        f"{journey.get_absolute_url()}?zoom=70",
        user=editor,
        permissions=["clipboard-read", "clipboard-write"],
    )
    page.get_by_role("button", name="Copy link to this view").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_presenting_by_keys(open_page, journey, editor):
    page = open_page(f"{journey.get_absolute_url()}?zoom=70", user=editor)
    page.get_by_role("link", name="Present").click()
    progress = page.locator("[data-progress]")
    # The script shows it, and from then on hears keys.
    ready = page.get_by_role("button", name="Full screen")
    expect(ready).to_be_visible()
    for key, number in (
        ("ArrowRight", 2), ("Space", 3), ("PageDown", 4), ("ArrowRight", 5), ("ArrowRight", 5),
        ("ArrowLeft", 4), ("PageUp", 3), ("Shift+Space", 2), ("End", 5), ("Home", 1), ("Space", 2),
    ):  # fmt: skip
        page.keyboard.press(key)
        expect(progress).to_have_text(f"{number} of 5")
    expect(page.get_by_role("heading", name="Book", exact=True)).to_be_focused()
    expect(page.get_by_text("Does Book")).to_be_visible()
    expect(page.get_by_text("Does Fly")).to_be_hidden()
    expect(page).to_have_url(re.compile(r"zoom=70&stage=2|stage=2&zoom=70"))
    page.reload()
    expect(progress).to_have_text("2 of 5")
    expect(ready).to_be_visible()
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"/journeys/trip/\?zoom=70$"))


def test_presenting_by_finger(open_page, journey, editor):
    page = open_page(
        journey.get_absolute_url(), user=editor, viewport=PHONE, has_touch=True, is_mobile=True
    )
    # Of one's own accord, or the browser skips the page before on its way back.
    page.get_by_role("link", name="Present").click()
    expect(page.get_by_role("button", name="Full screen")).to_be_visible()
    progress, finger = page.locator("[data-progress]"), Finger(page)
    left, right = (80, 500), (300, 500)
    for _ in range(2):
        expect(progress).to_have_text("1 of 5")
        finger.swipe(right, left)
        expect(progress).to_have_text("2 of 5")
        finger.swipe(left, right)
    expect(progress).to_have_text("1 of 5")


def test_presenting_without_scripts(open_page, journey, editor):
    page = open_page(
        f"{journey.get_absolute_url()}present/", user=editor, java_script_enabled=False
    )
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("Does Book")).to_be_visible()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("Does Fly")).to_be_visible()
    page.get_by_role("link", name="Back to the map").click()
    expect(page).to_have_url(re.compile(r"/journeys/trip/$"))


def test_starting_without_scripts_shows_the_list_first(open_page, journey, editor):
    page = open_page("/w/air/journeys/new/", user=editor, java_script_enabled=False)
    page.get_by_label("Title").fill("Flight")
    page.get_by_role("radio", name="A list of steps").check()
    page.get_by_label("Steps, one on each line").fill(LIST)
    page.get_by_role("button", name="Create the journey").click()
    expect(page.get_by_text("2 stages, 3 steps")).to_be_visible()
    assert not Journey.objects.filter(slug="flight").exists()
    page.get_by_role("button", name="Create the journey").click()
    expect(page).to_have_url(re.compile("/w/air/journeys/flight/$"))


@in_each_look
def test_no_page_breaks_a_rule(open_page, axe_violations, journey, editor, viewport, scheme):
    SavedView.objects.create(journey=journey, by=editor, title="All", query="")
    trip = journey.get_absolute_url()
    page = open_page(trip, user=editor, viewport=viewport, color_scheme=scheme)
    broken = {}
    for path in (
        "/w/air/journeys/new/?start=paste", f"{trip}duplicate/", f"{trip}template/",
        f"{trip}views/", f"{trip}present/", f"{trip}present/?stage=2", f"{trip}present/?stage=5",
    ):  # fmt: skip
        page.goto(path)
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if found := axe_violations(page) + ["wider than the screen"] * (wider > 0):
            broken[path] = found
    assert broken == {}
