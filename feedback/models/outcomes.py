"""What the business lives by: outcome metrics such as churn, one value for each period."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse

from journeys.models import Journey, Stage, Step, Workspace
from journeys.models.workspaces import WorkspaceContentQuerySet
from touchpoints.models import Team


class OutcomeKind(models.TextChoices):
    """What is measured; all but the last come from a known formula."""

    CHURN = "churn", "Customer churn"
    RETENTION = "retention", "Customer retention"
    NRR = "nrr", "Net revenue retention (NRR)"
    GRR = "grr", "Gross revenue retention (GRR)"
    CLV = "clv", "Customer lifetime value, simple"
    CLV_DISCOUNTED = "clv_disc", "Customer lifetime value, discounted"
    TIME_TO_VALUE = "ttv", "Time to value"
    FIRST_RESPONSE = "frt", "First response time"
    OWN = "own", "A series of your own"


class Direction(models.TextChoices):
    """Which way is the good one."""

    HIGHER = "higher", "Higher is better"
    LOWER = "lower", "Lower is better"


class Timing(models.TextChoices):
    """When a metric moves: before customers decide, as they are served, or long after."""

    LEADING = "leading", "Leading: moves first"
    TRANSACTIONAL = "transact", "Transactional: moves with each contact"
    LAGGING = "lagging", "Lagging: moves last"


class OutcomeMetricQuerySet(WorkspaceContentQuerySet["OutcomeMetric"]):
    """Outcome metrics, by workspace, place and age."""

    def current(self) -> Self:
        """Leave out what is archived."""
        return self.filter(archived_at__isnull=True)

    def on_journey(self, journey: Journey) -> Self:
        """Keep what is placed on a journey, on one of its stages or on one of its steps."""
        return self.filter(
            Q(journey=journey) | Q(stage__journey=journey) | Q(step__stage__journey=journey)
        )

    def with_places(self) -> Self:
        """Fetch along where each stands, and whose it is."""
        return self.select_related(
            "workspace", "owner", "team", "journey", "stage__journey", "step__stage__journey"
        )

    def with_latest(self) -> Self:
        """Add the latest point as `latest_value`, `latest_start`, `latest_end` and `latest_n`."""
        latest = OutcomePoint.objects.filter(metric=OuterRef("pk")).order_by("-end", "-start")
        return self.annotate(
            **{
                f"latest_{name}": Subquery(latest.values(name)[:1])
                for name in ("value", "start", "end", "n")
            }
        )


class OutcomeMetric(models.Model):
    """A series of the business: what it is, where it comes from, who answers for it.

    It stands on one step, one stage or one journey, or, where none is named, on the workspace.
    A step or stage that is taken off the map keeps its metrics; they are shown again with it.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="outcome_metrics")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=9, choices=OutcomeKind.choices, default=OutcomeKind.OWN)
    unit = models.CharField(max_length=20, blank=True, help_text="Such as %, €, days.")
    direction = models.CharField(max_length=6, choices=Direction.choices, default=Direction.HIGHER)
    timing = models.CharField(max_length=8, choices=Timing.choices, default=Timing.LAGGING)
    target = models.FloatField(null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="outcome_metrics",
    )
    team = models.ForeignKey(
        Team, models.SET_NULL, null=True, blank=True, related_name="outcome_metrics"
    )
    source = models.CharField(
        max_length=200, blank=True, help_text="Where the numbers come from, in words."
    )
    source_url = models.URLField(max_length=500, blank=True)
    journey = models.ForeignKey(
        Journey, models.SET_NULL, null=True, blank=True, related_name="outcome_metrics"
    )
    stage = models.ForeignKey(
        Stage, models.SET_NULL, null=True, blank=True, related_name="outcome_metrics"
    )
    step = models.ForeignKey(
        Step, models.SET_NULL, null=True, blank=True, related_name="outcome_metrics"
    )
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OutcomeMetricQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="outcome_name_once"),
            models.CheckConstraint(
                condition=Q(kind__in=OutcomeKind.values), name="outcome_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values), name="outcome_direction_known"
            ),
            models.CheckConstraint(
                condition=Q(timing__in=Timing.values), name="outcome_timing_known"
            ),
            models.CheckConstraint(
                condition=Q(journey=None, stage=None)
                | Q(journey=None, step=None)
                | Q(stage=None, step=None),
                name="outcome_in_one_place",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the metric's page."""
        return reverse("feedback:outcome_detail", args=[self.workspace.slug, self.pk])

    @property
    def home(self) -> Journey | None:
        """Return the journey whose map shows it; None for a metric of the workspace."""
        if self.step:
            return self.step.stage.journey
        return self.stage.journey if self.stage else self.journey

    @property
    def is_off_map(self) -> bool:
        """True where its step or stage was taken off the map."""
        stage = self.step.stage if self.step else self.stage
        parts = [part for part in (self.step, stage) if part]
        return any(part.removed_at is not None for part in parts)

    def meets_target(self, value: float) -> bool | None:
        """Return whether a value is as good as the target; None without one."""
        if self.target is None:
            return None
        if self.direction == Direction.HIGHER:
            return value >= self.target
        return value <= self.target

    def archive(self, now: datetime) -> None:
        """Take it out of lists and off the map; its points are kept."""
        self.archived_at = now
        self.save(update_fields=["archived_at"])

    def restore(self) -> None:
        """Bring it back."""
        self.archived_at = None
        self.save(update_fields=["archived_at"])


class OutcomePointQuerySet(WorkspaceContentQuerySet["OutcomePoint"]):
    """Points, by workspace and period."""

    workspace_path = "metric__workspace"

    def within(self, start: date, end: date) -> Self:
        """Keep the points whose period reaches into the days from `start` to `end`."""
        return self.filter(end__gte=start, start__lte=end)

    def of(self, metrics: Sequence["OutcomeMetric"]) -> dict[int, list["OutcomePoint"]]:
        """Return the points of each metric by its id, the oldest first, in one query."""
        found: dict[int, list[OutcomePoint]] = {metric.pk: [] for metric in metrics}
        for point in self.filter(metric__in=found).order_by("end", "start"):
            found[point.metric_id].append(point)
        return found


class OutcomePoint(models.Model):
    """The value of a metric in one period, both days included.

    `inputs` holds what the value was computed from; of a value that was given as it is, nothing.
    """

    metric = models.ForeignKey(OutcomeMetric, models.CASCADE, related_name="points")
    start = models.DateField()
    end = models.DateField()
    value = models.FloatField()
    n = models.PositiveIntegerField(null=True, blank=True)
    inputs: models.JSONField[dict[str, Any]] = models.JSONField(default=dict, blank=True)
    note = models.CharField(max_length=300, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    entered_at = models.DateTimeField(auto_now_add=True)

    objects = OutcomePointQuerySet.as_manager()

    class Meta:
        ordering = ["metric_id", "end", "start"]
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "end", "start"], name="outcome_point_once_a_period"
            ),
            models.CheckConstraint(
                condition=Q(start__lte=F("end")), name="outcome_period_begins_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric}, {self.start} to {self.end}: {self.value:g}"


class OutcomeCorrectionQuerySet(WorkspaceContentQuerySet["OutcomeCorrection"]):
    """Corrections, by workspace."""

    workspace_path = "metric__workspace"


class OutcomeCorrection(models.Model):
    """What a point said before somebody changed or deleted it, and what it said then.

    `before` and `after` are {"value", "n", "inputs", "note"}; `after` is empty where the point
    was deleted.
    """

    metric = models.ForeignKey(OutcomeMetric, models.CASCADE, related_name="corrections")
    start = models.DateField()
    end = models.DateField()
    before: models.JSONField[dict[str, Any]] = models.JSONField()
    after: models.JSONField[dict[str, Any]] = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    objects = OutcomeCorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.metric}, {self.start} to {self.end}"
