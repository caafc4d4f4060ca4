"""Letting a copy of the database answer requests that only look, where REPLICA_URL names one.

The copy is behind by the time that PostgreSQL's replication takes. So it answers only GET and HEAD,
not for a while after the same browser changed something, not in a transaction, and not where
others' changes are followed as they happen. Who somebody is, is always asked at the source.
"""

import re
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.db import connections, models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

REPLICA = "replica"
COOKIE = "cx_wrote"
WRITTEN_SECONDS = 15
"""How long a browser reads at the source after it changed something."""
# What an open map fetches because it has just changed, its forms; signing in, administering,
# programs, and pages below which customers answer.
_FRESH = re.compile(
    r"/(live|parts|edit)/|/journeys/[^/]+/(stages|steps|lanes|cards|touchpoints)/"
    r"|^/(account|admin|api|hooks|s|share)/"
)
ALWAYS_FRESH = {"sessions.session", "journeys.user", "journeys.membership", "journeys.apitoken"}

_only_looks: ContextVar[bool] = ContextVar("only_looks", default=False)


class ReplicaRouter:
    """Sends reads of a request that only looks to the copy, and everything else to the source."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str:
        """Return the copy where it may answer."""
        if (
            not _only_looks.get()
            or model._meta.label_lower in ALWAYS_FRESH
            or connections["default"].in_atomic_block
        ):
            return "default"
        return REPLICA

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str:
        """Return the source."""
        return "default"

    def allow_relation(self, one: models.Model, other: models.Model, **hints: Any) -> bool:
        """Let rows of both stand together: they are the same."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Change tables at the source alone; the copy follows."""
        return db == "default"


@sync_and_async_middleware
def reading(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Note of each request whether it only looks, and of each browser that it changed something."""
    if iscoroutinefunction(get_response):

        async def read_async(request: HttpRequest) -> HttpResponseBase:
            token = _only_looks.set(may_lag(request))
            try:
                return _marked(request, await get_response(request))
            finally:
                _only_looks.reset(token)

        return read_async

    def read(request: HttpRequest) -> HttpResponseBase:
        token = _only_looks.set(may_lag(request))
        try:
            return _marked(request, get_response(request))
        finally:
            _only_looks.reset(token)

    return read


def may_lag(request: HttpRequest) -> bool:
    """True where an answer from a second ago does no harm."""
    return (
        request.method in {"GET", "HEAD"}
        and COOKIE not in request.COOKIES
        and not _FRESH.search(request.path)
    )


def _marked(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if request.method not in {"GET", "HEAD", "OPTIONS"} and COOKIE not in response.cookies:
        response.set_cookie(
            COOKIE,
            "1",
            max_age=WRITTEN_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response
