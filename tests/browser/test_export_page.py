"""The map as a page in a file: it opens by itself, fetches nothing, and breaks no rule."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Literal

import pytest
from django.core.files.base import ContentFile
from PIL import Image
from playwright.sync_api import Page, Request

from journeys.exports import export
from journeys.exports.gathering import gather
from journeys.exports.options import ExportOptions
from journeys.maps import MapFilters, Period
from journeys.models import Comment, Journey, LaneKind
from tests.browser.conftest import LOOKS, PHONE, WIDE
from tests.demo import load_small_demo
from tests.factories import NOON, make_card, make_lane, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def open_file(browser, tmp_path) -> Callable[..., Page]:
    """`open_file(content, viewport, scheme)` -> the page; it may ask for nothing but itself."""

    def open_file(content: bytes, viewport=WIDE, scheme: Literal["light", "dark"] = "light"):
        path: Path = tmp_path / "map.html"
        path.write_bytes(content)
        width, height = viewport
        page = browser.new_page(
            viewport={"width": width, "height": height}, color_scheme=scheme, offline=True
        )
        asked: list[str] = []
        errors: list[str] = []

        def note(request: Request) -> None:
            if not request.url.startswith("data:"):
                asked.append(request.url)

        page.on("request", note)
        page.on("console", lambda said: errors.append(said.text))
        page.goto(path.as_uri())
        page.wait_for_load_state("networkidle")
        assert asked == [path.as_uri()]
        assert errors == []
        return page

    return open_file


def the_demo() -> Journey:
    """Return the demo's journey, with a picture and a conversation on it."""
    load_small_demo()
    journey = Journey.objects.get(workspace__slug="demo", slug="business-trip")
    step = journey.stages.all()[0].steps.all()[0]
    drawn = BytesIO()
    Image.new("RGB", (400, 300), "teal").save(drawn, "PNG")
    card = make_card(make_lane(journey, kind=LaneKind.IMAGES, position=10**9), step)
    card.image.save("shot.png", ContentFile(drawn.getvalue()))
    said = {"journey": journey, "lane": card.lane, "step": step, "author": make_user(name="Ann")}
    first = Comment.objects.create(**said, text="Is it\nso?", at=NOON)
    Comment.objects.create(**said, text="It is.", at=NOON, reply_to=first)
    return journey


def content(journey: Journey, **options) -> bytes:
    """Return the journey as a page."""
    chosen = ExportOptions(**options)
    filters = MapFilters(period=Period.until(NOON.date(), "all"))
    return export(gather(journey, filters=filters, options=chosen), "html", chosen).content


def test_no_rule_is_broken_and_nothing_is_fetched(open_file, axe_violations) -> None:
    page_of_demo = content(the_demo(), comments=True)
    broken = {}
    for size, scheme in LOOKS:
        page = open_file(page_of_demo, size, scheme)
        if found := axe_violations(page):
            broken[size[0], scheme] = found
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size[0]
        shown = page.locator(".story") if size == PHONE else page.locator(".map")
        assert shown.is_visible()
        picture = page.locator(".shot:visible")
        assert picture.count() == 1
        assert picture.bounding_box()["height"] > 50
        page.close()
    assert broken == {}


def test_heads_stay_and_a_marker_leads_to_what_was_said(open_file) -> None:
    page = open_file(content(the_demo(), comments=True))
    page.set_viewport_size({"width": 900, "height": 500})
    scroller = page.locator(".map-scroll")
    scroller.evaluate("each => each.scrollTo(400, 300)")
    box = scroller.bounding_box()
    stage = page.locator(".map thead .rail").first.bounding_box()
    assert (round(stage["x"] - box["x"]), round(stage["y"] - box["y"])) == (1, 1)
    page.locator(".marker").first.click()
    assert page.locator(".talk:target").inner_text().splitlines()[-1] == "It is."
