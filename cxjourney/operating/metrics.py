"""Figures for Prometheus, where its client is installed and METRICS_TOKEN is set.

Each web process tells its own, at its own port; where one port is served by several, the client's
PROMETHEUS_MULTIPROC_DIR makes one account of them.
"""

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

if TYPE_CHECKING:
    from prometheus_client import Histogram

MISSING = (
    "METRICS_TOKEN is set, and prometheus-client is not installed: "
    "pip install -r requirements-operating.txt"
)


@cache
def _answers() -> "Histogram":
    try:
        from prometheus_client import Histogram
    except ImportError:
        raise ImproperlyConfigured(MISSING) from None
    return Histogram(
        "cxjourney_request_seconds",
        "Seconds until a request's answer began.",
        ["method", "view", "status"],
        buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    )


def note(request: HttpRequest, status: int, seconds: float) -> None:
    """Count an answer, where figures are wanted."""
    if not settings.METRICS_TOKEN:
        return
    match = getattr(request, "resolver_match", None)
    # Of a view, not of an address: there are as many as somebody cares to think of.
    view = match.view_name if match and match.view_name else "none"
    method = request.method if request.method in {"GET", "HEAD", "POST"} else "other"
    _answers().labels(method, view, str(status)).observe(seconds)


def exposition(waiting: int, oldest: float) -> tuple[bytes, str]:
    """Return the figures as Prometheus reads them, and their content type.

    `waiting` is how many background jobs wait, `oldest` for how many seconds the first of them.
    """
    _answers()
    from prometheus_client import (
        CONTENT_TYPE_LATEST,
        REGISTRY,
        CollectorRegistry,
        Gauge,
        generate_latest,
    )

    mine: Any = CollectorRegistry()
    Gauge("cxjourney_jobs_waiting", "Jobs that wait for the worker.", registry=mine).set(waiting)
    Gauge(
        "cxjourney_jobs_oldest_seconds", "How long the first of them has waited.", registry=mine
    ).set(oldest)
    source: Any = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client.multiprocess import MultiProcessCollector

        source = CollectorRegistry()
        MultiProcessCollector(source)  # type: ignore[no-untyped-call]
    return generate_latest(source) + generate_latest(mine), CONTENT_TYPE_LATEST
