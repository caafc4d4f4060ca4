"""The published shape of a journey's file, as JSON Schema 2020-12, made from the models themselves.

static/schema/journey-1.json is this schema as a file; a test keeps the two equal.
"""

import json
from functools import cache
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations

from journeys.editing.parts import parts
from journeys.exchange.columns import (
    Column,
    columns_of,
    columns_of_library,
    plural,
    travelling,
)
from journeys.exchange.content import SCHEMA
from journeys.exchange.libraries import Library, libraries

MOST_ROWS = 50_000
"""In one list."""
# No "$" at the end, which Python lets stand before a line break.
SLUG = r"^[-a-zA-Z0-9_]+(?![\s\S])"
PICTURE = r"^[-a-zA-Z0-9_]+\.(png|jpg|jpeg|webp)(?![\s\S])"


@cache
def schema() -> dict[str, Any]:
    """Return the schema; whoever gets it changes nothing in it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:cxjourney:journey:1",
        "title": "A customer journey, whole",
        "description": "What is empty is left out. `id` counts within a list and is what other "
        "lists refer to. The order of a list is the order on the map.",
        **_object({
            "schema": {"const": SCHEMA},
            "journey": _journey(),
            **{plural(part.name): _rows(_part(part.name)) for part in travelling()},
            "libraries": _object({
                plural(each.name): _rows(_library(each)) for each in libraries().values()
            }),
            "images": {
                "type": "object",
                "description": "Pictures by name: the files, in base64.",
                "propertyNames": {"pattern": PICTURE},
                "additionalProperties": {"type": "string", "contentEncoding": "base64"},
            },
            "figures": {
                "type": "object",
                "description": "What was measured when the file was made; importing ignores it.",
            },
        }, required=["schema", "journey"]),
    }  # fmt: skip


def as_text() -> str:
    """Return the schema as its published file holds it."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def _object(properties: dict[str, Any], *, required: list[str] | None = None) -> dict[str, Any]:
    found = {"type": "object", "properties": properties, "additionalProperties": False}
    return found | ({"required": required} if required else {})


def _rows(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "maxItems": MOST_ROWS, "items": item}


def _of_columns(columns: tuple[Column, ...], more: dict[str, Any]) -> dict[str, Any]:
    found = {column.name: _value(column) for column in columns}
    return _object(found | more, required=[each.name for each in columns if each.required])


def _journey() -> dict[str, Any]:
    slug = {"type": "string", "pattern": SLUG}
    return _of_columns(columns_of("journey"), {
        "compares_with": slug | {"description": "The slug of the journey that it redesigns."},
        "personas": {"type": "array", "items": slug, "uniqueItems": True},
    })  # fmt: skip


def _part(name: str) -> dict[str, Any]:
    number = {"type": "integer", "minimum": 1, "description": "What other lists refer to it by."}
    return {"title": parts()[name].noun} | _of_columns(columns_of(name), {"id": number})


def _library(library: Library) -> dict[str, Any]:
    many = {
        relation: {
            "type": "array",
            "uniqueItems": True,
            "items": _field(library.target(relation).model, library.target(relation).key),
        }
        for relation in library.many
    }
    belonging = {each.name: _rows(_belonging(library, each.name)) for each in library.rows}
    return _of_columns(columns_of_library(library.name), many | belonging)


def _belonging(library: Library, name: str) -> dict[str, Any]:
    rows = next(each for each in library.rows if each.name == name)
    model = library.model._meta.get_field(name).related_model
    fields: list[Any] = [model._meta.get_field(each) for each in rows.columns]  # type: ignore[union-attr]
    needed = [each.name for each in fields if not (each.blank or each.has_default())]
    return _object({each.name: _plain(each) for each in fields}, required=needed)


def _field(model: type[models.Model], name: str) -> dict[str, Any]:
    return _plain(model._meta.get_field(name))


def _value(column: Column) -> dict[str, Any]:
    """Return what a column may hold; where it may be empty, null says so, too."""
    if column.kind == "part":
        found: dict[str, Any] = {
            "type": "integer", "minimum": 1,
            "description": f"The id of a {parts()[column.target].noun} in this file.",
        }  # fmt: skip
    elif column.kind == "library":
        library = libraries()[column.target]
        found = _field(library.model, library.key)
        found["description"] = f"The {library.key} of a {library.name} under libraries."
    elif column.kind == "journey":
        found = {"type": "string", "pattern": SLUG, "description": column.field.help_text}
    else:
        found = _plain(column.field)
    return found if column.required or "enum" in found else _or_null(found)


def _or_null(found: dict[str, Any]) -> dict[str, Any]:
    return found | {"type": [found["type"], "null"]}


def _plain(field: Any) -> dict[str, Any]:
    """Return what a field holds, by its sort, its choices and its validators."""
    found: dict[str, Any] = {}
    match field:
        case models.BooleanField():
            found["type"] = "boolean"
        case models.DateField():
            found |= {"type": "string", "format": "date"}
        case models.FileField():
            found |= {"type": "string", "pattern": PICTURE}
        case models.IntegerField():
            found |= {"type": "integer"} | _range(field)
        case models.FloatField():
            found |= {"type": "number"} | _range(field)
        case _:
            found |= _text(field)
    return found | ({"description": str(field.help_text)} if field.help_text else {})


def _text(field: Any) -> dict[str, Any]:
    if field.choices:
        values = [value for value, _label in field.flatchoices]
        return {"enum": [*values, "", None] if field.blank and "" not in values else values}
    found: dict[str, Any] = {"type": "string"}
    if not field.blank:
        found["minLength"] = 1
    if isinstance(field, models.SlugField):
        found["pattern"] = SLUG
    # A text field's length is a wish of its form; the database takes any.
    if not isinstance(field, models.TextField):
        found["maxLength"] = field.max_length
    return found


def _range(field: Any) -> dict[str, Any]:
    """Return the least and the most, the same whatever database is in use."""
    limits = BaseDatabaseOperations.integer_field_ranges.get(field.get_internal_type(), ())
    low, high = limits or (None, None)
    for validator in field._validators:
        if isinstance(validator, MinValueValidator):
            low = validator.limit_value
        if isinstance(validator, MaxValueValidator):
            high = validator.limit_value
    return {key: each for key, each in (("minimum", low), ("maximum", high)) if each is not None}
