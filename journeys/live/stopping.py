"""Hearing that the server is told to stop, while it still waits for open pages to close."""

import signal
import threading
from asyncio import AbstractEventLoop
from collections.abc import Callable
from types import FrameType


class _Heard:
    """Lets the pages go, then does what the server itself does on a signal."""

    def __init__(
        self,
        loop: AbstractEventLoop,
        then: Callable[[], None],
        server: Callable[[int, FrameType | None], object],
    ) -> None:
        self._loop, self._then, self._server = loop, then, server

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._then)
        self._server(number, frame)


def when_stopping(loop: AbstractEventLoop, then: Callable[[], None]) -> None:
    """Call `then` in the loop as soon as a signal tells the server to stop.

    Only where a server heeds SIGTERM at all; others, such as a test, keep their own ways.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        server = signal.getsignal(number)
        if not callable(server) or isinstance(server, _Heard):
            return
        signal.signal(number, _Heard(loop, then, server))
