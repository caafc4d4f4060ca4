"""The pages for what went wrong, which ask the database for the menu like every other page.

Under ASGI, Django draws them in a thread of its own, whose connection it never closes: each such
thread would keep one of the pool's few for good.
"""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views import defaults

from cxjourney.operating.context import present

ErrorView = Callable[..., HttpResponseBase]


def _letting_go(view: ErrorView) -> ErrorView:
    """Give back the connections that drawing took, unless somebody's transaction is open."""

    @wraps(view)
    def drawn(*args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(*args, **kwargs)
        finally:
            for connection in connections.all(initialized_only=True):
                if not connection.in_atomic_block:
                    connection.close()

    return drawn


def _server_error(request: HttpRequest) -> HttpResponseBase:
    """Say that something broke, under which number the log has it, and whether to come again.

    While the database is away, as when it restarts, that is 503 with Retry-After: nothing is wrong
    with what was asked.
    """
    away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    name = present().get("request_id", "")
    response: HttpResponse
    if request.path.startswith("/api/"):
        detail = "The database is away for a moment." if away else "Something broke on our side."
        response = JsonResponse({"detail": detail, "request_id": name})
    else:
        page = "503.html" if away else "500.html"
        response = HttpResponse(render_to_string(page, {"request_id": name}))
    response.status_code = 503 if away else 500
    if away:
        response["Retry-After"] = "5"
    return response


bad_request = _letting_go(defaults.bad_request)
permission_denied = _letting_go(defaults.permission_denied)
page_not_found = _letting_go(defaults.page_not_found)
server_error = _letting_go(_server_error)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Say that something was tried too often; who draws it is the view that was asked."""
    return render(request, "429.html", status=429)
