"""How many files the web server makes at a time: drawing takes a core, which maps need too."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Timer
from time import monotonic

_drawing = Lock()


class Busy(Exception):
    """Another file is being made in this process, and did not end in time."""


@contextmanager
def drawing_here(*, wait: float, rest: float = 0) -> Iterator[None]:
    """Let one request of this process draw, after waiting at most so many seconds.

    Before the next one may, `rest` times as long as this one took is left to maps.
    Raises Busy.
    """
    if not _drawing.acquire(timeout=wait):
        raise Busy
    begun = monotonic()
    try:
        yield
    finally:
        if rest:
            later = Timer(rest * (monotonic() - begun), _drawing.release)
            later.daemon = True
            later.start()
        else:
            _drawing.release()
