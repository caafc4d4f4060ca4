"""One import, from an open file to the report of what became of it."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction

from feedback.imports.answers import Answer, Reading
from feedback.imports.building import build_journey
from feedback.imports.formats import open_table
from feedback.imports.identity import Fingerprint, Repeats
from feedback.imports.mapping import Mapping
from feedback.imports.names import Names
from feedback.imports.places import Places
from feedback.imports.problems import BadMapping, CannotImport, Problem, RowsRefused
from feedback.imports.report import Report
from feedback.imports.rows import RowReader
from feedback.imports.seen import Seen
from feedback.imports.writing import Writer
from feedback.models import Source
from journeys.models import Channel, Journey, Segment, Workspace

PROGRESS_EVERY = 10_000


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
) -> Report:
    """Import the answers of a CSV file into the journey `slug` of the workspace.

    The journey is built from the mapping where there is none. One transaction: all rows or
    none, except that `row_by_row` leaves out the rows that have problems and keeps the others.
    A `dry_run` does everything and takes it back. The journey's revision rises by one when
    anything changed. Answers are known by source, id, touchpoint and metric, so importing a
    file again changes nothing; nothing is ever deleted.

    `on_problem` gets every problem as it is found, `on_progress` the report so far, every
    PROGRESS_EVERY rows. Memory does not grow with the file.

    Raises CannotImport: BadMapping, BadFile or, with the report, RowsRefused.
    """
    report = Report(workspace=workspace.slug, journey=slug, dry_run=dry_run)
    try:
        with transaction.atomic(), Seen() as seen:
            # Imports into a workspace follow each other; two that met in the same rows would
            # stop each other. Other work on the workspace does not wait for this lock.
            Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
            table = open_table(file, mapping.file, wanted=set(mapping.columns()))
            journey = _journey(workspace, slug, mapping, report)
            segments, channels = Names(Segment, workspace), Names(Channel, workspace)
            reader = RowReader(
                mapping,
                table.header,
                Places.of(journey),
                now=datetime.now(UTC),
                identify=Fingerprint(seen, mapping.time.fixed),
                segments=segments,
                channels=channels,
            )
            writer = Writer(
                _source(workspace, mapping), report, segments=segments, channels=channels
            )
            readings = _observed(map(reader.read, table), report, on_progress)
            for answers in _good(readings, Repeats(mapping, seen), report, on_problem):
                if row_by_row or not report.refused_rows:
                    writer.add(answers)
            if report.refused_rows and not row_by_row:
                raise RowsRefused(report)
            writer.flush()
            if report.changes:
                # Last and short: people who edit the map do not wait for a long file.
                with journey.changing():
                    pass
            transaction.set_rollback(dry_run or not report.changes)
    except IntegrityError:
        raise CannotImport(
            "Somebody else changed the journey or the same answers at the same time; try again."
        ) from None
    return report


def _journey(workspace: Workspace, slug: str, mapping: Mapping, report: Report) -> Journey:
    journey = Journey.objects.filter(workspace=workspace, slug=slug).first()
    if journey:
        return journey
    try:
        validate_slug(slug)
    except ValidationError:
        raise BadMapping(
            f'"{slug}" cannot stand in the address of a journey; use letters, digits and hyphens.'
        ) from None
    report.journey_built = True
    return build_journey(workspace, slug, mapping)


def _source(workspace: Workspace, mapping: Mapping) -> Source:
    source = Source.objects.filter(workspace=workspace, name=mapping.source).first()
    if source is None:
        source = Source(workspace=workspace, name=mapping.source, kind=mapping.source_kind)
        try:
            source.clean_fields()
        except ValidationError as error:
            raise BadMapping(f"source.name: {' '.join(error.messages)}") from None
        source.save()
    elif source.kind != mapping.source_kind:
        raise BadMapping(
            f'source.kind: in this workspace "{source.name}" is of the kind "{source.kind}", '
            f'not "{mapping.source_kind}".'
        )
    return source


def _observed(
    readings: Iterable[Reading], report: Report, on_progress: Callable[[Report], None] | None
) -> Iterator[Reading]:
    """Count the rows as they pass."""
    for reading in readings:
        report.rows += 1
        yield reading
        if on_progress and report.rows % PROGRESS_EVERY == 0:
            on_progress(report)


def _good(
    readings: Iterable[Reading],
    repeats: Repeats,
    report: Report,
    on_problem: Callable[[Problem], None] | None,
) -> Iterator[list[Answer]]:
    """Yield the answers of the rows without problems; report everything else about the rows."""
    for reading in readings:
        repeated = repeats.take_out(reading)
        for problem in reading.problems:
            report.add_problem(problem)
            if on_problem:
                on_problem(problem)
        if reading.problems:
            report.refused_rows += 1
            continue
        report.repeated += repeated
        report.blank += reading.blank
        report.not_applicable.update(reading.not_applicable)
        yield reading.answers
