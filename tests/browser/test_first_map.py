"""A new user's first map, from the sign-in page to a link for others: by mouse, and by keyboard."""

from io import BytesIO
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from journeys.models import Card, Change, Journey, Role, Stage, Step
from tests.factories import make_member, make_workspace
from touchpoints.models import Handoff, Touchpoint

pytestmark = pytest.mark.databases

STAGES = {
    "Search": ("Notice a need", "Look around", "Ask friends"),
    "Choose": ("Compare", "Try it", "Decide"),
    "Buy": ("Order", "Pay", "Wait"),
    "Use": ("Unpack", "Set up", "Get help"),
}
CARDS = [f"Card {number}" for number in range(1, 31)]
TOUCHPOINTS = {
    "Compare": ("Shop page", "Web", "Digital"),
    "Try it": ("Showroom", "Store", "Retail"),
    "Order": ("Checkout", "Web", "Digital"),
    "Wait": ("Delivery", "Courier", "Logistics"),
}
HANDOFFS = [("Shop page", "Showroom"), ("Showroom", "Checkout"), ("Checkout", "Delivery")]


def picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (640, 480), "teal").save(file, "PNG")
    return file.getvalue()


PICTURE = {"name": "unpacking.png", "mimeType": "image/png", "buffer": picture()}


@pytest.fixture
def newcomer(transactional_db):
    workspace = make_workspace(name="Northwind", slug="northwind")
    user = make_member(workspace, Role.EDITOR)
    user.email = "new@example.com"
    user.save()
    return user


def saved(page: Page) -> None:
    """Wait until everything that was written has been answered."""
    expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=30_000)
    expect(page.locator("#edit-waiting")).to_be_hidden()


def cell(page: Page, kind: str, step: str) -> Locator:
    """Return the cell of a lane of that kind at a step."""
    pk = Step.objects.get(title=step).pk
    return page.locator(f"tr.lane-{kind} td[id$='-{pk}']")


def check(page: Page) -> Journey:
    """Compare what the database and the reloaded page hold with what was wanted."""
    saved(page)
    journey = Journey.objects.get()
    stages = Stage.objects.current().filter(journey=journey).order_by("position")
    assert {
        stage.title: tuple(
            Step.objects.current().filter(stage=stage).order_by("position").values_list("title")
        )
        for stage in stages
    } == {title: tuple((step,) for step in steps) for title, steps in STAGES.items()}
    written = Card.objects.current().filter(lane__kind="doing").values_list("text", flat=True)
    assert sorted(written) == sorted(CARDS)
    assert sorted(Handoff.objects.current().values_list(
        "from_touchpoint__title", "to_touchpoint__title"
    )) == sorted(HANDOFFS)  # fmt: skip
    assert Card.objects.get(lane__kind="images").image
    assert Touchpoint.objects.current().count() == len(TOUCHPOINTS)
    page.reload()
    expect(page.locator(".lane-doing .card")).to_have_count(len(CARDS))
    expect(page.locator(".lane-images img")).to_be_visible()
    expect(page.locator(".handoff")).to_have_count(len(HANDOFFS))
    numbers = Change.objects.filter(journey=journey).values_list("revision", flat=True)
    assert sorted(numbers) == list(range(1, journey.revision + 1))
    return journey


def colleague_sees(open_page, journey: Journey, address: str) -> None:
    page = open_page(address, user=make_member(journey.workspace, Role.VIEWER))
    expect(page.locator(".lane-doing .card")).to_have_count(len(CARDS))


def copy_link(page: Page) -> str:
    """Return the path that the button for sharing copies."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link to this view").click()
    link = urlsplit(page.evaluate("navigator.clipboard.readText()"))
    return f"{link.path}?{link.query}"


def test_by_mouse(newcomer, open_page):
    page = open_page("/")
    page.set_default_timeout(8000)
    page.get_by_label("E-mail").fill("new@example.com")
    page.get_by_label("Password").fill("secret")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Create the first journey").click()
    page.get_by_label("Title").fill("A new kettle")
    page.locator("label", has_text="Blank").click()
    page.get_by_role("button", name="Create the journey").click()
    for title, steps in STAGES.items():
        page.get_by_role("link", name="Add stage").click()
        page.get_by_label("Stage", exact=True).fill(title)
        page.get_by_role("button", name="Save").click()
        page.get_by_role("columnheader", name=title).wait_for()
        for step in steps:
            page.locator("th.stage").get_by_role("link", name=title, exact=True).click()
            page.locator("[data-open-form]").get_by_role("link", name="Add a step").click()
            page.get_by_label("Step", exact=True).fill(step)
            page.get_by_role("button", name="Save").click()
            page.locator("th.step").get_by_role("link", name=step, exact=True).wait_for()
    columns = [step for steps in STAGES.values() for step in steps]
    for number, text in enumerate(CARDS):
        here = cell(page, "doing", columns[number % len(columns)])
        here.hover()
        here.locator("a.add").click()
        page.get_by_label("Text").fill(text)
        page.get_by_role("button", name="Add", exact=True).click()
        page.locator("[data-cancel]").click()
        here.get_by_role("link", name=text, exact=True).wait_for()
    for step, (title, channel, team) in TOUCHPOINTS.items():
        here = cell(page, "touchpoints", step)
        here.hover()
        here.locator("a.add").click()
        describe_touchpoint(page, title, channel, team)
        page.get_by_role("button", name="Save").click()
        here.locator(".tp", has_text=title).wait_for()
    for start, end in HANDOFFS:
        page.locator(".tp-home", has_text=start).hover()
        pull = page.locator(".tp-home", has_text=start).locator(".pull")
        drag(page, pull, page.locator(".tp-home", has_text=end))
        page.get_by_role("button", name="Draw handoff").click()
        expect(page.locator("[data-open-form]")).to_have_count(0)
    page.get_by_role("link", name="Add lane").click()
    page.get_by_label("Kind").select_option("images")
    page.get_by_role("button", name="Save").click()
    here = cell(page, "images", "Unpack")
    here.hover()
    here.locator("a.add").click()
    page.get_by_label("Text").fill("Unpacking at last")
    page.get_by_label("Picture").set_input_files(PICTURE)
    page.get_by_role("button", name="Add", exact=True).click()
    page.locator("[data-cancel]").click()
    here.locator("img").wait_for()
    page.get_by_role("link", name="Card 7", exact=True).click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("link", name="Card 7", exact=True)).to_have_count(0)
    page.locator("#edit-bar").get_by_role("button", name="Undo").click()
    page.get_by_role("link", name="Card 7", exact=True).wait_for()
    colleague_sees(open_page, check(page), copy_link(page))


def describe_touchpoint(page: Page, title: str, channel: str, team: str) -> None:
    page.get_by_label("Touchpoint", exact=True).fill(title)
    for name, value in (("channel", channel), ("team", team)):
        choose = page.locator(f"[data-open-form] select[name^={name}]")
        if value in choose.locator("option").all_inner_texts():
            choose.select_option(label=value)
        else:
            page.locator(f"[data-open-form] input[name^={name}]").fill(value)


def drag(page: Page, start: Locator, end: Locator) -> None:
    end.scroll_into_view_if_needed()
    start.scroll_into_view_if_needed()
    for found, press in ((start, True), (end, False)):
        box = found.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y, steps=1 if press else 12)
        if press:
            page.mouse.down()
    page.mouse.up()


def test_by_keyboard_alone(newcomer, open_page):
    page = open_page("/")
    page.set_default_timeout(8000)
    press, write = page.keyboard.press, page.keyboard.type
    page.get_by_label("E-mail").focus()
    write("new@example.com")
    press("Tab")
    write("secret")
    press("Enter")
    page.get_by_role("link", name="Create the first journey").focus()
    press("Enter")
    page.get_by_label("Title").focus()
    write("A new kettle")
    page.get_by_role("radio", name="Blank").focus()
    press("Space")
    press("Enter")
    page.get_by_role("link", name="Add stage").wait_for()
    for title, steps in STAGES.items():
        page.get_by_role("link", name="Add stage").focus()
        press("Enter")
        page.get_by_label("Stage", exact=True).wait_for()
        write(title)
        press("Enter")
        stage = page.locator("th.stage").get_by_role("link", name=title, exact=True)
        expect(stage).to_be_focused()
        for step in steps:
            stage.focus()
            press("Enter")
            page.locator("[data-open-form]").get_by_role("link", name="Add a step").focus()
            press("Enter")
            page.get_by_label("Step", exact=True).wait_for()
            write(step)
            press("Enter")
            expect(
                page.locator("th.step").get_by_role("link", name=step, exact=True)
            ).to_be_focused()
    saved(page)
    cell(page, "doing", "Notice a need").locator("a.add").focus()
    press("Enter")
    for number, text in enumerate(CARDS):
        write(text)
        press("Tab" if (number + 1) % 3 == 0 else "Enter")
    press("Enter")
    expect(page.locator("[data-open-form]")).to_have_count(0)
    saved(page)
    for step, (title, channel, team) in TOUCHPOINTS.items():
        cell(page, "touchpoints", step).locator("a.add").focus()
        press("Enter")
        page.get_by_label("Touchpoint", exact=True).wait_for()
        describe_touchpoint(page, title, channel, team)
        page.get_by_label("Touchpoint", exact=True).focus()
        press("Enter")
        expect(page.locator(".tp", has_text=title)).to_be_focused()
    for start, end in HANDOFFS:
        page.locator(".tp", has_text=start).focus()
        press("h")
        target = page.locator("[data-open-form] select[name=to]")
        target.wait_for()
        pk = Touchpoint.objects.get(title=end).pk
        target.select_option(str(pk))
        page.get_by_role("button", name="Draw handoff").focus()
        press("Enter")
        expect(page.locator("[data-open-form]")).to_have_count(0)
        saved(page)
    page.get_by_role("link", name="Add lane").focus()
    press("Enter")
    page.get_by_label("Kind").wait_for()
    page.get_by_label("Kind").select_option("images")
    press("Tab")
    press("Enter")
    expect(page.get_by_role("link", name="Storyboard", exact=True)).to_be_focused()
    cell(page, "images", "Unpack").locator("a.add").focus()
    press("Enter")
    write("Unpacking at last")
    page.get_by_label("Picture").set_input_files(PICTURE)
    page.get_by_label("Text").focus()
    press("Enter")
    press("Escape")
    cell(page, "images", "Unpack").locator("img").wait_for()
    page.get_by_role("link", name="Card 7", exact=True).focus()
    press("Delete")
    expect(page.get_by_role("link", name="Card 7", exact=True)).to_have_count(0)
    press("Control+z")
    page.get_by_role("link", name="Card 7", exact=True).wait_for()
    colleague_sees(open_page, check(page), copy_link(page))
