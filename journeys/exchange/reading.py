"""Recognising a file, and reading the journey that is in it; nothing is written."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath
from typing import Any, BinaryIO

from journeys.exchange.archives import MEGABYTE, MOST_BYTES, Archive
from journeys.exchange.checking import problems
from journeys.exchange.content import Content
from journeys.exchange.csv_folder import read_folder
from journeys.exchange.mermaid_grammar import MermaidError
from journeys.exchange.mermaid_import import Actors, read_mermaid
from journeys.exchange.places import line_of
from journeys.exchange.problems import FileRefused, Path, refused, shown
from journeys.exchange.untabling import Found, content_from
from journeys.exchange.workbook import read_workbook


@dataclass(frozen=True, slots=True)
class Read:
    """The journey of a file, found to be whole."""

    content: Content
    notes: tuple[str, ...] = ()
    """What of the file was not read, in sentences."""


def read(name: str, file: BinaryIO, *, actors: Actors = "personas") -> Read:
    """Return the journey of a JSON, XLSX, zipped CSV or Mermaid file, known by its ending.

    `actors` says what the actors of a Mermaid diagram become. Raises FileRefused with the place and
    the reason of everything that is wrong.
    """
    ending = PurePath(name).suffix.lower()
    if ending not in ENDINGS:
        known = ", ".join(ENDINGS)
        raise FileRefused(f"A file that ends in {shown(ending)} is not known here, only {known}.")
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise FileRefused(f"The file is larger than {MOST_BYTES // MEGABYTE} MB.")
    found = ENDINGS[ending](content, actors)
    if odd := problems(found.content):
        raise refused(odd, found.place)
    return Read(found.content, tuple(found.notes))


def _json(content: bytes) -> Found:
    text = _decoded(content)
    try:
        found = json.loads(text, parse_constant=_no_number, object_pairs_hook=_once_each)
    except json.JSONDecodeError as error:
        raise FileRefused(f"Line {error.lineno}: {error.msg}. This is not JSON.") from None
    except RecursionError:
        raise FileRefused("The file is nested too deeply.") from None
    except ValueError as error:
        raise FileRefused(str(error)) from None
    notes = []
    if isinstance(found, dict) and found.pop("figures", None) is not None:
        notes.append("The figures of the file were not read: they are measured anew here.")
    return Found(found, partial(_line, text), notes)


def _line(text: str, path: Path) -> str:
    return f"Line {line_of(text, path)}"


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is not a number.")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        [(twice, _)] = Counter(name for name, _ in pairs).most_common(1)
        raise ValueError(f"{shown(twice)} stands twice in one object: one of them would be lost.")
    return found


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileRefused(f"Line {line}: this is not UTF-8 text.") from None


def _xlsx(content: bytes) -> Found:
    return content_from(read_workbook(content))


def _zip(content: bytes) -> Found:
    return content_from(read_folder(Archive(content, "a zip file of CSV tables")))


def _mermaid(content: bytes, actors: Actors) -> Found:
    try:
        found, notes = read_mermaid(_decoded(content), actors=actors)
    except MermaidError as error:
        raise FileRefused(str(error)) from None
    return Found(found, lambda path: "", list(notes))


ENDINGS: dict[str, Callable[[bytes, Actors], Found]] = {
    ".json": lambda content, actors: _json(content),
    ".xlsx": lambda content, actors: _xlsx(content),
    ".zip": lambda content, actors: _zip(content),
    ".mmd": _mermaid,
    ".md": _mermaid,
}
