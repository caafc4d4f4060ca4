"""Comments in a browser: begun on the map, with a mention by keyboard, told, answered, resolved."""

import pytest
from playwright.sync_api import expect

from journeys.commenting import saying
from journeys.commenting.places import Place
from journeys.models import Comment, LaneKind, Notice
from tests.browser.conftest import LOOKS, PHONE, Finger, middle
from tests.factories import (
    make_card,
    make_journey,
    make_lane,
    make_membership,
    make_stage,
    make_step,
    make_user,
)

pytestmark = pytest.mark.databases


@pytest.fixture
def journey(transactional_db):
    found = make_journey(title="Trip", slug="trip")
    for kind in (LaneKind.DOING, LaneKind.FEELING, LaneKind.FRICTION):
        make_lane(found, kind=kind)
    step = make_step(make_stage(found, title="Airport"), title="Check in")
    make_card(found.lanes.get(kind="doing"), step, text="Queues")
    return found


@pytest.fixture
def people(journey):
    return [
        make_membership(journey.workspace, user=make_user(name=name)).user
        for name in ("Anna Klein", "Ben Osei", "Bea Lind")
    ]


def cell_of(journey, kind):
    return Place(journey, journey.lanes.get(kind=kind), journey.stages.get().steps.get())


def test_a_comment_a_mention_by_keyboard_a_notice_and_an_end(
    open_page, axe_violations, journey, people
):
    anna, ben, _ = people
    place = cell_of(journey, "doing")
    page = open_page(journey.get_absolute_url(), user=anna)
    cell = page.locator(f"#{place.element}")
    cell.locator("a").first.focus()
    page.keyboard.press("c")
    panel = page.get_by_role("complementary", name="Comments")
    expect(panel.get_by_role("heading", name="Doing at Check in")).to_be_focused()
    panel.get_by_label("Comment", exact=True).focus()
    page.keyboard.type("Does it, @b")
    people_list = panel.get_by_role("listbox", name="People to mention")
    expect(people_list.get_by_role("option")).to_have_text(["Bea Lind", "Ben Osei"])
    assert axe_violations(page) == []
    page.keyboard.press("ArrowDown")
    expect(people_list.get_by_role("option", name="Ben Osei")).to_have_attribute(
        "aria-selected", "true"
    )
    page.keyboard.press("Enter")
    page.keyboard.type("? @b")
    expect(people_list).to_be_visible()
    page.keyboard.press("Escape")
    expect(people_list).to_have_count(0)
    expect(panel.get_by_label("Comment", exact=True)).to_have_value("Does it, @Ben Osei ? @b")
    page.keyboard.press("Control+Enter")
    expect(panel.get_by_role("status")).to_have_text("Comment added.")
    expect(panel.locator(".mention")).to_have_text("@Ben Osei")
    expect(cell.get_by_role("link", name="1 open comment")).to_be_visible()
    expect(page.get_by_role("link", name="Comments 1 open")).to_be_visible()
    page.keyboard.press("Escape")
    expect(cell.get_by_role("link", name="1 open comment")).to_be_focused()

    page = open_page("/notices/", user=ben)
    expect(page.get_by_role("link", name="Notices, 1 unread")).to_be_visible()
    page.get_by_role("link", name="Anna Klein mentioned you").click()
    # The conversation is on the screen, and so is read.
    expect(page.get_by_role("link", name="Notices", exact=True)).to_be_visible()
    assert not Notice.objects.unread().exists()
    page.get_by_text("Reply", exact=False).first.click()
    page.get_by_label("Your reply").fill("It does.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".spoken-text", has_text="It does.")).to_be_visible()
    page.get_by_role("button", name="Resolve").click()
    expect(page.get_by_text("1 resolved conversation")).to_be_visible()
    comment = Comment.objects.beginnings().get()
    assert comment.resolved_by == ben
    assert Notice.objects.unread().get().user == anna


def test_by_mouse_on_a_computed_cell_and_what_was_written_waits(
    open_page, axe_violations, journey, people
):
    place = cell_of(journey, "friction")
    page = open_page(journey.get_absolute_url(), user=people[0])
    cell = page.locator(f"#{place.element}")
    cell.hover()
    cell.get_by_role("link", name="Comment").click()
    panel = page.get_by_role("complementary", name="Comments")
    panel.get_by_label("Comment", exact=True).fill("Why so much?")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    cell.hover()
    cell.get_by_role("link", name="Comment").click()
    expect(panel.get_by_label("Comment", exact=True)).to_have_value("Why so much?")
    panel.get_by_role("button", name="Comment").click()
    expect(panel.get_by_role("status")).to_have_text("Comment added.")
    expect(panel.get_by_label("Comment", exact=True)).to_have_value("")
    panel.get_by_role("button", name="Resolve").click()
    expect(panel.get_by_role("status")).to_have_text("Conversation resolved.")
    expect(cell.get_by_role("link", name="1 open comment")).to_have_count(0)
    assert axe_violations(page) == []
    assert Comment.objects.get().step == place.step


def test_a_mention_by_finger(open_page, journey, people):
    page = open_page(
        journey.get_absolute_url(), user=people[0], viewport=PHONE, has_touch=True, is_mobile=True
    )
    finger = Finger(page)
    finger.tap(page.locator(".story a.comment").first)
    text = page.get_by_label("Comment", exact=True)
    text.fill("Ask @b")
    ben = page.get_by_role("option", name="Ben Osei")
    x, y = middle(ben)
    finger.swipe((x, y), (x, y - 200), stops=True)
    expect(ben).to_be_visible()
    finger.tap(ben)
    expect(text).to_be_focused()
    expect(text).to_have_value("Ask @Ben Osei ")


def test_no_page_breaks_a_rule(open_page, axe_violations, journey, people):
    anna, ben, _ = people
    place = cell_of(journey, "doing")
    said = saying.begin(place, "@Anna Klein, see https://example.com/report", by=ben)
    saying.reply(said, "I did.", by=anna)
    saying.begin(cell_of(journey, "feeling"), "Really?", by=ben)
    saying.begin(Place(journey, lane=place.lane), "Too long", by=ben)
    saying.begin(Place(journey, step=place.step), "Split it", by=ben)
    saying.resolve(saying.begin(place, "Typo", by=anna), by=ben)
    broken = {}
    for size, scheme in LOOKS:
        page = open_page("/notices/", user=anna, viewport=size, color_scheme=scheme)
        base = journey.get_absolute_url()
        for path in ("/notices/", f"{base}comments/", place.url, f"{base}outline/", base):
            page.goto(path)
            expect(page.locator(".htmx-request")).to_have_count(0)
            if found := axe_violations(page):
                broken[path, size[0], scheme] = found
        page.get_by_role("link", name="Comments 4 open").click()
        panel = page.get_by_role("complementary", name="Comments")
        panel.get_by_role("link", name="Doing at Check in").click()
        expect(panel.get_by_role("heading", name="Doing at Check in")).to_be_focused()
        panel.get_by_text("1 resolved conversation").click()
        panel.get_by_text("Edit or remove").first.click()
        if found := axe_violations(page):
            broken["panel", size[0], scheme] = found
    assert broken == {}
