"""Files on their way in, and the mappings that people saved for the next one."""

from django.conf import settings
from django.db import models

from feedback.models.sources import Source
from journeys.models import Journey, Workspace
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


class ImportBatchQuerySet(WorkspaceContentQuerySet["ImportBatch"]):
    """Imports, by workspace."""


class ImportBatch(models.Model):
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
