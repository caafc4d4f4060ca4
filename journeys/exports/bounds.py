"""How many files the web server makes at a time: drawing takes a core, which maps need too."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_drawing = Lock()


class Busy(Exception):
    """Another file is being made in this process, and did not end in time."""


@contextmanager
def drawing_here(*, wait: float) -> Iterator[None]:
    """Let one request of this process draw, after waiting at most so many seconds.

    Raises Busy.
    """
    if not _drawing.acquire(timeout=wait):
        raise Busy
    try:
        yield
    finally:
        _drawing.release()
