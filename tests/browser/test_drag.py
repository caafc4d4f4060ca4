"""Dragging on the map by mouse and by finger: what lands where, and what never moves."""

import re

import pytest
from playwright.sync_api import Page, expect

from journeys.models import Card, EmotionAssessment, LaneKind, Line, Role
from tests.browser.conftest import Finger, middle
from tests.factories import (
    make_card,
    make_journey,
    make_lane,
    make_member,
    make_stage,
    make_step,
    make_team,
    make_touchpoint,
    make_workspace,
)
from touchpoints.models import Touchpoint

KINDS = (
    LaneKind.TOUCHPOINTS,
    LaneKind.DOING,
    LaneKind.PAIN_POINTS,
    LaneKind.FEELING,
    LaneKind.BACKSTAGE,
)
SMALL = (900, 700)


@pytest.fixture
def journey(transactional_db):
    workspace = make_workspace(name="Northwind", slug="northwind")
    found = make_journey(workspace, title="Business trip", slug="trip")
    for kind in KINDS:
        line = Line.VISIBILITY if kind == LaneKind.DOING else Line.NONE
        make_lane(found, kind=kind, line_below=line)
    doing, team = found.lanes.get(kind="doing"), make_team(workspace, name="Ground")
    for title in ("Book", "Airport", "On board"):
        stage = make_stage(found, title=title)
        for number in range(4):
            step = make_step(stage, title=f"{title} {number}")
            make_touchpoint(step, title=f"{title} desk {number}", team=team)
            for text in ("Does", "Then"):
                make_card(doing, step, text=f"{text} {title} {number}", position=text == "Then")
    return found


@pytest.fixture
def open_map(journey, open_page):
    user = make_member(journey.workspace)

    def open_map(query: str = "", **options) -> Page:
        return open_page(f"{journey.get_absolute_url()}{query}", user=user, **options)

    return open_map


def hold(page: Page, found, *, at: tuple[float, float] | None = None) -> None:
    """Press the mouse on an element, at its centre if nothing is said, and begin to drag it."""
    found.scroll_into_view_if_needed()
    x, y = at or middle(found)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 5, y + 5)


def drag(page: Page, found, x: float, y: float, **where) -> None:
    """Drag an element to a place in the window and let it go there."""
    hold(page, found, **where)
    page.mouse.move(x, y, steps=4)
    page.mouse.up()


def settled(page: Page) -> None:
    """Wait for the server's answer to the last drop."""
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def cell(page: Page, journey, kind: str, title: str):
    """Return the cell of a lane and a step."""
    step = next(s for stage in journey.stages.all() for s in stage.steps.all() if s.title == title)
    return page.locator(f"#cell-{journey.lanes.get(kind=kind).pk}-{step.pk}")


def step_titles(page: Page) -> list[str]:
    """Return the heads of the columns from left to right, without what only editors see."""
    return [text.strip() for text in page.locator("th.step .edit").all_inner_texts()]


def order(journey) -> list[tuple[str, list[str]]]:
    """Return the stages with their steps as the database has them."""
    return [
        (stage.title, [step.title for step in stage.steps.order_by("position")])
        for stage in journey.stages.order_by("position")
    ]


def card(page: Page, text: str):
    """Return the card that says something."""
    return page.locator("#map .card", has_text=text)


def test_a_card_moves_to_another_cell_and_stands_there_at_once(open_map, journey):
    page = open_map()
    to = cell(page, journey, "pain_points", "Book 2")
    hold(page, card(page, "Does Book 0"))
    x, y = middle(to)
    page.mouse.move(x, y, steps=4)
    expect(page.locator(".ghost")).to_contain_text("Does Book 0")
    expect(page.locator(".drop-line")).to_be_visible()
    expect(page.locator("td.drop-here")).to_have_id(to.get_attribute("id"))
    page.mouse.up()
    expect(to.locator(".card")).to_have_text("Does Book 0")
    settled(page)
    expect(to.locator(".card")).to_have_text("Does Book 0")
    expect(page.locator(".ghost, .drop-line, .drop-here, .held")).to_have_count(0)
    moved = Card.objects.get(text="Does Book 0")
    assert (moved.lane.kind, moved.step.title) == ("pain_points", "Book 2")


def test_cards_of_a_cell_change_their_order(open_map, journey):
    page = open_map()
    home = cell(page, journey, "doing", "Book 0")
    x, y = middle(card(page, "Does Book 0"))
    drag(page, card(page, "Then Book 0"), x, y - 8)
    expect(home.locator(".card").first).to_have_text("Then Book 0")
    settled(page)
    texts = list(Card.objects.filter(step__title="Book 0").order_by("position"))
    assert [each.text for each in texts] == ["Then Book 0", "Does Book 0"]


def test_a_card_goes_between_those_of_another_cell(open_map, journey):
    page = open_map()
    x, y = middle(card(page, "Then Book 1"))
    drag(page, card(page, "Does Book 0"), x, y - 8)
    settled(page)
    here = cell(page, journey, "doing", "Book 1").locator(".card")
    expect(here).to_have_text(["Does Book 1", "Does Book 0", "Then Book 1"])


def test_a_drop_where_it_stood_or_outside_asks_nothing_of_the_server(open_map, journey):
    page = open_map()
    posts = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else 0)
    found = card(page, "Does Book 0")
    x, y = middle(found)
    drag(page, found, x + 30, y + 2)
    drag(page, found, x, 5)
    drag(page, found, *middle(page.locator("tr.lane-feeling td").first))
    expect(found).to_be_visible()
    assert posts == []


def test_escape_puts_back_and_the_release_is_no_click(open_map, journey):
    page = open_map()
    address = page.url
    hold(page, card(page, "Does Book 0"))
    page.mouse.move(*middle(cell(page, journey, "pain_points", "Book 2")))
    page.keyboard.press("Escape")
    expect(page.locator(".ghost, .drop-line, .drop-here, .held")).to_have_count(0)
    page.mouse.move(*middle(card(page, "Does Book 0")))
    page.mouse.up()
    assert page.url == address
    assert Card.objects.get(text="Does Book 0").step.title == "Book 0"
    expect(page.locator("#say")).to_have_text("Put back")


def test_a_click_without_movement_is_a_click(open_map, journey):
    page = open_map()
    page.evaluate("addEventListener('click', (it) => { clicked = it.target.textContent.trim() })")
    page.evaluate("addEventListener('click', (it) => it.preventDefault())")
    x, y = middle(card(page, "Does Book 0").locator("a"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 2, y + 2)
    page.mouse.up()
    assert page.evaluate("clicked") == "Does Book 0"
    page.locator("[data-open-form]").wait_for()
    page.keyboard.press("Escape")
    expect(page.locator("[data-open-form]")).to_have_count(0)
    drag(page, card(page, "Does Book 1"), *middle(cell(page, journey, "pain_points", "Book 2")))
    settled(page)
    assert page.evaluate("clicked") == "Does Book 0"


def test_nothing_stays_selected(open_map, journey):
    page = open_map()
    drag(page, card(page, "Does Book 0"), *middle(cell(page, journey, "pain_points", "Book 2")))
    settled(page)
    assert page.evaluate("getSelection().toString()") == ""


def test_a_refused_move_goes_back_and_says_why(open_map, journey):
    page = open_map(errors_expected=True)
    said = "<section><p>Somebody removed that step.</p></section>"
    page.route("**/move/", lambda route: route.fulfill(status=409, body=said))
    drag(page, card(page, "Does Book 0"), *middle(cell(page, journey, "pain_points", "Book 2")))
    expect(page.locator("#edit-say [role=alert]")).to_contain_text("Somebody removed that step.")
    here = cell(page, journey, "doing", "Book 0").locator(".card")
    expect(here).to_have_text(["Does Book 0", "Then Book 0"])
    settled(page)


def test_a_step_moves_within_its_stage_and_into_another(open_map, journey):
    page = open_map()
    head = page.locator("th.step", has_text="Book 0")
    box = page.locator("th.step", has_text="Book 2").bounding_box()
    drag(page, head, box["x"] + box["width"] - 8, box["y"] + 300)
    expect(page.locator("th.step .edit").nth(2)).to_have_text("Book 0")
    settled(page)
    assert order(journey)[0] == ("Book", ["Book 1", "Book 2", "Book 0", "Book 3"])
    box = page.locator("th.step", has_text="Airport 1").bounding_box()
    hold(page, page.locator("th.step", has_text="Book 0"))
    page.mouse.move(box["x"] + 8, box["y"] + 10, steps=4)
    expect(page.locator("th.stage.drop-here")).to_contain_text("Airport")
    line = page.locator(".drop-line").bounding_box()
    assert abs(line["x"] - box["x"]) < 4
    assert line["height"] > 300
    page.mouse.up()
    settled(page)
    assert order(journey)[:2] == [
        ("Book", ["Book 1", "Book 2", "Book 3"]),
        ("Airport", ["Airport 0", "Book 0", "Airport 1", "Airport 2", "Airport 3"]),
    ]
    assert step_titles(page)[3:6] == ["Airport 0", "Book 0", "Airport 1"]


def test_a_stage_moves_with_its_steps(open_map, journey):
    page = open_map("?zoom=70")
    box = page.locator("th.stage", has_text="Book").bounding_box()
    drag(page, page.locator("th.stage h2", has_text="On board"), box["x"] + 20, box["y"] + 10)
    expect(page.locator("th.step .edit").first).to_have_text("On board 0")
    first = page.locator("tr.lane-doing td").first
    expect(first).to_contain_text("Does On board 0")
    settled(page)
    assert [title for title, _ in order(journey)] == ["On board", "Book", "Airport"]


def test_a_refused_stage_brings_all_columns_back(open_map, journey):
    page = open_map("?zoom=70", errors_expected=True)
    page.route("**/move/", lambda route: route.fulfill(status=409, body="No"))
    before = page.locator("#map").text_content()
    box = page.locator("th.stage", has_text="Book").bounding_box()
    drag(page, page.locator("th.stage h2", has_text="On board"), box["x"] + 20, box["y"] + 10)
    expect(page.locator("#edit-say [role=alert]")).to_be_visible()
    expect(page.locator("#map")).to_have_text(before)


def test_a_lane_moves_with_its_line(open_map, journey):
    page = open_map()
    name = page.locator("tr.lane-doing th")
    x, y = middle(page.locator("tr.lane-backstage th"))
    drag(page, name, x + 200, y + 12, at=(name.bounding_box()["x"] + 10, middle(name)[1]))
    expect(page.locator("tbody tr.lane").last).to_contain_text("Does Book 0")
    expect(page.locator("tbody tr").last).to_contain_text("Line of visibility")
    settled(page)
    kinds = list(journey.lanes.order_by("position").values_list("kind", flat=True))
    assert kinds == ["touchpoints", "pain_points", "feeling", "backstage", "doing"]


def test_the_line_of_visibility_moves_by_mouse_and_by_arrows(open_map, journey):
    page = open_map()
    x, y = middle(page.locator("tr.lane-pain_points td").first)
    drag(page, page.locator("#line-visibility"), x, y + 12)
    settled(page)
    assert journey.lanes.get(kind="pain_points").line_below == "visibility"
    page.locator("#line-visibility").focus()
    page.keyboard.press("Alt+ArrowDown")
    settled(page)
    assert journey.lanes.get(kind="feeling").line_below == "visibility"
    before = page.locator("tr.divider").evaluate("it => it.previousElementSibling.className")
    assert "lane-feeling" in before


def test_a_form_opened_by_a_pull_stays_whatever_was_open_before(open_map, journey):
    page = open_map(has_touch=True)
    finger = Finger(page)
    finger.tap(card(page, "Does Book 0").locator("a"))
    page.locator("[data-open-form]").wait_for()
    homes = [page.locator(".tp-home", has_text=f"Book desk {number}") for number in (2, 3)]
    finger.swipe(middle(homes[0].locator(".pull")), middle(homes[1]))
    form = page.locator("[data-open-form]")
    form.get_by_role("button", name="Draw handoff").wait_for()
    note = form.get_by_role("textbox").first
    note.press_sequentially("As long as a click may take", delay=20)
    expect(note).to_have_value("As long as a click may take")


def test_pulling_from_a_touchpoint_to_another_opens_the_form_of_a_handoff(open_map, journey):
    page = open_map()
    home = page.locator(".tp-home", has_text="Book desk 0")
    to = page.locator(".tp-home", has_text="Book desk 2")
    home.hover()
    hold(page, home.locator(".pull"))
    page.mouse.move(*middle(to), steps=4)
    expect(page.locator(".tp-home.drop-here")).to_contain_text("Book desk 2")
    expect(page.locator(".rope path")).to_have_attribute("d", re.compile(r"^M[\d.]+ [\d.]+C"))
    ids = [each.get_attribute("id").split("-")[1] for each in (home, to)]
    with page.expect_response(f"**/handoffs/new/?from={ids[0]}&to={ids[1]}") as answered:
        page.mouse.up()
    assert answered.value.ok
    expect(page.locator("[data-open-form] form")).to_be_visible()
    expect(page.locator(".rope")).to_have_count(0)


def test_a_touchpoint_moves_to_another_step(open_map, journey):
    page = open_map()
    x, y = middle(page.locator(".tp-home", has_text="Book desk 2"))
    drag(page, page.locator(".tp-home", has_text="Book desk 0"), x, y - 8)
    here = cell(page, journey, "touchpoints", "Book 2")
    expect(here.locator(".tp-home b")).to_have_text(["Book desk 0", "Book desk 2"])
    settled(page)
    expect(here.locator(".tp-home b")).to_have_text(["Book desk 0", "Book desk 2"])
    assert Touchpoint.objects.get(title="Book desk 0").step.title == "Book 2"


def test_the_point_of_the_feeling_is_dragged_up_and_down(open_map, journey):
    page = open_map()
    home = cell(page, journey, "feeling", "Book 1")
    home.scroll_into_view_if_needed()
    x, y = middle(home)
    top = home.bounding_box()["y"]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, top + 29, steps=4)
    expect(page.locator(".ghost")).to_have_text("+1.5")
    expect(home.locator(".feel")).to_have_value("1.5")
    page.mouse.up()
    settled(page)
    assert EmotionAssessment.objects.get(step__title="Book 1").score == 1.5
    point = home.locator(".feel")
    expect(point).to_have_value("1.5")
    point.focus()
    with page.expect_response("**/feeling/") as answered:
        page.keyboard.press("ArrowUp")
    assert answered.value.ok
    expect(point).to_be_focused()
    assert EmotionAssessment.objects.get(step__title="Book 1").score == 2


def test_a_feeling_that_is_let_go_by_escape_stays_as_it_was(open_map, journey):
    page = open_map()
    home = cell(page, journey, "feeling", "Book 1")
    hold(page, home)
    x, y = middle(home)
    page.mouse.move(x, y - 40, steps=3)
    expect(home.locator(".feel")).not_to_have_value("0")
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(home.locator(".feel")).to_have_value("0")
    assert not EmotionAssessment.objects.exists()


@pytest.mark.parametrize("zoom", [50, 150])
def test_coordinates_hold_at_every_zoom(open_map, journey, zoom):
    page = open_map(f"?zoom={zoom}")
    to = cell(page, journey, "pain_points", "Book 2")
    found = card(page, "Does Book 0")
    found.scroll_into_view_if_needed()
    box = found.bounding_box()
    hold(page, found, at=(box["x"] + 6, box["y"] + 6))
    x, y = middle(to)
    page.mouse.move(x, y, steps=4)
    ghost = page.locator(".ghost .card").bounding_box()
    assert abs(ghost["width"] - box["width"]) < 2
    assert abs(ghost["x"] - (x - 6)) < 12
    assert abs(ghost["y"] - (y - 6)) < 12
    line, target = page.locator(".drop-line").bounding_box(), to.bounding_box()
    assert target["x"] <= line["x"] <= line["x"] + line["width"] <= target["x"] + target["width"]
    assert target["y"] <= line["y"] <= target["y"] + target["height"]
    page.mouse.up()
    settled(page)
    assert Card.objects.get(text="Does Book 0").step.title == "Book 2"


def test_the_map_scrolls_by_itself_near_its_edges_and_back(open_map, journey):
    page = open_map(viewport=SMALL)
    scroll = page.locator("[data-map-scroll]")
    box = scroll.bounding_box()
    found = card(page, "Does Book 0")
    hold(page, found)
    y = middle(found)[1]
    page.mouse.move(box["x"] + box["width"] - 6, y, steps=4)
    page.wait_for_function(
        "(it) => it.scrollLeft + it.clientWidth >= it.scrollWidth - 1", arg=scroll.element_handle()
    )
    page.mouse.move(*middle(cell(page, journey, "doing", "On board 3")), steps=2)
    page.mouse.up()
    settled(page)
    assert Card.objects.get(text="Does Book 0").step.title == "On board 3"
    hold(page, card(page, "Does Book 0"))
    page.mouse.move(middle(page.locator("thead .rail").first)[0] + 70, y, steps=4)
    page.wait_for_function("(it) => it.scrollLeft === 0", arg=scroll.element_handle())
    page.keyboard.press("Escape")
    page.mouse.up()


def test_a_long_press_drags_by_finger(open_map, journey):
    page = open_map(has_touch=True, viewport=(1200, 900))
    found = card(page, "Does Book 0")
    to = cell(page, journey, "pain_points", "Book 2")
    found.scroll_into_view_if_needed()
    (x, y), (end_x, end_y) = middle(found), middle(to)
    before = page.locator("[data-map-scroll]").evaluate("it => [it.scrollLeft, it.scrollTop]")
    finger = Finger(page)
    finger("Start", (x, y))
    expect(page.locator(".ghost")).to_be_visible()
    for part in (0.3, 0.6, 1):
        finger("Move", (x + (end_x - x) * part, y + (end_y - y) * part))
    expect(page.locator("td.drop-here")).to_have_id(to.get_attribute("id"))
    finger("End")
    expect(to.locator(".card")).to_have_text("Does Book 0")
    settled(page)
    assert Card.objects.get(text="Does Book 0").lane.kind == "pain_points"
    after = page.locator("[data-map-scroll]").evaluate("it => [it.scrollLeft, it.scrollTop]")
    assert after == before


def test_a_swipe_scrolls_and_drags_nothing(open_map, journey):
    page = open_map(has_touch=True, viewport=(900, 900))
    found = card(page, "Does Book 1")
    x, y = middle(found)
    Finger(page).swipe((x, y), (x - 200, y))
    page.wait_for_function("document.querySelector('[data-map-scroll]').scrollLeft > 60")
    expect(page.locator(".ghost, .held")).to_have_count(0)
    assert Card.objects.get(text="Does Book 1").step.title == "Book 1"


def test_viewers_drag_nothing(journey, open_page):
    page = open_page(journey.get_absolute_url(), user=make_member(journey.workspace, Role.VIEWER))
    hold(page, card(page, "Does Book 0"))
    page.mouse.move(*middle(cell(page, journey, "pain_points", "Book 2")))
    expect(page.locator(".ghost")).to_have_count(0)
    page.mouse.up()


@pytest.mark.parametrize("what", ["card", "step", "lane"])
def test_nothing_breaks_a_rule_while_something_is_dragged(open_map, journey, axe_violations, what):
    page = open_map(errors_expected=True)
    held = {
        "card": card(page, "Does Book 0"),
        "step": page.locator("th.step").first,
        "lane": page.locator("th.rail[id^=lane-]").nth(1),
    }[what]
    hold(page, held)
    page.mouse.move(*middle(cell(page, journey, "doing", "Book 2")), steps=4)
    assert axe_violations(page, both_schemes=True) == []
    page.keyboard.press("Escape")
    page.mouse.up()
    settled(page)
