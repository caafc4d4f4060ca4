"""A real browser in front of a live server; every test in this folder is marked `browser`."""

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from threading import Condition
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from tests import factories
from tests.chromium import find_chromium
from tests.conftest import REQUIRE_ALL

# Playwright's sync API runs an event loop in this thread, where Django then refuses the ORM.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

WIDE = (1920, 1080)
PHONE = (390, 844)
HELD = 10
"""Milliseconds from the press of a button to its release: enough for what a press sets off at once.

Where more than that belongs to what is tested, a test holds it for longer.
"""
# Sizes change no colours and colours no sizes, so that two looks show what four would.
LOOKS: list[tuple[tuple[int, int], Literal["light", "dark"]]] = [(WIDE, "light"), (PHONE, "dark")]
in_each_look = pytest.mark.parametrize(("viewport", "scheme"), LOOKS, ids=["wide", "phone"])
FLAGS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands in this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    executable = find_chromium()
    if executable is None:
        missing = pytest.fail if REQUIRE_ALL else pytest.skip
        missing("no Chromium found: install it, or name it in CHROMIUM")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session", autouse=True)
def click_as_a_hand_does() -> Iterator[None]:
    """Hold the button down for a while in every click; scripts act meanwhile."""
    click = Locator.click
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Locator, "click", lambda self, **how: click(self, **({"delay": HELD} | how)))
        yield


@pytest.fixture(autouse=True)
def name_alike_in_every_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Number what the factories make from 1: "Workspace 19" would be found as "1", too."""
    monkeypatch.setattr(factories, "_number", count(1))


def middle(found: Locator) -> tuple[float, float]:
    """Return the centre of an element, in the window."""
    box = found.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


class Finger:
    """A finger on the screen: what a page hears of it is not what it hears of a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.cdp = page.context.new_cdp_session(page)

    def __call__(self, sort: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y} for x, y in points]
        self.cdp.send("Input.dispatchTouchEvent", {"type": f"touch{sort}", "touchPoints": touches})

    def tap(self, found: Locator) -> None:
        """Tap on the middle of an element, as long as people do."""
        found.scroll_into_view_if_needed()
        self("Start", middle(found))
        self.page.wait_for_timeout(50)
        self("End")

    def swipe(
        self, start: tuple[float, float], end: tuple[float, float], *, stops: bool = False
    ) -> None:
        """Move from a place in the window to another one, where it may stop before it is lifted."""
        (x, y), (end_x, end_y) = start, end
        self("Start", start)
        for step in range(1, 9):
            self("Move", (x + (end_x - x) * step / 8, y + (end_y - y) * step / 8))
        if stops:
            self.page.wait_for_timeout(50)
            self("Move", end)
        self("End")


@pytest.fixture(scope="session")
def all_answered() -> Iterator[Callable[[], bool]]:
    """`all_answered()` -> True once the live server has nothing to answer, or False after 30 s.

    Before, the tables must not be emptied.
    """
    answering: set[int] = set()
    change = Condition()
    answer = WSGIHandler.__call__

    def count_and_answer(self: WSGIHandler, environ: Any, start_response: Any) -> Any:
        with change:
            answering.add(id(environ))
        try:
            return answer(self, environ, start_response)
        finally:
            with change:
                answering.discard(id(environ))
                change.notify_all()

    def all_answered() -> bool:
        with change:
            return change.wait_for(lambda: not answering, timeout=30)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WSGIHandler, "__call__", count_and_answer)
        yield all_answered


def sign_in(context: BrowserContext, user: Any, url: str) -> None:
    """Let the browser be somebody's from now on, at the server of that address."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])


@pytest.fixture
def open_page(
    browser: Browser, live_server: Any, all_answered: Callable[[], bool]
) -> Iterator[Callable[..., Page]]:
    """`open_page(path, user=..., viewport=WIDE, color_scheme="light")` -> a page that shows it.

    The test fails in the end where any of its pages wrote an error to the console: a script that
    broke, a file that is missing, a rule of the content security policy that was hurt.
    """
    contexts = []
    errors: list[str] = []

    def open_page(
        path: str,
        *,
        user: Any = None,
        viewport: tuple[int, int] = WIDE,
        color_scheme: Literal["light", "dark"] = "light",
        errors_expected: bool = False,
        **options: Any,
    ) -> Page:
        width, height = viewport
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            color_scheme=color_scheme,
            **options,
        )
        contexts.append(context)
        if user is not None:
            sign_in(context, user, live_server.url)
        page = context.new_page()
        if errors_expected:
            page.goto(path)
            return page
        page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda said: (
                errors.append(f"{page.url}: {said.text}") if said.type == "error" else None
            ),
        )
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert all_answered()
    assert errors == []


# Lists only of what is wrong: on a large page, those of what is right take seconds.
EVERY_RULE = {"resultTypes": ["violations"]}
# Half way between light and dark, no colour is one that anybody chose.
FINISH_ANIMATIONS = "document.getAnimations().forEach((each) => each.finish())"
COLOURS = EVERY_RULE | {"runOnly": ["color-contrast", "link-in-text-block"]}


@pytest.fixture
def axe_violations() -> Callable[..., list[str]]:
    """`axe_violations(page)` -> one line for each rule that the page breaks, with where.

    With `both_schemes`, also for what it breaks when it turns dark, where only colours change.
    """

    def axe_violations(page: Page, *, both_schemes: bool = False) -> list[str]:
        found = Axe().run(page, options=EVERY_RULE).response["violations"]
        if both_schemes:
            page.emulate_media(color_scheme="dark")
            page.evaluate(FINISH_ANIMATIONS)
            found += Axe().run(page, options=COLOURS).response["violations"]
            page.emulate_media(color_scheme="light")
            page.evaluate(FINISH_ANIMATIONS)
        return [
            f"{rule['id']}: {rule['help']} at {[node['target'] for node in rule['nodes']][:5]}"
            for rule in found
        ]

    return axe_violations
