"""Answering many long requests by one thread."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from asgiref.sync import ThreadSensitiveContext

from cxjourney.body_limit import App, Receive, Scope, Send


class OneThread:
    """An ASGI application that lets one thread do what requests of a sort do synchronously.

    Else every request keeps a thread of its own until its response ends, which that of an event
    stream does after hours.
    """

    def __init__(self, app: App, applies: Callable[[str], bool]) -> None:
        self._app, self._applies = app, applies
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="streams")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, in the common thread where its path is of that sort."""
        if scope["type"] == "http" and self._applies(scope["path"]):
            async with ThreadSensitiveContext(executor=self._thread):
                await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, send)
