"""How a very large map opens, scrolls and is edited in a real browser.

    python benchmarks/editor.py                             # on SQLite
    DATABASE_URL=postgres://… python benchmarks/editor.py   # on an empty PostgreSQL database

Makes a journey of 40 stages, 200 steps and 1,500 cards, serves it by uvicorn as in production, and
opens it in Chromium (named by CHROMIUM, else found). Prints how long it takes until the page has
loaded and been painted (goal: 1.5 s), how long frames take while it scrolls, and what one edited
card sends and takes (goal: under 5 kB). The peer in the same run is the same map for a viewer, who
is offered nothing to edit.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 7
GOAL_MS, GOAL_BYTES = 1500.0, 5000
STAGES, STEPS, CARDS = 40, 5, 1500

scratch = tempfile.TemporaryDirectory()
os.environ.setdefault("VAR_DIR", scratch.name)
os.environ.setdefault("DATABASE_URL", f"sqlite:///{scratch.name}/benchmark.sqlite3")
os.environ.setdefault("SECRET_KEY", "benchmark")
os.environ.setdefault("LOG_LEVEL", "ERROR")
os.environ["DJANGO_SETTINGS_MODULE"] = "cxjourney.settings"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
sys.path.insert(0, str(ROOT))

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright  # noqa: E402

from journeys.models import (  # noqa: E402
    Card,
    Channel,
    Journey,
    Lane,
    LaneKind,
    Membership,
    Role,
    Stage,
    Step,
    User,
    Workspace,
)
from tests.chromium import find_chromium  # noqa: E402
from tests.servers import serving  # noqa: E402
from touchpoints.models import Team, Touchpoint  # noqa: E402

LANES = (
    LaneKind.TOUCHPOINTS,
    LaneKind.DOING,
    LaneKind.THINKING,
    LaneKind.FEELING,
    LaneKind.FEEDBACK,
    LaneKind.FRICTION,
    LaneKind.PAIN_POINTS,
    LaneKind.OPPORTUNITIES,
    LaneKind.HANDOFFS,
)


def make_journey() -> Journey:
    """Make the large map."""
    workspace = Workspace.objects.create(name="Large", slug="large")
    journey = Journey.objects.create(workspace=workspace, title="Everything", slug="everything")
    channel = Channel.objects.create(workspace=workspace, name="Web")
    team = Team.objects.create(workspace=workspace, name="Digital", slug="digital")
    lanes = [
        Lane.objects.create(journey=journey, kind=kind, position=1024 * place)
        for place, kind in enumerate(LANES)
    ]
    steps = []
    for place in range(STAGES):
        stage = Stage.objects.create(
            journey=journey, title=f"Stage {place + 1}", goal="To get on", position=1024 * place
        )
        for number in range(STEPS):
            title = f"Step {place + 1}.{number + 1}"
            steps.append(Step.objects.create(stage=stage, title=title, position=1024 * number))
    written = [lane for lane in lanes if LaneKind(lane.kind).holds_cards]
    Card.objects.bulk_create(
        Card(
            lane=written[n % len(written)],
            step=steps[n // len(written) % len(steps)],
            text=f"Card {n + 1}: asks what happens next, and waits for somebody who knows",
            position=1024 * (n // len(written) // len(steps)),
        )
        for n in range(CARDS)
    )
    Touchpoint.objects.bulk_create(
        Touchpoint(step=step, channel=channel, team=team, title=f"Page of {step}") for step in steps
    )
    return journey


def sign_in(workspace: Workspace, role: Role) -> str:
    """Make a member and return the key of a session."""
    user = User.objects.create_user(f"{role}@example.com", "secret", name=role.title())
    Membership.objects.create(workspace=workspace, user=user, role=role)
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def opened(browser: Browser, address: str, key: str, path: str) -> tuple[Page, dict[str, float]]:
    """Open the map in a browser that has nothing kept; return the page and its times in ms."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": key, "url": address}])
    page = context.new_page()
    page.goto(address + path, wait_until="load")
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length > 0")
    times: dict[str, float] = page.evaluate(
        """() => {
            const [visit] = performance.getEntriesByType("navigation");
            const [paint] = performance.getEntriesByName("first-contentful-paint");
            return { server: visit.responseStart, paint: paint.startTime, load: visit.loadEventEnd,
                     kilobytes: visit.transferSize / 1000 };
        }"""
    )
    return page, times


SCROLL = """async ([across, down]) => {
    const home = document.querySelector("[data-map-scroll]");
    const frames = [];
    let last = performance.now();
    for (let n = 0; n < 90; n++) {
        home.scrollBy(across, down);
        await new Promise(requestAnimationFrame);
        const now = performance.now();
        frames.push(now - last);
        last = now;
    }
    return frames;
}"""


def edit(page: Page, network: CDPSession, sizes: list[int]) -> tuple[float, int]:
    """Reword one card; return milliseconds from Enter to its answer, and the bytes of that."""
    card = page.locator(".card a.edit").nth(40)
    card.click()
    page.get_by_label("Text").fill(f"Reworded at {time.time()}")
    sizes.clear()
    page.evaluate(
        """() => { window.done = new Promise((resolve) =>
            document.addEventListener("cx:applied", () => resolve(performance.now()), { once: 1 }));
            window.begun = performance.now(); }"""
    )
    page.keyboard.press("Enter")
    took: float = page.evaluate("window.done.then((end) => end - window.begun)")
    page.wait_for_timeout(50)
    return took, sum(sizes)


def middle(values: list[float]) -> str:
    return f"{statistics.median(values):7.0f} (fastest {min(values):.0f})"


def measure(browser: Browser, address: str, key: str, path: str, who: str) -> Page:
    times: list[dict[str, Any]] = []
    page = None
    for _ in range(ROUNDS):
        if page:
            page.context.close()
        page, found = opened(browser, address, key, path)
        times.append(found)
    assert page is not None
    print(f"{who}")
    for name in ("server", "paint", "load"):
        print(f"  {name:24} ms {middle([each[name] for each in times])}")
    print(f"  {'page, compressed':24} kB {statistics.median(t['kilobytes'] for t in times):7.0f}")
    for way, by in (("sideways", [120, 0]), ("down", [0, 40])):
        frames = sorted(page.evaluate(SCROLL, by))
        print(
            f"  {'frames, scrolled ' + way:24} ms {statistics.median(frames):7.0f} "
            f"(95 % {frames[int(0.95 * len(frames))]:.0f}, longest {frames[-1]:.0f})"
        )
    page.evaluate("document.querySelector('[data-map-scroll]').scrollTo(0, 0)")
    return page


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    journey = make_journey()
    editor = sign_in(journey.workspace, Role.EDITOR)
    viewer = sign_in(journey.workspace, Role.VIEWER)
    path = journey.get_absolute_url()
    print(f"{STAGES} stages, {STAGES * STEPS} steps, {CARDS} cards; medians of {ROUNDS}")
    folder, key = Path(os.environ["VAR_DIR"]), os.environ["SECRET_KEY"]
    served = serving(os.environ["DATABASE_URL"], folder, SECRET_KEY=key)
    with served as [server], sync_playwright() as playwright:
        address = server.url
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--disable-gpu"]
        )
        measure(browser, address, viewer, path, "viewer (peer)").context.close()
        page = measure(
            browser, address, editor, path, f"editor (goal: load under {GOAL_MS:.0f} ms)"
        )
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        sizes: list[int] = []
        network.on("Network.loadingFinished", lambda e: sizes.append(int(e["encodedDataLength"])))
        edits = [edit(page, network, sizes) for _ in range(ROUNDS)]
        print(f"  {'a card edited':24} ms {middle([took for took, _ in edits])}")
        largest = max(size for _, size in edits)
        print(f"  {'its answer, at most':24} B  {largest:7} (goal: under {GOAL_BYTES})")
        browser.close()


if __name__ == "__main__":
    main()
