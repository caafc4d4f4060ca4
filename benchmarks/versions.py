"""How long it takes to keep, draw, compare and restore a version of a map of 1,500 cards.

    python benchmarks/versions.py                       # on SQLite
    DATABASE_URL=postgres://… python benchmarks/versions.py   # on an empty PostgreSQL database

The map has 40 stages of 5 steps, 8 lanes of cards and 200 touchpoints. Every second card is
reworded and every tenth step removed between the version and its restore. Prints the
time by the clock, and what of it this process was busy: the rest it waited, for the database or
for others on the machine.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

scratch = tempfile.TemporaryDirectory()
os.environ.setdefault("VAR_DIR", scratch.name)
os.environ.setdefault("SECRET_KEY", "benchmark")
os.environ.setdefault("LOG_LEVEL", "ERROR")
os.environ["DJANGO_SETTINGS_MODULE"] = "cxjourney.settings"
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from journeys.editing import editing  # noqa: E402
from journeys.editing.diff import compare  # noqa: E402
from journeys.editing.figures import draw_content, measure  # noqa: E402
from journeys.editing.matching import match_versions  # noqa: E402
from journeys.editing.reversing import undo  # noqa: E402
from journeys.editing.snapshots import content_of  # noqa: E402
from journeys.editing.versions import keep_version, restore  # noqa: E402
from journeys.models import Card, Journey, LaneKind, Step, User, Version  # noqa: E402
from tests.factories import (  # noqa: E402
    make_journey,
    make_lane,
    make_member,
    make_stage,
    make_step,
    make_touchpoint,
)

CARDS, STAGES, STEPS, LANES = 1500, 40, 5, 8


def make_large_map() -> tuple[Journey, User]:
    journey = make_journey(title="Large")
    lanes = [make_lane(journey, kind=LaneKind.FREE_TEXT) for _ in range(LANES)]
    for kind in (LaneKind.TOUCHPOINTS, LaneKind.FEEDBACK, LaneKind.FEELING, LaneKind.HANDOFFS):
        make_lane(journey, kind=kind)
    steps = []
    for _ in range(STAGES):
        stage = make_stage(journey)
        steps += [make_step(stage) for _ in range(STEPS)]
    touchpoint = make_touchpoint(steps[0])
    for step in steps[1:]:
        make_touchpoint(step, channel=touchpoint.channel, team=touchpoint.team)
    Card.objects.bulk_create(
        Card(
            lane=lanes[number % LANES],
            step=steps[number // LANES],
            text=f"Card {number} says what somebody does, thinks or waits for here.",
            position=0,
        )
        for number in range(CARDS)
    )
    return journey, make_member(journey.workspace)


def timed(what: str, call: Callable[[], object]) -> None:
    start, cpu = time.perf_counter(), time.process_time()
    call()
    took, busy = time.perf_counter() - start, time.process_time() - cpu
    print(f"{what:<38}{took:6.2f} s, of which {busy:5.2f} s busy here")


def main() -> None:
    call_command("migrate", verbosity=0)
    journey, by = make_large_map()
    print(f"{connection.vendor}, {Card.objects.count()} cards, {Step.objects.count()} steps")
    timed("content", lambda: content_of(journey))
    timed("figures", lambda: measure(journey, content_of(journey)))
    timed("keep a version, figures included", lambda: keep_version(journey, by, "Large"))
    version = Version.objects.get(title="Large")
    with editing(journey, by=by) as edit:
        for card in Card.objects.filter(pk__in=Card.objects.values("pk")).order_by("pk")[::2]:
            edit.change(card, text=f"{card.text} Reworded.")
        for step in Step.objects.order_by("pk")[::10]:
            edit.remove(step)
    now = content_of(journey)
    timed("draw it", lambda: draw_content(
        journey, version.content, today=version.at.date(), measured=False
    ))  # fmt: skip
    timed("compare it", lambda: compare(
        version.content, now, match_versions(version.content, now)
    ))  # fmt: skip
    timed("restore it", lambda: restore(journey, version, by=by))
    timed("undo the restore", lambda: undo(journey, by=by))


if __name__ == "__main__":
    main()
