"""`manage.py backup`: writes database and uploaded files into one archive."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from cxjourney.backup.problem import BackupProblem
from cxjourney.backup.taking import take


class Command(BaseCommand):
    """Back up the database and the uploaded files; see docs/backup.md."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add where to."""
        parser.add_argument(
            "--to", type=Path, required=True, help="A new file, or a folder for one named by time."
        )

    def handle(self, *, to: Path, **options: Any) -> None:
        """Make the backup, and say what is in it and what is not."""
        try:
            taken = take(to.absolute())
        except (BackupProblem, OSError) as problem:
            raise CommandError(f"{problem} Nothing was backed up.") from None
        self.stdout.write(
            "Not in it, keep apart: SECRET_KEY and the other settings, and the list of erasures."
        )
        self.stdout.write(
            f"{taken.file}: {taken.rows:,} rows and {taken.media:,} uploaded files, "
            f"{taken.size / 1e6:,.1f} MB."
        )
