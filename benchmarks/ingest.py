"""How fast answers come in: from a CSV file to committed and counted rows, beside a plain COPY.

    python benchmarks/ingest.py                    # on a PostgreSQL that it starts itself
    DATABASE_URL=postgres://… python benchmarks/ingest.py     # on an empty PostgreSQL database
    DATABASE_URL=sqlite:////tmp/b.sqlite3 python benchmarks/ingest.py   # on SQLite
    python benchmarks/ingest.py --rows 100000

A million answers by default, in a long file with columns for id, touchpoint, metric, score,
comment (every fifth), time (to the second, in order, over a year), segment and channel: 30
touchpoints, two metrics, five segments. The yardstick is one COPY of the same answers, as
PostgreSQL itself would write them, into the very same table in the same run: with its primary
key, all its indexes, its checks and its foreign keys, but without the triggers that keep the
daily counts. The goals: the whole path at 0.4 of that or better, at most 300 MB at its peak.
"""

import argparse
import atexit
import csv
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

GOAL_RATIO, GOAL_MB = 0.4, 300
TOUCHPOINTS, SEGMENTS, METRICS = 30, 5, {"csat": 5, "ces": 7}
FIRST = datetime(2025, 1, 1, tzinfo=UTC)
HEADER = ("Response", "Where", "What", "Score", "Why", "When", "Plan", "Through")
MAPPING = """
layout = "long"
[source]
name = "Benchmark"
[columns]
id = "Response"
touchpoint = "Where"
metric = "What"
score = "Score"
comment = "Why"
segment = "Plan"
channel = "Through"
[time]
column = "When"
"""
RECORD = (
    "source_id, external_id, touchpoint_id, metric, score, comment, occurred_at, segment_id, "
    "channel_id, recorded_at"
)

COUNTS = ("scorecount", "segmentcount", "channelcount", "scoreweek", "segmentweek", "channelweek")
COPY = f"COPY feedback_feedbackrecord ({RECORD}) FROM STDIN"

parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
parser.add_argument("--rows", type=int, default=1_000_000)
ROWS = parser.parse_args().rows

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
scratch = tempfile.TemporaryDirectory()
os.environ.setdefault("VAR_DIR", scratch.name)
os.environ.setdefault("SECRET_KEY", "benchmark")
os.environ.setdefault("LOG_LEVEL", "ERROR")
os.environ["DJANGO_SETTINGS_MODULE"] = "cxjourney.settings"
if "DATABASE_URL" not in os.environ:
    from tests.postgres import Cluster, find_programs

    programs = find_programs()
    if programs is None:
        sys.exit("There is no PostgreSQL here; name one by DATABASE_URL.")
    cluster = Cluster(programs)
    cluster.start()
    atexit.register(cluster.stop)
    os.environ["DATABASE_URL"] = cluster.url.rsplit("/", 1)[0] + "/postgres"

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, connections, transaction  # noqa: E402

from feedback.imports import Report, import_file, read_mapping  # noqa: E402
from feedback.imports.passes import read_through  # noqa: E402
from feedback.imports.target import prepare_target  # noqa: E402
from feedback.models import FeedbackRecord, Source  # noqa: E402
from journeys.models import Channel, Journey, Segment, Stage, Step, Workspace  # noqa: E402
from touchpoints.models import Touchpoint  # noqa: E402

FILE, LINES = (Path(scratch.name) / name for name in ("answers.csv", "answers.copy"))
POSTGRES = connection.vendor == "postgresql"
RAW = "plain COPY, no counting" if POSTGRES else "plain INSERT, counting"


def answers() -> Iterator[tuple[str, int, str, int, str, datetime, int]]:
    """Yield the answers: id, number of the touchpoint, metric, score, comment, time, segment."""
    draw = random.Random(1)
    for n in range(ROWS):
        metric = draw.choice(list(METRICS))
        yield (
            f"R_{n:09d}",
            draw.randrange(TOUCHPOINTS),
            metric,
            draw.randint(1, METRICS[metric]),
            "It took a while, but the person at the desk was kind." if n % 5 == 0 else "",
            FIRST + timedelta(seconds=n * 31_000_000 // ROWS),
            draw.randrange(SEGMENTS),
        )


def write_file() -> None:
    """Write the answers as a customer's tool would export them."""
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for key, place, metric, score, comment, moment, segment in answers():
            when = f"{moment:%Y-%m-%d %H:%M:%S}"
            line = (key, f"Touchpoint {place}", metric, score, comment, when)
            writer.writerow([*line, f"Segment {segment}", "Web"])


class Place:
    """A journey to import into, and the ids that its answers need."""

    def __init__(self) -> None:
        self.workspace = Workspace.objects.create(name="Benchmark", slug="benchmark")
        self.journey = Journey.objects.create(workspace=self.workspace, slug="j", title="J")
        self.web = Channel.objects.create(workspace=self.workspace, name="Web")
        stage = Stage.objects.create(journey=self.journey, title="Stage", position=0)
        self.touchpoints = []
        for n in range(TOUCHPOINTS):
            step = Step.objects.create(stage=stage, title=f"Step {n}", position=n)
            touchpoint = Touchpoint(step=step, channel=self.web, title=f"Touchpoint {n}")
            touchpoint.save()
            self.touchpoints.append(touchpoint.pk)
        self.segments = [
            Segment.objects.create(workspace=self.workspace, name=f"Segment {n}").pk
            for n in range(SEGMENTS)
        ]
        self.source = Source.objects.create(workspace=self.workspace, name="Benchmark")

    def lines(self) -> Iterator[tuple[object, ...]]:
        """Yield the answers as the columns of RECORD."""
        for key, place, metric, score, comment, moment, segment in answers():
            when = f"{moment:%Y-%m-%d %H:%M:%S}"
            line = (self.source.pk, key, self.touchpoints[place], metric, score, comment, when)
            yield (*line, self.segments[segment], self.web.pk, "2026-01-01")

    def import_it(self) -> Report:
        """Take the whole path."""
        mapping = read_mapping(MAPPING)
        with FILE.open("rb") as file:
            return import_file(file, mapping=mapping, workspace=self.workspace, slug="j")

    def parse(self) -> None:
        """Read and validate the file once, and write nothing."""
        mapping = read_mapping(MAPPING)
        target = prepare_target(self.workspace, "j", mapping, keep=False)
        with FILE.open("rb") as file:
            for _ in read_through(file, mapping, target, now=datetime.now(UTC)):
                pass


def execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def empty() -> None:
    """Delete all answers and counts."""
    tables = [f"feedback_{name}" for name in ("feedbackrecord", *COUNTS)]
    if POSTGRES:
        execute(f"TRUNCATE {', '.join(tables)} CASCADE", "CHECKPOINT")
    else:
        execute(*(f"DELETE FROM {table}" for table in tables))


def triggers(which: str, *, on: bool) -> None:
    """Switch the counting triggers (USER), or with them the checks of foreign keys (ALL)."""
    execute(f"ALTER TABLE feedback_feedbackrecord {'EN' if on else 'DIS'}ABLE TRIGGER {which}")


def copy() -> None:
    """Let PostgreSQL read the answers in its own format, in one statement."""
    with connection.cursor() as cursor, cursor.copy(COPY) as copied, LINES.open("rb") as file:
        while chunk := file.read(2**18):
            copied.write(chunk)


def insert(place: Place) -> None:
    """Insert the answers into SQLite in one transaction."""
    marks = ", ".join(["%s"] * 10)
    statement = f"INSERT INTO feedback_feedbackrecord ({RECORD}) VALUES ({marks})"
    lines = place.lines()
    with transaction.atomic(), connection.cursor() as cursor:
        # Django keeps what it has handed on to SQLite until the call ends.
        while some := list(islice(lines, 10_000)):
            cursor.executemany(statement, some)  # type: ignore[arg-type]


def seconds(call: Callable[[], object]) -> float:
    """Return how long a call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def plain(place: Place) -> dict[str, float]:
    """Measure what the database does with the same answers, when nothing has to be understood."""
    if not POSTGRES:
        return {RAW: seconds(lambda: insert(place))}
    with LINES.open("w", encoding="utf-8") as file:
        for line in place.lines():
            file.write("\t".join(map(str, line)) + "\n")
    taken = {}
    for name, which in (
        ("plain COPY, no foreign keys", "ALL"),
        (RAW, "USER"),
        ("plain COPY, counting", ""),
    ):
        empty()
        triggers("ALL", on=True)
        if which:
            triggers(which, on=False)
        taken[name] = seconds(copy)
    return taken


def peak_mb() -> float:
    """Return the most memory that this process has held."""
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def main() -> None:
    call_command("migrate", verbosity=0)
    place = Place()
    write_file()
    size = FILE.stat().st_size / 1e6
    print(f"{connection.vendor}, {ROWS:,} answers, {size:.0f} MB, Python {sys.version.split()[0]}")
    taken = plain(place)
    empty()
    taken["whole path: check, write, count"] = whole = seconds(place.import_it)
    assert FeedbackRecord.objects.count() == ROWS
    taken["the same file again, unchanged"] = seconds(place.import_it)
    taken["of it to read the file once"] = seconds(place.parse)
    raw = taken[RAW]
    print(f"{'':34}{'seconds':>9}{'rows/s':>10}{'ratio':>8}")
    for name, time_taken in taken.items():
        print(f"{name:34}{time_taken:9.1f}{ROWS / time_taken:10,.0f}{raw / time_taken:8.2f}")
    print(f"goal: ratio {GOAL_RATIO} or better, is {raw / whole:.2f}")
    print(f"goal: peak under {GOAL_MB} MB, is {peak_mb():.0f} MB")
    connections.close_all()


if __name__ == "__main__":
    main()
