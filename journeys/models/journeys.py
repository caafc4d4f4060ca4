"""The journey and its columns: stages, and the steps in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from journeys.models.personas import Persona
from journeys.models.workspaces import Workspace, WorkspaceContentQuerySet


class JourneyState(models.TextChoices):
    """Is it so today, shall it become so, or are we still finding out?"""

    CURRENT = "current", "Current state"
    FUTURE = "future", "Future state"
    RESEARCH = "research", "Research"


class JourneyQuerySet(WorkspaceContentQuerySet["Journey"]):
    """Journeys, by workspace, state and size."""

    def with_people(self) -> Self:
        """Fetch the owner, the workspace and the personas along."""
        return self.select_related("workspace", "owner").prefetch_related("personas")

    def with_counts(self) -> Self:
        """Annotate `stage_count` and `step_count`."""
        return self.annotate(
            stage_count=models.Count("stages", distinct=True),
            step_count=models.Count("stages__steps", distinct=True),
        )

    def in_state(self, state: str) -> Self:
        """Keep the journeys of one state."""
        return self.filter(state=state)


class Journey(models.Model):
    """One actor's path to a goal."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="journeys")
    title = models.CharField(max_length=160)
    slug = models.SlugField(max_length=160)
    goal = models.CharField(max_length=300, blank=True, help_text="What the customer wants.")
    state = models.CharField(
        max_length=8, choices=JourneyState.choices, default=JourneyState.CURRENT
    )
    personas = models.ManyToManyField(Persona, blank=True, related_name="journeys")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="owned_journeys",
    )
    compares_with = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="redesigns",
        help_text="For a future state: the current journey that it redesigns.",
    )
    review_by = models.DateField(null=True, blank=True)
    revision = models.PositiveBigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = JourneyQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "slug"], name="journey_slug_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=JourneyState.values), name="journey_state_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(compares_with=models.F("pk")),
                name="journey_compares_with_another",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the journey's map."""
        return reverse("journeys:journey_map", args=[self.workspace.slug, self.slug])

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Open the transaction of a change: lock the journey, and raise its revision by one.

        Every change of a map runs inside; the revision is its ETag, its cache key and the
        id of its live events, so it must rise exactly once and under the lock.
        """
        with transaction.atomic():
            Journey.objects.select_for_update().get(pk=self.pk)
            yield
            Journey.objects.filter(pk=self.pk).update(
                revision=models.F("revision") + 1, updated_at=timezone.now()
            )
        self.refresh_from_db(fields=["revision", "updated_at"])

    def is_review_overdue(self, today: date) -> bool:
        """True when the date by which somebody promised to look again has passed."""
        return self.review_by is not None and self.review_by < today


class StageQuerySet(WorkspaceContentQuerySet["Stage"]):
    """Stages, by workspace."""

    workspace_path = "journey__workspace"


class Stage(models.Model):
    """A part of a journey with a goal of its own."""

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="stages")
    title = models.CharField(max_length=120)
    goal = models.CharField(max_length=300, blank=True, help_text="What the customer wants here.")
    position = models.PositiveIntegerField()

    objects = StageQuerySet.as_manager()

    class Meta:
        ordering = ["journey_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["journey", "position"], name="stage_position_once"),
        ]

    def __str__(self) -> str:
        return self.title


class StepQuerySet(WorkspaceContentQuerySet["Step"]):
    """Steps, by workspace."""

    workspace_path = "stage__journey__workspace"


class Step(models.Model):
    """A moment in a stage: a column of the map."""

    stage = models.ForeignKey(Stage, models.CASCADE, related_name="steps")
    title = models.CharField(max_length=120)
    position = models.PositiveIntegerField()

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["stage_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["stage", "position"], name="step_position_once"),
        ]

    def __str__(self) -> str:
        return self.title
