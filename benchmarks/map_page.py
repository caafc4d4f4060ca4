"""How long the server takes for a map page, and how much it sends.

    python benchmarks/map_page.py                       # on SQLite
    DATABASE_URL=postgres://… python benchmarks/map_page.py   # on an empty PostgreSQL database

Loads the simulated workspace (8 stages × 5 steps, about 150 cards), asks for the map page again
and again through the whole middleware stack, and prints medians beside the goals: under 25 ms of
server time, under 80 KB of compressed transfer with scripts and styles. The peer in the same run
is the atlas page of the same workspace, which draws no map.
"""

import gzip
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROUNDS = 60
GOAL_MS, GOAL_KB = 25.0, 80.0

scratch = tempfile.TemporaryDirectory()
os.environ.setdefault("VAR_DIR", scratch.name)
os.environ.setdefault("SECRET_KEY", "benchmark")
os.environ.setdefault("LOG_LEVEL", "ERROR")
os.environ["DJANGO_SETTINGS_MODULE"] = "cxjourney.settings"
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.cache import caches  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.template.loader import render_to_string  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from journeys.maps import MapFilters, build_map  # noqa: E402
from journeys.models import Card, Journey, Membership, Role, Step, User  # noqa: E402


def median_ms(call: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """Return the median and the ninth decile of a call's time in milliseconds."""
    call()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times), statistics.quantiles(times, n=10)[-1]


def largest_journey() -> Journey:
    return Journey.objects.select_related("workspace", "owner").get(
        workspace__slug="demo", slug="b2b-software"
    )


def transfer(client: Client, path: str) -> dict[str, int]:
    """Return the compressed size of the page and of every script and style it names."""
    page = client.get(path, headers={"Accept-Encoding": "gzip"})
    html = gzip.decompress(page.content).decode()
    sizes = {path: len(page.content)}
    for name in re.findall(r'(?:src|href)="/static/([^"]+\.(?:js|css|svg))"', html):
        file = Path(settings.STATIC_ROOT) / name
        compressed = [file.with_name(file.name + suffix) for suffix in (".br", ".gz")]
        smallest = next((each for each in compressed if each.exists()), file)
        sizes[name] = smallest.stat().st_size
    return sizes


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("load_demo", verbosity=0)
    journey = largest_journey()
    user = User.objects.create_user("benchmark@example.com", "benchmark")
    Membership.objects.create(workspace=journey.workspace, user=user, role=Role.VIEWER)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    path = journey.get_absolute_url()
    filters = MapFilters.default(timezone.now().date())
    found = build_map(journey, filters=filters)
    table = {"map": found, "filters": filters, "column_count": 40}

    def get(address: str) -> None:
        response = client.get(address)
        assert response.status_code == 200, response.status_code

    with CaptureQueriesContext(connection) as queries:
        get(path)
    cards = Card.objects.filter(lane__journey=journey).count()
    steps = Step.objects.filter(stage__journey=journey).count()
    print(f"{connection.vendor}, Django {django.get_version()}, Python {sys.version.split()[0]}")
    print(f"{journey.title}: {steps} steps, {cards} cards, {len(queries)} queries a page")

    def first_look(address: str) -> None:
        caches["pages"].clear()
        get(address)

    rows = {
        "map page, nothing kept": lambda: first_look(path),
        "  of it build_map": lambda: build_map(journey, filters=filters),
        "  of it the table's template": lambda: render_to_string("journeys/_map_table.html", table),
        "map page, kept": lambda: get(path),
        "one segment, nothing kept": lambda: first_look(
            f"{path}?segment={found.segments[0].value}"
        ),
        "all time, nothing kept": lambda: first_look(f"{path}?period=all"),
        "outline, nothing kept": lambda: first_look(f"{path}outline/"),
        "peer: atlas page": lambda: get(journey.workspace.get_absolute_url()),
    }
    measured = {name: median_ms(call) for name, call in rows.items()}
    for name, (median, ninth) in measured.items():
        print(f"{name:32} median {median:6.1f} ms   p90 {ninth:6.1f} ms")
    for name in ("map page, nothing kept", "map page, kept"):
        print(f"ratio to the goal of 25 ms: {name:28} {measured[name][0] / GOAL_MS:.2f}")
    ratio = measured["map page, nothing kept"][0] / measured["peer: atlas page"][0]
    print(f"ratio to the atlas page:    {'map page, nothing kept':28} {ratio:.2f}")
    sizes = transfer(client, path)
    for name, size in sizes.items():
        print(f"{name:50} {size / 1000:7.1f} KB")
    total = sum(sizes.values()) / 1000
    print(f"{'all, compressed':50} {total:7.1f} KB   ratio to the goal {total / GOAL_KB:.2f}")


if __name__ == "__main__":
    main()
