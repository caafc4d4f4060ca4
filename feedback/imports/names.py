"""Segments and channels by name, added to the workspace when they are first needed."""

from collections.abc import Iterable
from typing import Generic, TypeVar

from feedback.imports.places import folded
from feedback.imports.problems import BadCell
from feedback.imports.rows.cells import unguarded
from journeys.models import Channel, Segment, Workspace

MOST_NEW = 200
"""More new names than this in one import, and the column is hardly one of names."""

_Named = TypeVar("_Named", Segment, Channel)


class Names(Generic[_Named]):
    """The workspace's segments, or its channels.

    A name is found as it stands, else whatever its case; a new one is kept as the file writes
    it first.
    """

    def __init__(self, model: type[_Named], workspace: Workspace) -> None:
        self._model: type[_Named] = model
        self._workspace = workspace
        self._longest = model._meta.get_field("name").max_length or 0
        known = model.objects.filter(workspace=workspace).values_list("name", "pk")
        self._ids: dict[str, int | None] = dict(known)
        self._spellings: dict[str, list[str]] = {}
        for name in self._ids:
            self._spellings.setdefault(folded(name), []).append(name)
        self._new = 0

    def accept(self, text: str) -> str:
        """Return the name as it is kept, "" for no name; raises BadCell when it cannot be one."""
        name = " ".join(unguarded(text).split())
        if not name or name in self._ids:
            return name
        spellings = self._spellings.setdefault(folded(name), [])
        if len(spellings) > 1:
            raise BadCell(f"may mean {' or '.join(spellings)}.")
        if not spellings:
            self._refuse_what_is_no_name(name)
            self._new += 1
            self._ids[name] = None
            spellings.append(name)
        return spellings[0]

    def _refuse_what_is_no_name(self, name: str) -> None:
        kind = self._model._meta.verbose_name
        if len(name) > self._longest:
            raise BadCell(f"is longer than the {self._longest} characters of a {kind}.")
        if self._new >= MOST_NEW:
            raise BadCell(f"would be new {kind} no. {MOST_NEW + 1}; is it the right column?")

    def unknown(self, names: Iterable[str | None]) -> set[str]:
        """Return those of accepted names that the workspace does not have yet."""
        return {name for name in set(names) if name and self._ids[name] is None}

    def known_ids(self, names: Iterable[str | None]) -> dict[str | None, int | None]:
        """Return the ids of accepted names, -1 for those that the workspace does not have."""
        found: dict[str | None, int | None] = {"": None, None: None}
        for name in {name for name in names if name}:
            known = self._ids[name]
            found[name] = -1 if known is None else known
        return found

    def ids(self, names: Iterable[str | None]) -> dict[str | None, int | None]:
        """Return the ids of accepted names, adding to the workspace those that it does not have.

        No name, "" or None, has no id.
        """
        found: dict[str | None, int | None] = {"": None, None: None}
        for name in sorted({name for name in names if name}):
            if self._ids[name] is None:
                added, _ = self._model.objects.get_or_create(workspace=self._workspace, name=name)
                self._ids[name] = added.pk
            found[name] = self._ids[name]
        return found
