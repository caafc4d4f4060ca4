"""Asking the database on behalf of open pages, without a connection or a thread for each."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import close_old_connections

_Result = TypeVar("_Result")

# So many connections at most do all pages take together; the others are for requests.
_threads = ThreadPoolExecutor(2, thread_name_prefix="live")


async def aside(function: Callable[..., _Result], *arguments: object) -> _Result:
    """Call a function that asks the database, in one of two threads."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads, _closing, function, arguments)


def _closing(function: Callable[..., _Result], arguments: tuple[object, ...]) -> _Result:
    try:
        return function(*arguments)
    finally:
        close_old_connections()
