"""Files that somebody takes away: asked for, made in the background, kept for some hours."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse

from journeys.models.journeys import Journey
from journeys.models.states import Job
from journeys.models.workspaces import Visitor


class ExportState(models.TextChoices):
    """Where an export stands."""

    QUEUED = "queued", "Waiting to start"
    RUNNING = "running", "Being made"
    DONE = "done", "Ready"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def working(self) -> bool:
        """True while it is being made, or about to be."""
        return self in WORKING


WORKING = frozenset({ExportState.QUEUED, ExportState.RUNNING})
SILENCE = timedelta(minutes=5)
"""Whoever makes it notes that it lives between two steps; after this long it does not."""


class ExportQuerySet(models.QuerySet["Export"]):
    """Exports, by whose they are and how far they came."""

    def visible_to(self, user: Visitor) -> Self:
        """Keep the person's own, as long as the person may see the journeys in it."""
        if not user.is_authenticated:
            return self.none()
        inside = Export.journeys.through.objects.filter(
            export=models.OuterRef("pk"), journey__in=Journey.objects.visible_to(user)
        )
        return self.filter(models.Exists(inside), by=user)

    def working(self) -> Self:
        """Keep those that wait or are being made."""
        return self.filter(state__in=WORKING)

    def abandoned(self, now: datetime) -> Self:
        """Keep those whose maker has not been heard of for too long."""
        return self.filter(state=ExportState.RUNNING, heartbeat_at__lt=now - SILENCE)

    def worker_heard_since(self, moment: datetime) -> bool:
        """True where a background worker has made exports since then, or was at it."""
        return self.filter(in_background=True, heartbeat_at__gte=moment).exists()


class Export(Job):
    """One file, of one journey or of several, from its order to its removal."""

    journeys = models.ManyToManyField(Journey, related_name="exports")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="exports"
    )
    choices = models.JSONField(help_text="The format and its options, as in the address.")
    query = models.TextField(blank=True, help_text="The map's filters, as in the address.")
    state = models.CharField(max_length=9, choices=ExportState.choices, default=ExportState.QUEUED)
    progress = models.FloatField(default=0, help_text="0 to 1.")
    notes = models.JSONField(default=list, help_text="What its maker should know, in sentences.")
    message = models.TextField(blank=True, help_text="Why it failed.")
    file = models.FileField(upload_to="exports/%Y/%m", blank=True)
    filename = models.CharField(max_length=240, blank=True)
    content_type = models.CharField(max_length=120, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    in_background = models.BooleanField(
        default=False, help_text="Made by a worker, and not while somebody waited for the page."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=ExportState.values), name="export_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(progress__gte=0, progress__lte=1), name="export_progress_0_to_1"
            ),
        ]

    def __str__(self) -> str:
        return self.filename or f"Export {self.pk}"

    def get_absolute_url(self) -> str:
        """Return the address of the export's page."""
        return reverse("journeys:export_detail", args=[self.pk])

    @property
    def stands(self) -> ExportState:
        """Return the state as what it is."""
        return ExportState(self.state)

    @property
    def percent(self) -> int:
        """Return the progress as whole per cent."""
        return int(self.progress * 100)

    @property
    def expires_at(self) -> datetime | None:
        """Return when its file is deleted, or None while there is none."""
        if self.finished_at is None or not self.file:
            return None
        return self.finished_at + timedelta(hours=settings.EXPORT_KEEP_HOURS)

    def delete_file(self) -> None:
        """Delete the file; the entry stays and says so."""
        self.file.delete(save=False)
        type(self).objects.filter(pk=self.pk).update(file="")
