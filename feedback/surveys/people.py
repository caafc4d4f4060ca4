"""Reading whom to invite: pasted addresses, or a CSV file with e-mail, name and language."""

import csv
import re
from collections.abc import Iterator
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

MOST_PEOPLE = 10_000
LARGEST_FILE = 2 * 1024 * 1024
LONGEST_NAME = 120
_LONGEST_CELL = 500
PROBLEMS_SHOWN = 20

_NAMED = re.compile(r'\s*"?(?P<name>[^"<>]*?)"?\s*<(?P<email>[^<>]+)>\s*')
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_HEADERS = {
    "email": {"email", "e-mail", "mail", "email address", "e-mail address"},
    "name": {"name", "first name", "full name"},
    "language": {"language", "lang", "locale"},
}


class Person(NamedTuple):
    """Somebody to invite. The language is empty where nobody said it."""

    email: str
    name: str
    language: str


class UnreadablePeopleError(Exception):
    """What was given is no list of people; says where and why, one sentence a line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read_people(text: str) -> list[Person]:
    """Return the people of a text, each address once, in its order.

    A line is an address, `Name <address>`, or address, name and language with a comma, semicolon
    or tab between. A first line of column names may change that order.
    Raises UnreadablePeopleError for a line that is none of these.
    """
    people: dict[str, Person] = {}
    problems: list[str] = []
    for number, row in _rows(text):
        try:
            person = _person(row)
        except ValueError as error:
            problems.append(f"Line {number}: {error}")
            continue
        people.setdefault(person.email.casefold(), person)
    if not people and not problems:
        problems.append("There is nobody in it. Write one e-mail address a line.")
    if len(people) > MOST_PEOPLE:
        problems.append(f"{len(people):,} people; {MOST_PEOPLE:,} can be invited at a time.")
    if problems:
        more = len(problems) - PROBLEMS_SHOWN
        shown = problems[:PROBLEMS_SHOWN]
        raise UnreadablePeopleError([*shown, f"… and {more} more."] if more > 0 else shown)
    return list(people.values())


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    lines = text.removeprefix("\ufeff").splitlines()
    first = next((line for line in lines if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    columns = ["email", "name", "language"]
    begun = False
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            cells = [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter))]
        except csv.Error:  # longer than any row of a table
            cells = [line]
        if not begun:
            begun = True
            if named := _columns(cells):
                columns = named
                continue
        yield number, dict(zip(columns, cells, strict=False))


def _columns(cells: list[str]) -> list[str]:
    """Return what the columns hold, if the first line says so; unknown ones keep their name."""
    known = {alias: name for name, aliases in _HEADERS.items() for alias in aliases}
    named = [known.get(cell.lower(), f"?{cell}") for cell in cells]
    return named if "email" in named else []


def _person(row: dict[str, str]) -> Person:
    """Return the person of a row; raises ValueError."""
    email, name = row.get("email", ""), row.get("name", "")
    language = row.get("language", "").replace("_", "-")
    # The pattern takes a time that grows with the square of a cell full of blanks.
    if len(email) <= _LONGEST_CELL and (named := _NAMED.fullmatch(email)):
        email, name = named["email"].strip(), name or named["name"]
    try:
        validate_email(email)
    except ValidationError:
        raise ValueError(f"“{email[:60]}” is not an e-mail address.") from None
    if len(email) > 254:
        raise ValueError("the e-mail address is longer than 254 characters.")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise ValueError(f"the name has more than {LONGEST_NAME} characters, or unreadable ones.")
    if language and (len(language) > 12 or not _LANGUAGE.fullmatch(language)):
        raise ValueError(f"“{language[:20]}” is not a language; write de or pt-BR.")
    return Person(email, name, language)
