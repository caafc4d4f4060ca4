"""What every template may ask, at no cost where it does not."""

from functools import partial
from typing import Any

from django.http import HttpRequest

from journeys.admin.access import (
    administered_ids,
    administers_any,
    customers_seen_ids,
    edited_ids,
)
from journeys.models import Notice


def administration(request: HttpRequest) -> dict[str, Any]:
    """Offer `administers_any`: does the person administer a workspace, any of them?

    And `administered_ids` and `edited_ids`: of the workspaces that the person administers, and may
    change; `customers_seen_ids`: of those whose single customers the person sees. They are asked
    when a template names them, once per request, together with what the admin itself asks.
    `unread_notices` is how many things the person was told of and has not seen.
    """
    return {
        "administers_any": partial(administers_any, request),
        "administered_ids": partial(administered_ids, request),
        "edited_ids": partial(edited_ids, request),
        "customers_seen_ids": partial(customers_seen_ids, request),
        "unread_notices": partial(_unread_notices, request),
    }


def _unread_notices(request: HttpRequest) -> int:
    known: int | None = getattr(request, "_unread_notices", None)
    return Notice.objects.visible_to(request.user).unread().count() if known is None else known
