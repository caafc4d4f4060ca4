"""The database's own rules, asked of rows that are not in it yet.

Each check and each unique constraint of a model is evaluated on plain values, so that a file is
refused with the row that breaks a rule, also for a part that nobody named here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.db import models

Row = tuple[tuple[Any, ...], Mapping[str, Any]]
"""(where it stands in the file, column name -> value)"""

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "exact": lambda value, other: value == other,
    "in": lambda value, other: value in other,
    "gte": lambda value, other: value >= other,
    "lte": lambda value, other: value <= other,
    "gt": lambda value, other: value > other,
    "lt": lambda value, other: value < other,
}


def broken(model: type[models.Model], rows: Iterable[Row]) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Yield where a rule is broken, and which, in words."""
    rows = list(rows)
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.CheckConstraint):
            for place, values in rows:
                if holds(constraint.condition, values) is False:
                    yield place, f"this breaks the rule “{_words(constraint.name)}”"
        elif isinstance(constraint, models.UniqueConstraint):
            yield from _repeated(constraint, rows)


def _repeated(
    constraint: models.UniqueConstraint, rows: Iterable[Row]
) -> Iterator[tuple[tuple[Any, ...], str]]:
    seen: set[tuple[Any, ...]] = set()
    for place, values in rows:
        key = tuple(values.get(name) for name in constraint.fields)
        # To a database, two unknown values are never the same.
        if None in key or (constraint.condition and not holds(constraint.condition, values)):
            continue
        if key in seen:
            told = (name for name in constraint.fields if name not in {"journey", "workspace"})
            same = " and ".join(name.replace("_", " ") for name in told)
            yield place, f"another one has the same {same} (“{_words(constraint.name)}”)"
        seen.add(key)


def holds(condition: Any, values: Mapping[str, Any]) -> bool | None:
    """Return whether a condition is true of values; None where it is unknown, as in SQL."""
    found = [
        holds(child, values) if isinstance(child, models.Q) else _compared(child, values)
        for child in condition.children
    ]
    decisive = condition.connector == models.Q.OR
    if decisive in found:
        result: bool | None = decisive
    else:
        result = None if None in found else not decisive
    return not result if condition.negated and result is not None else result


def _compared(child: tuple[str, Any], values: Mapping[str, Any]) -> bool | None:
    lookup, other = child
    name, _, way = lookup.partition("__")
    if isinstance(other, models.F):
        other = values.get(other.name)  # type: ignore[attr-defined]
    value = values.get(name)
    if way == "isnull":
        return (value is None) is other
    if value is None or other is None:
        return None
    return _COMPARE[way or "exact"](value, other)


def _words(name: str) -> str:
    return name.replace("_", " ")
