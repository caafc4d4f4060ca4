"""What is wrong with a file, in words, and where."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

SHOWN = 60
MOST_SHOWN = 20
MOST_FOUND = 1000
"""Of a file that is wrong all over no more is looked for: millions would not fit into memory."""

Path = tuple[Any, ...]
"""Keys and indexes from the outside in: ("cards", 4, "text")."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A place in a journey's data, and what is not right there."""

    path: Path
    reason: str


class FileRefused(Exception):
    """The file is not read, and nothing is written. `problems` are sentences with their places."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def refused(problems: Iterable[Problem], place: Callable[[Path], str]) -> FileRefused:
    """Return the refusal of a file, each problem with its place in it."""
    found = list(problems)
    said = [_sentence(place(each.path), each.reason) for each in found[:MOST_SHOWN]]
    if len(found) > MOST_SHOWN:
        at_least = "at least " if len(found) >= MOST_FOUND else ""
        said.append(f"And {at_least}{len(found) - MOST_SHOWN} problems more.")
    return FileRefused(*said)


def _sentence(place: str, reason: str) -> str:
    return f"{place}: {reason}." if place else f"{reason[:1].upper()}{reason[1:]}."


def shown(value: Any) -> str:
    """Return a value as it stands in a message: quoted, short, without control characters."""
    text = value if isinstance(value, str) else repr(value)
    short = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    clean = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in short)
    return f"“{clean}”" if isinstance(value, str) else clean


def meant(name: str, known: Iterable[str]) -> str:
    """Return ": did you mean …?" where one of the known names comes near, else ""."""
    near = get_close_matches(name, list(known), 1)
    return f"; did you mean “{near[0]}”?" if near else ""
