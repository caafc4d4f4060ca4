"""What makes a touchpoint hard: observed events, assessed severity, and the formula's version."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F
from django.db.models.lookups import GreaterThan, LessThan

from feedback.metrics.friction import DEFAULT, Formula
from journeys.models import Workspace
from journeys.models.workspaces import WorkspaceContentQuerySet
from touchpoints.models import Touchpoint


class FrictionKind(models.TextChoices):
    """What can be counted as a share. Waits are durations, effort is asked."""

    ABANDONMENT = "abandon", "Abandonment"
    REPEAT = "repeat", "Repeat contact"
    ERROR = "error", "Error or failure"


class FrictionInputQuerySet(WorkspaceContentQuerySet["FrictionInput"]):
    """Observed friction, by workspace."""

    workspace_path = "touchpoint__step__stage__journey__workspace"


class FrictionInput(models.Model):
    """One day's events on a touchpoint: `hits` of `base` attempts, contacts or starts."""

    touchpoint = models.ForeignKey(
        Touchpoint, models.CASCADE, related_name="friction_inputs", db_index=False
    )
    kind = models.CharField(max_length=7, choices=FrictionKind.choices)
    day = models.DateField()
    hits = models.PositiveIntegerField()
    base = models.PositiveIntegerField()

    objects = FrictionInputQuerySet.as_manager()

    class Meta:
        ordering = ["touchpoint_id", "kind", "day"]
        constraints = [
            models.UniqueConstraint(
                fields=["touchpoint", "day", "kind"], name="friction_input_once_a_day"
            ),
            models.CheckConstraint(
                condition=models.Q(hits__lte=models.F("base")), name="friction_hits_of_base"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=FrictionKind.values), name="friction_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.hits}/{self.base}"


class FrictionAssessmentQuerySet(WorkspaceContentQuerySet["FrictionAssessment"]):
    """Assessments, by workspace."""

    workspace_path = "touchpoint__step__stage__journey__workspace"


class FrictionAssessment(models.Model):
    """One person's severity for a touchpoint, 0 (none) to 4 (catastrophe), after Nielsen."""

    touchpoint = models.ForeignKey(Touchpoint, models.CASCADE, related_name="friction_assessments")
    rater = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="friction_assessments",
    )
    severity = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(0), MaxValueValidator(4)], help_text="0 to 4."
    )
    assessed_on = models.DateField()

    objects = FrictionAssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["touchpoint_id", "assessed_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(severity__lte=4), name="assessed_severity_0_to_4"
            ),
            models.UniqueConstraint(fields=["touchpoint", "rater"], name="severity_once_per_rater"),
        ]

    def __str__(self) -> str:
        return f"{self.touchpoint}: {self.severity} of 4"


class FrictionFormulaQuerySet(WorkspaceContentQuerySet["FrictionFormula"]):
    """Formulas, by workspace."""

    def in_force(self, workspace: Workspace) -> Formula:
        """Return the workspace's newest formula, or the default where none was written."""
        newest = self.filter(workspace=workspace).order_by("-version").first()
        return newest.as_formula() if newest else DEFAULT


_ALL_WEIGHTS = (
    F("effort_weight")
    + F("abandon_weight")
    + F("wait_weight")
    + F("repeat_weight")
    + F("error_weight")
)


def _weight(default: float) -> "models.FloatField[float, float]":
    return models.FloatField(
        default=default, validators=[MinValueValidator(0), MaxValueValidator(1)]
    )


class FrictionFormula(models.Model):
    """A version of the friction score's weights and anchors. Rows are added, never changed."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="friction_formulas")
    version = models.PositiveIntegerField(validators=[MinValueValidator(2)])
    effort_weight = _weight(0.30)
    abandon_weight = _weight(0.25)
    wait_weight = _weight(0.15)
    repeat_weight = _weight(0.15)
    error_weight = _weight(0.15)
    abandon_worst = _weight(0.40)
    repeat_worst = _weight(0.30)
    error_worst = _weight(0.20)
    note = models.CharField(max_length=300, blank=True, help_text="Why it was changed.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FrictionFormulaQuerySet.as_manager()

    class Meta:
        ordering = ["workspace_id", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "version"], name="formula_version_once"),
            models.CheckConstraint(
                condition=models.Q(version__gte=2), name="formula_version_after_default"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    effort_weight__gte=0,
                    abandon_weight__gte=0,
                    wait_weight__gte=0,
                    repeat_weight__gte=0,
                    error_weight__gte=0,
                    abandon_worst__gt=0,
                    repeat_worst__gt=0,
                    error_worst__gt=0,
                ),
                name="formula_weights_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(GreaterThan(_ALL_WEIGHTS, 0.999999999))
                & models.Q(LessThan(_ALL_WEIGHTS, 1.000000001)),
                name="formula_weights_add_up_to_1",
            ),
        ]

    def __str__(self) -> str:
        return f"Friction formula v{self.version}"

    def as_formula(self) -> Formula:
        """Return the plain numbers that the arithmetic takes."""
        return Formula(
            version=self.version,
            effort=self.effort_weight,
            abandon=self.abandon_weight,
            wait=self.wait_weight,
            repeat=self.repeat_weight,
            error=self.error_weight,
            abandonment_worst=self.abandon_worst,
            repeat_worst=self.repeat_worst,
            error_worst=self.error_worst,
        )
