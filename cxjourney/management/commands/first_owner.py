"""`manage.py first_owner`: how the first person comes into a fresh server."""

from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from cxjourney.sign_in.first_owner import link, nobody_yet


class Command(BaseCommand):
    """Print the link at which the first owner and the first workspace are made.

    It works for a day, and only as long as nobody can sign in.
    """

    help = __doc__ or ""

    def handle(self, **options: Any) -> None:
        """Print it, or say that there is an owner."""
        if not nobody_yet():
            raise CommandError(
                "Somebody can sign in already; they invite others. "
                "For a new password: manage.py changepassword EMAIL"
            )
        self.stdout.write("Open this link within a day and keep it to yourself:")
        self.stdout.write(link())
