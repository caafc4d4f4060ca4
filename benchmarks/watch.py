"""How long one watch of a workspace takes, and with how many queries.

    .venv/bin/python benchmarks/watch.py [--touchpoints 400]

In a new SQLite file in a temporary folder, or in the database that DATABASE_URL names, in a
workspace of its own. Each touchpoint has 18 months of daily counts on two scales, and of errors.
"""

import argparse
import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

DAYS = 540


def main() -> None:
    """Set Django up, fill a workspace, watch it twice, and print the times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--touchpoints", type=int, default=400)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxjourney.settings")
        os.environ.setdefault("SECRET_KEY", "benchmark")
        os.environ.setdefault("VAR_DIR", folder)

        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        measure(options.touchpoints)
        connection.close()


def measure(count: int) -> None:
    """Watch a workspace of so many touchpoints: once when it opens alerts, once when they last."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from feedback.alerting.watching import watch_workspace

    workspace, now = fill(count), timezone.now()
    for what in ("first", "next"):
        with CaptureQueriesContext(connection) as queries:
            start, busy = time.monotonic(), time.process_time()
            outcome = watch_workspace(workspace, now, tells=False)
            print(
                f"{connection.vendor}, {count} touchpoints, {what} watch: "
                f"{time.monotonic() - start:.2f} s ({time.process_time() - busy:.2f} s of CPU), "
                f"{len(queries)} queries; {outcome}"
            )


def fill(count: int) -> "Workspace":  # type: ignore[name-defined]  # noqa: F821
    """Make a workspace with counts: a tenth of the touchpoints fell in the last two months."""
    import random

    from django.utils import timezone

    from feedback.models import EventCount, ScoreCount
    from tests import factories as make

    rng, today = random.Random(1), timezone.now().date()
    workspace = make.make_workspace(slug=f"watch-{os.getpid()}")
    stage = make.make_stage(make.make_journey(workspace))
    channel, team = make.make_channel(workspace), make.make_team(workspace)
    scores, events = [], []
    for number in range(count):
        touchpoint = make.make_touchpoint(make.make_step(stage), channel=channel, team=team)
        for age in range(1, DAYS):
            day = today - timedelta(days=age)
            share = 0.35 if number % 10 == 0 and age < 60 else 0.2
            for metric, high in (("csat", "c5"), ("nps", "c10")):
                low = sum(rng.random() < share for _ in range(4))
                scores.append(
                    ScoreCount(
                        touchpoint=touchpoint, day=day, metric=metric, c1=low, **{high: 4 - low}
                    )
                )
            hits = rng.randrange(3)
            events.append(
                EventCount(touchpoint=touchpoint, day=day, kind="error", hits=hits, base=20)
            )
    ScoreCount.objects.bulk_create(scores, batch_size=2_000)
    EventCount.objects.bulk_create(events, batch_size=2_000)
    return workspace


if __name__ == "__main__":
    main()
