"""Second factors: where their secrets are sealed, and whom the site does not let in without one."""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from journeys.models import User
from journeys.sealing import seal, unseal


class SecondFactors(DefaultMFAAdapter):
    """What this site decides about second factors."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This code is not right, or no longer.",
        "cannot_delete_authenticator": "This site asks for a second factor. Add another one first.",
    }

    def encrypt(self, text: str) -> str:
        """Seal the secret of an app or of recovery codes."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open it again."""
        return unseal(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Keep the last one where the site asks for one."""
        if not settings.REQUIRE_SECOND_FACTOR:
            return True
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        return others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:  # noqa: A002
        """Suggest a name for a new passkey."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return "Passkey" if number == 1 else f"Passkey {number}"


def came_with_two(request: HttpRequest, user: User) -> bool:
    """True where this session began with a second factor, or with single sign-on.

    Second factors of those who come in by single sign-on are their provider's matter.
    """
    records = get_authentication_records(request, user)
    return any(record["method"] in {"mfa", "socialaccount"} for record in records)


class SecondFactorRequired:
    """Middleware that leads whoever has no second factor to where one is set up.

    Programs with an API token are not asked: a token is no session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.REQUIRE_SECOND_FACTOR:
            raise MiddlewareNotUsed
        self._get_response = get_response
        self._open = (reverse("account_overview"), settings.STATIC_URL)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, unless its person lacks a second factor."""
        user = request.user
        if (
            isinstance(user, User)
            and not request.path.startswith(self._open)
            and not came_with_two(request, user)
            and not is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])
        ):
            if request.method == "GET" and not request.path.startswith("/api/"):
                messages.info(request, "This site asks for a second factor. Set one up to go on.")
                return redirect("mfa_index")
            return HttpResponse("This site asks for a second factor.", status=403)
        return self._get_response(request)
