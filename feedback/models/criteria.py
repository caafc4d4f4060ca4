"""What a workspace weighs its opportunities by, beside impact and effort."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from feedback.models.opportunities import Opportunity
from journeys.models import Workspace
from journeys.models.workspaces import WorkspaceContentQuerySet


class CriterionQuerySet(WorkspaceContentQuerySet["Criterion"]):
    """Criteria, by workspace."""


class Criterion(models.Model):
    """A question that every opportunity of a workspace is scored on, 1 to 5."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="criteria")
    name = models.CharField(max_length=60)
    hint = models.CharField(max_length=200, blank=True, help_text="What 1 means, and what 5.")
    weight = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text="1 to 10, beside the other criteria’s.",
    )
    counts_against = models.BooleanField(
        default=False, help_text="A high score is bad, as of risk: it counts as 6 minus the score."
    )

    objects = CriterionQuerySet.as_manager()

    class Meta:
        ordering = ["-weight", "name"]
        verbose_name_plural = "criteria"
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="criterion_name_once"),
            models.CheckConstraint(
                condition=models.Q(weight__gte=1, weight__lte=10), name="criterion_weight_1_to_10"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CriterionScore(models.Model):
    """How one opportunity does on one criterion, 1 to 5."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="scores")
    score = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(5)]
    )

    class Meta:
        ordering = ["criterion_id"]
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "criterion"], name="criterion_once"),
            models.CheckConstraint(
                condition=models.Q(score__gte=1, score__lte=5), name="criterion_score_1_to_5"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.score}"
