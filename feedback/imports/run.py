"""One import, from an open file to the report of what became of it."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import BinaryIO

from django.apps import apps
from django.db import IntegrityError

from feedback.imports.formats.encodings import in_utf_8
from feedback.imports.mappings.mapping import Layout, Mapping
from feedback.imports.passes import Found, read_through
from feedback.imports.problems import CannotImport, Problem, RowsRefused
from feedback.imports.report import Phase, Report
from feedback.imports.rows.keys import Keys, Repeated
from feedback.imports.target import Target, prepare_target
from feedback.imports.writing import CHUNK, Writer
from journeys.maps.filters import starts_of_periods
from journeys.models import Workspace
from journeys.planner import refresh_statistics


def import_file(
    file: BinaryIO,
    *,
    mapping: Mapping,
    workspace: Workspace,
    slug: str,
    dry_run: bool = False,
    row_by_row: bool = False,
    on_problem: Callable[[Problem], None] | None = None,
    on_progress: Callable[[Report], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Report:
    """Import the answers of a file that can seek into the journey `slug` of the workspace.

    First the whole file is checked, which writes nothing: with any problem it stays at that,
    except that `row_by_row` leaves out the rows that have problems and keeps the others. Then
    the journey is built from the mapping where there is none, and the answers are written in
    chunks, each in a transaction of its own. An import that was cancelled, or killed, has kept
    whole chunks; run again, it ends as if it had never been disturbed, for answers are known by
    source, id, touchpoint and metric. Nothing is ever deleted. The journey's revision rises by
    one at the end when anything changed. A `dry_run` tells what would become of the answers.

    `on_problem` gets every problem as it is found. `on_progress` gets the report so far and
    `should_stop` is asked, outside all transactions, whenever some thousand rows were read.
    Memory does not grow with the file.

    Raises CannotImport: BadMapping, BadFile or, with the report, RowsRefused.
    """
    with in_utf_8(file) as plain:
        report = Report(workspace=workspace.slug, journey=slug, dry_run=dry_run, size=_size(plain))
        run = _Run(plain, mapping, report, on_problem, on_progress, should_stop)
        try:
            target = prepare_target(workspace, slug, mapping, keep=False)
            repeated = run.check(target)
            if report.refused_rows and not row_by_row and not report.cancelled:
                raise RowsRefused(report)
            if not (dry_run or report.cancelled):
                target = prepare_target(workspace, slug, mapping, keep=True)
                if repeated and target.built and mapping.layout is Layout.LONG:
                    # Keys name touchpoints; those of the check were not kept, and had other ids.
                    repeated = run.repeated(target)
                run.write(target, repeated, row_by_row=row_by_row)
        except IntegrityError:
            raise CannotImport(
                "Somebody else changed the journey or the same answers at the same time; try "
                "again. What was written already is not written twice."
            ) from None
        return report


def _size(file: BinaryIO) -> int:
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    return size


class _Run:
    """Reads the file as often as it takes, counting into the report."""

    def __init__(
        self,
        file: BinaryIO,
        mapping: Mapping,
        report: Report,
        on_problem: Callable[[Problem], None] | None,
        on_progress: Callable[[Report], None] | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self._file = file
        self._mapping = mapping
        self._report = report
        self._on_problem = on_problem
        self._on_progress = on_progress
        self._should_stop = should_stop
        self._now = datetime.now(UTC)
        self._periods = starts_of_periods(self._now.date())

    def check(self, target: Target) -> Repeated:
        """Read everything and write nothing; return the keys that the file holds twice."""
        keys = Keys()
        self._check(target, keys, None)
        repeated = keys.repeated()
        if repeated and not self._report.cancelled:
            # Only now is it known where to look for answers that the file has given before.
            self._check(target, keys, repeated)
        return repeated

    def repeated(self, target: Target) -> Repeated:
        """Return the keys that the file holds twice, counting and reporting nothing."""
        keys = Keys()
        for found in read_through(self._file, self._mapping, target, now=self._now):
            keys.note(found.hashes)
        return keys.repeated()

    def _check(self, target: Target, keys: Keys, repeated: Repeated | None) -> None:
        report = self._report
        report.begin(Phase.CHECK)
        report.journey_built = target.built
        compared = Writer(self._mapping, target, report) if report.dry_run else None
        for found in self._read(target, repeated):
            keys.note(found.hashes)
            self._count(found, is_second=repeated is not None)
            if compared:
                compared.add(found.said)
        if compared and not report.cancelled:
            compared.flush()

    def write(self, target: Target, repeated: Repeated, *, row_by_row: bool) -> None:
        """Write the answers; what the check has refused is left out."""
        report = self._report
        report.begin(Phase.WRITE)
        report.journey_built = target.built
        writer = Writer(self._mapping, target, report)
        for found in self._read(target, repeated):
            if found.refused and not row_by_row:
                raise CannotImport(
                    "The journey or the file was changed while it was imported; try again. What "
                    "was written already is not written twice."
                )
            writer.add(found.said)
        if not report.cancelled:
            writer.flush()
        if report.created >= CHUNK:
            refresh_statistics(apps.get_app_config("feedback").get_models())
        if report.changes:
            # Last and short: people who edit the map do not wait for a long file.
            with target.journey.changing():
                pass

    def _read(self, target: Target, repeated: Repeated | None) -> Iterator[Found]:
        report = self._report
        for found in read_through(
            self._file, self._mapping, target, now=self._now, repeated=repeated
        ):
            yield found
            report.bytes_read = max(report.bytes_read, self._file.tell())
            if self._on_progress:
                self._on_progress(report)
            if self._should_stop and self._should_stop():
                report.cancelled = True
                return
        # Blank rows at the end belong to no part.
        report.bytes_read = report.size

    def _count(self, found: Found, *, is_second: bool) -> None:
        report = self._report
        for problem, is_repeat in found.problems:
            report.add_problem(problem)
            if self._on_problem and (is_repeat or not is_second):
                self._on_problem(problem)
        report.rows += found.rows
        report.refused_rows += found.refused
        report.repeated += found.repeated
        report.blank += found.blank
        report.partial += found.partial
        report.skipped += found.skipped
        report.observations += len(found.said.observations)
        report.not_applicable.update(found.not_applicable)
        for key, since in self._periods.items():
            report.recent[key] += sum(moment >= since for moment in found.said.occurred_at)
