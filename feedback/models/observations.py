"""What was observed rather than asked: how long it took, and whether it went wrong."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Self

from django.db import models

from feedback.models.sources import Source
from journeys.models.workspaces import WorkspaceContentQuerySet
from touchpoints.models import Handoff, Touchpoint


class ObservationKind(models.TextChoices):
    """Waits and first responses are timed; the others happened to a customer, or did not."""

    WAIT = "wait", "Wait"
    FIRST_RESPONSE = "frt", "First response"
    ABANDONMENT = "abandon", "Abandonment"
    REPEAT = "repeat", "Repeat contact"
    ERROR = "error", "Error or failure"
    EXPLAINED_AGAIN = "explain", "Had to explain it again"

    @property
    def timed(self) -> bool:
        """True for what is measured in seconds."""
        return self in {ObservationKind.WAIT, ObservationKind.FIRST_RESPONSE}

    @classmethod
    def timed_values(cls) -> list[str]:
        """Return the values of the kinds that are measured in seconds."""
        return [kind.value for kind in cls if kind.timed]


class ObservationQuerySet(WorkspaceContentQuerySet["Observation"]):
    """Observations, by workspace."""

    workspace_path = "touchpoint__step__stage__journey__workspace"

    def between(self, first: date, last: date) -> Self:
        """Keep what occurred on those UTC days, both ends included."""
        start, end = (
            datetime.combine(day, time.min, UTC) for day in (first, last + timedelta(days=1))
        )
        return self.filter(occurred_at__gte=start, occurred_at__lt=end)


class Observation(models.Model):
    """One customer's wait in seconds, or whether a thing happened to them.

    `bucket` is the wait's log bucket (ratio 1.05), from which the database itself keeps
    DurationCount; `hit` is what EventCount counts. An observation of the kind "explain" belongs
    to a handoff, and to the touchpoint that takes over.
    """

    source = models.ForeignKey(Source, models.PROTECT, related_name="observations")
    touchpoint = models.ForeignKey(
        Touchpoint, models.PROTECT, related_name="observations", db_index=False
    )
    handoff = models.ForeignKey(
        Handoff, models.PROTECT, null=True, blank=True, related_name="observations"
    )
    kind = models.CharField(max_length=7, choices=ObservationKind.choices)
    occurred_at = models.DateTimeField()
    seconds = models.FloatField(null=True, blank=True)
    bucket = models.SmallIntegerField(null=True, blank=True, editable=False)
    hit = models.BooleanField(null=True, blank=True)
    external_id = models.CharField(
        max_length=200, blank=True, help_text="The observation's own id in its source."
    )
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        ordering = ["-occurred_at", "-pk"]
        indexes = [
            models.Index(fields=["touchpoint", "kind", "occurred_at"], name="observation_by_kind"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=ObservationKind.timed_values(),
                    seconds__gte=0,
                    bucket__isnull=False,
                    hit__isnull=True,
                )
                | (
                    ~models.Q(kind__in=ObservationKind.timed_values())
                    & models.Q(seconds__isnull=True, bucket__isnull=True, hit__isnull=False)
                ),
                name="observation_timed_or_counted",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=ObservationKind.values), name="observation_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(kind=ObservationKind.EXPLAINED_AGAIN, handoff__isnull=False)
                | (
                    ~models.Q(kind=ObservationKind.EXPLAINED_AGAIN) & models.Q(handoff__isnull=True)
                ),
                name="observation_of_handoff",
            ),
            models.UniqueConstraint(
                fields=["source", "external_id", "touchpoint", "kind"],
                condition=~models.Q(external_id=""),
                name="observation_once_per_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.touchpoint}"
