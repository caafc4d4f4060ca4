"""Sending errors to a Sentry or one of its like, without anything about people."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

MISSING = (
    "SENTRY_DSN is set, and sentry-sdk is not installed: pip install -r requirements-operating.txt"
)


def report_errors(dsn: str, *, environment: str) -> None:
    """Send unhandled errors to `dsn` from now on: where in the code, and nothing that was sent."""
    try:
        import sentry_sdk
        from sentry_sdk.integrations.django import DjangoIntegration
    except ImportError:
        raise ImproperlyConfigured(MISSING) from None
    sentry_sdk.init(
        dsn,
        environment=environment,
        auto_enabling_integrations=False,
        integrations=[DjangoIntegration(middleware_spans=False, signals_spans=False)],
        before_send=without_people,
        before_breadcrumb=lambda crumb, hint: None,
        include_local_variables=False,
        max_request_body_size="never",
        traces_sample_rate=0,
    )


def without_people(event: "Event", hint: "Hint | dict[str, Any]") -> "Event":
    """Take out of a report what may name a person or open a door; the request's id stays."""
    from cxjourney.operating.context import present

    for part in ("request", "user", "server_name", "extra", "breadcrumbs"):
        event.pop(part, None)  # type: ignore[misc]
    if logged := event.get("logentry"):
        # Without what was filled in.
        event["logentry"] = {"message": logged.get("message", "")}
    for problem in (event.get("exception") or {}).get("values", []):
        # A message often quotes what was written: "invalid literal: 'jo@example.com'".
        problem["value"] = ""
    event["tags"] = {name: str(value) for name, value in present().items()}
    return event
