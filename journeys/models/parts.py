"""What every part of a map has in common: it can be taken off the map, and copied."""

from collections.abc import Collection
from typing import Self, TypeVar

from django.db import models

from journeys.models.workspaces import WorkspaceContentQuerySet

_Part = TypeVar("_Part", bound=models.Model)


class PartQuerySet(WorkspaceContentQuerySet[_Part]):
    """Parts of maps, by workspace and whether they are still there."""

    removal = "removed_at"

    def current(self) -> Self:
        """Leave out what was taken off the map."""
        return self.filter(**{f"{self.removal}__isnull": True})


class Copied(models.Model):
    """What remembers what it was copied from."""

    copy_of = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="copies",
        help_text="What it was copied from, as when a future state begins.",
    )

    class Meta:
        abstract = True


class MapPart(Copied):
    """A stage, step, lane, card, handoff or assessment.

    Nothing is deleted when somebody takes it off the map: undoing, an earlier version and the
    feedback that hangs on it need the row.
    """

    removed_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Off the map since."
    )

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Check what holds among the rows on a map, too: no form asks whether they are there."""
        super().validate_constraints(exclude=set(exclude or ()) - {"removed_at"})
