"""The pages for what went wrong, which ask the database for the menu like every other page.

Under ASGI, Django draws them in a thread of its own, whose connection it never closes: each such
thread would keep one of the pool's few for good.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views import defaults

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


bad_request = _letting_go(defaults.bad_request)
permission_denied = _letting_go(defaults.permission_denied)
page_not_found = _letting_go(defaults.page_not_found)
server_error = _letting_go(defaults.server_error)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Say that something was tried too often; who draws it is the view that was asked."""
    return render(request, "429.html", status=429)
