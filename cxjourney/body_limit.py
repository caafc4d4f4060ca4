"""Refusing bodies that are too large while they arrive: the server reads a whole one first."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Message = Mapping[str, Any]
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_REFUSAL = b'{"detail": "The body is too large."}'


class BodyLimit:
    """An ASGI application that lets bodies through to another one up to a limit.

    `limits` gives the bytes by the beginning of the path, the first that fits; other addresses
    have no limit here.
    What is announced as too large is refused before a byte is read, what proves to be so as soon
    as it does: 413 in both cases.
    """

    def __init__(self, app: App, limits: dict[str, int]) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        limit = self._limit(scope)
        if limit is None:
            await self._app(scope, receive, send)
            return
        if _announced(scope) > limit:
            await _refuse(send)
            return
        taken, answered = 0, False

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            # For the application it looks as if the sender had gone: it stops and says nothing.
            return message if taken <= limit else {"type": "http.disconnect"}

        async def noted(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        await self._app(scope, counted, noted)
        if taken > limit and not answered:
            await _refuse(send)

    def _limit(self, scope: Scope) -> int | None:
        if scope["type"] != "http":
            return None
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        found = (limit for start, limit in self._limits.items() if path.startswith(start))
        return next(found, None)


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value[:20])
    return 0


async def _refuse(send: Send) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(_REFUSAL)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": _REFUSAL})
