"""Copying parts of maps: within one, and from one journey to another."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import ForeignKey

from journeys.editing.parts import Part, parts
from journeys.models import Journey

Ids = dict[tuple[str, int], int]
"""(name of the part, id of the original) -> id of the copy."""

# Above every position in use: a copy waits there until somebody says where it shall stand.
FAR = 2**40


def copies(
    add: Callable[..., Any],
    journey: Journey,
    rows: Iterable[tuple[Part, Any]],
) -> Ids:
    """Copy rows into a journey by `add(model, **values)`; return the ids of the copies.

    A copy refers to copies where there are any, else to what the original refers to. What stands
    between two others, as a handoff does, comes along only where both do. Rows come in any order.
    """
    ids: Ids = {}
    order = list(parts())
    for part, row in sorted(rows, key=lambda each: order.index(each[0].name)):
        values = {column: getattr(row, column) for column in part.columns}
        references = _references(part)
        between = {name for name, times in Counter(references.values()).items() if times > 1}
        if any(
            name in between and (name, values[column]) not in ids
            for column, name in references.items()
        ):
            continue
        for column, name in references.items():
            values[column] = ids.get((name, values[column]), values[column])
        if "journey_id" in values:
            values["journey_id"] = journey.pk
        if part.position_once and all(values[c] == getattr(row, c) for c in part.within):
            values["position"] += FAR
        ids[part.name, row.pk] = add(part.model, **values, copy_of=row).pk
    return ids


def _references(part: Part) -> dict[str, str]:
    """Return which columns refer to which parts."""
    names = {each.model: each.name for each in parts().values()}
    fields = (part.model._meta.get_field(column) for column in part.columns)
    return {
        field.attname: names[field.related_model]
        for field in fields
        if isinstance(field, ForeignKey) and field.related_model in names
    }
