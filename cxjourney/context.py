"""What every template may ask, at no cost where it does not."""

from functools import partial
from typing import Any

from django.http import HttpRequest

from journeys.admin.access import administers_any


def administration(request: HttpRequest) -> dict[str, Any]:
    """Offer `administers_any`: does the person administer a workspace, any of them?

    Asked when a template names it, once per request, together with what the admin itself asks.
    """
    return {"administers_any": partial(administers_any, request)}
