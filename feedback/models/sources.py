"""Where feedback comes from, and how long what it says about people is kept."""

from django.core.validators import MinValueValidator
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


def _months(default: int, what: str) -> "models.PositiveSmallIntegerField[int | None, int | None]":
    return models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        default=default,
        validators=[MinValueValidator(1)],
        help_text=f"Months after which {what}; empty keeps them.",
    )


class Source(models.Model):
    """One survey, desk or tool whose answers arrive here."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="sources")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=SourceKind.choices, default=SourceKind.SURVEY)
    comments_kept_months = _months(12, "comments are blanked, scores staying")
    identities_kept_months = _months(6, "answers are cut loose from the person who gave them")

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
