"""The API's document as a page: what each address takes and answers, in words."""

import json
from dataclasses import dataclass
from typing import Any

from drf_spectacular.generators import SchemaGenerator

_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of a body."""

    name: str
    kind: str
    required: bool
    text: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address."""

    anchor: str
    method: str
    path: str
    text: str
    parameters: tuple[Field, ...]
    body_types: tuple[str, ...]
    fields: tuple[Field, ...]
    example: str
    responses: tuple[tuple[str, str], ...]


def operations() -> list[Operation]:
    """Return the addresses in the order of the document, which is that of their paths."""
    # The untyped names are drf-spectacular's.
    document: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return [
        _operation(document, path, method, methods[method])
        for path, methods in document["paths"].items()
        for method in _METHODS
        if method in methods
    ]


def _operation(
    document: dict[str, Any], path: str, method: str, found: dict[str, Any]
) -> Operation:
    body = found.get("requestBody", {}).get("content", {})
    first: dict[str, Any] = next(iter(body.values()), {})
    examples = [each["value"] for each in first.get("examples", {}).values()]
    return Operation(
        anchor=found["operationId"],
        method=method.upper(),
        path=path,
        text=found.get("description", ""),
        parameters=tuple(_parameter(document, each) for each in found.get("parameters", [])),
        body_types=tuple(body),
        fields=tuple(_fields(document, first.get("schema", {}))),
        example=json.dumps(examples[0], indent=2, ensure_ascii=False) if examples else "",
        responses=tuple(
            (status, response.get("description", ""))
            for status, response in sorted(found["responses"].items())
        ),
    )


def _parameter(document: dict[str, Any], found: dict[str, Any]) -> Field:
    where = {"query": "", "header": "header, ", "path": "in the path, "}[found["in"]]
    return Field(
        found["name"],
        where + _kind(document, found["schema"]),
        found.get("required", False),
        found.get("description", ""),
    )


def _fields(document: dict[str, Any], schema: dict[str, Any]) -> list[Field]:
    """Return the fields of a record; of a list of records, those of one."""
    schema = _resolved(document, schema)
    if "anyOf" in schema:
        schema = _resolved(document, schema["anyOf"][0])
    properties = schema.get("properties", {})
    if set(properties) == {"records"}:
        schema = _resolved(document, properties["records"]["items"])
        properties = schema["properties"]
    required = schema.get("required", [])
    return [
        Field(name, _kind(document, each), name in required, _words(each))
        for name, each in properties.items()
    ]


def _words(schema: dict[str, Any]) -> str:
    """Return the description without the list of choices, which the kind has already."""
    return str(schema.get("description", "")).partition("\n\n* ")[0]


def _kind(document: dict[str, Any], schema: dict[str, Any]) -> str:
    """Return what a value is, such as "integer", or its choices."""
    schema = _resolved(document, schema)
    if "allOf" in schema:
        return _kind(document, schema["allOf"][0])
    if "oneOf" in schema:
        return " or ".join(_kind(document, each) for each in schema["oneOf"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    kind = schema.get("type", "any")
    name = " or ".join(kind) if isinstance(kind, list) else str(kind)
    if schema.get("format"):
        name = f"{name}, {schema['format']}"
    if schema.get("maxLength"):
        name = f"{name}, up to {schema['maxLength']:,} characters"
    if name == "object" and "properties" in schema:
        name = f"{{{', '.join(schema['properties'])}}}"
    return name


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema
