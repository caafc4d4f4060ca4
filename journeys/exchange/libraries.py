"""What maps share in a workspace and a file brings along: personas, channels, teams.

Every module of the setting JOURNEY_PARTS may list its own in LIBRARIES.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import models


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that belong to one entry of a library alone, in their order, as a persona's traits."""

    name: str
    """The way to them from the entry, and their key in a file."""
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Library:
    """One sort of thing that maps refer to, and what is needed to make it again."""

    name: str
    model: type[models.Model]
    key: str
    """The column by which it is known, in a file and in every workspace."""
    columns: tuple[str, ...]
    """`key` first. No columns about people, such as whom to write to."""
    many: tuple[str, ...] = ()
    """Relations to several entries of other libraries."""
    rows: tuple[Rows, ...] = ()
    alias: str = ""
    """A second column that a workspace knows once: an entry is found by it, too."""

    def fetch(self, ids: Iterable[int]) -> "models.QuerySet[Any]":
        """Return entries with all that goes along."""
        along = (*self.many, *(each.name for each in self.rows))
        return self.model._base_manager.filter(pk__in=ids).prefetch_related(*along)

    def target(self, relation: str) -> "Library":
        """Return the library that one of `many` leads to."""
        model = self.model._meta.get_field(relation).related_model
        return next(each for each in libraries().values() if each.model is model)


@cache
def libraries() -> dict[str, Library]:
    """Return all libraries by name, each after those that it refers to."""
    found = (getattr(import_module(path), "LIBRARIES", ()) for path in settings.JOURNEY_PARTS)
    return {each.name: each for some in found for each in some}
