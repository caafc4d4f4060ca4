"""Where a person is signed in, and signing out there."""

import re
from collections.abc import Callable
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.sessions.backends.base import SessionBase
from django.core.cache import caches
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from journeys.access import signed_in
from journeys.auditing import audit
from journeys.models import AuditKind

# The first that fits names the browser; those before others call themselves by their names, too.
_BROWSERS = [
    (r"Edg(e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|CriOS/", "Chrome"),
    (r"Safari/", "Safari"),
]
_SYSTEMS = [
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"Mac OS X|Macintosh", "Mac"),
    (r"CrOS", "ChromeOS"),
    (r"Linux", "Linux"),
]


def device(agent: str) -> str:
    """Return what a browser says of itself in a few words: "Firefox on Linux"."""
    browser = _first(_BROWSERS, agent) or "An unknown browser"
    system = _first(_SYSTEMS, agent)
    return f"{browser} on {system}" if system else browser


def _first(names: list[tuple[str, str]], agent: str) -> str:
    return next((name for pattern, name in names if re.search(pattern, agent)), "")


@require_GET
def session_list(request: HttpRequest) -> HttpResponse:
    """List the sessions of the person, this one first, then by when they were last seen."""
    own = UserSession.objects.purge_and_list(signed_in(request))
    own.sort(key=lambda session: (not session.is_current(), -session.last_seen_at.timestamp()))
    rows = [(session, device(session.user_agent)) for session in own]
    return render(request, "account/sessions.html", {"rows": rows, "several": len(rows) > 1})


@require_POST
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign the person out in one of their other sessions."""
    session = get_object_or_404(UserSession, pk=pk, user=signed_in(request))
    if session.is_current():
        return redirect("account_session_list")
    session.end()
    _note(request, f"signed out in {device(session.user_agent)}.")
    messages.success(request, f"{device(session.user_agent)} is signed out.")
    return redirect("account_session_list")


@require_POST
def session_end_others(request: HttpRequest) -> HttpResponse:
    """Sign the person out everywhere else."""
    ended = [
        session.end()
        for session in UserSession.objects.filter(user=signed_in(request))
        if not session.is_current()
    ]
    if ended:
        _note(request, f"signed out everywhere else ({len(ended)}).")
    messages.success(request, "You are signed out everywhere but here.")
    return redirect("account_session_list")


def _note(request: HttpRequest, what: str) -> None:
    user = signed_in(request)
    audit(AuditKind.SIGN_OUT, f"{user.email} {what}", by=user, request=request)


class NoteActivity:
    """Middleware that notes when and from where a session is in use, every few minutes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.SESSION_NOTED_SECONDS:
            raise MiddlewareNotUsed
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Note it, and pass the request on."""
        session: SessionBase = request.session
        seconds = settings.SESSION_NOTED_SECONDS
        if (
            session.session_key
            and request.user.is_authenticated
            and caches["noted"].add(session.session_key, True, seconds)
        ):
            now = timezone.now()
            UserSession.objects.filter(
                session_key=session.session_key,
                last_seen_at__lt=now - timedelta(seconds=seconds / 2),
            ).update(last_seen_at=now, ip=request.META.get("REMOTE_ADDR") or "0.0.0.0")  # noqa: S104
        return self._get_response(request)
