"""What each format of a map costs: time, memory and size, beside a browser that prints the page.

    python benchmarks/export.py

The map is the demo's largest: 8 stages × 5 steps, about 150 cards, with a year of answers. Each
file is made in a process of its own, so that the peak of memory (ru_maxrss, all of Django in it) is
that of one format. “First” is the first file of that process, “warm” the median of the four that
follow; both without fetching, which stands beside them. “Busy” is the processor's part of “warm”:
where it is much less, other programs had the machine. The peers run in the same minute: headless
Chromium, from its start to the file, with the page of the same map already on disk, styles and all.

Then the same, once, for a map of 1,500 cards. Formats that an installation does not offer are left
out. It ends with an error where a goal of the first map was missed.
"""

import gc
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5
CARDS = 1500
PEAK_MB = 250.0
GOALS = {"pdf": 1.0, "pdf, A4 tiles": 1.0, "png": 1.5, "pptx": 0.5, "xlsx": 0.3}
"""Seconds for a file in a warm process; the PNG has 8 megapixels, and its PDF is in its time."""
BROWSER = {
    "pdf": ["--print-to-pdf={}"],
    "png": ["--screenshot={}", "--window-size=4000,2000"],
}
"""The ending of a file, and how Chromium is asked for it; the picture has 8 megapixels."""

scratch = tempfile.TemporaryDirectory()
os.environ.setdefault("VAR_DIR", scratch.name)
os.environ.setdefault("SECRET_KEY", "benchmark")
os.environ.setdefault("LOG_LEVEL", "ERROR")
# The page's styles as they lie in the checkout, not gathered and packed.
os.environ.setdefault("DEBUG", "true")
os.environ["DJANGO_SETTINGS_MODULE"] = "cxjourney.settings"
sys.path.insert(0, str(ROOT))

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from journeys.exports import export, formats  # noqa: E402
from journeys.exports.choices import Choices  # noqa: E402
from journeys.exports.making import gathered  # noqa: E402
from journeys.exports.options import ExportOptions  # noqa: E402
from journeys.maps import MapFilters  # noqa: E402
from journeys.models import Card, Journey, LaneKind, Membership, Role, Step, User  # noqa: E402
from tests.chromium import find_chromium  # noqa: E402

Row = dict[str, float]


def files() -> dict[str, tuple[str, ExportOptions]]:
    """Return every file that is made, by its name in the table."""
    made = {key: (key, ExportOptions(paper="a0")) for key in formats()}
    if "pdf" in made:
        made["pdf, A4 tiles"] = ("pdf", ExportOptions(paper="a4", tiled=True))
    return made


def the_journey() -> Journey:
    journeys = Journey.objects.select_related("workspace", "owner")
    return journeys.get(workspace__slug="demo", slug="b2b-software")


def prepare(page: str) -> Row:
    """Load the demo, and write the map's page to a file that needs no server."""
    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0)
    journey = the_journey()
    user = User.objects.create_user("benchmark@example.com", "benchmark")
    Membership.objects.create(workspace=journey.workspace, user=user, role=Role.VIEWER)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    html = client.get(journey.get_absolute_url()).content.decode()
    html = re.sub(r"<script\b.*?</script>", "", html, flags=re.DOTALL)
    Path(page).write_text(html.replace('"/static/', f'"{(ROOT / "static").as_uri()}/'))
    return {"cards": Card.objects.filter(lane__journey=journey).count()}


def grow() -> Row:
    """Add cards until the map has CARDS of them."""
    journey = the_journey()
    steps = list(Step.objects.filter(stage__journey=journey))
    kinds = (LaneKind.DOING, LaneKind.THINKING, LaneKind.PAIN_POINTS)
    lanes = list(journey.lanes.filter(kind__in=kinds))
    texts = list(Card.objects.filter(lane__journey=journey).values_list("text", flat=True))
    Card.objects.bulk_create(
        Card(
            lane=lanes[number % len(lanes)],
            step=steps[number // len(lanes) % len(steps)],
            text=texts[number % len(texts)],
            position=100 + number,
        )
        for number in range(CARDS - len(texts))
    )
    return {"cards": Card.objects.filter(lane__journey=journey).count()}


def make(name: str, rounds: str) -> Row:
    """Make a file again and again in this process; return what it took."""
    key, options = files()[name]
    start = time.perf_counter()
    filters = MapFilters.default(timezone.now().date())
    material = gathered(the_journey(), Choices(key, options), filters)
    fetched, times, busy = time.perf_counter() - start, [], []
    for _ in range(int(rounds)):
        start, begun = time.perf_counter(), time.process_time()
        made = export(material, key, options)
        times.append(time.perf_counter() - start)
        busy.append(time.process_time() - begun)
        gc.collect()  # as journeys.exports.making does after every file
    return {
        "fetched": fetched,
        "first": times[0],
        "warm": statistics.median(times[1:] or times),
        "busy": statistics.median(busy[1:] or busy),
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "size": len(made.content) / 1000,
    }


def in_a_process(job: str, *arguments: str) -> Row:
    # A process begins with its parent's peak: this one stays small.
    done = subprocess.run(
        [sys.executable, __file__, job, *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{job} {' '.join(arguments)} failed.\n{done.stderr[-1500:]}")
    result: Row = json.loads(done.stdout.splitlines()[-1])
    return result


def table(rounds: int) -> dict[str, Row]:
    """Make every file in its own process, print what each took, and return it."""
    print(f"{'':18}{'fetched':>9}{'first':>9}{'warm':>9}{'busy':>9}{'peak':>9}{'size':>10}")
    rows = {}
    for name in files():
        row = rows[name] = in_a_process("make", name, str(rounds))
        print(
            f"{name:18}{row['fetched']:7.2f} s{row['first']:7.2f} s{row['warm']:7.2f} s"
            f"{row['busy']:7.2f} s{row['peak']:6.0f} MB{row['size']:7.0f} KB"
        )
    return rows


def browser(page: Path) -> dict[str, float]:
    """Return the seconds from a start of Chromium to its file, the median of three."""
    chromium = find_chromium()
    if chromium is None:
        print("There is no Chromium to compare with.")
        return {}
    seconds = {}
    for name, flags in BROWSER.items():
        file, times = page.with_suffix(f".{name}"), []
        wish = [each.format(file) for each in flags]
        for _ in range(3):
            start = time.perf_counter()
            subprocess.run(
                [chromium, "--headless", "--no-sandbox", "--disable-gpu", *wish, page.as_uri()],
                capture_output=True, check=True,
            )  # fmt: skip
            times.append(time.perf_counter() - start)
        seconds[name] = statistics.median(times)
        size = file.stat().st_size / 1000
        print(f"Chromium, from its start to the {name}: {seconds[name]:.2f} s, {size:,.0f} KB")
    return seconds


def missed(rows: dict[str, Row], peers: dict[str, float]) -> list[str]:
    """Return the goals that were not reached, in sentences."""
    limits = {name: goal for name, goal in GOALS.items() if name in rows}
    problems = [
        f"{name} took {rows[name]['warm']:.2f} s, over {goal} s."
        for name, goal in limits.items()
        if rows[name]["warm"] > goal
    ]
    problems += [
        f"{name} took {row['peak']:.0f} MB, over {PEAK_MB:.0f} MB."
        for name, row in rows.items()
        if row["peak"] > PEAK_MB
    ]
    printing = peers.get("pdf")
    if printing and "pdf" in rows and rows["pdf"]["first"] > printing:
        problems.append("Chromium prints faster, counted from its start.")
    return problems


def main() -> None:
    print(f"Django {django.get_version()}, Python {sys.version.split()[0]}")
    page = Path(scratch.name) / "page.html"
    print(f"\nA map of 40 steps and {in_a_process('prepare', str(page))['cards']} cards:")
    rows = table(ROUNDS)
    peers = browser(page)
    print(f"\nA map of 40 steps and {in_a_process('grow')['cards']} cards:")
    table(1)
    problems = missed(rows, peers)
    sys.exit("\n" + "\n".join(problems) if problems else 0)


JOBS: dict[str, Any] = {"prepare": prepare, "grow": grow, "make": make}

if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(JOBS[sys.argv[1]](*sys.argv[2:])))
    else:
        main()
