"""The journey and its columns: stages, and the steps in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from journeys.live.doorbell import WHOLE_MAP, ring
from journeys.models.parts import MapPart, PartQuerySet
from journeys.models.people import User
from journeys.models.personas import Persona
from journeys.models.workspaces import (
    JourneyRole,
    Membership,
    Role,
    Workspace,
    WorkspaceContentQuerySet,
)


class JourneyState(models.TextChoices):
    """Is it so today, shall it become so, or are we still finding out?"""

    CURRENT = "current", "Current state"
    FUTURE = "future", "Future state"
    RESEARCH = "research", "Research"


class JourneyQuerySet(WorkspaceContentQuerySet["Journey"]):
    """Journeys, by workspace, state and size."""

    journey_path = "pk"

    def with_people(self) -> Self:
        """Fetch the owner, the workspace and the personas along."""
        return self.select_related("workspace", "owner").prefetch_related("personas")

    def with_counts(self) -> Self:
        """Annotate `stage_count` and `step_count`."""
        stages = models.Q(stages__removed_at__isnull=True)
        steps = stages & models.Q(stages__steps__removed_at__isnull=True)
        return self.annotate(
            stage_count=models.Count("stages", distinct=True, filter=stages),
            step_count=models.Count("stages__steps", distinct=True, filter=steps),
        )

    def with_role_of(self, user: User) -> Self:
        """Annotate `role`: a member's in the journey, or else the one in its workspace.

        A superuser is as good as an owner of each.
        """
        if user.is_superuser:
            return self.annotate(role=models.Value(Role.OWNER))
        here = JourneyRole.objects.given_to(user).filter(journey=models.OuterRef("pk"))
        member = Membership.objects.filter(user=user, workspace=models.OuterRef("workspace"))
        roles = (models.Subquery(rows.order_by().values("role")) for rows in (here, member))
        return self.annotate(role=Coalesce(*roles))

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

    may_edit: bool = False
    may_comment: bool = False
    """What the person may do for whom `journeys.access` fetched the journey."""
    edit_token = ""
    """What a browser calls the edit that it sends, so that one sent twice is made once."""

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
            self.lock()
            yield
            self.raise_revision()
            ring(self.pk, self.revision, [WHOLE_MAP])

    def lock(self) -> None:
        """Keep everybody else from changing the journey until the transaction ends.

        Raises Journey.DoesNotExist where it was deleted meanwhile.
        """
        locked = Journey.objects.select_for_update().values_list("revision", flat=True)
        self.revision = locked.get(pk=self.pk)

    def raise_revision(self) -> None:
        """Raise the revision by one; whoever calls it holds the lock of the journey."""
        self.revision += 1
        self.updated_at = timezone.now()
        self.save(update_fields=["revision", "updated_at"])

    def is_review_overdue(self, today: date) -> bool:
        """True when the date by which somebody promised to look again has passed."""
        return self.review_by is not None and self.review_by < today


class StageQuerySet(PartQuerySet["Stage"]):
    """Stages, by workspace."""

    workspace_path = "journey__workspace"


class Stage(MapPart):
    """A part of a journey with a goal of its own."""

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="stages")
    title = models.CharField(max_length=120)
    goal = models.CharField(max_length=300, blank=True, help_text="What the customer wants here.")
    position = models.PositiveBigIntegerField()

    objects = StageQuerySet.as_manager()

    class Meta:
        ordering = ["journey_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["journey", "position"],
                condition=models.Q(removed_at__isnull=True),
                name="stage_position_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class StepQuerySet(PartQuerySet["Step"]):
    """Steps, by workspace."""

    workspace_path = "stage__journey__workspace"

    def current(self) -> Self:
        """Leave out what was taken off the map, by itself or with its stage."""
        return super().current().filter(stage__removed_at__isnull=True)


class Step(MapPart):
    """A moment in a stage: a column of the map."""

    stage = models.ForeignKey(Stage, models.CASCADE, related_name="steps")
    title = models.CharField(max_length=120)
    opens = models.ForeignKey(
        Journey,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="opened_by",
        help_text="The sub-journey that shows this step in detail.",
    )
    position = models.PositiveBigIntegerField()

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["stage_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["stage", "position"],
                condition=models.Q(removed_at__isnull=True),
                name="step_position_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title
