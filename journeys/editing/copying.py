"""Copying parts of maps: within one, and from one journey to another."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django.db.models import ForeignKey

from journeys.editing.parts import Part, parts
from journeys.models import Journey

Ids = dict[tuple[str, int], int]
"""(name of the part, id of the original) -> id of the copy."""

# Above every position in use: a copy waits there until somebody says where it shall stand.
FAR = 2**40


def copies(
    add: Callable[..., Any] | None,
    journey: Journey,
    rows: Iterable[tuple[Part, Any]],
) -> Ids:
    """Copy rows into a journey by `add(model, **values)`; return the ids of the copies.

    A copy refers to copies where there are any, else to what the original refers to. What stands
    between two others, as a handoff does, comes along only where both do. Rows come in any order.
    Without `add`, all rows of a part are written at once.
    """
    ids: Ids = {}
    by_part: dict[str, list[Any]] = defaultdict(list)
    for part, row in rows:
        by_part[part.name].append(row)
    for name, part in parts().items():
        originals = [row for row in by_part[name] if _stays_whole(part, row, ids)]
        values = [_values(part, row, journey, ids) for row in originals]
        if add is None:
            manager = part.model._default_manager
            made = manager.bulk_create([part.model(**each) for each in values])
        else:
            made = [add(part.model, **each) for each in values]
        for row, copy in zip(originals, made, strict=True):
            ids[name, row.pk] = copy.pk
    return ids


def _stays_whole(part: Part, row: Any, ids: Ids) -> bool:
    """True unless it stands between two others and one of them is not copied."""
    references = _references(part)
    between = {name for name, times in Counter(references.values()).items() if times > 1}
    return all(
        (name, getattr(row, column)) in ids
        for column, name in references.items()
        if name in between
    )


def _values(part: Part, row: Any, journey: Journey, ids: Ids) -> dict[str, Any]:
    values = {column: getattr(row, column) for column in part.columns}
    for column, name in _references(part).items():
        values[column] = ids.get((name, values[column]), values[column])
    if "journey_id" in values:
        values["journey_id"] = journey.pk
    if part.position_once and all(values[c] == getattr(row, c) for c in part.within):
        values["position"] += FAR
    return values | {"copy_of": row}


@cache
def _references(part: Part) -> dict[str, str]:
    """Return which columns refer to which parts."""
    names = {each.model: each.name for each in parts().values()}
    fields = (part.model._meta.get_field(column) for column in part.columns)
    return {
        field.attname: names[field.related_model]
        for field in fields
        if isinstance(field, ForeignKey) and field.related_model in names
    }
