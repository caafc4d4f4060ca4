"""How each column of a part or a library travels: under which name, and as what."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models

from journeys.editing.parts import Part, parts
from journeys.exchange.libraries import libraries
from journeys.models import Journey, Workspace

PLAIN = {
    models.BooleanField: "flag",
    models.DateField: "date",
    models.IntegerField: "whole",
    models.FloatField: "number",
    models.FileField: "picture",
    models.CharField: "text",
    models.TextField: "text",
}
"""Sorts of fields -> what they hold in a file."""


@dataclass(frozen=True, slots=True)
class Column:
    """One value of a row in a file."""

    name: str
    """As in the file: "text", "step", "from_touchpoint"."""
    field: "models.Field[Any, Any]"
    kind: str
    """text · whole · number · flag · date · picture · part (its number in the file) ·
    library (its key) · journey (its slug)"""
    target: str = ""
    """The name of the part or library that it refers to."""

    @property
    def attribute(self) -> str:
        """Return the model's attribute: "step_id"."""
        return self.field.attname

    @property
    def default(self) -> Any:
        """Return what the model holds where a file says nothing."""
        return self.field.get_default()

    @property
    def required(self) -> bool:
        """True where a row cannot be without it."""
        return not (self.field.null or self.field.blank or self.field.has_default())


def column(field: "models.Field[Any, Any]") -> Column | None:
    """Return how a field travels; None for people, and for the workspace, which stay behind."""
    if not isinstance(field, models.ForeignKey):
        kind = next(kind for sort, kind in PLAIN.items() if isinstance(field, sort))
        return Column(field.name, field, kind)
    model = field.related_model
    if model in {get_user_model(), Workspace}:
        return None
    if model is Journey:
        return Column(field.name, field, "journey")
    for part in parts().values():
        if part.model is model:
            return Column(field.name, field, "part", part.name)
    library = next(each for each in libraries().values() if each.model is model)
    return Column(field.name, field, "library", library.name)


@cache
def columns_of(name: str) -> tuple[Column, ...]:
    """Return the columns of a part by its name; its position and its journey go without saying."""
    part = parts()[name]
    fields = (part.model._meta.get_field(each) for each in part.columns if each != "position")
    found = (column(field) for field in fields)  # type: ignore[arg-type]
    return tuple(each for each in found if each and each.attribute != f"{part.journey}_id")


@cache
def columns_of_library(name: str) -> tuple[Column, ...]:
    """Return the columns of a library by its name."""
    library = libraries()[name]
    found = (column(library.model._meta.get_field(each)) for each in library.columns)  # type: ignore[arg-type]
    return tuple(each for each in found if each)


def travelling() -> list[Part]:
    """Return the parts that are lists in a file: all but the journey itself."""
    return [part for part in parts().values() if part.model is not Journey]


def plural(name: str) -> str:
    """Return the key of a list: "stages" of "stage"."""
    return f"{name}s"
