"""How a visitor comes in by a link: the link itself, its password, and what the pages forbid.

No account, no session and no script. Whoever entered a password or gave a name has one signed
cookie, for the link's own addresses only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Self

from csp.constants import NONE
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt

from journeys.models import ShareLink
from journeys.sharing.showing import address_of

COOKIE = "share"
REMEMBERED = 7 * 24 * 3600
"""Seconds for which an entered password and a given name are remembered."""
_View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who came by a link, and what the browser remembers of an earlier time."""

    request: HttpRequest
    link: ShareLink
    token: str
    name: str = ""
    has_key: bool = False

    @classmethod
    def of(cls, request: HttpRequest, link: ShareLink, token: str) -> Self:
        """Read the cookie; one that is old, forged, or of an earlier password is none."""
        try:
            kept: dict[str, str] = signing.loads(
                request.COOKIES.get(COOKIE, ""), salt=_salt(link), max_age=REMEMBERED
            )
        except signing.BadSignature:
            kept = {}
        has_key = constant_time_compare(kept.get("key", ""), _key(link))
        return cls(request, link, token, kept.get("name", ""), has_key)

    @property
    def may_enter(self) -> bool:
        """True where no password is asked for, or it was entered."""
        return not self.link.password or self.has_key

    @property
    def address(self) -> str:
        """Return the path of the link's map."""
        return address_of(self.token)

    def render(self, page: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        """Render a page of the link, without the request: nothing depends on who is signed in."""
        base = {
            "link": self.link,
            "address": self.address,
            "from_whom": self.link.journey.workspace.name,
            "simulated": self.link.journey.workspace.simulated,
        }
        html = render_to_string(f"journeys/shared/{page}.html", base | context)
        return HttpResponse(html, status=status)

    def remember(self, response: HttpResponse, *, name: str = "", key: bool = False) -> None:
        """Have the browser remember a name, and that the password was entered."""
        kept = {"name": name or self.name, "key": _key(self.link) if key or self.has_key else ""}
        response.set_cookie(
            COOKIE,
            signing.dumps(kept, salt=_salt(self.link)),
            max_age=REMEMBERED,
            path=self.address,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def by_link(*methods: str, before_password: bool = False) -> Callable[[_View], _View]:
    """Let whoever has the link come in, and answer everybody else with one and the same page.

    Needs no CSRF token: the address is the secret that another site's form would have to know,
    and the cookie does not come along with what other sites send.
    """

    def decorate(view: _View) -> _View:
        @wraps(view)
        def entered(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in methods:
                return _kept_to_oneself(HttpResponseNotAllowed(methods))
            try:
                visit = _visit(request, token)
                if visit.may_enter or before_password:
                    response = view(visit, *args, **kwargs)
                else:
                    response = _at_the_door(visit)
            except Http404:
                response = nowhere()
            return _kept_to_oneself(response)

        wrapped: _View = login_not_required(
            csrf_exempt(cache_control(private=True, no_store=True)(entered))
        )
        return wrapped

    return decorate


def _at_the_door(visit: Visit) -> HttpResponse:
    looks = visit.request.method in {"GET", "HEAD"}
    at_the_map = looks and visit.request.path == visit.address
    return password_page(visit) if at_the_map else redirect(visit.address)


def _visit(request: HttpRequest, token: str) -> Visit:
    links = ShareLink.objects.open(timezone.localdate()).with_token(token)
    link = links.select_related("journey__workspace", "journey__owner").first()
    if link is None:
        raise Http404
    return Visit.of(request, link, token)


def password_page(visit: Visit, problem: str = "", *, status: int = 200) -> HttpResponse:
    """Ask for the password, and say nothing about what is behind it."""
    context = {"address": visit.address, "problem": problem}
    return HttpResponse(render_to_string("journeys/shared/password.html", context), status=status)


def nowhere() -> HttpResponse:
    """Answer whoever has a link that leads nowhere: unknown, expired or revoked, all the same."""
    return HttpResponse(render_to_string("journeys/shared/nowhere.html"), status=404)


def _kept_to_oneself(response: HttpResponse) -> HttpResponse:
    """Keep the page out of search engines, and its address out of what browsers tell others."""
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    rules: dict[str, list[str]] = {"script-src": [NONE], "connect-src": [NONE]}
    response._csp_replace = rules | getattr(response, "_csp_replace", {})  # type: ignore[attr-defined]
    return response


def _salt(link: ShareLink) -> str:
    return f"journeys.share.{link.pk}"


def _key(link: ShareLink) -> str:
    """Return what proves that this password was entered: another one needs another."""
    return salted_hmac("journeys.share.entered", f"{link.pk}:{link.password}").hexdigest()
