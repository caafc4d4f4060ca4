"""`manage.py restore`: fills an empty database from a backup, and proves that it is all there."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from cxjourney.backup import restoring
from cxjourney.backup.problem import BackupProblem
from feedback.privacy.erasing import ImportRuns


class Command(BaseCommand):
    """Restore a backup into an empty database and media folder; see docs/backup.md."""

    help = __doc__ or ""
    # The database is empty: what a check would ask of it is not there yet.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add where from, and --check."""
        parser.add_argument("--from", dest="file", type=Path, required=True, help="The archive.")
        parser.add_argument(
            "--check", action="store_true", help="Only see whether the archive is whole."
        )

    def handle(self, *, file: Path, check: bool, **options: Any) -> None:
        """Restore, and say what was done."""
        try:
            if check:
                self._check(file)
            else:
                restoring.restore(file, self.stdout.write)
        except (BackupProblem, ImportRuns, OSError) as problem:
            raise CommandError(str(problem)) from None

    def _check(self, file: Path) -> None:
        found = restoring.check(file)
        self.stdout.write(
            f"Whole: {found.vendor}, made {found.made_at} by version {found.version}, "
            f"{len(found.rows):,} tables, {len(found.files) - 1:,} uploaded files."
        )
