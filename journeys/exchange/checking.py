"""What of a journey's data is not so: its shape, its references, the database's rules, pictures."""

import re
from base64 import b64decode
from binascii import Error as BadBase64
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from jsonschema import Draft202012Validator, FormatChecker

from journeys.exchange.columns import (
    Column,
    columns_of,
    columns_of_library,
    plural,
    travelling,
)
from journeys.exchange.content import SCHEMA, Content
from journeys.exchange.libraries import libraries
from journeys.exchange.pictures import as_stored
from journeys.exchange.problems import MOST_FOUND, Path, Problem, meant, shown
from journeys.exchange.rules import Row, broken
from journeys.exchange.schema import schema

HOME = {"journey": 0, "workspace": 0}
"""What all rows of a file share."""
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_SORTS = {
    "string": "a text", "integer": "a whole number", "number": "a number",
    "boolean": "true or false", "array": "a list", "object": "an object", "null": "null",
}  # fmt: skip


def problems(content: Any) -> list[Problem]:
    """Return what keeps data from becoming a journey, MOST_FOUND at most; nothing where it can.

    References and rules are looked at only where the shape is right.
    """
    for look in (_of_another_version, _misshapen, _texts, _related, _pictures):
        if found := list(islice(look(content), MOST_FOUND)):
            return found
    return []


@cache
def _shape() -> Draft202012Validator:
    return Draft202012Validator(schema(), format_checker=FormatChecker(["date"]))


def _of_another_version(content: Any) -> Iterator[Problem]:
    found = content.get("schema") if isinstance(content, Mapping) else None
    if found == SCHEMA:
        return
    if isinstance(found, str) and found.startswith("cxjourney/journey/"):
        reason = f"{shown(found)} is another version of this format; here, “{SCHEMA}” is read"
        yield Problem(("schema",), reason)
    elif isinstance(found, str) and found.startswith("cxjourney/map/"):
        reason = "this is a map as the API gives it; export the journey as JSON to bring it back"
        yield Problem(("schema",), reason)
    else:
        yield Problem((), f"this is not a journey: “schema” must be “{SCHEMA}”")


def _misshapen(content: Any) -> Iterator[Problem]:
    """Yield what is not as the schema says, in plain words."""
    for error in _shape().iter_errors(content):
        say = _REASONS.get(str(error.validator))
        reason = say(error.instance, error.validator_value, error.schema) if say else ""
        reason = reason or f"{shown(error.instance)} is not written as it must be here"
        yield Problem(tuple(error.absolute_path), reason)


def _other_sort(value: Any, wanted: Any, schema: Any) -> str:
    sorts = [wanted] if isinstance(wanted, str) else wanted
    expected = " or ".join(_SORTS[sort] for sort in sorts)
    return f"{shown(value)} is not what is expected here: {expected}"


def _missing(value: Any, wanted: Any, schema: Any) -> str:
    return f"“{next(name for name in wanted if name not in value)}” is missing"


def _odd(value: Any, wanted: Any, schema: Any) -> str:
    known = schema["properties"]
    odd = next(name for name in value if name not in known)
    return f"{shown(odd)} is not known here{meant(odd, known)}"


_REASONS: dict[str, Callable[[Any, Any, Any], str]] = {
    "type": _other_sort,
    "required": _missing,
    "additionalProperties": _odd,
    "enum": lambda value, wanted, _: f"{shown(value)} is none of {', '.join(filter(None, wanted))}",
    "maxLength": lambda value, most, _: f"this has {len(value)} characters; {most} are the most",
    "minLength": lambda value, least, _: "this is empty",
    "minimum": lambda value, least, _: f"{shown(value)} is too little: {least} is the least",
    "maximum": lambda value, most, _: f"{shown(value)} is too much: {most} is the most",
    "format": lambda value, form, _: f"{shown(value)} is not a date such as 2026-03-10",
    "maxItems": lambda value, most, _: f"this list has {len(value)} rows; {most} are the most",
    "uniqueItems": lambda value, once, _: "something stands twice in this list",
}


def _texts(value: Any, path: Path = ()) -> Iterator[Problem]:
    """Yield texts that no database keeps."""
    if isinstance(value, str):
        if _NO_TEXT.search(value):
            yield Problem(path, "this text holds a character that is none (NUL or half of one)")
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _texts(key, (*path, key))
            if key not in {"images", "figures"}:
                yield from _texts(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _texts(each, (*path, index))


def _related(content: Content) -> Iterator[Problem]:
    yield from _references(content)
    yield from _entries(content)
    yield from _rules(content)


def _references(content: Content) -> Iterator[Problem]:
    """Yield ids that stand twice, and references to what the file does not have."""
    known: dict[str, set[Any]] = {
        library.name: {each[library.key] for each in entries(content, library.name)}
        for library in libraries().values()
    }
    known["images"] = set(content.get("images", ()))
    for slug in content["journey"].get("personas", ()):
        if slug not in known["persona"]:
            yield Problem(
                ("journey", "personas"), f"there is no persona {shown(slug)} in this file"
            )
    for part in travelling():
        key = plural(part.name)
        ids = Counter(row["id"] for row in content.get(key, ()) if "id" in row)
        known[part.name] = set(ids)
        for index, row in enumerate(content.get(key, ())):
            if ids[row.get("id")] > 1:
                ids[row["id"]] -= 1
                yield Problem((key, index, "id"), f"there are two {key} with the id {row['id']}")
            yield from _dangling((key, index), columns_of(part.name), row, known)


def _dangling(
    path: Path, columns: tuple[Column, ...], row: Mapping[str, Any], known: Mapping[str, set[Any]]
) -> Iterator[Problem]:
    for column in columns:
        value = row.get(column.name)
        if value is None or not column.target:
            if column.kind == "picture" and value and value not in known["images"]:
                yield Problem(
                    (*path, column.name), f"there is no image {shown(value)} in this file"
                )
        elif value not in known[column.target]:
            noun = column.target.replace("_", " ")
            yield Problem((*path, column.name), f"there is no {noun} {shown(value)} in this file")


def _entries(content: Content) -> Iterator[Problem]:
    """Yield what is wrong with the libraries."""
    known: dict[str, set[Any]] = {"images": set(content.get("images", ()))}
    for library in libraries().values():
        found = entries(content, library.name)
        known[library.name] = {each[library.key] for each in found}
        for index, entry in enumerate(found):
            path = ("libraries", plural(library.name), index)
            yield from _dangling(path, columns_of_library(library.name), entry, known)
            for relation in library.many:
                there = known[library.target(relation).name]
                for key in entry.get(relation, ()):
                    if key not in there:
                        yield Problem((*path, relation), f"there is no {shown(key)} in this file")


def _rules(content: Content) -> Iterator[Problem]:
    """Yield where the database would refuse a row."""
    for part in travelling():
        rows = enumerate(content.get(plural(part.name), ()))
        placed = [
            ((plural(part.name), index), HOME | _filled(part.model, columns_of(part.name), row))
            for index, row in rows
        ]
        yield from (Problem(*each) for each in broken(part.model, placed))
    for library in libraries().values():
        columns, name = columns_of_library(library.name), plural(library.name)
        here: list[Row] = []
        for index, entry in enumerate(entries(content, library.name)):
            path = ("libraries", name, index)
            here.append((path, HOME | _filled(library.model, columns, entry)))
            for each in library.rows:
                model = library.model._meta.get_field(each.name).related_model
                below = [
                    ((*path, each.name, place), {library.name: entry[library.key]} | row)
                    for place, row in enumerate(entry.get(each.name, ()))
                ]
                yield from (Problem(*each) for each in broken(model, below))  # type: ignore[arg-type]
        yield from (Problem(*each) for each in broken(library.model, here))


def _filled(model: Any, columns: tuple[Column, ...], row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with what the model holds where the file says nothing."""
    fields = model._meta.concrete_fields
    defaults = {field.name: field.get_default() for field in fields if field.name not in HOME}
    given = ((column.name, row.get(column.name)) for column in columns)
    return defaults | {name: value for name, value in given if value is not None}


def _pictures(content: Content) -> Iterator[Problem]:
    for name, encoded in content.get("images", {}).items():
        try:
            as_stored(b64decode(encoded, validate=True))
        except BadBase64:
            yield Problem(("images", name), "this is not base64")
        except ValidationError as error:
            reason = error.messages[0].rstrip(".")
            yield Problem(("images", name), f"{reason[:1].lower()}{reason[1:]}")


def entries(content: Content, library: str) -> list[dict[str, Any]]:
    """Return the entries of a library in a file."""
    found: list[dict[str, Any]] = content.get("libraries", {}).get(plural(library), [])
    return found
