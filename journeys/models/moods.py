"""How a step feels, as people in the workshop judge it."""

from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from journeys.models.journeys import Step
from journeys.models.parts import MapPart, PartQuerySet
from journeys.models.personas import Persona


class EmotionAssessmentQuerySet(PartQuerySet["EmotionAssessment"]):
    """Assessments, by workspace."""

    workspace_path = "step__stage__journey__workspace"

    def current(self) -> Self:
        """Leave out what was withdrawn, or went off the map with its step or stage."""
        on_map = {"step__removed_at__isnull": True, "step__stage__removed_at__isnull": True}
        return super().current().filter(**on_map)

    def of_steps(self, steps: Iterable[Step]) -> Self:
        """Keep those of steps that are on a map: asks for nothing but the assessments."""
        return super().current().filter(step__in=steps)


class EmotionAssessment(MapPart):
    """One person's judgement of how a step feels, −2 (anger, distrust) to +2 (delight, trust)."""

    step = models.ForeignKey(Step, models.CASCADE, related_name="emotion_assessments")
    persona = models.ForeignKey(
        Persona, models.CASCADE, null=True, blank=True, related_name="emotion_assessments"
    )
    rater = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="emotion_assessments",
    )
    score = models.FloatField(validators=[MinValueValidator(-2), MaxValueValidator(2)])
    assessed_on = models.DateField()

    objects = EmotionAssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["step_id", "assessed_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(score__gte=-2, score__lte=2), name="emotion_minus_2_to_2"
            ),
            # Two constraints, because SQLite cannot be told that two empty personas are the same.
            models.UniqueConstraint(
                fields=["step", "persona", "rater"],
                condition=models.Q(removed_at__isnull=True),
                name="emotion_once_per_rater_and_persona",
            ),
            models.UniqueConstraint(
                fields=["step", "rater"],
                condition=models.Q(persona__isnull=True, removed_at__isnull=True),
                name="emotion_once_per_rater",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step}: {self.score:+g}"
