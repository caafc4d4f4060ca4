"""One line of the log for every request, under an id that the answer carries, too."""

import logging
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from django.utils.functional import SimpleLazyObject, empty

from cxjourney.operating import metrics
from cxjourney.operating.context import working_for
from cxjourney.operating.paths import loggable_path

logger = logging.getLogger("cxjourney.request")

_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
QUIET = ("/static/", "/healthz", "/readyz", "/metrics")
"""Asked for so often that their lines would hide the others; written at DEBUG."""


@sync_and_async_middleware
def request_log(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Give each request an id, write down how it was answered, and tell the id to who asked."""
    if iscoroutinefunction(get_response):

        async def logged_async(request: HttpRequest) -> HttpResponseBase:
            answer: Callable[[HttpRequest], Awaitable[HttpResponseBase]] = get_response
            begun, name = time.perf_counter(), request_id(request)
            with working_for(request_id=name):
                return _noted(request, await answer(request), name, begun)

        return logged_async

    def logged(request: HttpRequest) -> HttpResponseBase:
        begun, name = time.perf_counter(), request_id(request)
        with working_for(request_id=name):
            return _noted(request, get_response(request), name, begun)

    return logged


def request_id(request: HttpRequest) -> str:
    """Return the proxy's X-Request-ID, where there is a proxy to be believed; else a new one."""
    given = request.headers.get("X-Request-ID", "") if settings.BEHIND_PROXY else ""
    return given if _ID.fullmatch(given) else uuid4().hex


def _noted(
    request: HttpRequest, response: HttpResponseBase, name: str, begun: float
) -> HttpResponseBase:
    seconds = time.perf_counter() - begun
    response["X-Request-ID"] = name
    path = loggable_path(request)
    facts = {
        "method": request.method,
        "path": path,
        "status": response.status_code,
        "ms": round(1000 * seconds, 1),
        "user": _user(request),
    }
    level = logging.DEBUG if request.path.startswith(QUIET) else logging.INFO
    logger.log(
        level,
        "%s %s %d %.0f ms",
        *(request.method, path, response.status_code, 1000 * seconds),
        extra={key: value for key, value in facts.items() if value is not None},
    )
    metrics.note(request, response.status_code, seconds)
    return response


def _user(request: HttpRequest) -> int | None:
    """Return whose request it is, as far as somebody has asked already."""
    user = getattr(request, "user", None)
    if isinstance(user, SimpleLazyObject) and user._wrapped is empty:
        return None
    return getattr(user, "pk", None)
