"""The sorts of rows that a map is made of, as the editor, versions and copies know them.

Every module of the setting JOURNEY_PARTS lists its own in PARTS, so that an app above journeys
takes part in undoing, versions and copies without being named here. A part comes after those that
it refers to.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.fields.files import FieldFile

from journeys.live.doorbell import WHOLE_MAP

State = Mapping[str, Any]
"""Column name -> value as JSON holds it."""


Touches = Callable[[int, State, State], Iterable[str]]
"""(id, whole state before, whole state after) -> names of the parts of the drawn map."""


Clash = Callable[[Any, Collection[str]], str]
"""(row as it shall be, the columns that change) -> why it cannot be so, in words; "" if it can."""


def _whole_map(pk: int, before: State, after: State) -> Iterable[str]:
    return [WHOLE_MAP]


def _never(row: Any, changed: Collection[str]) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Part:
    """One sort of row: its model, the columns that are its content, and where it belongs."""

    name: str
    """As in Change.rows and Version.content: "card"."""
    noun: str
    """As people read it: "card", "touchpoint"."""
    model: type[models.Model]
    columns: tuple[str, ...]
    journey: str
    """The lookup to the journey: "lane__journey"; "" for the journey itself."""
    removal: str = "removed_at"
    """The column that says since when it is off the map; "" where it never goes."""
    within: tuple[str, ...] = ()
    """The columns that say among which rows its position counts; () where it has none."""
    position_once: bool = False
    """True where the database lets no two rows share a position."""
    shown_in: str = ""
    """The kind of the lane that shows it, where that is not said by what it stands in."""
    ended: str = ""
    """The column that, where it is set, keeps a row off the map for good."""
    touches: Touches = _whole_map
    """Which parts of the drawn map differ between two whole states of a row; {} for none."""
    clash: Clash = _never
    """Says what the database would refuse without a word that helps."""

    @property
    def recorded(self) -> tuple[str, ...]:
        """Return the columns of its content, and the one that says whether it is there."""
        return (*self.columns, self.removal) if self.removal else self.columns

    def references(self) -> dict[str, str]:
        """Return which columns say in what it stands: column -> name of that part."""
        places = {part.model: part.name for part in parts().values() if part.removal}
        return {
            field.attname: places[field.related_model]
            for field in self.foreign_keys()
            if field.related_model in places
        }

    def libraries(self) -> list["models.ForeignKey[Any, Any]"]:
        """Return the fields that refer to what is no part of this map, such as a persona."""
        places = self.references()
        return [field for field in self.foreign_keys() if field.attname not in places]

    def foreign_keys(self) -> list["models.ForeignKey[Any, Any]"]:
        """Return the fields among its columns that refer to other rows."""
        fields = (self.model._meta.get_field(column) for column in self.columns)
        return [field for field in fields if isinstance(field, models.ForeignKey)]

    def state(self, row: models.Model) -> dict[str, Any]:
        """Return what a row holds, as JSON can."""
        return {column: plain(getattr(row, column)) for column in self.recorded}

    def value(self, column: str, stored: Any) -> Any:
        """Return what JSON held, as the model takes it."""
        return self.model._meta.get_field(column).to_python(stored)  # type: ignore[union-attr]

    def rows(self, journey_id: int) -> "models.QuerySet[Any]":
        """Return all rows of a journey, those off the map included."""
        lookup = self.journey or "pk"
        return self.model._default_manager.filter(**{lookup: journey_id}).order_by("pk")

    def current(self, journey_id: int) -> "models.QuerySet[Any]":
        """Return the rows of a journey that stand on its map."""
        rows: Any = self.rows(journey_id)
        return rows.current() if self.removal else rows  # type: ignore[no-any-return]

    def columns_to(self, model: type[models.Model]) -> list[str]:
        """Return the columns that refer to rows of a model."""
        return [field.attname for field in self.foreign_keys() if field.related_model is model]


def plain(value: Any) -> Any:
    """Return a column's value as JSON holds it."""
    if isinstance(value, FieldFile):
        return value.name or ""
    return value.isoformat() if isinstance(value, datetime | date) else value


@cache
def parts() -> dict[str, Part]:
    """Return all parts by name, each after those that it refers to."""
    found = (part for path in settings.JOURNEY_PARTS for part in import_module(path).PARTS)
    return {part.name: part for part in found}


@cache
def part_of(model: type[models.Model]) -> Part:
    """Return the part that a model is. Raises LookupError for a model that is none."""
    for part in parts().values():
        if part.model is model:
            return part
    raise LookupError(f"{model.__name__} is no part of a map.")
