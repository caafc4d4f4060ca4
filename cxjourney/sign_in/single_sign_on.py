"""Single sign-on: whom the provider's word lets in."""

import logging
from typing import Any

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import (
    DefaultSocialAccountAdapter,
    _build_apps_from_settings,
)
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.openid_connect import views
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from cxjourney.sign_in.accounts import settle_address
from journeys.models import Invitation, User

logger = logging.getLogger(__name__)


class SingleSignOn(DefaultSocialAccountAdapter):
    """What this site decides about those who come in by OpenID Connect."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[Any]:
        """Return the provider of the settings; there are none in the database."""
        found = _build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in found.values() for app in apps]

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Turn away whom the settings do not let in, or whose address nobody proved."""
        address = proved_address(sociallogin)
        if settings.OIDC_DOMAINS and address.rpartition("@")[2] not in settings.OIDC_DOMAINS:
            raise _turned_away(request, "domain")
        if sociallogin.is_existing or sociallogin.state.get("process") == AuthProcess.CONNECT:
            return
        if not address:
            raise _turned_away(request, "unproved")
        if not self.is_open_for_signup(request, sociallogin):
            raise _turned_away(request, "uninvited")

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Give an account to whom the settings trust, or somebody invited."""
        if settings.OIDC_CREATES_ACCOUNTS:
            return True
        waiting = Invitation.objects.open(timezone.now())
        return waiting.filter(email__iexact=proved_address(sociallogin)).exists()

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        """Take over the address and the name."""
        user: User = super().populate_user(request, sociallogin, data)
        user.email = user.email.lower()
        parts = [data.get("first_name"), data.get("last_name")]
        user.name = (data.get("name") or " ".join(filter(None, parts)))[:120]
        return user

    def authenticate_by_email(self, sociallogin: Any) -> tuple[User, str] | None:
        """Find who has the proved address already; they keep their password."""
        found: tuple[User, str] | None = super().authenticate_by_email(sociallogin)
        if not found or found[0].email.lower() != found[1].lower():
            return None
        settle_address(found[0])
        return found


def proved_address(sociallogin: Any) -> str:
    """Return the address that the provider vouches for, in lower case, or nothing."""
    proved = [each.email.lower() for each in sociallogin.email_addresses if each.verified]
    return proved[0] if proved else ""


def _turned_away(request: HttpRequest, why: str) -> ImmediateHttpResponse:
    context = {"why": why, "provider": settings.OIDC_NAME}
    return ImmediateHttpResponse(
        render(request, "socialaccount/turned_away.html", context, status=403)
    )


@login_not_required
def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the provider's page; say so where it does not answer."""
    try:
        return views.login(request, provider_id)
    except requests.RequestException as problem:
        logger.warning("Single sign-on does not answer: %s.", type(problem).__name__)
        return render(request, "socialaccount/authentication_error.html", status=502)
