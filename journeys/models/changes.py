"""What happened to a map: every change with its rows, and versions to go back to."""

from typing import Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from journeys.models.journeys import Journey
from journeys.models.workspaces import Visitor, WorkspaceContentQuerySet

TOKEN_LENGTH = 36


class ChangeKind(models.TextChoices):
    """How a change came about."""

    EDIT = "edit"
    UNDO = "undo"
    REDO = "redo"


class ChangeQuerySet(WorkspaceContentQuerySet["Change"]):
    """Changes, by workspace, person and whether they can be undone."""

    workspace_path = "journey__workspace"

    def of(self, journey: Journey, by: Visitor) -> Self:
        """Keep one person's own edits of one journey, newest first."""
        return self.filter(journey=journey, by=by, kind=ChangeKind.EDIT).order_by("-pk")


class Change(models.Model):
    """One edit of a journey, with what every row that it touched was before and after.

    `rows` is a list of {"part": "card", "id": 5, "before": {…} or null, "after": {…}}: the values
    that differ, in the order in which they were written; with "hidden": true where the row stood
    in something that was off the map before. An edit that was undone is `undone`; the
    undoing is a change of its own, `of` that edit.
    """

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="changes")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="changes"
    )
    at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=4, choices=ChangeKind.choices, default=ChangeKind.EDIT)
    revision = models.PositiveBigIntegerField()
    summary = models.CharField(max_length=300)
    rows = models.JSONField(encoder=DjangoJSONEncoder)
    of = models.ForeignKey("self", models.CASCADE, null=True, related_name="reversals")
    undone = models.BooleanField(default=False)
    token = models.CharField(
        max_length=TOKEN_LENGTH, blank=True, help_text="What the browser that sent it calls it."
    )

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering = ["journey_id", "-revision"]
        indexes = [models.Index(fields=["journey", "by", "-id"], name="change_journey_by")]
        constraints = [
            models.UniqueConstraint(fields=["journey", "revision"], name="change_revision_once"),
            models.UniqueConstraint(
                fields=["journey", "token"],
                condition=~models.Q(token=""),
                name="change_token_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=ChangeKind.values), name="change_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(kind=ChangeKind.EDIT, of__isnull=True)
                | models.Q(kind__in=[ChangeKind.UNDO, ChangeKind.REDO], of__isnull=False),
                name="change_reverses_an_edit",
            ),
        ]

    def __str__(self) -> str:
        return self.summary


class VersionQuerySet(WorkspaceContentQuerySet["Version"]):
    """Versions, by workspace."""

    workspace_path = "journey__workspace"


class Version(models.Model):
    """A journey as it was at one revision: all its parts, and what was measured on it then.

    `content` maps the name of each sort of part to its rows; `figures` holds what the map said
    that day. A version without a title was kept by itself, before somebody began to edit again.
    """

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="versions")
    title = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="versions"
    )
    at = models.DateTimeField(auto_now_add=True)
    revision = models.PositiveBigIntegerField()
    content = models.JSONField(encoder=DjangoJSONEncoder)
    figures = models.JSONField(encoder=DjangoJSONEncoder, default=dict)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["journey_id", "-pk"]

    def __str__(self) -> str:
        return self.title or f"{self.at:%Y-%m-%d %H:%M}"
