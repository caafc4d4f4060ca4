"""Touchpoints, handoffs, feelings and pictures, edited on the map by mouse and by keyboard."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from journeys.editing import editing
from journeys.models import Card, LaneKind, Stage
from tests.browser.conftest import PHONE
from tests.factories import (
    make_emotion_assessment,
    make_handoff,
    make_journey,
    make_lane,
    make_member,
    make_stage,
    make_step,
    make_touchpoint,
    make_workspace,
)
from tests.journeys.test_admin_photos import picture
from touchpoints.models import Handoff, Touchpoint

pytestmark = pytest.mark.django_db(transaction=True)

KINDS = (LaneKind.IMAGES, LaneKind.FEELING, LaneKind.TOUCHPOINTS, LaneKind.HANDOFFS)
MAP = "/w/air/journeys/trip/"


@pytest.fixture
def journey() -> Any:
    found = make_journey(make_workspace(slug="air"), slug="trip", title="Business trip")
    for kind in KINDS:
        make_lane(found, kind=kind)
    stage = make_stage(found, title="At the airport")
    ends = []
    for number, (title, icon) in enumerate((("Check in", "person"), ("Board", "travel"))):
        step = make_step(stage, title=title)
        make_emotion_assessment(step, score=1 - number * 1.5)
        ends.append(make_touchpoint(step, title=f"{title} desk", icon=icon))
    make_touchpoint(make_step(stage, title="Fly"), title="Seat", icon="phone")
    make_handoff(*ends)
    return found


@pytest.fixture
def editor(journey: Any) -> Any:
    return make_member(journey.workspace)


def test_a_touchpoint_gets_its_icon_in_its_cell(
    open_page: Callable[..., Page], editor: Any, axe_violations: Callable[[Page], list[str]]
) -> None:
    page = open_page(MAP, user=editor)
    page.get_by_role("link", name="Edit Seat").focus()
    page.keyboard.press("Enter")
    form = page.get_by_role("form", name="Touchpoint at Fly")
    form.get_by_role("radiogroup", name="Icon").get_by_title("Chat").click()
    form.get_by_label("A new team").fill("Cabin")
    assert axe_violations(page) == []
    form.get_by_role("button", name="Save").click()
    page.locator('.tp use[href$="#chat"]').wait_for(state="attached")
    seat = Touchpoint.objects.get(title="Seat")
    assert (seat.icon, seat.team and seat.team.name) == ("chat", "Cabin")


@pytest.mark.parametrize("height", [1080, 600])
def test_the_form_of_a_new_touchpoint_is_seen_below_the_head_of_the_map(
    open_page: Callable[..., Page], editor: Any, height: int
) -> None:
    page = open_page(MAP, user=editor, viewport=(1920, height))
    page.locator("#map a.add[href*='touchpoints/new']").first.focus()
    page.keyboard.press("Enter")
    form = page.get_by_role("form", name="New touchpoint at Check in")
    form.wait_for()
    box, head = form.bounding_box(), page.locator("#map thead").bounding_box()
    assert box["y"] >= head["y"] + head["height"]
    if height == 1080:
        expect(form.get_by_role("button", name="Save")).to_be_in_viewport(ratio=1)
        assert page.locator("[data-map-scroll]").evaluate("frame => frame.scrollTop") == 0
    tick, label = (
        form.locator(f"{each}[{name}=id_moment_that_matters]").bounding_box()
        for each, name in (("input", "id"), ("label", "for"))
    )
    assert tick["y"] < label["y"] + label["height"] / 2 < tick["y"] + tick["height"]
    assert 0 < label["x"] - tick["x"] - tick["width"] < 15
    page.keyboard.press("Escape")
    assert page.locator("#map").evaluate("map => map.style.marginBottom") == ""


def test_the_map_keeps_room_for_a_form_while_others_change_it(
    open_page: Callable[..., Page], editor: Any, journey: Any
) -> None:
    page = open_page(MAP, user=editor)
    page.locator("#map a.add[href*='touchpoints/new']").first.focus()
    page.keyboard.press("Enter")
    form = page.get_by_role("form", name="New touchpoint at Check in")
    field = form.get_by_label("Touchpoint", exact=True)
    field.fill("Kio")
    expect_in_its_frame(page)
    before = form.bounding_box()
    journey.lanes.filter(kind=LaneKind.HANDOFFS).delete()
    changed_by_somebody_else(page, journey)
    expect(page.locator(".lane-handoffs")).to_have_count(0)
    expect(field).to_be_focused()
    expect(field).to_have_value("Kio")
    assert form.bounding_box() == before
    expect_in_its_frame(page)
    page.keyboard.press("Escape")
    assert page.locator("#map").evaluate("map => map.style.marginBottom") == ""


def changed_by_somebody_else(page: Page, journey: Any) -> None:
    with editing(journey, by=make_member(journey.workspace)) as edit:
        edit.change(edit.get(Stage, journey.stages.get().pk), title="At the gate")
    page.evaluate(
        """async () => {
            const { html, revision } = await cxParts.fetch(["map"]);
            cxParts.apply(html, revision);
        }"""
    )
    expect(page.get_by_role("link", name="At the gate")).to_be_visible()


def test_what_somebody_looks_at_in_a_low_frame_stays_when_the_map_is_drawn_again(
    open_page: Callable[..., Page], editor: Any, journey: Any
) -> None:
    page = open_page(MAP, user=editor, viewport=(1920, 600))
    page.locator("#map a.add[href*='touchpoints/new']").first.focus()
    page.keyboard.press("Enter")
    save = page.get_by_role("form", name="New touchpoint").get_by_role("button", name="Save")
    save.scroll_into_view_if_needed()
    before = save.bounding_box()
    changed_by_somebody_else(page, journey)
    assert save.bounding_box() == before
    expect(save).to_be_in_viewport(ratio=1)


def test_the_details_of_a_new_card_open_within_the_frame(
    open_page: Callable[..., Page], editor: Any, journey: Any
) -> None:
    make_lane(journey, kind=LaneKind.PAIN_POINTS)
    page = open_page(MAP, user=editor)
    page.locator(".lane-pain_points a.add").first.focus()
    page.keyboard.press("Enter")
    form = page.locator("[data-open-form] form")
    details = form.locator("details")
    details.wait_for()
    expect_in_its_frame(page)
    above = form.get_by_role("button", name="Add").bounding_box()
    details.locator("summary").click()
    expect(
        details.get_by_role("combobox").or_(details.get_by_role("textbox")).first
    ).to_be_visible()
    expect_in_its_frame(page)
    assert form.get_by_role("button", name="Add").bounding_box() == above


def expect_in_its_frame(page: Page) -> None:
    page.wait_for_function(
        """() => {
            const [form, frame] = ["[data-open-form]", "[data-map-scroll]"].map((each) =>
                document.querySelector(each).getBoundingClientRect());
            return form.bottom <= frame.bottom;
        }""",
        timeout=5000,
    )


def test_what_comes_next_on_an_empty_map_goes_with_the_first_touchpoint(
    open_page: Callable[..., Page], editor: Any
) -> None:
    Touchpoint.objects.update(archived_at=timezone.now())
    page = open_page(MAP, user=editor)
    hint = page.get_by_text("Next: add touchpoints to the steps")
    expect(hint).to_be_visible()
    page.locator("#map a.add[href*='touchpoints/new']").first.focus()
    page.keyboard.press("Enter")
    form = page.get_by_role("form", name="New touchpoint at Check in")
    form.get_by_label("Touchpoint", exact=True).fill("Kiosk")
    form.get_by_label("A new channel").fill("Machine")
    form.get_by_role("button", name="Save").click()
    expect(page.locator(".tp")).to_have_text("KioskMachine")
    expect(hint).to_be_hidden()


def test_a_handoff_is_drawn_by_keyboard(open_page: Callable[..., Page], editor: Any) -> None:
    page = open_page(MAP, user=editor)
    page.get_by_role("link", name="Edit Board desk").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Hand off from here").focus()
    page.keyboard.press("Enter")
    form = page.get_by_role("form", name="Hand off from “Board desk”")
    form.get_by_label("To the touchpoint").select_option(label=f"Seat ({_channel('Seat')})")
    form.get_by_label("What moves").fill("Who sits where")
    page.keyboard.press("Enter")
    page.locator(".handoff").nth(1).wait_for()
    assert Handoff.objects.current().count() == 2


def test_a_picture_is_put_on_the_storyboard(
    open_page: Callable[..., Page],
    editor: Any,
    tmp_path: Path,
    axe_violations: Callable[[Page], list[str]],
) -> None:
    scene = tmp_path / "scene.jpg"
    scene.write_bytes(picture("JPEG", (800, 600), color="teal"))
    page = open_page(MAP, user=editor)
    page.locator(".lane-images a.add").first.focus()
    page.keyboard.press("Enter")
    form = page.locator("[data-open-form] form")
    form.get_by_label("Text").fill("A queue at the desk")
    form.get_by_label("Picture").set_input_files(scene)
    form.get_by_role("button", name="Add").click()
    page.get_by_role("img", name="A queue at the desk").wait_for()
    assert Card.objects.get().image.name
    assert axe_violations(page) == []


def test_the_handle_of_a_feeling_stands_at_the_assessed_point(
    open_page: Callable[..., Page], editor: Any
) -> None:
    page = open_page(MAP, user=editor)
    handle = page.get_by_role("slider", name="Assessed feeling of Check in")
    assert handle.input_value() == "1"
    assert handle.evaluate("node => getComputedStyle(node).writingMode") == "vertical-lr"
    handle.focus()
    page.keyboard.press("ArrowUp")
    assert handle.input_value() == "1.5"


@pytest.mark.parametrize("path", ["touchpoints/archived/", "handoffs/new/", "steps/{}/feeling/"])
def test_the_pages_behind_the_forms_are_free_of_violations(
    open_page: Callable[..., Page],
    editor: Any,
    journey: Any,
    axe_violations: Callable[[Page], list[str]],
    path: str,
) -> None:
    Touchpoint.objects.get(title="Seat").archive()
    step = journey.stages.get().steps.first()
    page = open_page(f"{MAP}{path.format(step.pk)}", user=editor, viewport=PHONE)
    assert axe_violations(page) == []


def _channel(title: str) -> str:
    return Touchpoint.objects.get(title=title).channel.name
