"""Results of driver analyses that have too much to read for a page."""

from datetime import date, datetime, timedelta
from typing import Any, Self

from django.db import models

from feedback.models.records import Metric
from journeys.models import Journey
from journeys.models.states import Job
from journeys.models.workspaces import WorkspaceContentQuerySet
from touchpoints.models import Touchpoint


class AnalysisState(models.TextChoices):
    """Where an analysis stands."""

    QUEUED = "queued", "Waiting to start"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"

    @classmethod
    def working(cls) -> list[str]:
        """Return the states in which the background worker has it, for a query."""
        return [cls.QUEUED.value, cls.RUNNING.value]


class DriverAnalysisQuerySet(WorkspaceContentQuerySet["DriverAnalysis"]):
    """Analyses, by workspace and what they are of."""

    workspace_path = "journey__workspace"

    def asked_before(self, moment: datetime) -> Self:
        """Keep those that nobody has asked for since then."""
        return self.filter(asked_at__lt=moment)


class DriverAnalysis(Job):
    """The drivers of one outcome under one view of a journey, computed in the background.

    `answers` and `end` say what was there when it was asked for: with more answers, or on another
    day, it is out of date. `result` is what `feedback.driving.Analysis.from_json` reads.
    """

    KEPT = timedelta(days=30)

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="driver_analyses")
    touchpoint = models.ForeignKey(
        Touchpoint, models.CASCADE, related_name="driver_analyses", help_text="Of the outcome."
    )
    metric = models.CharField(max_length=5, choices=Metric.choices)
    period = models.CharField(max_length=4)
    segment = models.CharField(max_length=80, blank=True, help_text="Its name; empty: everybody.")
    end = models.DateField(help_text="The last day of the period.")
    answers = models.PositiveBigIntegerField(help_text="At the journey's touchpoints.")
    minimum = models.PositiveSmallIntegerField(help_text="Fewer people must not be told apart.")
    state = models.CharField(
        max_length=8, choices=AnalysisState.choices, default=AnalysisState.QUEUED
    )
    read = models.PositiveBigIntegerField(default=0, help_text="Answers, so far.")
    result: models.JSONField[dict[str, Any] | None] = models.JSONField(null=True, blank=True)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = DriverAnalysisQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name_plural = "driver analyses"
        constraints = [
            models.UniqueConstraint(
                fields=["journey", "touchpoint", "metric", "period", "segment"],
                name="driver_analysis_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=AnalysisState.values), name="analysis_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"Drivers of {self.touchpoint}: {self.metric}, {self.period}"

    @property
    def is_working(self) -> bool:
        """True while the background worker has it, or is about to."""
        return self.state in AnalysisState.working()

    def is_current(self, answers: int, end: date) -> bool:
        """Whether nothing was answered since, and no day has passed."""
        return (self.answers, self.end) == (answers, end)
