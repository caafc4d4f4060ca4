"""Accounts and passwords: who may have one, what is said of it, and how mail leaves."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from journeys.mailing import mail_secretly
from journeys.models import User

_SAID = {
    "email_password_mismatch": "This e-mail address and password do not belong together.",
    "too_many_login_attempts": "Too many attempts failed. Wait five minutes, then try again.",
    "rate_limited": "Too many attempts failed. Wait five minutes, then try again.",
    "incorrect_password": "This is not your password.",
    "enter_current_password": "This is not your present password.",
    "incorrect_code": "This code is not right, or no longer.",
    "same_as_current": "This is your present address.",
    "duplicate_email": "This is your present address.",
    # The same as for an address that is free: nobody learns who has an account.
    "email_taken": "This address cannot be used.",
}


class Accounts(DefaultAccountAdapter):
    """What this site decides about accounts."""

    error_messages = DefaultAccountAdapter.error_messages | _SAID

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account without an invitation."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return who signs in with a password.

        An account that is switched off is like none, and so is an address that was given up.
        """
        user: User | None = super().authenticate(request, **credentials)
        if user is None or not user.is_active:
            return None
        return user if user.email.lower() == credentials["email"].lower() else None

    def login(self, request: HttpRequest, user: User) -> None:
        """Let the person in."""
        settle_address(user)
        super().login(request, user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Lead to the page of the account."""
        return reverse("account_overview")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        """Lead to the page of the account; who is signed out signs in first."""
        return reverse("account_overview")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail in the background."""
        site = urlsplit(settings.SITE_URL)
        words = {"email": email, "site": site.netloc, "origin": settings.SITE_URL} | context
        mail_secretly(self.render_mail(template_prefix, email, words))


def settle_address(user: User) -> None:
    """Let the library know the person's address as theirs, and no earlier one.

    Nobody has an account for an address that neither they nor an administrator vouched for, so it
    counts as confirmed.
    """
    known, email = EmailAddress.objects.filter(user=user), user.email.lower()
    if known.filter(email=email, verified=True, primary=True).exists():
        return
    with transaction.atomic():
        known.exclude(email=email).delete()
        known.update_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
