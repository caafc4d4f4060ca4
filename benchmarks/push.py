"""How fast the API takes answers: calls of 10,000 records, from the bytes to the committed rows.

    .venv/bin/python benchmarks/push.py [--calls 5] [--records 10000]

Runs in the database that DATABASE_URL names, or in a new SQLite file in a temporary folder; in a
workspace of its own, which is deleted in the end.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> None:
    """Set Django up, make a place for the answers, send them, and print the rates."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=5)
    parser.add_argument("--records", type=int, default=10_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxjourney.settings")
        os.environ.setdefault("SECRET_KEY", "benchmark")
        os.environ.setdefault("VAR_DIR", folder)
        os.environ.setdefault("LOG_LEVEL", "ERROR")
        os.environ["SECURE_SSL_REDIRECT"] = "0"
        os.environ["ALLOWED_HOSTS"] = "*"

        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        print(f"{connection.vendor}, {options.records:,} answers a call")
        measure(options.calls, options.records)
        connection.close()


def measure(calls: int, records: int) -> None:
    """Send each call under new ids, then the last one again; print answers per second."""
    from django.test import Client

    from feedback.models import FeedbackRecord, Respondent, Source
    from journeys.models import Role
    from tests import factories as make

    workspace = make.make_workspace(slug=f"push-{os.getpid()}")
    journey = make.make_journey(workspace, slug="push")
    step = make.make_step(make.make_stage(journey))
    touchpoints = [make.make_touchpoint(step).pk for _ in range(20)]
    user = make.make_user(email=f"push-{os.getpid()}@example.com")
    make.make_membership(workspace, user=user, role=Role.OWNER)
    headers = {"authorization": f"Bearer {make.make_api_token(user, workspace)}"}
    client = Client()

    def send(call: int) -> tuple[float, str]:
        body = json.dumps(
            [
                {
                    "touchpoint": touchpoints[number % 20],
                    "metric": "csat",
                    "score": 1 + number % 5,
                    "comment": f"Waited {number % 50} minutes, but the staff were kind.",
                    "occurred_at": f"2026-03-{1 + number % 28:02}T12:00:00Z",
                    "external_id": f"call-{call}-{number}",
                    "segment": f"Segment {number % 4}",
                    "respondent": f"customer {number % 3000}",
                    "source": "Push",
                }
                for number in range(records)
            ]
        )
        begun = time.perf_counter()
        response = client.post(
            "/api/feedback/bulk/", body, content_type="application/json", headers=headers
        )
        took = time.perf_counter() - begun
        assert response.status_code == 200, response.content[:500]
        return took, str(response.json()["counts"])

    try:
        times = []
        for call in range(calls):
            took, counts = send(call)
            times.append(took)
            print(f"  new answers   {took:6.2f} s  {records / took:9,.0f}/s  {counts}")
        took, counts = send(calls - 1)
        print(f"  the same again {took:5.2f} s  {records / took:9,.0f}/s  {counts}")
        print(f"  median of new  {records / statistics.median(times):9,.0f} answers/s")
    finally:
        FeedbackRecord.objects.filter(source__workspace=workspace).delete()
        Respondent.objects.filter(workspace=workspace).delete()
        Source.objects.filter(workspace=workspace).delete()
        journey.stages.all().delete()
        workspace.delete()
        user.delete()


if __name__ == "__main__":
    main()
