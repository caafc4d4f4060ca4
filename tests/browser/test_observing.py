"""Writing down what a customer said, by mouse, by keyboard and without scripts."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from feedback.models import FeedbackRecord, FrictionInput
from journeys.models import LaneKind
from tests.browser.conftest import PHONE, sign_in
from tests.factories import (
    make_journey,
    make_lane,
    make_member,
    make_record,
    make_stage,
    make_step,
    make_theme,
    make_touchpoint,
)


@pytest.fixture
def touchpoint(transactional_db):
    journey = make_journey(title="Trip", slug="trip")
    for kind in (LaneKind.TOUCHPOINTS, LaneKind.FEEDBACK):
        make_lane(journey, kind=kind)
    found = make_touchpoint(make_step(make_stage(journey)), title="Gate")
    for _ in range(8):
        make_record(found, comment="The sign was wrong.", occurred_at=timezone.now())
    theme = make_theme(journey.workspace, name="Signs", keywords="sign*")
    theme.feedback_records.set(found.feedback_records.all())
    return found


@pytest.fixture
def open_map(touchpoint, open_page):
    journey = touchpoint.step.stage.journey
    user = make_member(journey.workspace)

    def open_map(**options):
        return open_page(journey.get_absolute_url(), user=user, **options)

    return open_map


def test_a_note_by_mouse_lands_in_the_panel(open_map, axe_violations):
    page = open_map()
    page.locator(".tp-home").hover()
    page.get_by_role("link", name="Note on Gate").click()
    panel = page.get_by_role("complementary", name="Evidence")
    expect(panel.get_by_role("heading", name="A customer just told me …")).to_be_focused()
    assert axe_violations(page) == []
    panel.get_by_role("button", name="Keep it").click()
    expect(panel.get_by_role("alert")).to_contain_text("Nothing was kept yet")
    panel.get_by_label("What did the customer say or do?").fill("Nobody knew the new sign.")
    panel.get_by_label("A score").select_option("csat:1")
    panel.get_by_role("button", name="Keep it").click()
    expect(panel.get_by_role("status")).to_contain_text("Kept under “Frontline notes”.")
    expect(panel.get_by_text("Nobody knew the new sign.")).to_be_visible()
    expect(panel.get_by_text("n 9", exact=False).first).to_be_visible()
    panel.get_by_role("link", name=re.compile("Signs 9")).click()
    expect(panel.get_by_text("Those who speak about “Signs”.")).to_be_visible()
    assert axe_violations(page) == []
    assert FeedbackRecord.objects.filter(comment="Nobody knew the new sign.").count() == 1


def test_half_a_note_waits_until_it_is_kept_or_cancelled(open_map):
    page = open_map()
    panel = page.get_by_role("complementary", name="Evidence")
    text = panel.get_by_label("What did the customer say or do?")

    def begin():
        page.keyboard.press("Escape")
        expect(panel).to_be_hidden()
        page.locator(".tp-home").hover()
        page.get_by_role("link", name="Note on Gate").click()
        expect(panel.get_by_role("heading", name="A customer just told me …")).to_be_focused()

    begin()
    text.fill("Nobody knew the")
    begin()
    expect(text).to_have_value("Nobody knew the")
    panel.get_by_role("link", name="Cancel").click()
    expect(text).to_have_count(0)
    begin()
    expect(text).to_have_value("")
    text.fill("Nobody knew the new sign.")
    panel.get_by_role("button", name="Keep it").click()
    expect(panel.get_by_role("status")).to_contain_text("Kept under")
    begin()
    expect(text).to_have_value("")


def test_half_a_note_waits_for_nobody_else(open_map, touchpoint, live_server):
    page = open_map()
    note = page.get_by_role("link", name="Note on Gate")
    text = page.get_by_label("What did the customer say or do?")
    page.locator(".tp-home").hover()
    note.click()
    text.fill("Nobody knew the")
    page.reload()
    page.locator(".tp-home").hover()
    note.click()
    expect(text).to_have_value("Nobody knew the")
    sign_in(page.context, make_member(touchpoint.step.stage.journey.workspace), live_server.url)
    page.reload()
    page.locator(".tp-home").hover()
    note.click()
    expect(text).to_have_value("")


def test_a_day_by_keyboard_asks_before_it_changes_a_total(open_map, touchpoint, axe_violations):
    page = open_map()
    page.locator("tr.lane-touchpoints a.tp").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Note on Gate")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Evidence")
    for hits, base in (("6", "40"), ("3", "10")):
        panel.get_by_role("link", name="Count a day").focus()
        page.keyboard.press("Enter")
        panel.get_by_label("How many customers").focus()
        page.keyboard.type(hits)
        page.keyboard.press("Tab")
        page.keyboard.type(base)
        page.keyboard.press("Enter")
        expect(panel.get_by_role("status").or_(panel.get_by_role("alert"))).to_be_visible()
    expect(panel.get_by_text("6 of 40 are counted on")).to_be_visible()
    assert axe_violations(page) == []
    panel.get_by_label("Add to it").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(panel.get_by_role("status")).to_contain_text("Counted: 9 of 50")
    total = FrictionInput.objects.get()
    assert (total.hits, total.base) == (9, 50)
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_a_note_without_scripts_in_the_dark_on_a_phone(open_page, touchpoint, axe_violations):
    workspace = touchpoint.step.stage.journey.workspace
    address = f"/w/{workspace.slug}/touchpoints/{touchpoint.pk}/notes/new/"
    user = make_member(workspace)
    page = open_page(address, user=user, viewport=PHONE, color_scheme="dark")
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    page = open_page(address, user=user, viewport=PHONE, java_script_enabled=False)
    page.get_by_label("What did the customer say or do?").fill("The sign, again.")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("Kept under “Frontline notes”.")).to_be_visible()
    expect(page.get_by_text("The sign, again.")).to_be_visible()
