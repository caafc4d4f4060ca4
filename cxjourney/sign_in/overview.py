"""The page of one's own account, and the one that says how to get an account."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cxjourney.sign_in.first_owner import nobody_yet
from journeys.access import signed_in


@require_GET
def account_overview(request: HttpRequest) -> HttpResponse:
    """Show how the person signs in, and where to change it."""
    user = signed_in(request)
    factors = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    context = {
        "app": Authenticator.Type.TOTP in factors,
        "passkeys": factors.count(Authenticator.Type.WEBAUTHN),
        "sessions": UserSession.objects.filter(user=user).count(),
        "provider": settings.OIDC_NAME if settings.OIDC_SERVER_URL else "",
        "connected": SocialAccount.objects.filter(user=user).exists(),
    }
    return render(request, "account/overview.html", context)


@login_not_required
@require_GET
def no_signup(request: HttpRequest) -> HttpResponse:
    """Say that accounts come with invitations."""
    return render(request, "account/signup_closed.html", {"nobody_yet": nobody_yet()})
