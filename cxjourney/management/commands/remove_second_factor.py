"""`manage.py remove_second_factor`: for who lost their phone and their recovery codes."""

from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.db import transaction

from journeys.auditing import audit
from journeys.models import AuditKind, User


class Command(BaseCommand):
    """Take all second factors from a person, who then signs in by password, and sign them out.

    Make sure that it is the person who asks: whoever has their password comes in after this.
    """

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add whose."""
        parser.add_argument("email", help="the address with which the person signs in")

    def handle(self, *, email: str, **options: Any) -> None:
        """Remove them, and say how many there were."""
        try:
            user = User.objects.get_by_natural_key(email)
        except User.DoesNotExist:
            raise CommandError(f"Nobody signs in as {email}.") from None
        with transaction.atomic():
            factors = Authenticator.objects.filter(user=user)
            kinds = sorted({str(factor.get_type_display()) for factor in factors})
            if not kinds:
                raise CommandError(f"{user.email} has no second factor.")
            factors.delete()
            for session in UserSession.objects.filter(user=user):
                session.end()
            text = f"The operator removed the second factors of {user.email}."
            audit(AuditKind.CREDENTIALS, text, by=None, email=user.email)
        self.stdout.write(f"Removed from {user.email}: {', '.join(kinds)}.")
