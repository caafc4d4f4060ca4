"""Reading a request's body: never more than allowed, and JSON as its standard has it."""

import json
import re
from typing import Any, NoReturn, Protocol

PIECE = 64 * 1024
DEEPEST = 32
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Readable(Protocol):
    """A request or any other stream of bytes."""

    def read(self, size: int, /) -> bytes: ...


class BodyTooLarge(Exception):
    """There is more than the address takes: status 413."""


class BadBody(ValueError):
    """The body is not what it should be; the message is a sentence for whoever sent it."""


def refuse_announced(length: object, limit: int) -> None:
    """Raise BodyTooLarge where Content-Length says so, before a byte is read."""
    text = str(length or "")
    if text.isascii() and text.isdigit() and int(text[:20]) > limit:
        raise BodyTooLarge


def read_body(stream: Readable, limit: int) -> bytes:
    """Return the body, of `limit` bytes at most; raises BodyTooLarge as soon as it is longer.

    What a sender announces may be wrong, so the bytes themselves are counted.
    """
    pieces, size = [], 0
    while piece := stream.read(PIECE):
        size += len(piece)
        if size > limit:
            raise BodyTooLarge
        pieces.append(piece)
    return b"".join(pieces)


def decoded(body: bytes) -> str:
    """Return the text; raises BadBody where it is not UTF-8."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadBody(f"The body is not UTF-8: byte {error.start + 1:,}.") from None


def parsed(text: str, *, mend: bool = False) -> Any:
    """Return what a JSON text holds; raises BadBody, also for NaN and for nesting without end.

    With `mend`, "�" stands for what no database text may hold (see `unstorable`).
    """
    try:
        found = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise BadBody(
            f"This is not JSON: {error.msg} in line {error.lineno}, column {error.colno}."
        ) from None
    except RecursionError:
        raise BadBody(f"The JSON is nested more than {DEEPEST} deep.") from None
    except ValueError as error:
        raise BadBody(f"This is not JSON: {error}.") from None
    _refuse_depth(found)
    return _mended(found) if mend else found


def unstorable(found: Any) -> bool:
    """True where a text or key in it has a NUL or half of a surrogate pair.

    JSON can write both, but neither UTF-8 nor PostgreSQL can.
    """
    if isinstance(found, str):
        return _UNSTORABLE.search(found) is not None
    if isinstance(found, dict):
        return any(unstorable(key) or unstorable(value) for key, value in found.items())
    return isinstance(found, list) and any(map(unstorable, found))


def _mended(found: Any) -> Any:
    if isinstance(found, str):
        return _UNSTORABLE.sub("�", found)
    if isinstance(found, dict):
        return {_mended(key): _mended(value) for key, value in found.items()}
    return list(map(_mended, found)) if isinstance(found, list) else found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number there")


def _refuse_depth(found: Any) -> None:
    level = [found]
    for _ in range(DEEPEST + 1):
        level = [child for node in level for child in _children(node)]
        if not level:
            return
    raise BadBody(f"The JSON is nested more than {DEEPEST} deep.")


def _children(node: Any) -> list[Any]:
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [each for each in inner if isinstance(each, dict | list)]
