"""The objects in a JSON file, one at a time: an array, an array within an object, or lines."""

import codecs
import json
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn

from feedback.imports.formats.reading import LONGEST_ROW, UTF_8_MARK
from feedback.imports.problems import BadFile, Problem

CHUNK = 2**16
HOLDS_ANSWERS = (
    *("responses", "results", "data", "items", "records", "tickets", "ratings"),
    *("satisfaction_ratings", "conversations"),
)
"""Keys of an object under which the array may stand."""
_BLANKS = " \t\r\n"

Found = tuple[int, dict[str, Any] | Problem]
"""The number of an object, from 1, and the object or what is wrong with it."""


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


# Numbers stay the texts that they are: 4.0 and an id of thirty digits must not change.
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_refuse_constant)


def read_objects(file: BinaryIO) -> Iterator[Found]:
    """Yield each object with its number; of lines of objects, the number of the line.

    Raises BadFile for what is no JSON, and for objects of more than LONGEST_ROW characters. A
    bad line is a problem of its own.
    """
    start = _first_byte(file)
    if not start:
        raise _refused(0, "is empty.")
    if start == b"[":
        return _array(_Text(file))
    if start != b"{":
        raise _refused(0, "is no JSON: it begins with neither { nor [.")
    return _lines(file) if _has_lines(file) else _array_within(_Text(file))


def _first_byte(file: BinaryIO) -> bytes:
    """Return the first byte that is neither blank nor mark, and go back."""
    start = file.tell()
    found = b""
    while not found and (chunk := file.read(CHUNK)):
        found = chunk.lstrip(UTF_8_MARK + _BLANKS.encode())[:1]
    file.seek(start)
    return found


class _Text:
    """The text of the file from the place that has been reached, read on as it is needed."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self._held = ""
        self._at = 0
        self._ended = False
        self.number = 0

    def _read_on(self) -> bool:
        """Hold more of the file, if there is more."""
        if self._ended:
            return False
        chunk = self._file.read(CHUNK)
        self._ended = not chunk
        try:
            self._held = self._held[self._at :] + self._decode(chunk, final=self._ended)
        except UnicodeDecodeError:
            raise _refused(self.number, "is not UTF-8, as JSON must be.") from None
        self._at = 0
        return not self._ended

    def peek(self) -> str:
        """Return the next character that is no blank, without taking it; "" at the end."""
        while True:
            while self._at < len(self._held):
                if self._held[self._at] not in _BLANKS:
                    return self._held[self._at]
                self._at += 1
            if not self._read_on():
                return ""

    def take(self, wanted: str) -> str:
        """Take the next character, which must be one of those wanted."""
        found = self.peek()
        if not found or found not in wanted:
            raise _refused(self.number, _unexpected(found, wanted))
        self._at += 1
        return found

    def value(self) -> Any:
        """Take the next value."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._held, self._at)
            except RecursionError:
                raise _refused(self.number, "is nested too deeply.") from None
            except ValueError as error:
                if len(self._held) - self._at > LONGEST_ROW:
                    limit = f"{LONGEST_ROW // 2**20} MB"
                    raise _refused(self.number, f"has a value of more than {limit}.") from None
                if not self._read_on():
                    raise _refused(self.number, f"is broken: {error}.") from None
                continue
            size = end - self._at
            # A number at the end of what is held may go on behind it.
            if end == len(self._held) and self._read_on():
                continue
            self._at += size
            return value


def _array(text: _Text) -> Iterator[Found]:
    text.take("[")
    if text.peek() == "]":
        return
    while True:
        text.number += 1
        value = text.value()
        if not isinstance(value, dict):
            raise _refused(text.number, "is no object with named fields.")
        yield text.number, value
        if text.take(",]") == "]":
            return


def _array_within(text: _Text) -> Iterator[Found]:
    """Yield what stands in the array under one of the known keys, wherever in the object."""
    text.take("{")
    while text.peek() == '"':
        key = text.value()
        text.take(":")
        if key in HOLDS_ANSWERS and text.peek() == "[":
            return (yield from _array(text))
        text.value()
        if text.take(",}") == "}":
            break
    raise _refused(0, f"holds no list of answers under one of {', '.join(HOLDS_ANSWERS)}.")


def _has_lines(file: BinaryIO) -> bool:
    """True when the first line is an object as a whole and no wrapping of a list; go back."""
    file.seek(0)
    line = file.readline(LONGEST_ROW + 1)
    more = file.read(CHUNK).strip()
    file.seek(0)
    try:
        value = _DECODER.decode(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return more.startswith(b"{") and line.rstrip().endswith(b"}")
    wraps = any(isinstance(value.get(key), list) for key in HOLDS_ANSWERS)
    return bool(more) or not wraps


def _lines(file: BinaryIO) -> Iterator[Found]:
    number = 0
    while line := file.readline(LONGEST_ROW + 1):
        number += 1
        if len(line) > LONGEST_ROW:
            raise _refused(number, f"is longer than {LONGEST_ROW // 2**20} MB.")
        if line.strip():
            yield number, _object(number, line)


def _object(number: int, line: bytes) -> dict[str, Any] | Problem:
    try:
        value = _DECODER.decode(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Problem(number, "", "", "the line is not UTF-8, as JSON must be.")
    except RecursionError:
        return Problem(number, "", "", "the object is nested too deeply.")
    except ValueError as error:
        return Problem(number, "", "", f"the line is no JSON: {error}.")
    if not isinstance(value, dict):
        return Problem(number, "", "", "the line is no object with named fields.")
    return value


def _unexpected(found: str, wanted: str) -> str:
    reached = f'has "{found}"' if found else "ends"
    return f"is broken: it {reached} where {' or '.join(wanted)} should be."


def _refused(number: int, reason: str) -> BadFile:
    if number:
        return BadFile(Problem(number, "", "", f"the file {reason}"))
    return BadFile(Problem(0, "", "", reason))
