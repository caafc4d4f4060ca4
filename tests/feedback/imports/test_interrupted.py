"""An import that is killed or cancelled and run again ends like an undisturbed one."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from feedback.imports import Report, writing
from feedback.imports.formats import reading
from feedback.models import FeedbackRecord, ScoreCount
from journeys.models import Journey
from tests.feedback.imports.conftest import LONG, Importer
from tests.servers import database_url

HEADER = "ID,Where,What,Score,Why,When,Through\n"
ROWS = [
    f"{n % 190},{'Booking' if n % 3 else 'Boarding'},csat,{1 + n % 5},"
    f"{'Fine' if n % 4 else ''},2026-03-{1 + n % 28:02}T0{n % 10}:00,{'App' if n % 7 else ''}\n"
    for n in range(190)
]
TEXT = HEADER + "".join(ROWS)
RECORDS = (
    "SELECT external_id, touchpoint_id, metric, score, comment, occurred_at, segment_id, "
    "channel_id, partial, language FROM feedback_feedbackrecord ORDER BY 1, 2, 3"
)
COUNTS = "SELECT * FROM feedback_scorecount ORDER BY touchpoint_id, day, metric"


def kept() -> list[Any]:
    """Return all answers and all daily counts."""
    found = []
    for query in (RECORDS, COUNTS):
        with connection.cursor() as cursor:
            cursor.execute(query)
            found.append(cursor.fetchall())
    return found


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_run_again_ends_like_an_undisturbed_one(
    import_text: Importer, journey: Journey, tmp_path: Path
) -> None:
    import_text(TEXT, LONG)
    undisturbed = kept()
    FeedbackRecord.objects.all().delete()
    ScoreCount.objects.all().delete()
    (tmp_path / "answers.csv").write_text(TEXT, encoding="utf-8")
    (tmp_path / "mapping.toml").write_text(LONG, encoding="utf-8")

    def run(*moment: str) -> int:
        command = [sys.executable, "-m", "tests.feedback.imports.killed"]
        files = [str(tmp_path / name) for name in ("answers.csv", "mapping.toml")]
        environment = os.environ | {"DATABASE_URL": database_url()}
        return subprocess.run(  # noqa: S603
            [*command, *files, journey.slug, *moment],
            cwd=settings.BASE_DIR,
            env=environment,
            check=False,
        ).returncode

    seen = []
    for moment in (("within", "1"), ("after", "2"), ("before", "4")):
        assert run(*moment) == -signal.SIGKILL
        seen.append(len(kept()[0]))
    assert seen[0] == 0
    assert 0 < seen[1] < seen[2] < len(undisturbed[0])
    assert run("after", "99") == 0
    assert kept() == undisturbed


def test_a_cancelled_import_keeps_whole_chunks_and_completes_when_run_again(
    import_text: Importer, journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_text(TEXT, LONG)
    undisturbed = kept()
    FeedbackRecord.objects.all().delete()
    ScoreCount.objects.all().delete()
    monkeypatch.setattr(reading, "BLOCK", 500)
    monkeypatch.setattr(writing, "CHUNK", 40)
    reports: list[Report] = []
    report = import_text(
        TEXT,
        LONG,
        on_progress=reports.append,
        should_stop=lambda: reports[-1].phase == "write" and reports[-1].created >= 80,
    )
    assert report.cancelled
    assert 80 <= report.created == FeedbackRecord.objects.count() < len(ROWS)
    journey.refresh_from_db()
    assert journey.revision == 2
    again = import_text(TEXT, LONG)
    assert (again.created, again.unchanged) == (len(ROWS) - report.created, report.created)
    assert kept() == undisturbed


def test_a_check_that_is_cancelled_writes_nothing(import_text: Importer, journey: Journey) -> None:
    for options in ({"dry_run": True}, {}):
        assert import_text(TEXT, LONG, should_stop=lambda: True, **options).cancelled
    assert not FeedbackRecord.objects.exists()


def test_one_bad_row_at_the_end_and_no_chunk_is_written(
    import_text: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BLOCK", 500)
    monkeypatch.setattr(writing, "CHUNK", 10)
    with pytest.raises(Exception, match="Row 192"):
        import_text(TEXT + "x,Booking,csat,9,,2026-03-01,\n", LONG)
    assert not FeedbackRecord.objects.exists()
