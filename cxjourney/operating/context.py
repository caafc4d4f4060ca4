"""Which request or background job the present code works for, as every line of the log says."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_present: ContextVar[dict[str, Any] | None] = ContextVar("present", default=None)


def present() -> dict[str, Any]:
    """Return `request_id`, or `task_id` and `task`; nothing outside of both."""
    return _present.get() or {}


@contextmanager
def working_for(**facts: Any) -> Iterator[None]:
    """Let every line of the log that is written in the block carry these facts."""
    token = _present.set(facts)
    try:
        yield
    finally:
        _present.reset(token)
