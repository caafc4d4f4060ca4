"""Where feedback comes from."""

from django.db import models

from journeys.models import Workspace
from journeys.models.workspaces import WorkspaceContentQuerySet


class SourceKind(models.TextChoices):
    """How the customer's voice reached us."""

    SURVEY = "survey"
    TICKET = "ticket", "Support ticket"
    FRONTLINE = "frontline", "Frontline note"
    REVIEW = "review"
    SOCIAL = "social", "Social mention"
    INTERVIEW = "interview"
    IN_APP = "in_app", "In-app"
    CHAT = "chat", "Chat rating"


class SourceQuerySet(WorkspaceContentQuerySet["Source"]):
    """Sources, by workspace."""


class Source(models.Model):
    """One survey, desk or tool whose answers arrive here."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="sources")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=SourceKind.choices, default=SourceKind.SURVEY)

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="source_name_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=SourceKind.values), name="source_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name
