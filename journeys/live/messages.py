"""What processes tell each other about a journey: that it changed, and who looks at it.

On PostgreSQL a message is a notification, which every process hears once the transaction is
through. On SQLite one process serves all pages, and hears itself.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, TypeVar

from django.db import connection, transaction

from journeys.live import inboxes

CHANNEL = "cxjourney_live"
# PostgreSQL refuses a notification of 8,000 bytes.
LONGEST = 7900
WHOLE_MAP = "map"
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Changed:
    """A journey has a new revision; `targets` are the parts of its map that differ."""

    journey: int
    revision: int
    targets: tuple[str, ...]


class Sign(NamedTuple):
    """A sign of life of somebody's open page: who looks at the map, and at what place on it."""

    stream: str
    person: int
    name: str
    initials: str
    place: str


@dataclass(frozen=True, slots=True)
class Here:
    """Signs of life of people who look at a journey."""

    journey: int
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """Pages that were closed."""

    journey: int
    streams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WhoIsHere:
    """A process asks the others who looks at a journey with them."""

    journey: int
    process: str


Message = Changed | Here | Gone | WhoIsHere


def send(*messages: Message) -> None:
    """Tell every process, this one included, once the transaction is through."""
    if connection.vendor == "postgresql":
        payloads = [encode(part) for message in messages for part in _fitting(message)]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_notify(%s, payload) FROM unnest(%s::text[]) AS payload",
                [CHANNEL, payloads],
            )
    else:
        transaction.on_commit(partial(inboxes.post, messages))


def encode(message: Message) -> str:
    """Return a message as text."""
    values = [getattr(message, name) for name in message.__slots__]
    return json.dumps([type(message).__name__, *values], separators=(",", ":"))


def decode(text: str) -> Message:
    """Return the message that a text holds. Raises ValueError for anything else."""
    try:
        match json.loads(text):
            case ["Changed", journey, revision, targets]:
                return Changed(journey, revision, tuple(targets))
            case ["Here", journey, signs]:
                return Here(journey, tuple(Sign(*sign) for sign in signs))
            case ["Gone", journey, streams]:
                return Gone(journey, tuple(streams))
            case ["WhoIsHere", journey, process]:
                return WhoIsHere(journey, process)
    except TypeError as problem:
        raise ValueError(f"No message of ours: {text[:80]}") from problem
    raise ValueError(f"No message of ours: {text[:80]}")


def _fitting(message: Message) -> Iterator[Message]:
    """Yield messages that each fit into a notification and together say the same."""
    if len(encode(message)) <= LONGEST:
        yield message
        return
    match message:
        case Changed(journey, revision, _):
            yield Changed(journey, revision, (WHOLE_MAP,))
        case Here(journey, signs) if len(signs) > 1:
            for half in _halves(signs):
                yield from _fitting(Here(journey, half))


def _halves(items: tuple[_Item, ...]) -> tuple[tuple[_Item, ...], tuple[_Item, ...]]:
    middle = len(items) // 2
    return items[:middle], items[middle:]
