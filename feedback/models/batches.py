"""Files on their way in, and the mappings that people saved for the next one."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.fields.files import FieldFile
from django.urls import reverse
from django.utils import timezone

from feedback.models.sources import Source
from journeys.models import Journey, Workspace
from journeys.models.states import Job
from journeys.models.workspaces import WorkspaceContentQuerySet


class SavedMappingQuerySet(WorkspaceContentQuerySet["SavedMapping"]):
    """Mappings, by workspace."""


class SavedMapping(models.Model):
    """What the columns of a kind of file mean: `content` has the keys of a mapping file."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="mappings")
    name = models.CharField(max_length=120)
    signature = models.CharField(
        max_length=64, blank=True, help_text="Digest of the columns; a file with these fits."
    )
    content = models.JSONField()
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = SavedMappingQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="mapping_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class BatchState(models.TextChoices):
    """Where an import stands."""

    MAPPING = "mapping", "Waiting for its columns to be explained"
    CHECKING = "checking", "Being checked"
    CHECKED = "checked", "Checked, waiting for the go-ahead"
    QUEUED = "queued", "Waiting to start"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused", "Refused: nothing was written"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def working(self) -> bool:
        """True while the background worker has it, or is about to."""
        return self in {BatchState.CHECKING, BatchState.QUEUED, BatchState.RUNNING}

    @property
    def waits_for_somebody(self) -> bool:
        """True while the next step is a person's."""
        return self in {BatchState.MAPPING, BatchState.CHECKED}

    @classmethod
    def those_working(cls) -> list[str]:
        """Return the states in which the background worker has it, for a query."""
        return [state.value for state in cls if state.working]


SILENCE = timedelta(minutes=5)
"""A worker says every second or so that it is alive; after this long it is not."""

QUOTES = {"problems", "questions", "new_segments", "new_channels"}
"""What of a report are words of the file."""


class ImportBatchQuerySet(WorkspaceContentQuerySet["ImportBatch"]):
    """Imports, by workspace and by how their worker does."""

    def abandoned(self, now: datetime) -> Self:
        """Keep those whose worker has not been heard of for too long."""
        return self.filter(state__in=BatchState.those_working(), heartbeat_at__lt=now - SILENCE)

    def resting_since(self, moment: datetime) -> Self:
        """Keep those with which nothing has happened since then, and nothing is happening."""
        quiet = models.Q(finished_at__lt=moment) | models.Q(finished_at=None, created_at__lt=moment)
        return self.filter(quiet).exclude(state__in=BatchState.those_working())


class ImportBatch(Job):
    """One file, from its upload to the report of what became of it."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="imports")
    journey = models.ForeignKey(Journey, models.CASCADE, related_name="imports")
    source = models.ForeignKey(
        Source, models.SET_NULL, null=True, blank=True, related_name="imports"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="imports"
    )
    file = models.FileField(upload_to="imports/%Y/%m")
    filename = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    layout = models.CharField(
        max_length=40, blank=True, help_text="The tool that wrote it, if recognised."
    )
    mapping = models.JSONField(null=True, blank=True)
    row_by_row = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.MAPPING)
    progress = models.FloatField(default=0, help_text="0 to 1, by bytes of the file.")
    rows = models.PositiveBigIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    check_report = models.JSONField(null=True, blank=True)
    report = models.JSONField(null=True, blank=True)
    problems = models.FileField(upload_to="imports/%Y/%m", blank=True)
    message = models.TextField(blank=True, help_text="Why it was refused or failed.")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=BatchState.values), name="import_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(progress__gte=0, progress__lte=1), name="import_progress_0_to_1"
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    def get_absolute_url(self) -> str:
        """Return the address of the import's page."""
        return reverse("feedback:import_detail", args=[self.workspace.slug, self.pk])

    @property
    def stands(self) -> BatchState:
        """Return the state as what it is."""
        return BatchState(self.state)

    @property
    def file_is_gone(self) -> bool:
        """True when it cannot be gone on with, because its file was deleted before its end."""
        return not (self.file or self.stands.working or self.stands is BatchState.DONE)

    @property
    def percent(self) -> int:
        """Return the progress as whole per cent; 100 only when all is read."""
        return int(self.progress * 100)

    @property
    def problem_count(self) -> int | None:
        """Return how many problems the file has, as far as it has been looked through."""
        found = self.report or self.check_report or {}
        count: int | None = found.get("problem_count")
        return count

    @property
    def is_abandoned(self) -> bool:
        """True when its worker has not been heard of for too long."""
        return (
            self.stands.working
            and self.heartbeat_at is not None
            and self.heartbeat_at < timezone.now() - SILENCE
        )

    def cancel(self) -> bool:
        """Stop it: at once where no worker has it, else as soon as its worker sees it."""
        now = timezone.now()
        waiting = type(self).objects.filter(
            models.Q(heartbeat_at=None) | models.Q(heartbeat_at__lt=now - SILENCE), pk=self.pk
        )
        working = waiting.filter(state__in=BatchState.those_working())
        if working.update(state=BatchState.CANCELLED, finished_at=now):
            return True
        asked = type(self).objects.filter(pk=self.pk, state__in=BatchState.those_working())
        return bool(asked.update(cancel_requested=True))

    def forget_quotes(self) -> None:
        """Take out of the reports, without saving, what they quote of the file."""
        for report in filter(None, (self.check_report, self.report)):
            for key in QUOTES & report.keys():
                report[key] = type(report[key])()

    def delete_files(self) -> None:
        """Delete the uploaded file, the list of problems and what the reports quote of both.

        What was imported stays, and so do the counts.
        """
        files: list[FieldFile] = [self.file, self.problems]
        for file in files:
            if file:
                file.delete(save=False)
        self.forget_quotes()
        self.save(update_fields=["file", "problems", "check_report", "report"])
