"""What people do on the map page, by mouse, by keyboard and on a phone."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from feedback.models import FeedbackRecord
from journeys.models import LaneKind, Role
from tests.browser.conftest import PHONE
from tests.factories import (
    make_card,
    make_journey,
    make_lane,
    make_member,
    make_persona,
    make_segment,
    make_source,
    make_stage,
    make_step,
    make_team,
    make_touchpoint,
    make_workspace,
)

KINDS = (LaneKind.TOUCHPOINTS, LaneKind.DOING, LaneKind.FEELING, LaneKind.FEEDBACK)


@pytest.fixture
def journey(transactional_db):
    workspace = make_workspace(name="Northwind", slug="northwind")
    found = make_journey(workspace, title="Business trip", slug="trip")
    for kind in KINDS:
        make_lane(found, kind=kind)
    found.personas.add(make_persona(workspace, name="Maya", slug="maya"))
    business, source = make_segment(workspace, name="Business"), make_source(workspace)
    team, now = make_team(workspace, name="Ground"), timezone.now() - timedelta(days=1)
    for title in ("Book", "Airport", "On board"):
        stage = make_stage(found, title=title)
        for number in range(6):
            step = make_step(stage, title=f"{title} {number}")
            touchpoint = make_touchpoint(step, title=f"{title} desk {number}", team=team)
            make_card(found.lanes.get(kind="doing"), step, text=f"Does {title} {number}")
            FeedbackRecord.objects.bulk_create(
                FeedbackRecord(
                    source=source, touchpoint=touchpoint, metric="csat", score=score,
                    occurred_at=now, segment=segment,
                )
                for score in (2, 3, 4, 5, 5, 4)
                for segment in (business, None)
            )  # fmt: skip
    return found


@pytest.fixture
def open_map(journey, open_page):
    user = make_member(journey.workspace)

    def open_map(query: str = "", **options):
        return open_page(f"{journey.get_absolute_url()}{query}", user=user, **options)

    return open_map


def test_filters_change_the_map_and_the_address_and_a_reload_shows_the_same(open_map):
    page = open_map()
    answers = page.locator(".kpi", has_text="Answers").locator("strong")
    expect(answers).to_have_text("216")
    page.get_by_label("Segment").select_option("Business")
    expect(answers).to_have_text("108")
    expect(page).to_have_url(re.compile(r"/trip/\?segment=Business$"))
    page.reload()
    expect(answers).to_have_text("108")
    page.get_by_label("Segment").select_option("")
    expect(answers).to_have_text("216")
    page.go_back()
    expect(answers).to_have_text("108")


def test_who_skips_to_the_map_does_not_load_it_again(open_map):
    page = open_map()
    page.evaluate("window.stays = true")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    expect(page).to_have_url(re.compile("#main$"))
    page.wait_for_load_state()
    assert page.evaluate("window.stays")


def test_who_filters_by_keyboard_goes_on_from_there(open_map):
    page = open_map()
    segment = page.get_by_label("Segment")
    segment.focus()
    page.keyboard.press("ArrowDown")
    expect(page).to_have_url(re.compile("segment=Business"))
    expect(segment).to_be_focused()


def test_a_menu_stays_for_who_marks_what_they_wrote_in_it(journey, open_page):
    page = open_page(journey.get_absolute_url(), user=make_member(journey.workspace, Role.EDITOR))
    page.get_by_text("Views", exact=True).click()
    field = page.get_by_label("Save what you see as")
    field.fill("Every quarter")
    box = field.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 500, box["y"] + 12, steps=4)
    page.mouse.up()
    expect(field).to_be_visible()
    page.locator(".facts").click()
    expect(field).to_be_hidden()


def test_a_lane_can_be_hidden_and_shown(open_map):
    page = open_map()
    lane = page.locator("tr.lane-doing")
    expect(lane).to_be_visible()
    page.get_by_text("Lanes", exact=True).click()
    page.get_by_role("link", name=re.compile("^Doing is ")).click()
    expect(lane).to_have_count(0)
    assert "hide=doing" in page.url
    page.get_by_text("Lanes", exact=True).click()
    page.get_by_role("link", name=re.compile("^Doing is ")).click()
    expect(lane).to_be_visible()
    assert "hide" not in page.url


def test_only_the_map_scrolls_sideways_and_never_the_page(open_map):
    page = open_map(viewport=(1000, 700))
    assert page.locator("[data-map-scroll]").evaluate("it => it.scrollWidth > it.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1000


def test_fit_shows_the_whole_width_and_zoom_stays_in_the_address(open_map):
    page = open_map()
    scroll = page.locator("[data-map-scroll]")
    assert scroll.evaluate("it => it.scrollWidth > it.clientWidth")
    page.get_by_role("button", name="Fit").click()
    assert scroll.evaluate("it => it.scrollWidth <= it.clientWidth + 1")
    assert "zoom=" in page.url
    zoomed = page.locator("[data-map]").get_attribute("class")
    page.get_by_text("Lanes", exact=True).click()
    page.get_by_role("link", name=re.compile("^Doing is ")).click()
    expect(page.locator("tr.lane-doing")).to_have_count(0)
    assert page.locator("[data-map]").get_attribute("class") == zoomed
    page.reload()
    assert page.locator("[data-map]").get_attribute("class") == zoomed


def test_stages_and_lane_names_stay_while_the_map_scrolls(open_map):
    page = open_map(viewport=(1000, 420))
    scroll = page.locator("[data-map-scroll]")
    name = page.locator("tr.lane-feedback th")
    before = name.bounding_box()["x"], page.locator("thead").bounding_box()["y"]
    scroll.evaluate("it => it.scrollTo(700, 160)")
    assert scroll.evaluate("it => [it.scrollLeft, it.scrollTop > 0]") == [700, True]
    after = name.bounding_box()["x"], page.locator("thead").bounding_box()["y"]
    assert after == before


def test_a_number_opens_its_evidence_and_escape_returns_to_it(open_map):
    page = open_map()
    number = page.locator("tr.lane-feedback td a").nth(2)
    number.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Evidence")
    expect(panel.get_by_role("heading", name="Book desk 2")).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(number).to_be_focused()


def test_the_page_works_without_scripts(open_map):
    page = open_map("?segment=Business", java_script_enabled=False)
    expect(page.locator(".kpi", has_text="Answers").locator("strong")).to_have_text("108")
    page.get_by_label("Segment").select_option("")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".kpi", has_text="Answers").locator("strong")).to_have_text("216")
    page.locator("tr.lane-feedback td a").first.click()
    expect(page.get_by_role("heading", name="Book desk 0")).to_be_visible()


def test_a_phone_reads_the_journey_as_a_story(open_map):
    page = open_map(viewport=PHONE)
    expect(page.get_by_role("heading", name="Book 0")).to_be_visible()
    expect(page.locator("[data-map-scroll]")).to_be_hidden()
    expect(page.get_by_role("definition").filter(has_text="Does On board 5")).to_be_visible()
    assert "/outline/" not in page.url
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE[0]


def test_nothing_is_wider_than_a_small_phone(open_map):
    page = open_map(viewport=(320, 700))
    expect(page.get_by_role("heading", name="Book 0")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_failed_request_says_so_and_keeps_the_map(open_map):
    page = open_map(errors_expected=True)
    page.route("**/journeys/trip/?*", lambda route: route.abort())
    page.get_by_label("Segment").select_option("Business")
    expect(page.get_by_role("alert")).to_contain_text("could not be reached")
    expect(page.locator("tr.lane-doing")).to_be_visible()
