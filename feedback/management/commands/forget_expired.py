"""`manage.py forget_expired`: forgets what its source keeps no longer."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from feedback.privacy.retention import forget_expired


class Command(BaseCommand):
    """Forget comments, identities and webhook bodies whose time is over; `work` does it hourly."""

    help = __doc__ or ""

    def handle(self, **options: Any) -> None:
        """Forget, and say how much."""
        self.stdout.write(f"{forget_expired(timezone.now())}.")
