"""Imports in the background: a check that writes nothing, then the import itself.

Both may be killed and done again: answers are known by their ids, so what is written twice is
written once. People see how far it is, and stop it, through the ImportBatch row.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.db import reset_queries, transaction
from django.utils import timezone
from django_tasks import task

from feedback.imports.formats import open_table
from feedback.imports.mappings.mapping_file import mapping_from
from feedback.imports.problem_list import ProblemList, problem_list
from feedback.imports.problems import CannotImport, RowsRefused
from feedback.imports.proposals.judging.looks import without_html
from feedback.imports.report import Report
from feedback.imports.run import import_file
from feedback.models import BatchState, ImportBatch, Source

logger = logging.getLogger(__name__)

BEAT = 1.0
"""Seconds between two notes of how far it is."""
BEFORE_CHECK = frozenset(BatchState) - {
    BatchState.CHECKING,
    BatchState.QUEUED,
    BatchState.RUNNING,
    BatchState.DONE,
}
BEFORE_RUN = BEFORE_CHECK - {BatchState.MAPPING}
AFRESH: dict[str, Any] = {
    "progress": 0,
    "rows": 0,
    "cancel_requested": False,
    "message": "",
    "heartbeat_at": None,
    "finished_at": None,
}


def ask_check(batch: ImportBatch, mapping: dict[str, Any]) -> bool:
    """Let the worker check the file by this mapping; False when it is at work on it already."""
    with transaction.atomic():
        moved = bool(batch.file) and batch.move(
            BatchState.CHECKING,
            out_of=BEFORE_CHECK,
            **AFRESH,
            started_at=timezone.now(),
            mapping=mapping,
            check_report=None,
            report=None,
        )
        if moved:
            check_batch.enqueue(batch.pk)
    return moved


def ask_run(batch: ImportBatch, *, row_by_row: bool) -> bool:
    """Let the worker import the checked file; False when it is at work on it, or it is done."""
    with transaction.atomic():
        moved = bool(batch.file and batch.check_report) and batch.move(
            BatchState.QUEUED,
            out_of=BEFORE_RUN,
            **AFRESH,
            started_at=timezone.now(),
            row_by_row=row_by_row,
        )
        if moved:
            run_batch.enqueue(batch.pk)
    return moved


@task(priority=-10)
def check_batch(batch_id: int) -> None:
    """Read the whole file, write nothing, and leave the report of what the import would do."""
    batch = ImportBatch.objects.select_related("workspace", "journey").get(pk=batch_id)
    if not _take(batch, BatchState.CHECKING, out_of={BatchState.CHECKING}):
        return
    with _outcome(batch):
        with problem_list(batch) as problems:
            report = _import(batch, problems, dry_run=True, row_by_row=True)
        if report.cancelled:
            _end(batch, BatchState.CANCELLED)
        else:
            kept = {
                "rows": report.rows,
                "check_report": content(report) | {"questions": _questions(batch, report)},
            }
            _end(batch, BatchState.CHECKED, progress=1, **kept)


@task(priority=-10)
def run_batch(batch_id: int) -> None:
    """Import the file; what an earlier run had written is found unchanged."""
    batch = ImportBatch.objects.select_related("workspace", "journey").get(pk=batch_id)
    if not _take(batch, BatchState.RUNNING, out_of={BatchState.QUEUED, BatchState.RUNNING}):
        return
    with _outcome(batch):
        with problem_list(batch) as problems:
            report = _import(batch, problems, dry_run=False, row_by_row=batch.row_by_row)
        kept = {"rows": report.rows, "report": content(report)}
        if report.cancelled:
            _end(batch, BatchState.CANCELLED, **kept)
        else:
            _end(batch, BatchState.DONE, progress=1, **kept)


def _take(batch: ImportBatch, state: BatchState, *, out_of: set[BatchState]) -> bool:
    """Note that a worker has it now; False when somebody cancelled it meanwhile."""
    now = timezone.now()
    return batch.move(state, out_of=out_of, started_at=now, heartbeat_at=now, progress=0, rows=0)


def _import(
    batch: ImportBatch, problems: ProblemList, *, dry_run: bool, row_by_row: bool
) -> Report:
    pulse = Pulse(batch)
    with batch.file.open("rb") as file:
        report = import_file(
            cast(BinaryIO, file),
            mapping=mapping_from(batch.mapping or {}),
            workspace=batch.workspace,
            slug=batch.journey.slug,
            dry_run=dry_run,
            row_by_row=row_by_row,
            on_problem=problems.add,
            on_progress=pulse.beat,
            should_stop=pulse.should_stop,
        )
    problems.whole = not report.cancelled
    return report


def _questions(batch: ImportBatch, report: Report) -> dict[str, str]:
    """Return what the columns of the kept problems ask, where a row of the header says it."""
    mapping = mapping_from(batch.mapping or {})
    named = {problem.column for problem in report.problems}
    if not named or mapping.file.header_rows == 1:
        return {}
    with batch.file.open("rb") as file:
        header = open_table(
            cast(BinaryIO, file), mapping.file, wanted=set(mapping.columns())
        ).header
    labels = zip(header.calls, header.labels, strict=True)
    return {name: without_html(label) for name, label in labels if name in named}


class Pulse:
    """Notes in the batch's row, about once a second, that the worker lives and how far it is."""

    def __init__(self, batch: ImportBatch) -> None:
        self._row = ImportBatch.objects.filter(pk=batch.pk)
        self._last = monotonic()
        self._progress = 0.0
        self._stop = False

    def beat(self, report: Report) -> None:
        """Note the progress, if the last note is old enough, and whether to stop."""
        if monotonic() - self._last < BEAT:
            return
        # With DEBUG, Django keeps the text of every query, and these are long.
        reset_queries()
        # A file that repeats itself is looked through once more; to people that is no step back.
        self._progress = max(self._progress, report.progress)
        self._row.update(rows=report.rows, progress=self._progress, heartbeat_at=timezone.now())
        self._stop = self._row.filter(cancel_requested=True).exists()
        self._last = monotonic()

    def should_stop(self) -> bool:
        """True when somebody wants it cancelled."""
        return self._stop


@contextmanager
def _outcome(batch: ImportBatch) -> Iterator[None]:
    """Turn what stops an import into its state and a sentence; the log gets the rest."""
    try:
        yield
    except RowsRefused as refusal:
        report = refusal.report
        message = f"{report.refused_rows:,} of {report.rows:,} rows have problems."
        _end(batch, BatchState.REFUSED, message=message, report=content(report))
    except CannotImport as refusal:
        _end(batch, BatchState.REFUSED, message=str(refusal))
    except FileNotFoundError:
        _end(batch, BatchState.FAILED, message="The uploaded file is gone; upload it again.")
    except Exception:
        logger.exception("Import %s of %s failed.", batch.pk, batch.workspace.slug)
        _end(
            batch,
            BatchState.FAILED,
            message="Something went wrong on the server. Its log says what; an administrator of "
            "the server can look it up under the number of this import.",
        )


def _end(batch: ImportBatch, state: BatchState, **values: Any) -> None:
    """Leave the batch in its next state, unless somebody moved it out of the worker's hands."""
    if state is not BatchState.CHECKED:
        values["finished_at"] = timezone.now()
    at_work = {BatchState.CHECKING, BatchState.RUNNING}
    batch.move(state, out_of=at_work, **values, cancel_requested=False, source=_source(batch))


def _source(batch: ImportBatch) -> Source | None:
    name = (batch.mapping or {}).get("source", {}).get("name", "")
    return Source.objects.filter(workspace=batch.workspace, name=name).first()


def content(report: Report) -> dict[str, Any]:
    """Return a report as it is kept in the batch: its counts, and its first problems."""
    values = {field.name: getattr(report, field.name) for field in fields(report)}
    values |= {"not_applicable": dict(report.not_applicable), "recent": dict(report.recent)}
    values["problems"] = [asdict(problem) for problem in report.problems]
    return values


def fail_abandoned(now: datetime) -> None:
    """Say of imports whose worker is gone that they failed; they may be started again."""
    for batch in ImportBatch.objects.abandoned(now):
        batch.move(
            BatchState.FAILED,
            out_of={batch.stands},
            finished_at=now,
            message="The background worker stopped in the middle. Start it again: what is "
            "written already stays, and is not written twice.",
        )


def delete_old_files(now: datetime) -> None:
    """Delete files whose import ended, or was left lying, longer ago than they are to be kept."""
    limit = now - timedelta(days=settings.IMPORT_FILES_KEPT_DAYS)
    for batch in ImportBatch.objects.resting_since(limit).exclude(file="", problems=""):
        batch.delete_files()
        batch.move(
            BatchState.CANCELLED,
            out_of={BatchState.MAPPING, BatchState.CHECKED},
            finished_at=now,
            message="It was left lying, and its file has been deleted.",
        )
