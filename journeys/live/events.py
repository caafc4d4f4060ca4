"""What a page is told, in the format of an event stream."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import TypedDict

KEEP_ALIVE = b": still here\n\n"


class Person(TypedDict):
    """Somebody who looks at the map too, and at what place: "card-5", or "" for none."""

    id: int
    name: str
    initials: str
    place: str


def first_event(revision: int, stream: str, *, retry: int) -> bytes:
    """Return the event that opens a stream: the map's revision, the stream's name.

    `retry` is after how many milliseconds to come back, should it break.
    """
    data = _json({"revision": revision, "stream": stream})
    return f"retry: {retry}\n".encode() + _event("revision", data)


# Hundreds of pages are told the same at the same moment.
@lru_cache(maxsize=64)
def changed_event(first: int, revision: int, targets: tuple[str, ...]) -> bytes:
    """Return the event that tells of the revisions from `first` to `revision`."""
    return _event("changed", _json({"revision": revision, "first": first, "targets": targets}))


def here_event(people: Sequence[Person], *, more: int) -> bytes:
    """Return the event that tells who is here; `more` of them are only counted."""
    return _event("here", _json({"people": people, "more": more}))


def _event(name: str, data: str) -> bytes:
    return f"event: {name}\ndata: {data}\n\n".encode()


def _json(data: object) -> str:
    return json.dumps(data, separators=(",", ":"))
