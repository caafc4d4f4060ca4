"""What stands on a map, as data, and rows made of such data again without a database.

Content maps the name of each sort of part to its rows: {"card": [{"id": 5, "text": …}, …]}. Only
what is on the map is in it; whoever goes back to it takes everything else off.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import models

from journeys.editing.parts import Part, parts, plain
from journeys.models import Journey

Content = Mapping[str, list[dict[str, Any]]]


def content_of(journey: Journey) -> dict[str, list[dict[str, Any]]]:
    """Return what stands on a journey's map now; one query for each sort of part."""
    return {
        part.name: [
            {"id": pk} | {column: plain(value) for column, value in row.items()}
            for row in part.current(journey.pk).values("pk", *part.columns)
            for pk in [row.pop("pk")]
        ]
        for part in parts().values()
    }


def without_gone(
    content: Content, ended: Collection[tuple[str, int]] = ()
) -> tuple[dict[str, list[dict[str, Any]]], list[tuple[Part, dict[str, Any]]]]:
    """Return what of a content can still stand on a map, and the rows that cannot.

    A persona or sub-journey that was deleted since leaves a gap; what cannot be without its team
    or channel is left out, as is what stood in it, and what is named in `ended`.
    """
    kept: dict[str, list[dict[str, Any]]] = {}
    left_out: list[tuple[Part, dict[str, Any]]] = []
    there: dict[str, set[int]] = {}
    for part in parts().values():
        rows = content.get(part.name, [])
        known = {field.attname: _known(field, rows) for field in part.libraries()}
        kept[part.name] = []
        for row in rows:
            row = dict(row)
            stands = (part.name, row["id"]) not in ended and all(
                row[column] in there[name] for column, name in part.references().items()
            )
            for field in part.libraries():
                if row.get(field.attname) in known[field.attname]:
                    continue
                stands = stands and field.remote_field.on_delete is models.SET_NULL
                row[field.attname] = None
            if stands:
                kept[part.name].append(row)
            else:
                left_out.append((part, row))
        there[part.name] = {row["id"] for row in kept[part.name]}
    return kept, left_out


def _known(field: "models.ForeignKey[Any, Any]", rows: list[dict[str, Any]]) -> set[int | None]:
    ids = {row.get(field.attname) for row in rows} - {None}
    if not ids:
        return {None}
    found = field.related_model._base_manager.filter(pk__in=ids)
    return {None, *found.values_list("pk", flat=True)}


def rows_of(content: Content, *, measured: bool) -> dict[str, list[Any]]:
    """Return the rows of a content as unsaved instances that know one another and their libraries.

    `measured` brings along what was counted on rows that there still are, such as the waits of
    handoffs. A few queries for each sort; nothing is written.
    """
    made: dict[str, dict[int, Any]] = {}
    for part in parts().values():
        ids = [row["id"] for row in content[part.name]]
        there = part.model._base_manager.in_bulk(ids) if measured else {}
        made[part.name] = {}
        for row in content[part.name]:
            instance = there.get(row["id"]) or part.model(pk=row["id"])
            for name in row.keys() & set(part.columns):
                setattr(instance, name, part.value(name, row[name]))
            made[part.name][row["id"]] = instance
        for field in part.foreign_keys():
            place = part.references().get(field.attname)
            wanted = {getattr(row, field.attname) for row in made[part.name].values()} - {None}
            found = made[place] if place else field.related_model._base_manager.in_bulk(wanted)
            for row in made[part.name].values():
                pk = getattr(row, field.attname)
                field.set_cached_value(row, None if pk is None else found[pk])
    return {name: list(rows.values()) for name, rows in made.items()}


def named(part: Part, row: Mapping[str, Any]) -> str:
    """Return the words by which a row of a content is known: its title or its text."""
    words = (row.get(column) for column in ("title", "text", "what_moves"))
    return next((word for word in words if word), "")
