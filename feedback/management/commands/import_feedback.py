"""`manage.py import_feedback`: answers from a file onto the touchpoints of a journey."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.db import reset_queries

from feedback.imports import (
    BadMapping,
    CannotImport,
    Mapping,
    Problem,
    Report,
    RowsRefused,
    import_file,
    mapping_from,
    read_mapping,
)
from feedback.imports.problem_list import ProblemList
from feedback.imports.proposals.open_questions import unquestioned
from feedback.imports.proposals.proposal import Proposal
from feedback.imports.proposals.proposing import propose
from feedback.imports.proposals.to_mapping import mapping_content, proposal_toml
from journeys.models import Journey, Workspace

ROWS_REFUSED = 3
"""Exit status when rows were left out and the others kept."""
SAY_EVERY = 2.0
"""Seconds."""
LARGEST_MAPPING = 2**20


class Command(BaseCommand):
    """Import answers from a CSV, XLSX or JSON file; see docs/importing.md."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the file, the journey, the mapping and how to deal with problems."""
        parser.add_argument("file", metavar="FILE", help="CSV, TSV, XLSX or JSON.")
        parser.add_argument("--journey", required=True, metavar="SLUG")
        parser.add_argument(
            "--mapping",
            metavar="MAPPING.toml",
            help="What the columns mean. Not needed for the file of a known tool in which every "
            "question bears the title of a touchpoint.",
        )
        parser.add_argument(
            "--propose",
            action="store_true",
            help="Print a mapping to start from, and import nothing.",
        )
        parser.add_argument("--sheet", default="", help="Of a workbook, if not its first.")
        parser.add_argument(
            "--workspace", metavar="SLUG", help="Needed unless only one has such a journey."
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would happen, and change nothing."
        )
        parser.add_argument(
            "--row-by-row",
            action="store_true",
            help="Keep the good rows and list the others in the --errors file.",
        )
        parser.add_argument(
            "--errors", metavar="FILE.csv", help="Write every problem to this file."
        )

    def handle(self, *, file: str, journey: str, mapping: str | None, **options: Any) -> None:
        """Import, and say what became of the rows; exits with an error when any was refused."""
        self._said_at = monotonic()
        path, errors = Path(file), Path(options["errors"]) if options["errors"] else None
        if options["row_by_row"] and errors is None:
            raise CommandError("--row-by-row leaves rows out; name a file for them with --errors.")
        for other in (path, *([Path(mapping)] if mapping else [])):
            if errors and errors.exists() and other.exists() and errors.samefile(other):
                raise CommandError(f"--errors would replace {other}; name another file.")
        try:
            read = _mapping(Path(mapping)) if mapping else None
            workspace = _workspace(journey, options["workspace"])
            if options["propose"]:
                proposal = _proposal(path, workspace, journey, options["sheet"])
                self.stdout.write(proposal_toml(proposal), ending="")
                return
            if read is None:
                proposal = _proposal(path, workspace, journey, options["sheet"])
                read = mapping_from(mapping_content(unquestioned(proposal)))
            with path.open("rb") as opened, _problem_list(errors) as on_problem:
                report = import_file(
                    opened,
                    mapping=read,
                    workspace=workspace,
                    slug=journey,
                    dry_run=options["dry_run"],
                    row_by_row=options["row_by_row"],
                    on_problem=on_problem,
                    on_progress=self._say_progress,
                )
        except RowsRefused as refusal:
            raise CommandError(_refusal(refusal.report, errors)) from None
        except CannotImport as refusal:
            raise CommandError(f"{refusal}\nNothing was imported.") from None
        except OSError as error:
            raise CommandError(f"{error.filename or path}: {error.strerror}.") from None
        self._say_report(report)
        if report.refused_rows:
            raise CommandError(
                f"{_rows(report.refused_rows)} had problems and were left out; "
                f"{errors} lists them. The others were kept.",
                returncode=ROWS_REFUSED,
            )

    def _say_progress(self, report: Report) -> None:
        # With DEBUG, Django keeps the text of every query, and these are long.
        reset_queries()
        if monotonic() - self._said_at >= SAY_EVERY:
            self._said_at = monotonic()
            self.stdout.write(f"  {report.progress:.0%} done, {report.rows:,} rows read …")

    def _say_report(self, report: Report) -> None:
        say = self.stdout.write
        if report.dry_run:
            say("Dry run: nothing was changed. The import would do this:")
        if report.journey_built:
            say(f'Built the journey "{report.journey}" in the workspace "{report.workspace}".')
        say(f"Read {_rows(report.rows)}: {report.created:,} answers created, ", ending="")
        say(f"{report.updated:,} updated, {report.unchanged:,} unchanged.")
        not_applicable = sum(report.not_applicable.values())
        say(f"No answers: {not_applicable:,} not applicable, {report.blank:,} blank.")
        if report.repeated:
            say(f"Repeated in the file and counted once: {report.repeated:,} answers.")


def _rows(count: int) -> str:
    return f"{count:,} row" if count == 1 else f"{count:,} rows"


def _refusal(report: Report, errors: Path | None) -> str:
    lines = [
        report.problem_summary(),
        f"{_rows(report.refused_rows)} of {report.rows:,} have problems. Nothing was imported.",
    ]
    if errors:
        lines.append(f"All problems are listed in {errors}.")
    return "\n".join(lines)


def _mapping(path: Path) -> Mapping:
    with path.open("rb") as file:
        content = file.read(LARGEST_MAPPING + 1)
    if len(content) > LARGEST_MAPPING:
        raise BadMapping(f"{path} is too large for a mapping; is it the file with the answers?")
    try:
        return read_mapping(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadMapping(f"{path} is not UTF-8.") from None
    except BadMapping as error:
        raise BadMapping(f"{path}: {error}") from None


def _proposal(path: Path, workspace: Workspace, slug: str, sheet: str) -> Proposal:
    """Return what the columns of the file probably mean on a journey that exists."""
    journey = Journey.objects.filter(workspace=workspace, slug=slug).first()
    if journey is None:
        raise CommandError(
            f'There is no journey "{slug}" in the workspace "{workspace.slug}"; a mapping that '
            "builds it has to be written by hand."
        )
    with path.open("rb") as file:
        return propose(file, journey=journey, filename=path.name, sheet=sheet)


def _workspace(journey: str, slug: str | None) -> Workspace:
    """Return the workspace that is named, or else the only one with such a journey."""
    if slug:
        found = Workspace.objects.filter(slug=slug).first()
        if found:
            return found
        known = ", ".join(Workspace.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandError(
            f'There is no workspace "{slug}" (there are: {known}). Workspaces are added in the '
            "admin pages, under Workspaces."
        )
    journeys = list(Journey.objects.filter(slug=journey).select_related("workspace"))
    if len(journeys) == 1:
        return journeys[0].workspace
    if journeys:
        slugs = ", ".join(journey.workspace.slug for journey in journeys)
        raise CommandError(
            f'Several workspaces have a journey "{journey}": {slugs}. Name one with --workspace.'
        )
    raise CommandError(f'There is no journey "{journey}". To build it, say where with --workspace.')


@contextmanager
def _problem_list(path: Path | None) -> Iterator[Callable[[Problem], None] | None]:
    """Open a CSV file for problems: row, column, value, reason."""
    if path is None:
        yield None
        return
    with path.open("wb") as file:
        problems = ProblemList(file)
        try:
            yield problems.add
        finally:
            problems.finish()
