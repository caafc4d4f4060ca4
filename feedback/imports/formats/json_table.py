"""JSON files as tables: a row for every object, a column for every field."""

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any, BinaryIO

from feedback.imports.formats.json_objects import Found, read_objects
from feedback.imports.formats.reading import LONGEST_ROW, MOST_COLUMNS, Header, Row
from feedback.imports.problems import BadFile, Problem

LOOKED_THROUGH = 2_000
"""Objects from which the columns are learnt; the rest only where a wanted one is missing."""
DEEPEST = 12
_QUESTION = (("field", "ref"), ("field", "id"), ("question", "id"), ("question_id",))


class TooDeep(Exception):
    """Fields within fields, beyond what any tool exports."""


class JsonTable:
    """A table of objects. Fields within fields have names with dots: `person.email`.

    A list of plain values is one cell, "a; b"; things in a list of objects are called by the
    question to which each belongs, `answers.nps.number`, or else numbered from 1. Rows have the
    numbers of the objects (of the lines, where every line is an object). A field that an object
    lacks is a blank cell.
    """

    def __init__(self, file: BinaryIO, *, wanted: Collection[str]) -> None:
        self._file = file
        self.header = Header(_field_names(self._objects(), set(wanted)))

    def __iter__(self) -> Iterator[Row]:
        names = self.header.names
        for number, found in self._objects():
            if isinstance(found, Problem):
                yield Row(number, [""] * len(names), found)
                continue
            try:
                fields = flattened(found)
            except TooDeep:
                problem = Problem(number, "", "", "the object is nested too deeply.")
                yield Row(number, [""] * len(names), problem)
                continue
            cells = [fields.get(name, "") for name in names]
            if any(cells):
                yield Row(number, cells, _fault(number, cells))

    def _objects(self) -> Iterator[Found]:
        self._file.seek(0)
        return read_objects(self._file)


def flattened(found: dict[str, Any]) -> dict[str, str]:
    """Return the fields of an object by their names with dots; raises TooDeep."""
    fields: dict[str, str] = {}
    _flatten(found, "", fields, 0)
    return fields


def _flatten(value: Any, name: str, fields: dict[str, str], depth: int) -> None:
    if depth > DEEPEST:
        raise TooDeep
    if isinstance(value, dict):
        for key, inner in value.items():
            _flatten(inner, _joined(name, key), fields, depth + 1)
    elif isinstance(value, list):
        if any(isinstance(inner, dict | list) for inner in value):
            for called, inner in zip(_calls(value, name), value, strict=True):
                _flatten(inner, _joined(name, called), fields, depth + 1)
        else:
            fields[name] = "; ".join(filter(None, map(_text, value)))
    else:
        fields[name] = _text(value)


def _calls(things: list[Any], name: str) -> list[str]:
    """Return what to call the things in a list: numbers shift where a question was skipped."""
    calls: dict[str, None] = {}
    free = 0
    for number, thing in enumerate(things, 1):
        call = _question(thing, name)
        if not call or call in calls:
            free = max(number, free + 1)
            while str(free) in calls:
                free += 1
            call = str(free)
        calls[call] = None
    return list(calls)


def _question(thing: Any, name: str) -> str:
    """Return the id of the question that a thing answers, or is; "" where it does not say so."""
    paths = _QUESTION if name.rpartition(".")[2] != "questions" else (*_QUESTION, ("id",))
    for path in paths:
        found = thing
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        if isinstance(found, str | int) and (said := _text(found)):
            return said
    return ""


def _joined(name: str, key: str) -> str:
    return f"{name}.{key.strip()}" if name else key.strip()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip()


def _field_names(objects: Iterator[Found], wanted: set[str]) -> list[str]:
    names: dict[str, None] = {}
    read = False
    for first, batch in ((True, islice(objects, LOOKED_THROUGH)), (False, objects)):
        for number, found in batch:
            read = True
            # A bad object is the problem of its row.
            if isinstance(found, Problem):
                continue
            try:
                fields = flattened(found)
            except TooDeep:
                continue
            names.update(dict.fromkeys(fields if first else wanted & fields.keys()))
            if len(names) > MOST_COLUMNS:
                reason = f"the objects have more than {MOST_COLUMNS:,} fields."
                raise BadFile(Problem(number, "", "", reason))
            if not first and wanted <= names.keys():
                break
        if wanted <= names.keys():
            break
    if not read:
        raise BadFile(Problem(0, "", "", "holds no answers: its list is empty."))
    if not names:
        raise BadFile(Problem(0, "", "", "holds no object that can be read."))
    return list(names)


def _fault(number: int, cells: list[str]) -> Problem | None:
    if any("\0" in cell for cell in cells):
        return Problem(number, "", "", "holds a NUL character, which cannot be kept.")
    if sum(map(len, cells)) > LONGEST_ROW:
        return Problem(number, "", "", f"the row is longer than {LONGEST_ROW // 2**20} MB.")
    return None
