"""Keeps account of sign-ins and of what changes about them.

It listens to the signals of the libraries. The project has none of its own; here they are the one
place that every way in passes: password, passkey, single sign-on, pages and programs alike.
"""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as social
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from journeys.auditing import audit
from journeys.models import AuditKind, User

_FACTORS = {
    Authenticator.Type.TOTP: "authenticator app",
    Authenticator.Type.WEBAUTHN: "passkey",
    Authenticator.Type.RECOVERY_CODES: "recovery codes",
}


def _credentials(request: HttpRequest, user: User, what: str) -> None:
    audit(AuditKind.CREDENTIALS, f"{user.email} {what}", by=user, request=request)


@receiver(account.user_logged_in)
def signed_in(request: HttpRequest, user: User, **rest: Any) -> None:
    """A person came in, with everything that was asked for."""
    methods = [each["method"] for each in request.session.get("account_authentication_methods", [])]
    words = {"password": "password", "mfa": "second factor", "socialaccount": "single sign-on"}
    by = " and ".join(dict.fromkeys(words.get(each, each) for each in methods))
    text = f"{user.email} signed in" + (f" by {by}." if by else ".")
    audit(AuditKind.SIGN_IN, text, by=user, request=request, methods=methods)


@receiver(user_logged_out)
def signed_out(request: HttpRequest, user: User | None, **rest: Any) -> None:
    """A person left."""
    if user is not None:
        audit(AuditKind.SIGN_OUT, f"{user.email} signed out.", by=user, request=request)


@receiver(user_login_failed)
def password_failed(credentials: dict[str, Any], request: HttpRequest | None, **rest: Any) -> None:
    """Somebody typed an address and a password that do not belong together."""
    tried = credentials.get("email") or credentials.get("username") or "?"
    text = f"Somebody failed to sign in as {tried}."
    audit(AuditKind.SIGN_IN_FAILED, text, by=None, request=request, email=tried)


@receiver(mfa.authentication_failed)
def second_factor_failed(request: HttpRequest, user: User, **rest: Any) -> None:
    """Somebody knew the password, and not the code."""
    text = f"A second factor of {user.email} was wrong."
    audit(AuditKind.SIGN_IN_FAILED, text, by=None, request=request, email=user.email)


@receiver([account.password_changed, account.password_set])
def password_changed(request: HttpRequest, user: User, **rest: Any) -> None:
    """A person has another password."""
    _credentials(request, user, "changed their password.")


@receiver(account.password_reset)
def password_reset(request: HttpRequest, user: User, **rest: Any) -> None:
    """A person chose a new password, by a link in a mail."""
    _credentials(request, user, "chose a new password by e-mail.")


@receiver(account.email_changed)
def email_changed(
    request: HttpRequest, user: User, from_email_address: Any, to_email_address: Any, **rest: Any
) -> None:
    """A person signs in with another address."""
    before = from_email_address.email if from_email_address else "?"
    _credentials(request, user, f"was {before} before, and confirmed the new address.")


@receiver([mfa.authenticator_added, mfa.authenticator_reset])
def factor_added(request: HttpRequest, user: User, authenticator: Any, **rest: Any) -> None:
    """A person has one more second factor, or new recovery codes."""
    _credentials(request, user, f"set up: {_FACTORS[authenticator.type]}.")


@receiver(mfa.authenticator_removed)
def factor_removed(request: HttpRequest, user: User, authenticator: Any, **rest: Any) -> None:
    """A person has one second factor less."""
    _credentials(request, user, f"removed: {_FACTORS[authenticator.type]}.")


@receiver(social.social_account_added)
def single_sign_on_added(request: HttpRequest, sociallogin: Any, **rest: Any) -> None:
    """A person may come in by single sign-on from now on."""
    _credentials(request, sociallogin.user, "connected single sign-on.")


@receiver(social.social_account_removed)
def single_sign_on_removed(request: HttpRequest, socialaccount: Any, **rest: Any) -> None:
    """A person may no longer come in by single sign-on."""
    _credentials(request, socialaccount.user, "disconnected single sign-on.")
