"""`manage.py forget_audit`: deletes what of the audit log is older than a day."""

from argparse import ArgumentParser
from datetime import UTC, date, datetime, time
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.utils import timezone

from journeys.audit_keeping import forget_entries


class Command(BaseCommand):
    """Delete the entries of the audit log from before a day; see docs/audit.md."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the day."""
        parser.add_argument(
            "--before",
            required=True,
            metavar="DAY",
            type=date.fromisoformat,
            help="The first day that is kept, such as 2025-01-01, in UTC.",
        )

    def handle(self, *, before: date, **options: Any) -> None:
        """Delete, and say how much went."""
        moment = datetime.combine(before, time.min, UTC)
        if moment > timezone.now():
            raise CommandError(f"{before} has not come yet. Nothing was deleted.")
        number = forget_entries(moment)
        self.stdout.write(f"Deleted {number:,} entries; the log says so itself.")
