"""One edit: everything it writes goes through it, so that it can be logged, undone and announced.

with editing(journey, by=user) as edit:
    card = edit.get(Card, pk)
    edit.change(card, text="Waits at the gate")
    edit.summary = "Reworded a card"
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from journeys.editing.parts import Part, part_of
from journeys.editing.sessions import before_session, keep
from journeys.live.doorbell import MOST_TARGETS, WHOLE_MAP, ring
from journeys.models import Change, ChangeKind, Journey, User, Version
from journeys.models.workspaces import Visitor

_Row = TypeVar("_Row", bound=models.Model)
LONGEST_SUMMARY = 300


class EditRefused(Exception):
    """An edit cannot be made as things stand now; the message says why, for people."""


class Conflict(EditRefused):
    """Somebody else wrote the same text meanwhile; whoever comes second sees both and chooses."""

    def __init__(self, *, name: str, mine: str, theirs: str, by: User | None) -> None:
        super().__init__(f"{by or 'Somebody'} changed this text while you wrote.")
        self.name, self.mine, self.theirs, self.by = name, mine, theirs, by


@dataclass
class Row:
    """What an edit did to one row: the columns that it wrote, before and after.

    `before` is None for a row that the edit made.
    """

    part: Part
    row: Any
    before: dict[str, Any] | None
    after: dict[str, Any]
    hidden: bool = False
    """True for a row that stood in something that was off the map before."""

    def as_data(self) -> dict[str, Any]:
        """Return it as Change.rows holds it."""
        data = {
            "part": self.part.name,
            "id": self.row.pk,
            "before": self.before,
            "after": self.after,
        }
        return data | {"hidden": True} if self.hidden else data

    def touches(self) -> set[str]:
        """Return which parts of the drawn map differ now."""
        after = self.part.state(self.row)
        before = {} if self.before is None else after | self.before
        return set(self.part.touches(self.row.pk, before, after))


class Edit:
    """The rows that one person changes in one transaction, under the lock of the journey."""

    def __init__(self, journey: Journey, by: User) -> None:
        self.journey, self.by = journey, by
        self.summary = ""
        self.kind, self.of = ChangeKind.EDIT, None
        self.rows: dict[tuple[str, int], Row] = {}
        self.change_made: Change | None = None
        self.revision = journey.revision
        self.before: Version | None = None
        """The map as it was, where this edit keeps it as a version."""

    kind: ChangeKind
    of: Change | None

    def get(self, model: type[_Row], pk: int) -> _Row:
        """Return a row on this journey's map. Raises EditRefused where it is not, or not now."""
        part = part_of(model)
        row: _Row | None = part.current(self.journey.pk).filter(pk=pk).first()
        if row is None:
            raise EditRefused(f"This {part.noun} is not on the map any more.")
        return row

    def add(self, model: type[_Row], **values: Any) -> _Row:
        """Make a row. Raises EditRefused where another one is in its way."""
        part = part_of(model)
        row = model(**values)
        if clash := part.clash(row, part.recorded):
            raise EditRefused(clash)
        row.save(force_insert=True)
        self.rows[part.name, row.pk] = Row(part, row, None, part.state(row))
        return row

    def change(self, row: models.Model, **values: Any) -> None:
        """Write values into a row; those it has already are left alone.

        Raises EditRefused where another one is in its way.
        """
        part = part_of(type(row))
        was = part.state(row)
        for name, value in values.items():
            setattr(row, name, value)
        now = part.state(row)
        changed = [column for column in part.recorded if was[column] != now[column]]
        if not changed:
            return
        if clash := part.clash(row, changed):
            raise EditRefused(clash)
        row.save(update_fields=changed)
        log = self.rows.setdefault((part.name, row.pk), Row(part, row, {}, {}))
        log.row = row
        for column in changed:
            if log.before is not None:
                log.before.setdefault(column, was[column])
            log.after[column] = now[column]

    def remove(self, row: models.Model) -> None:
        """Take a row off the map."""
        self.change(row, **{part_of(type(row)).removal: timezone.now()})

    def write(self, row: models.Model, column: str, text: str, *, was: str | None) -> None:
        """Write a text that somebody edited; `was` is what they began with, None if unknown.

        Raises Conflict where another person's words stand there now.
        """
        theirs = getattr(row, column)
        if was is not None and theirs not in (was, text):
            raise Conflict(name=column, mine=text, theirs=theirs, by=self._last_writer(row, column))
        self.change(row, **{column: text})

    def _last_writer(self, row: models.Model, column: str) -> User | None:
        name = part_of(type(row)).name
        for change in Change.objects.filter(journey=self.journey).select_related("by")[:50]:
            if any(
                each["part"] == name and each["id"] == row.pk and column in each["after"]
                for each in change.rows
            ):
                return change.by
        return None

    def touched(self) -> list[str]:
        """Return which parts of the drawn map to fetch again."""
        targets = {target for row in self.rows.values() for target in row.touches()}
        if WHOLE_MAP in targets or len(targets) > MOST_TARGETS:
            return [WHOLE_MAP]
        return sorted(targets)

    def log(self) -> None:
        """Write down what was done, as the journey's newest change."""
        self.change_made = Change.objects.create(
            journey=self.journey,
            by=self.by,
            kind=self.kind,
            of=self.of,
            revision=self.journey.revision,
            summary=shortened(self.summary, LONGEST_SUMMARY),
            token=self.journey.edit_token,
            rows=[row.as_data() for row in self.rows.values()],
        )


@contextmanager
def editing(journey: Journey, *, by: Visitor) -> Iterator[Edit]:
    """Open the transaction of an edit: lock the journey; log, count and announce what was done.

    An edit that changes nothing raises no revision and leaves no trace. Raises EditRefused where
    the edit cannot be made as things stand; then nothing of it is kept.
    """
    assert isinstance(by, User)  # noqa: S101  (nobody else may change a map)
    try:
        with transaction.atomic():
            journey.lock()
            edit = Edit(journey, by)
            edit.revision, edit.before = journey.revision, before_session(journey)
            yield edit
            if edit.rows:
                journey.raise_revision()
                edit.log()
                ring(journey.pk, journey.revision, edit.touched())
                if edit.before:
                    keep(edit.before, by=by)
    except IntegrityError as error:
        raise EditRefused(
            "This place is taken, or what it refers to is gone. Nothing was changed."
        ) from error


def shortened(text: str, length: int = 60) -> str:
    """Return a text of at most so many characters; what is missing shows as "…"."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def quoted(row: object) -> str:
    """Return what a row is called, as a sentence quotes it."""
    return f"“{shortened(' '.join(str(row).split()))}”"
