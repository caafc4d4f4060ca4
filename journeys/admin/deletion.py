"""What would go along with an object, and what forbids that it goes.

Django's own confirmation loads and lists every single dependent; a journey may have millions of
answers. Here they are counted, up to COUNTED, and only the first few are named.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import CASCADE, PROTECT, Model, Q, QuerySet

from journeys.admin.access import workspace_path

COUNTED = 10_000
NAMED = 5


def _relations(model: type[Model], path: str = "") -> Iterator[tuple[type[Model], str, Any]]:
    """Yield (dependent, lookup from it to the model, on_delete) for all that hangs on a model."""
    for relation in model._meta.related_objects:
        on_delete = getattr(relation, "on_delete", None)
        if on_delete not in (CASCADE, PROTECT):
            continue
        dependent: Any = relation.related_model
        lookup = "__".join(filter(None, [relation.field.name, path]))
        yield dependent, lookup, on_delete
        if on_delete is CASCADE and dependent is not model:
            yield from _relations(dependent, lookup)


def _dependents(objects: Iterable[Model], kind: Any) -> Iterator[QuerySet[Any]]:
    """Yield, for each kind of dependent, those of the objects."""
    chosen = list(objects)
    lookups: dict[type[Model], list[str]] = defaultdict(list)
    for dependent, lookup, on_delete in _relations(type(chosen[0])) if chosen else ():
        if on_delete is kind:
            lookups[dependent].append(lookup)
    for dependent, found in lookups.items():
        any_of_them = reduce(or_, (Q(**{f"{lookup}__in": chosen}) for lookup in found))
        yield dependent._default_manager.filter(any_of_them).order_by()


def _name(model: type[Model], count: int) -> str:
    meta = model._meta
    return str(meta.verbose_name if count == 1 else meta.verbose_name_plural)


def going_along(objects: Iterable[Model]) -> dict[str, str]:
    """Return how many of each kind would be deleted with the objects, to be shown as text."""
    shown = {}
    for queryset in _dependents(objects, CASCADE):
        if count := queryset[: COUNTED + 1].count():
            number = f"more than {COUNTED:,}" if count > COUNTED else f"{count:,}"
            shown[_name(queryset.model, 2)] = number
    return shown


def forbidding(objects: Iterable[Model]) -> list[str]:
    """Return what must go first, kind by kind: the names of a few, and how many there are more."""
    lines = []
    for queryset in _dependents(objects, PROTECT):
        path = workspace_path(queryset.model)
        named = list((queryset.select_related(path) if path else queryset)[:NAMED])
        kind = _name(queryset.model, 1)
        lines += [f"{kind} “{each}”" for each in named]
        if len(named) == NAMED and (more := queryset[: COUNTED + 1].count() - NAMED):
            number = f"more than {COUNTED:,}" if more + NAMED > COUNTED else f"{more:,}"
            lines.append(f"and {number} more {_name(queryset.model, more)}")
    return lines
