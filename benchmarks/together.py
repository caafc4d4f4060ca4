"""Two people, two browsers, two server processes, one map: do all agree in the end, and how fast?

    python benchmarks/together.py                 # a PostgreSQL of its own, 200 edits
    python benchmarks/together.py --edits 400 --headed

Each browser has the map open on a server process of its own. The edits go back and forth between
them: cards are added, reworded, moved and removed, steps are named anew. Each is sent from within
the page, as the editor does it, and timed until the other screen shows it. In the end both screens,
the database and the change log must agree, and every revision must be in the log once.
Goal: p95 under 300 ms from the click to the other screen.
"""

import argparse
import json
import os
import random
import re
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright  # noqa: E402

from tests.chromium import find_chromium  # noqa: E402
from tests.postgres import Cluster, find_programs  # noqa: E402
from tests.servers import Server, serving  # noqa: E402

MAP = "/w/together/journeys/together/"
PATIENCE = 20_000
SHOWN = """([mark, gone]) => new Promise((resolve) => {
  const there = () => document.getElementById("map").textContent.includes(mark) !== gone;
  const look = () => there() ? resolve(Date.now()) : setTimeout(look, 4);
  look();
})"""
SEND = """async ([address, values]) => {
  const body = new FormData();
  for (const [name, value] of Object.entries(values)) body.append(name, value);
  const begun = Date.now();
  const headers = { "HX-Request": "true", "X-CSRFToken": document.body.dataset.csrf,
    "HX-Current-URL": location.href };
  const response = await fetch(address, { method: "POST", body, headers });
  const html = await response.text();
  const own = Number(response.headers.get("X-Own-Revision"));
  const editor = typeof cxEdit === "undefined" ? null : cxEdit;
  if (response.ok) {
    editor?.ownRevisions?.add(own);
    (editor?.apply ?? cxParts.apply)(html, Number(response.headers.get("X-Revision")));
  }
  return { begun, status: response.status, own, focus: response.headers.get("X-Focus") };
}"""
SCREEN = """() => [...document.querySelectorAll("#map th[id], #map td[id]")].map((cell) =>
  [cell.id,
   [...cell.querySelectorAll("[id^=card-]")].map((card) => [card.id, card.textContent.trim()]),
   cell.matches("th") ? cell.textContent.replace(/\\s+/g, " ").trim() : ""])"""


class Together:
    """Two pages on one map, and what should be on it."""

    def __init__(self, pages: Sequence[Page], made: dict[str, Any], seed: int) -> None:
        self.pages, self.random = pages, random.Random(seed)
        self.cells = [(lane, step) for lane in made["lanes"] for step in made["steps"]]
        self.steps: list[int] = made["steps"]
        self.cards: list[int] = []
        self.texts: dict[int, str] = {}
        self.times: list[float] = []
        self.revisions: list[int] = []
        self.errors: list[str] = []
        """What the pages wrote to the console as an error."""
        for page in pages:
            page.on("pageerror", lambda error: self.errors.append(str(error)))
            page.on("console", self._note)

    def _note(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.errors.append(said.text)

    def close(self) -> None:
        """Close both browsers' pages."""
        for page in self.pages:
            page.context.close()

    def edit(self, number: int) -> None:
        """Make one edit in one of the browsers, and wait until the other shows it."""
        page, other = self.pages[number % 2], self.pages[1 - number % 2]
        mark, gone = f"Edit {number}.", False
        lane, step = self.random.choice(self.cells)
        card = self.random.choice(self.cards) if self.cards else None
        what = self.random.choice(["add", "add", "reword", "move", "remove", "name a step"])
        values: dict[str, Any]
        if what == "name a step":
            step = self.random.choice(self.steps)
            address, values = f"steps/{step}/", {"title": mark}
        elif what == "add" or card is None:
            address, values = f"cards/new/?lane={lane}&step={step}", {"text": mark}
            what = "add"
        elif what == "reword":
            address, values = f"cards/{card}/", {"text": mark}
        elif what == "move":
            # Its place does not show in a text: a new wording goes first, untimed.
            address, values = f"cards/{card}/move/", {"lane": lane, "step": step}
        else:
            address, values, gone = f"cards/{card}/remove/", {}, True
            mark = self.texts[card]
        if what == "move":
            place = f"cell-{lane}-{step}"
            watching = self._watch(other, f"#{place} #card-{card}")
        else:
            watching = None
        sent = page.evaluate(SEND, [MAP + address, values])
        assert sent["status"] == 200, (what, sent)
        if watching is None:
            shown = other.evaluate(SHOWN, [mark, gone])
        else:
            shown = other.evaluate("(name) => window[name]", watching)
        self._remember(what, card, mark, sent)
        if sent["own"]:
            self.revisions.append(sent["own"])
            self.times.append(max(0.0, shown - sent["begun"]))

    def _watch(self, page: Page, selector: str) -> str:
        """Let a page note when it shows something; return the name under which."""
        page.evaluate(
            """(selector) => { window.cxSeen = new Promise((resolve) => {
              const look = () => document.querySelector(selector)
                ? resolve(Date.now()) : setTimeout(look, 4);
              look();
            }); }""",
            selector,
        )
        return "cxSeen"

    def _remember(self, what: str, card: int | None, mark: str, sent: dict[str, Any]) -> None:
        if what == "add":
            made = int(re.sub(r"\D", "", sent["focus"]))
            self.cards.append(made)
            self.texts[made] = mark
        elif what == "reword" and card is not None:
            self.texts[card] = mark
        elif what == "remove" and card is not None:
            self.cards.remove(card)
            del self.texts[card]

    def screens(self, revision: int) -> list[Any]:
        """Return what both pages show, once they know of the newest revision."""
        for page in self.pages:
            page.wait_for_timeout(1000)
        return [page.evaluate(SCREEN) for page in self.pages]


def play(browser: Browser, servers: Sequence[Server], made: dict[str, Any], edits: int) -> Together:
    """Open the map in two browsers, each on its server, and edit it in turns."""
    pages = []
    for server, session in zip(servers, made["sessions"], strict=True):
        context = browser.new_context(base_url=server.url)
        context.set_default_timeout(PATIENCE)
        context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
        page = context.new_page()
        page.goto(MAP)
        pages.append(page)
    for page in pages:
        # Each sees the other: both streams are open, and both processes hear each other.
        page.locator("[data-live-people] li").first.wait_for()
    both = Together(pages, made, seed=edits)
    for number in range(edits):
        both.edit(number)
    return both


def in_database() -> dict[str, Any]:
    """Return the map and the change log as the database has them."""
    from journeys.models import Card, Change, Journey

    journey = Journey.objects.get(slug="together")
    cards: dict[str, list[list[str]]] = {}
    for card in Card.objects.current().filter(lane__journey=journey).order_by("position", "pk"):
        cell = cards.setdefault(f"cell-{card.lane_id}-{card.step_id}", [])
        cell.append([f"card-{card.pk}", card.text])
    log = Change.objects.filter(journey=journey).order_by("revision")
    return {
        "revision": journey.revision,
        "log": list(log.values_list("revision", flat=True)),
        "cards": cards,
        "steps": {f"step-{step.pk}": step.title for step in _steps(journey)},
    }


def _steps(journey: Any) -> Any:
    from journeys.models import Step

    return Step.objects.current().filter(stage__journey=journey)


def disagreements(screens: Sequence[Any], database: dict[str, Any], made_by_us: int) -> list[str]:
    """Return in what the screens, the database and the log differ; nothing, it is to be hoped."""
    found = []
    if screens[0] != screens[1]:
        found.append("the screens differ from each other")
    for number, screen in enumerate(screens):
        cards = {name: cards for name, cards, _ in screen if cards}
        if cards != database["cards"]:
            found.append(f"screen {number} shows other cards than the database has")
        steps = {name: text for name, _, text in screen if name.startswith("step-")}
        if steps != database["steps"]:
            found.append(f"screen {number} shows other steps than the database has")
    if database["log"] != list(range(1, database["revision"] + 1)):
        found.append("the log has gaps")
    if len(database["log"]) != made_by_us:
        found.append(f"{made_by_us} edits were made, {len(database['log'])} are in the log")
    return found


def summary(times: Sequence[float]) -> str:
    p95 = statistics.quantiles(times, n=20)[-1]
    return (
        f"{len(times)} edits: p50 {statistics.median(times):.0f} ms, p95 {p95:.0f} ms, "
        f"max {max(times):.0f} ms from the click to the other screen"
    )


def prepare() -> dict[str, Any]:
    """Make a journey of four stages and twelve steps, and two who edit it."""
    from django.test import Client

    from journeys.models import LaneKind, Membership, User
    from tests import factories as make

    workspace = make.make_workspace(slug="together")
    journey = make.make_journey(workspace, slug="together")
    kinds = (LaneKind.TOUCHPOINTS, LaneKind.DOING, LaneKind.PAIN_POINTS, LaneKind.FEELING)
    lanes = [make.make_lane(journey, kind=kind) for kind in kinds]
    stages = [make.make_stage(journey) for _ in range(4)]
    steps = [make.make_step(stage) for stage in stages for _ in range(3)]
    sessions = []
    for name in ("Ada", "Bob"):
        user = User.objects.create(email=f"{name.lower()}@example.com", name=name)
        Membership.objects.create(workspace=workspace, user=user, role="editor")
        client = Client()
        client.force_login(user)
        sessions.append(client.cookies["sessionid"].value)
    return {
        "lanes": [lane.pk for lane in lanes[1:3]],
        "steps": [step.pk for step in steps],
        "sessions": sessions,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--edits", type=int, default=200)
    parser.add_argument("--headed", action="store_true", help="show the browsers")
    asked = parser.parse_args()
    programs, chromium = find_programs(), find_chromium()
    if programs is None or chromium is None:
        sys.exit("It needs PostgreSQL and Chromium.")
    cluster = Cluster(programs, "-c listen_addresses=''")
    cluster.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            url = cluster.url.rpartition("/")[0] + "/postgres"
            measure(url, Path(folder), str(chromium), asked)
    finally:
        cluster.stop()


def measure(url: str, folder: Path, chromium: str, asked: argparse.Namespace) -> None:
    """Play, print the times, and end with an error where anything disagrees."""
    environment = {
        "DATABASE_URL": url,
        "DEBUG": "true",
        "DJANGO_SETTINGS_MODULE": "cxjourney.settings",
        # Playwright's sync API runs an event loop in this thread, where Django refuses the ORM.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        "SECRET_KEY": "servers",
        "VAR_DIR": str(folder),
    }
    os.environ |= environment

    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    made = prepare()
    # DEBUG spares compressing the static files, which takes longer than all edits.
    both_servers = serving(url, folder, count=2, DEBUG="true")
    with both_servers as servers, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, headless=not asked.headed)
        both = play(browser, servers, made, asked.edits)
        database = in_database()
        screens = both.screens(database["revision"])
        both.close()
        browser.close()
    connection.close()
    problems = [*disagreements(screens, database, len(both.revisions)), *both.errors]
    print(summary(both.times))
    print(json.dumps({"revision": database["revision"], "in the log": len(database["log"])}))
    print("Both screens, the database and the log agree." if not problems else "\n".join(problems))
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
