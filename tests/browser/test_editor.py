"""Editing a map in its cells, by mouse and by keyboard, beside others and without a network."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from journeys.editing import editing
from journeys.models import Card, Change, LaneKind, Role, Step
from tests.browser.conftest import PHONE, WIDE, Finger, in_each_look, middle
from tests.factories import (
    make_card,
    make_journey,
    make_lane,
    make_member,
    make_stage,
    make_step,
    make_touchpoint,
    make_workspace,
)


@pytest.fixture
def journey(transactional_db):
    found = make_journey(make_workspace(name="Northwind", slug="northwind"), slug="trip")
    for kind in (LaneKind.TOUCHPOINTS, LaneKind.DOING, LaneKind.FEELING, LaneKind.PAIN_POINTS):
        make_lane(found, kind=kind)
    doing = found.lanes.get(kind="doing")
    for title in ("Book", "Fly"):
        stage = make_stage(found, title=title)
        for number in (1, 2):
            step = make_step(stage, title=f"{title} {number}")
            make_card(doing, step, text=f"Does {title} {number}")
            make_touchpoint(step, title=f"Desk {title} {number}")
    return found


@pytest.fixture
def editor(journey):
    return make_member(journey.workspace)


@pytest.fixture
def open_map(journey, editor, open_page):
    def open_map(**options):
        options.setdefault("user", editor)
        return open_page(journey.get_absolute_url(), **options)

    return open_map


PASTE = """(on) => {
    const data = new DataTransfer();
    data.setData("text/plain", "Waits\\nBoards\\nLands");
    const how = { clipboardData: data, bubbles: true, cancelable: true };
    on.dispatchEvent(new ClipboardEvent("paste", how));
}"""


def doing(page: Page, column: int):
    """Return the cell of the lane Doing in a column, from 0."""
    return page.locator("tr.lane-doing td").nth(column)


def texts(page: Page, column: int) -> list[str]:
    return doing(page, column).locator(".card a.edit").all_inner_texts()


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.textContent")


def test_a_card_is_reworded_where_it_stands(open_map):
    page = open_map()
    page.get_by_role("link", name="Does Book 1").click()
    expect(page.get_by_label("Text")).to_be_focused()
    page.keyboard.type("Compares two sites")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Compares two sites")).to_be_focused()
    page.reload()
    assert texts(page, 0) == ["Compares two sites"]


def test_cards_are_written_one_after_another_and_from_step_to_step(open_map):
    page = open_map()
    doing(page, 0).hover()
    doing(page, 0).locator("a.add").click()
    for text in ("One", "Two"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    page.keyboard.type("Three")
    page.keyboard.press("Tab")
    page.keyboard.type("Four")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator(".pending")).to_have_count(0)
    expect(page.locator("[data-open-form]")).to_have_count(0)
    page.reload()
    assert texts(page, 0) == ["Does Book 1", "One", "Two", "Three"]
    assert texts(page, 1) == ["Does Book 2", "Four"]


def test_a_column_of_a_spreadsheet_becomes_one_card_in_each_step(open_map):
    page = open_map()
    doing(page, 1).locator("a.add").click(force=True)
    expect(page.get_by_label("Text")).to_be_focused()
    page.get_by_label("Text").evaluate(PASTE)
    expect(page.get_by_role("link", name="Lands")).to_be_visible()
    assert [texts(page, n)[-1] for n in (1, 2, 3)] == ["Waits", "Boards", "Lands"]
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Lands")).to_have_count(0)
    assert Change.objects.count() == 2


def test_leaving_with_escape_saves_nothing_and_leaving_otherwise_saves(open_map):
    page = open_map()
    card = page.get_by_role("link", name="Does Book 1")
    card.click()
    page.keyboard.type("Lost on purpose")
    page.keyboard.press("Escape")
    expect(card).to_be_focused()
    assert not Change.objects.exists()
    card.click()
    page.keyboard.type("Kept by itself")
    page.locator(".head").click()
    expect(page.get_by_role("link", name="Kept by itself")).to_be_visible()
    expect(page.locator("[aria-busy]")).to_have_count(0)
    assert Card.objects.filter(text="Kept by itself").exists()


def test_a_press_on_the_words_of_a_form_does_not_leave_it(open_map):
    page = open_map()
    page.get_by_role("link", name="Does Book 1").click()
    page.get_by_label("Text").fill("Not yet written to the end")
    form = page.locator("[data-open-form]")
    form.get_by_text("Text", exact=True).click(delay=300)
    expect(page.get_by_label("Text")).to_be_focused()
    form.get_by_role("heading").click(delay=300)
    expect(form).to_be_visible()
    page.keyboard.press("Escape")
    expect(form).to_have_count(0)
    assert not Change.objects.exists()


TABLET = {"viewport": (1180, 820), "has_touch": True, "is_mobile": True}
LONG = "So many words that their row of the map becomes much higher than it was before"


@pytest.mark.parametrize("by", ["mouse", "finger"])
def test_what_is_pressed_does_not_move_away_as_a_form_closes(open_map, by):
    page = open_map(**TABLET)
    press = Finger(page).tap if by == "finger" else lambda found: found.click()
    press(doing(page, 0).locator("a.add"))
    page.keyboard.type(LONG)
    press(page.locator("tr.lane-pain_points td").nth(3).locator("a.add"))
    heading = page.locator("[data-open-form]").get_by_role("heading")
    expect(heading).to_have_text("Pain points at Fly 2")
    expect(page.get_by_role("link", name=LONG)).to_be_visible()
    # Now that row is as high as this card, which makes room for its form.
    press(page.get_by_role("link", name=LONG))
    expect(page.get_by_label("Text")).to_have_value(LONG)
    press(page.locator("tr.lane-pain_points th a"))
    expect(heading).to_have_text("Lane Pain points")


def test_a_finger_that_looks_around_does_not_leave_a_form(open_map):
    page = open_map(**TABLET | {"viewport": (720, 900)})
    finger = Finger(page)
    finger.tap(page.get_by_role("link", name="Does Book 1"))
    page.get_by_label("Text").fill("Half")
    x, y = middle(page.locator("tr.lane-touchpoints td").nth(2))
    finger.swipe((x, y), (x - 200, y))
    expect(page.locator("[data-map-scroll]")).not_to_have_js_property("scrollLeft", 0)
    expect(page.get_by_label("Text")).to_be_focused()
    page.keyboard.type(" and half")
    finger.tap(page.locator("h1"))
    expect(page.get_by_role("link", name="Half and half")).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    assert Card.objects.filter(text="Half and half").exists()


def test_what_is_always_there_without_a_mouse_covers_no_words_and_nothing_else(journey, open_map):
    step = Step.objects.get(title="Book 1")
    make_touchpoint(step, title="Online booking assistants on all websites")
    page = open_map(**TABLET)
    for home in page.locator(".tp-home").all():
        words = home.locator("b").evaluate(
            "(it) => { const all = document.createRange(); all.selectNodeContents(it);"
            " return Math.max(...[...all.getClientRects()].map((each) => each.right)) }"
        )
        edit, note, pull, add = (
            part.bounding_box()
            for part in (
                *(home.locator(kind) for kind in (".tp-edit", ".tp-note", ".pull")),
                home.locator("xpath=..").locator(":scope > .add"),
            )
        )
        assert words <= min(edit["x"], note["x"])
        assert edit["y"] + edit["height"] <= note["y"]
        assert all(min(each["width"], each["height"]) >= 24 for each in (edit, note, pull, add))


def test_who_turns_a_phone_while_writing_writes_on(open_map):
    width, height = PHONE
    page = open_map(viewport=(height, width), has_touch=True)
    page.get_by_role("link", name="Does Book 1", exact=True).click()
    page.keyboard.type("Asks an agent")
    page.set_viewport_size({"width": width, "height": height})
    expect(page.locator(".storied")).to_be_visible()
    field = page.locator("[data-open-form] textarea").first
    expect(field).to_be_focused()
    expect(field).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(field).to_be_hidden()
    expect(page.locator("[data-story]")).to_contain_text("Asks an agent")


def test_menus_on_a_phone_stay_on_its_screen(open_map):
    page = open_map(viewport=PHONE, has_touch=True, is_mobile=True)
    finger = Finger(page)
    page.locator(".story").wait_for()
    for menu in page.locator("main [data-menu]:visible").all():
        finger.tap(menu.locator("summary"))
        body = menu.locator(".menu-body")
        expect(body).to_be_visible()
        box = body.bounding_box()
        assert 0 <= box["x"] <= box["x"] + box["width"] <= 390
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        finger.tap(menu.locator("summary"))
        expect(body).to_be_hidden()


@pytest.mark.parametrize("viewport", [WIDE, PHONE])
def test_the_form_of_the_journey_opens_at_its_title(open_map, viewport):
    page = open_map(viewport=viewport)
    title = page.get_by_role("heading", level=1)
    title.get_by_role("link").click()
    expect(page.get_by_label("Journey", exact=True)).to_be_focused()
    form, head = page.locator("[data-open-form]").bounding_box(), title.bounding_box()
    assert abs(form["x"] - head["x"]) < 10
    assert abs(form["y"] - head["y"]) < 10
    assert page.evaluate("scrollY") == 0


def test_a_word_that_is_being_composed_as_a_form_closes_does_not_stop_the_map(open_map):
    page = open_map(**TABLET)
    finger = Finger(page)
    finger.tap(doing(page, 0).locator("a.add"))
    expect(page.get_by_label("Text")).to_be_focused()
    composed = {"text": "Compares", "selectionStart": 8, "selectionEnd": 8}
    finger.cdp.send("Input.imeSetComposition", composed)
    expect(page.get_by_label("Text")).to_have_value("Compares")
    finger.tap(page.locator("h1"))
    expect(page.get_by_role("link", name="Compares")).to_be_visible()


def test_who_presses_on_the_words_of_a_form_writes_on_in_its_field(open_map):
    page = open_map()
    page.get_by_role("link", name="Does Book 1").click()
    page.get_by_label("Text").fill("To be contin")
    page.locator("[data-open-form]").get_by_role("heading").click()
    page.keyboard.type("ued")
    expect(page.get_by_label("Text")).to_have_value("To be continued")


def test_keys_on_the_words_of_a_form_do_not_reach_the_map(open_map):
    page = open_map()
    page.get_by_role("link", name="Does Book 1").click()
    page.get_by_label("Text").fill("First")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="First")).to_be_focused()
    page.get_by_role("link", name="Does Book 2").click()
    heading = page.locator("[data-open-form]").get_by_role("heading")
    heading.click()
    page.keyboard.press("Control+z")
    page.get_by_label("Text").fill("Half")
    heading.click()
    heading.evaluate(PASTE)
    expect(page.get_by_label("Text")).to_have_value("Half")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Half")).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    assert Change.objects.count() == 2


def test_a_press_between_two_lines_of_a_card_opens_it(journey, open_map):
    Card.objects.filter(text="Does Book 1").update(text="Compares fares\nof two sites")
    page = open_map()
    card = page.get_by_role("link", name="Compares")
    gap = card.evaluate(
        "link => (link.getClientRects()[0].bottom + [...link.getClientRects()].at(-1).top) / 2"
    )
    box = card.bounding_box()
    page.mouse.click(box["x"] + 20, gap)
    expect(page.get_by_label("Text")).to_be_focused()


def test_a_press_elsewhere_lands_on_what_was_aimed_at(open_map):
    page = open_map(viewport=(1440, 900))
    form = page.locator("[data-open-form]")
    page.locator(".tp-home").first.hover()
    page.locator(".tp-home a.tp-edit").first.click()
    page.get_by_label("Touchpoint", exact=True).fill("Desk of the airline")
    # The map has made room for the form: without it, everything moves down.
    page.locator("[data-map-scroll]").evaluate("frame => frame.scrollTo(0, frame.scrollHeight)")
    other = page.get_by_role("link", name="Does Fly 2")
    box = other.bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5, steps=4)
    page.mouse.down()
    page.wait_for_function("document.activeElement.textContent === 'Does Fly 2'")
    assert other.bounding_box() == box
    page.mouse.up()
    expect(form.get_by_role("heading")).to_have_text("Doing at Fly 2")
    expect(page.locator(".tp-home").first).to_contain_text("Desk of the airline")


def test_what_cannot_be_saved_yet_stays_where_it_was_written(open_map):
    page = open_map()
    page.get_by_role("link", name="Add stage").click()
    form = page.locator("[data-open-form]")
    form.get_by_label("Customer’s goal").fill("Be home for dinner")
    page.get_by_role("link", name="Does Book 1").click()
    expect(form.get_by_label("Stage", exact=True)).to_be_focused()
    expect(form.get_by_label("Customer’s goal")).to_have_value("Be home for dinner")
    page.get_by_label("Period").select_option("all")
    expect(form.get_by_label("Customer’s goal")).to_have_value("Be home for dinner")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Add stage")).to_be_focused()
    assert not Change.objects.exists()


def test_a_menu_of_the_browser_holds_up_no_change(open_map):
    page = open_map()
    # The menu takes the letting go.
    page.mouse.move(*middle(page.get_by_role("link", name="Does Book 2")))
    page.mouse.down(button="right")
    card = page.get_by_role("link", name="Does Book 1")
    card.focus()
    page.keyboard.press("Delete")
    expect(card).to_have_count(0)


def test_who_is_faster_than_the_server_loses_no_word(open_map):
    page = open_map()
    held: list[Route] = []
    page.route(
        re.compile(r"/cards/\d+/"),
        lambda route: held.append(route) if len(held) < 3 else route.continue_(),
    )
    page.get_by_role("link", name="Does Book 1").click()
    page.keyboard.type("Lost on purpose")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Does Book 1").click()
    page.keyboard.type("Kept by itself")
    page.get_by_role("link", name="Does Book 2").click()
    page.keyboard.type("Kept as well")
    for route in reversed(held):
        route.continue_()
    field = page.locator("[data-open-form] textarea").first
    expect(field).to_have_value("Kept as well")
    expect(page.get_by_role("link", name="Kept by itself")).to_be_visible()
    expect(field).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Kept as well")).to_be_visible()
    expect(page.locator("[aria-busy]")).to_have_count(0)
    assert not Card.objects.filter(text="Lost on purpose").exists()
    assert Card.objects.filter(text__startswith="Kept").count() == 2


def test_the_arrow_keys_walk_the_map_and_move_what_has_the_focus(open_map):
    page = open_map()
    page.get_by_role("link", name="Does Book 1").focus()
    page.keyboard.press("ArrowRight")
    assert focused(page) == "Does Book 2"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert "Desk Book 2" in focused(page)
    page.keyboard.press("ArrowUp")
    assert focused(page) == "Book 2"
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator("th.stage").nth(1)).to_have_attribute("colspan", "3")
    expect(page.get_by_role("link", name="Book 2", exact=True)).to_be_focused()
    assert Step.objects.get(title="Book 2").stage.title == "Fly"
    page.get_by_role("link", name="Does Book 1").focus()
    page.keyboard.press("Alt+ArrowRight")
    expect(doing(page, 1)).to_contain_text("Does Book 1")
    expect(page.get_by_role("link", name="Does Book 1")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(doing(page, 0)).to_contain_text("Does Book 1")
    page.keyboard.press("Control+Shift+z")
    expect(doing(page, 1)).to_contain_text("Does Book 1")


def test_stages_lanes_and_steps_are_added_from_the_bar_and_their_heads(open_map):
    page = open_map()
    page.get_by_role("link", name="Add stage").click()
    page.get_by_label("Stage", exact=True).fill("Complain")
    page.keyboard.press("Enter")
    expect(page.locator("th.stage", has_text="Complain")).to_be_visible()
    page.get_by_role("link", name="Add a step").click()
    page.get_by_label("Step", exact=True).fill("Writes to us")
    page.keyboard.press("Enter")
    expect(page.locator("th.step", has_text="Writes to us")).to_be_visible()
    page.get_by_role("link", name="Add lane").click()
    page.get_by_label("Kind").select_option("thinking")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("tr.lane-thinking td")).to_have_count(5)
    page.get_by_role("link", name="Complain").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("th.stage", has_text="Complain")).to_have_count(0)
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.locator("th.step", has_text="Writes to us")).to_be_visible()


def test_the_second_to_write_sees_both_texts_and_chooses(journey, open_map):
    page = open_map(errors_expected=True)
    other = make_member(journey.workspace)
    page.get_by_role("link", name="Does Book 1").click()
    expect(page.get_by_label("Text")).to_be_focused()
    card = Card.objects.get(text="Does Book 1")
    with editing(journey, by=other) as edit:
        edit.change(edit.get(Card, card.pk), text="Asks a friend")
    page.keyboard.type("Asks an agent")
    page.keyboard.press("Enter")
    expect(page.locator(".theirs")).to_contain_text("Asks a friend")
    expect(page.get_by_label("Yours")).to_have_value("Asks an agent")
    card.refresh_from_db()
    assert card.text == "Asks a friend"
    page.get_by_label("Yours").fill("Asks a friend, then an agent")
    page.get_by_role("button", name="Keep mine").click()
    expect(page.get_by_role("link", name="Asks a friend, then an agent")).to_be_visible()
    card.refresh_from_db()
    assert card.text == "Asks a friend, then an agent"


@pytest.mark.parametrize("first", ["the refusal", "the next form"])
def test_what_was_refused_comes_back_beside_what_is_written_next(journey, open_map, first):
    page = open_map(errors_expected=True)
    form = page.locator("[data-open-form]")
    page.get_by_role("link", name="Does Book 1").click()
    expect(form.get_by_label("Text")).to_be_focused()
    with editing(journey, by=make_member(journey.workspace)) as edit:
        edit.change(Card.objects.get(text="Does Book 1"), text="Asks a friend")
    page.keyboard.type("Asks an agent")
    held: list[Route] = []
    late = "POST" if first == "the next form" else "GET"
    page.route(
        re.compile(r"/cards/\d+/"),
        lambda route: held.append(route) if route.request.method == late else route.continue_(),
    )
    page.get_by_role("link", name="Does Book 2").click()
    if first == "the refusal":
        expect(form.get_by_label("Yours")).to_have_value("Asks an agent")
        held.pop().continue_()
        expect(form.get_by_label("Text")).to_be_focused()
        page.keyboard.type("Pays")
    else:
        expect(form.get_by_label("Text")).to_be_focused()
        page.keyboard.type("Pays")
        held.pop().continue_()
        expect(page.get_by_role("alert")).to_contain_text("comes back")
    page.unroute_all()
    expect(form.get_by_label("Text")).to_have_value("Pays")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Pays")).to_be_visible()
    expect(form.get_by_label("Yours")).to_have_value("Asks an agent")
    # Whoever presses elsewhere has not decided yet.
    page.get_by_role("heading", level=1).click()
    page.get_by_role("link", name="Does Fly 1").click()
    expect(form.get_by_label("Yours")).to_have_value("Asks an agent")
    form.get_by_label("Yours").press("Enter")
    expect(page.get_by_role("link", name="Asks an agent")).to_be_visible()
    expect(form).to_have_count(0)
    assert sorted(Card.objects.filter(step__title__startswith="Book").values_list("text")) == [
        ("Asks an agent",),
        ("Pays",),
    ]


def test_lines_that_are_refused_say_why(open_map):
    page = open_map(errors_expected=True)
    add = doing(page, 0).locator("a.add")
    add.evaluate(PASTE.replace("Boards", "Boards " * 800))
    expect(page.get_by_role("alert")).to_contain_text("Line 2 is longer than")
    assert not Change.objects.exists()


def test_what_cannot_be_sent_is_kept_and_sent_once(open_map):
    page = open_map(errors_expected=True)
    doing(page, 0).locator("a.add").click(force=True)
    expect(page.get_by_label("Text")).to_be_focused()
    page.context.set_offline(True)
    page.keyboard.type("Written in the tunnel")
    page.keyboard.press("Enter")
    expect(page.locator("#edit-waiting")).to_contain_text("One change is not saved yet")
    expect(page.locator(".pending")).to_have_text("Written in the tunnel")
    assert not Card.objects.filter(text="Written in the tunnel").exists()
    page.context.set_offline(False)
    expect(page.locator(".pending")).to_have_count(0)
    expect(page.locator("#edit-waiting")).to_be_hidden()
    assert Card.objects.filter(text="Written in the tunnel").count() == 1


def test_an_edit_whose_answer_was_lost_is_made_once(open_map):
    page = open_map(errors_expected=True)
    lost: list[object] = []

    def lose(route):
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch())
            route.abort()

    page.route(
        re.compile(r"/cards/new/"),
        lambda route: lose(route) if route.request.method == "POST" else route.continue_(),
    )
    doing(page, 0).locator("a.add").click(force=True)
    page.get_by_label("Text").fill("Only once")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Only once")).to_be_visible()
    assert Card.objects.filter(text="Only once").count() == 1


def test_a_viewer_is_offered_nothing_to_edit(journey, open_map):
    page = open_map(user=make_member(journey.workspace, Role.VIEWER))
    expect(page.get_by_text("Does Book 1")).to_be_visible()
    assert page.locator("a.edit, a.add, #edit-bar").count() == 0


@in_each_look
def test_forms_and_keys_break_no_rule_of_accessibility(open_map, axe_violations, scheme, viewport):
    page = open_map(color_scheme=scheme, viewport=viewport)
    assert axe_violations(page) == []
    if viewport != PHONE:
        page.get_by_role("link", name="Does Book 1").click()
        expect(page.get_by_label("Text")).to_be_focused()
        assert axe_violations(page) == []
        page.keyboard.press("Escape")
        doing(page, 1).locator("a.add").click(force=True)
        expect(page.get_by_label("Text")).to_be_focused()
        assert axe_violations(page) == []
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_be_visible()
        assert axe_violations(page) == []
        page.keyboard.press("Escape")
    page.get_by_role("link", name="Add lane").click()
    expect(page.get_by_label("Kind")).to_be_focused()
    assert axe_violations(page) == []
