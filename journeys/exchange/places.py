"""On which line of a JSON text something stands."""

import re
from json import JSONDecoder

from journeys.exchange.problems import Path

_SPACE = re.compile(r"[ \t\n\r]*")
_decoder = JSONDecoder()


def line_of(text: str, path: Path) -> int:
    """Return the line, from 1, of what a path of keys and indexes leads to in a valid JSON text.

    Of what is missing, the line of what it should stand in.
    """
    at = _skip(text, 0)
    for key in path:
        inner = _item(text, at, key) if isinstance(key, int) else _member(text, at, str(key))
        if inner is None:
            break
        at = inner
    return text.count("\n", 0, at) + 1


def _skip(text: str, at: int) -> int:
    return _SPACE.match(text, at).end()  # type: ignore[union-attr]


def _behind(text: str, at: int) -> int:
    """Return where the next value begins, or the end of the list or object."""
    _, end = _decoder.raw_decode(text, at)
    end = _skip(text, end)
    return _skip(text, end + 1) if text[end] == "," else end


def _item(text: str, at: int, index: int) -> int | None:
    if text[at] != "[":
        return None
    at = _skip(text, at + 1)
    for _ in range(index):
        if text[at] == "]":
            return None
        at = _behind(text, at)
    return at if text[at] != "]" else None


def _member(text: str, at: int, key: str) -> int | None:
    if text[at] != "{":
        return None
    at = _skip(text, at + 1)
    while text[at] != "}":
        name, end = _decoder.raw_decode(text, at)
        at = _skip(text, _skip(text, end) + 1)
        if name == key:
            return at
        at = _behind(text, at)
    return None
