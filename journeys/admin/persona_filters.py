"""Filters of the persona list."""

from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from journeys.models import Persona
from journeys.models.personas import DESCRIBING_FIELDS

if TYPE_CHECKING:
    from django.contrib.admin.filters import SimpleListFilter
else:
    SimpleListFilter = admin.SimpleListFilter

_EMPTY = [Q(**{name: ""}) for name in DESCRIBING_FIELDS]


class CompletenessFilter(SimpleListFilter):
    """How much of what describes a persona is filled in."""

    title = "completeness"
    parameter_name = "completeness"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the three cases."""
        return [("full", "Complete"), ("partial", "Partly filled"), ("empty", "Empty")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Persona]) -> QuerySet[Persona]:
        """Keep one of them."""
        some_missing, all_missing = reduce(or_, _EMPTY), reduce(and_, _EMPTY)
        chosen = {
            "full": ~some_missing,
            "partial": some_missing & ~all_missing,
            "empty": all_missing,
        }.get(self.value() or "")
        return queryset if chosen is None else queryset.filter(chosen)


class UseFilter(SimpleListFilter):
    """Whether a persona stands on a map."""

    title = "use"
    parameter_name = "use"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the two cases."""
        return [("used", "On a map"), ("unused", "On no map")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Persona]) -> QuerySet[Persona]:
        """Keep one of them."""
        used = Persona.objects.filter(journeys__isnull=False).values("pk")
        if self.value() == "used":
            return queryset.filter(pk__in=used)
        return queryset.exclude(pk__in=used) if self.value() == "unused" else queryset
