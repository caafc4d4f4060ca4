"""Addresses that nobody typed and no database takes."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

_REPLACEMENT = "\ufffd"


class WithoutNul:
    """Middleware that reads the character NUL of a path or a query as U+FFFD, which names nothing.

    PostgreSQL takes none, so that every filter read from an address would end in an error. Bodies
    are not touched: forms and the API say what is wrong with a field.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        request.path_info = request.path_info.replace("\x00", _REPLACEMENT)
        query = request.META.get("QUERY_STRING", "")
        request.META["QUERY_STRING"] = query.replace("%00", "%EF%BF%BD")
        return self._get_response(request)
