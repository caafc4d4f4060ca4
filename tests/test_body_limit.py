"""Bodies that are too large are refused while they arrive."""

import asyncio
import json
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from cxjourney.body_limit import BodyLimit
from tests.factories import make_webhook

LIMIT = 1000


class Sender:
    """Sends a body in pieces and keeps what it is answered."""

    def __init__(self, pieces: list[bytes], *, path: str = "/hooks/x/", length: str = "") -> None:
        self.waiting = [
            {"type": "http.request", "body": piece, "more_body": number < len(pieces) - 1}
            for number, piece in enumerate(pieces)
        ]
        self.taken = 0
        self.answer: list[Any] = []
        headers = [(b"host", b"testserver")]
        headers += [(b"content-length", length.encode())] if length else []
        self.scope: dict[str, Any] = {
            "type": "http", "method": "POST", "path": path, "headers": headers,
            "query_string": b"", "http_version": "1.1", "asgi": {"version": "3.0"},
        }  # fmt: skip

    async def receive(self) -> Any:
        self.taken += 1
        if not self.waiting:
            await asyncio.Event().wait()  # the sender stays until it is answered
        return self.waiting.pop(0)

    async def send(self, message: Any) -> None:
        self.answer.append(message)

    def call(self, app: Any) -> int:
        async_to_sync(app)(self.scope, self.receive, self.send)
        return int(self.answer[0]["status"])


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Read the whole body as Django does, and tell its length."""
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message["body"])
        if not message["more_body"]:
            break
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(size).encode()})


app = BodyLimit(echo, {"/hooks/": LIMIT})


def test_what_fits_goes_through():
    sender = Sender([b"x" * 400, b"x" * 600])
    assert sender.call(app) == 200
    assert sender.answer[1]["body"] == b"1000"


def test_what_is_announced_is_refused_unread():
    sender = Sender([b"x"], length="1001")
    assert sender.call(app) == 413
    assert sender.taken == 0
    assert json.loads(sender.answer[1]["body"])["detail"]


@pytest.mark.parametrize("length", ["", "5", "-1", "many"])
def test_what_proves_too_large_is_refused_as_soon_as_it_does(length):
    sender = Sender([b"x" * 600] * 50_000, length=length)
    assert sender.call(app) == 413
    assert sender.taken == 2
    assert len(sender.answer) == 2


def test_other_addresses_have_other_limits():
    assert Sender([b"x" * 5000], path="/w/x/imports/").call(app) == 200


def test_the_first_limit_that_fits_holds_below_a_prefix_too():
    wide = BodyLimit(echo, {"/w/": 9000, "/": LIMIT})
    for prefix in ("", "/cx"):
        for path, status in (("/w/x/", 200), ("/other/", 413), ("//w/x/", 413)):
            sender = Sender([b"x" * 5000], path=prefix + path)
            sender.scope["root_path"] = prefix
            assert sender.call(wide) == status, prefix + path


@pytest.mark.parametrize("path", ["/s/x/", "/account/login/", "/nowhere/", "//api/feedback/"])
def test_no_address_takes_bodies_without_end(path):
    from cxjourney.asgi import application

    assert Sender([b"x" * 65_536] * 800, path=path).call(application) == 413


@pytest.mark.django_db(transaction=True)
def test_the_site_itself_refuses_fifty_megabytes():
    from cxjourney.asgi import application

    path = f"/hooks/{make_webhook().token}/"
    assert Sender([b"x" * 65_536] * 800, path=path).call(application) == 413
    assert Sender([b""], path=path, length=str(50 * 1024**2)).call(application) == 413
    assert Sender([b"{}"], path=path, length="2").call(application) == 401
