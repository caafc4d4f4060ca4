"""`manage.py mask_comments`: masks comments that were stored before there was masking."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from feedback.privacy.masking import mask_stored


class Command(BaseCommand):
    """Mask e-mail addresses, telephone, card and account numbers in stored comments."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add --dry-run."""
        parser.add_argument(
            "--dry-run", action="store_true", help="Count what would change, and change nothing."
        )

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        """Mask, and say how many comments it concerned."""
        changed = mask_stored(dry_run=dry_run)
        self.stdout.write(f"{changed:,} comments {'would be ' if dry_run else ''}masked.")
