"""The words of a comment: who is mentioned in them, and how they are drawn."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from journeys.models import Membership, User, Workspace

LINK = r"https?://[^\s<>\"]*[^\s<>\"'.,;:!?)\]}]"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a comment's text: words, somebody's name, or the address of a page."""

    text: str
    kind: str = "text"
    """text · mention · link"""


def members_of(workspace: Workspace) -> list[User]:
    """Return who can be mentioned in a workspace: its members with an account in use."""
    members = Membership.objects.filter(workspace=workspace).values("user")
    return list(User.objects.filter(pk__in=members, is_active=True).order_by("name", "email"))


def names_to_offer(people: Iterable[User]) -> list[str]:
    """Return what to write behind "@" for each person: the name, the address where two share it."""
    people = list(people)
    shared = Counter(_folded(person.name) for person in people)
    return [
        person.name if person.name and shared[_folded(person.name)] == 1 else person.email
        for person in people
    ]


def mentioned(text: str, people: Iterable[User]) -> set[User]:
    """Return those of the people whom a text mentions as "@name" or "@address".

    Case does not matter. The longest name wins, so that "@Anna Klein" is not "@Anna"; a name that
    several share mentions all of them.
    """
    named: dict[str, set[User]] = {}
    for person in people:
        for name in filter(None, (person.name, person.email)):
            named.setdefault(_folded(name), set()).add(person)
    pattern = re.compile(_names(named), re.IGNORECASE)
    found = (named.get(_folded(match[0][1:]), set()) for match in pattern.finditer(text))
    return set().union(*found)


def pieces(text: str, people: Iterable[User]) -> Iterator[Piece]:
    """Cut a comment into words, the names of those whom it mentions, and links."""
    names = (name for person in people for name in (person.name, person.email) if name)
    either = re.compile(f"(?P<link>{LINK})|(?P<mention>{_names(names)})", re.IGNORECASE)
    end = 0
    for match in either.finditer(text):
        if match.start() > end:
            yield Piece(text[end : match.start()])
        yield Piece(match[0], match.lastgroup or "text")
        end = match.end()
    if end < len(text):
        yield Piece(text[end:])


def _names(names: Iterable[str]) -> str:
    """Return the pattern of "@" and one of the names, none of which is part of a longer word."""
    longest_first = sorted(set(names), key=len, reverse=True)
    words = (r"\s+".join(re.escape(word) for word in name.split()) for name in longest_first)
    one_of = "|".join(words) or r"(?!)"
    return rf"(?<![\w@.])@(?:{one_of})(?![.\-]?\w)"


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
