"""Where messages arrive in this process: one inbox for each event loop that has open pages."""

from asyncio import AbstractEventLoop
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

Deliver = Callable[[Sequence[Any]], None]

_open: dict[AbstractEventLoop, Deliver] = {}


def open_inbox(loop: AbstractEventLoop, deliver: Deliver) -> None:
    """From now on hand messages to `deliver`, in the loop's own thread."""
    _open[loop] = deliver


def close_inbox(loop: AbstractEventLoop) -> None:
    """Stop doing so."""
    _open.pop(loop, None)


def post(messages: Sequence[Any]) -> None:
    """Put messages into every inbox, from whatever thread."""
    for loop, deliver in tuple(_open.items()):
        # A loop that was closed meanwhile has nobody left to tell.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(deliver, messages)
