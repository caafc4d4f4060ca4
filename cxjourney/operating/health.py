"""/healthz: the process lives. /readyz: it can do its work. /metrics: figures, with a token.

They are answered before everything else, so that a load balancer may ask by any host name and over
plain HTTP: they neither repeat the name nor redirect, and tell nothing about people or content.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.conf import settings
from django.db import Error, close_old_connections, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.decorators import sync_and_async_middleware
from django_tasks_db.models import DBTaskResult

from cxjourney.operating import metrics

logger = logging.getLogger(__name__)


@sync_and_async_middleware
def health(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Answer what a load balancer or a monitor asks; pass everything else on."""
    if iscoroutinefunction(get_response):

        async def asked_async(request: HttpRequest) -> HttpResponseBase:
            view = _VIEWS.get(request.path)
            if view is None:
                passed: HttpResponseBase = await get_response(request)
                return passed
            # Live is who answers while all threads are busy.
            return view(request) if view is _live else await sync_to_async(view)(request)

        return asked_async

    def asked(request: HttpRequest) -> HttpResponseBase:
        view = _VIEWS.get(request.path)
        passed: HttpResponseBase = view(request) if view else get_response(request)
        return passed

    return asked


def _live(request: HttpRequest) -> HttpResponse:
    return _told(request, {"status": "ok"})


def _ready(request: HttpRequest) -> HttpResponse:
    """Say whether the database answers and has this version's tables; and how the worker does."""
    try:
        missing = missing_migrations()
        jobs = waiting_jobs()
    except Error as problem:
        logger.warning("Not ready, the database does not answer: %s", problem)
        return _told(request, {"status": "unready", "database": "no answer"}, status=503)
    finally:
        if not connection.in_atomic_block:
            close_old_connections()
    found: dict[str, Any] = {
        "status": "unready" if missing else "ok",
        "database": "ok",
        "migrations": f"{missing} to apply" if missing else "ok",
        # A worker that is late slows mail and imports; pages go on.
        "worker": {"last_sign": worker_sign(), **jobs},
    }
    return _told(request, found, status=503 if missing else 200)


def _figures(request: HttpRequest) -> HttpResponse:
    """Tell Prometheus the figures, if it knows METRICS_TOKEN; else there is nothing here."""
    wanted = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not wanted or not constant_time_compare(given, wanted):
        return HttpResponse("Not found", status=404, content_type="text/plain")
    jobs = waiting_jobs()
    content, kind = metrics.exposition(jobs["jobs_waiting"], jobs["oldest_waits_seconds"])
    return HttpResponse(content, content_type=kind)


_VIEWS: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/healthz": _live,
    "/readyz": _ready,
    "/metrics": _figures,
}


def _told(request: HttpRequest, found: dict[str, Any], status: int = 200) -> HttpResponse:
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    response = JsonResponse(found, status=status)
    response["Cache-Control"] = "no-store"
    return response


_up_to_date = False


def missing_migrations() -> int:
    """Return how many migrations of this version are not applied; raises Error without a database.

    Once there are none there will be none: a newer version is another process.
    """
    global _up_to_date
    if _up_to_date:
        connection.ensure_connection()
        return 0
    applied = set(MigrationRecorder(connection).applied_migrations())
    missing = len(set(MigrationLoader(None).disk_migrations or {}) - applied)
    _up_to_date = not missing
    return missing


def waiting_jobs() -> dict[str, Any]:
    """Return how many background jobs wait, and for how many seconds the first of them."""
    found = DBTaskResult.objects.ready().aggregate(many=Count("*"), since=Min("enqueued_at"))
    since = found["since"]
    seconds = (timezone.now() - since).total_seconds() if since else 0
    return {"jobs_waiting": found["many"], "oldest_waits_seconds": round(seconds)}


def worker_sign() -> str | None:
    """Return when a worker with the same VAR_DIR gave its last sign of life, if one ever did."""
    try:
        seen = Path(settings.WORKER_SIGN).stat().st_mtime
    except OSError:
        return None
    return datetime.fromtimestamp(seen, UTC).isoformat(timespec="seconds")
