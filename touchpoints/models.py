"""Teams, the touchpoints they own, and the handoffs between them."""

from collections.abc import Collection
from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone

from journeys.models import Channel, Step, Workspace
from journeys.models.parts import Copied, MapPart, PartQuerySet
from journeys.models.workspaces import WorkspaceContentQuerySet

HUES = 8


def _on_map(path: str = "") -> models.Q:
    """Return the condition for a touchpoint to be on its map, below a lookup to it."""
    gone = ("archived_at", "step__removed_at", "step__stage__removed_at")
    return models.Q(**{f"{path}{each}__isnull": True for each in gone})


class TeamQuerySet(WorkspaceContentQuerySet["Team"]):
    """Teams, by workspace."""

    def with_counts(self) -> Self:
        """Annotate `touchpoint_count`, `handoffs_in_count` and `handoffs_out_count`.

        What was archived does not count.
        """
        ways = ("handoffs_in", "handoffs_out")
        handoffs = {
            f"{way}_count": models.Count(
                way, distinct=True, filter=models.Q(**{f"{way}__removed_at__isnull": True})
            )
            for way in ways
        }
        return self.annotate(
            touchpoint_count=models.Count(
                "touchpoints", distinct=True, filter=_on_map("touchpoints__")
            ),
            **handoffs,
        )


class Team(models.Model):
    """Who owns a touchpoint and answers for it."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="teams")
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80)
    purpose = models.CharField(max_length=300, blank=True)
    contact = models.EmailField(blank=True)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="teams",
        help_text="Who is told when the numbers of the team’s touchpoints turn.",
    )
    hue = models.PositiveSmallIntegerField(
        default=0,
        validators=[MaxValueValidator(HUES - 1)],
        help_text="Colour of the team's touchpoints, 0 to 7.",
    )

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="team_name_once"),
            models.UniqueConstraint(fields=["workspace", "slug"], name="team_slug_once"),
            models.CheckConstraint(condition=models.Q(hue__lt=HUES), name="team_hue_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the team's page."""
        return reverse("feedback:team_detail", args=[self.workspace.slug, self.slug])


class Side(models.TextChoices):
    """Does the customer see it happen? (The two sides of the line of visibility.)"""

    FRONTSTAGE = "frontstage"
    BACKSTAGE = "backstage"


class Icon(models.TextChoices):
    """The pictures that a touchpoint can carry; each is a symbol of static/img/icons.svg."""

    WEB = "web"
    APP = "app"
    PHONE = "phone"
    MAIL = "mail"
    CHAT = "chat"
    PERSON = "person"
    STORE = "store", "Shop"
    DOCUMENT = "document"
    PAYMENT = "payment"
    PARCEL = "parcel"
    HOME = "home"
    TRAVEL = "travel"
    HEALTH = "health"
    TOOLS = "tools", "Repair"
    CLOCK = "clock", "Waiting"
    KEY = "key", "Access"


class TouchpointQuerySet(PartQuerySet["Touchpoint"]):
    """Touchpoints, by workspace, journey and team."""

    workspace_path = "step__stage__journey__workspace"
    removal = "archived_at"

    def current(self) -> Self:
        """Leave out what was archived, or went off the map with its step or stage."""
        return self.filter(_on_map())

    def off_map(self) -> Self:
        """Keep what was archived, or went off the map with its step or stage."""
        return self.exclude(_on_map())

    def on_map(self) -> Self:
        """Keep what is not archived, with step, channel and team, in the map's order."""
        return (
            self.current()
            .select_related("step", "channel", "team")
            .order_by("step__stage__position", "step__position", "position", "pk")
        )


class Touchpoint(Copied):
    """A step × a channel: the same moment in two channels is two touchpoints."""

    step = models.ForeignKey(Step, models.CASCADE, related_name="touchpoints")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="touchpoints")
    team = models.ForeignKey(
        Team,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="touchpoints",
        verbose_name="owner team",
    )
    title = models.CharField(max_length=120)
    side = models.CharField(max_length=10, choices=Side.choices, default=Side.FRONTSTAGE)
    moment_that_matters = models.BooleanField(
        default=False, help_text="Has an outsized effect on loyalty."
    )
    importance = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1), MaxValueValidator(5)], help_text="1 to 5."
    )
    target_wait_minutes = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="How long a customer may wait here.",
    )
    icon = models.CharField(
        max_length=12, choices=Icon.choices, blank=True, help_text="Empty: none."
    )
    position = models.PositiveBigIntegerField(default=0)
    archived_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Off the map since; its feedback is kept."
    )
    merged_into = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="merged_from",
        help_text="Where its feedback went.",
    )

    objects = TouchpointQuerySet.as_manager()

    class Meta:
        ordering = ["step_id", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "channel"],
                condition=models.Q(archived_at__isnull=True),
                name="touchpoint_step_by_channel",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | models.Q(archived_at__isnull=False),
                name="touchpoint_merged_is_archived",
            ),
            models.CheckConstraint(
                condition=models.Q(importance__gte=1, importance__lte=5),
                name="importance_1_to_5",
            ),
            models.CheckConstraint(
                condition=models.Q(icon__in=["", *Icon.values]), name="touchpoint_icon_known"
            ),
            models.CheckConstraint(
                condition=models.Q(target_wait_minutes__gte=1), name="target_wait_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(side__in=Side.values), name="touchpoint_side_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def off_map_since(self) -> datetime | None:
        """Return when it went off the map, by itself or with its step or stage; None while on it.

        It reads step and stage: fetch them along where there are several touchpoints.
        """
        step = self.step
        went = (self.archived_at, step.removed_at, step.stage.removed_at)
        return min((moment for moment in went if moment is not None), default=None)

    def archive(self) -> None:
        """Take it off the map; its feedback is kept. Nothing happens to one that is archived."""
        with self.step.stage.journey.changing():
            rows = Touchpoint.objects.filter(pk=self.pk, archived_at__isnull=True)
            rows.update(archived_at=timezone.now())
        self.refresh_from_db(fields=["archived_at"])

    def restore(self) -> None:
        """Put it back on the map.

        Raises CannotRestore where its feedback has gone elsewhere, or its place is taken or gone.
        """
        with self.step.stage.journey.changing():
            self.refresh_from_db(fields=["merged_into", "archived_at", "step"])
            self.refuse_restoring()
            Touchpoint.objects.filter(pk=self.pk).update(archived_at=None)
        self.refresh_from_db(fields=["archived_at"])

    def refuse_restoring(self) -> None:
        """Raise CannotRestore where it cannot go back; whoever asks holds the journey's lock."""
        if self.merged_into is not None:
            raise CannotRestore(
                f"“{self}” was merged into “{self.merged_into}”, which has its feedback now. "
                "Add a new touchpoint instead."
            )
        if not Step.objects.current().filter(pk=self.step_id).exists():
            raise CannotRestore(
                f"The step of “{self}”, “{self.step}”, is off the map too: bring that back first."
            )
        there = Touchpoint.objects.current().filter(step=self.step_id, channel=self.channel_id)
        if taken := there.exclude(pk=self.pk).first():
            raise CannotRestore(
                f"“{taken}” stands at this step in this channel now: "
                f"move it, or merge “{self}” into it."
            )


class CannotRestore(Exception):
    """An archived touchpoint cannot go back on its map; the message says why, for people."""


_ENDS = ("from_touchpoint", "to_touchpoint")


class HandoffQuerySet(PartQuerySet["Handoff"]):
    """Handoffs, by workspace and team."""

    workspace_path = "from_touchpoint__step__stage__journey__workspace"

    def current(self) -> Self:
        """Leave out those that were taken off the map, by themselves or with one of their ends."""
        on_map = Touchpoint.objects.current().values("pk")
        # One by one: joined, PostgreSQL without statistics of a new map multiplies seven tables.
        ends = {end: models.Subquery(on_map.filter(pk=models.OuterRef(end))[:1]) for end in _ENDS}
        return super().current().filter(**ends)

    def between(self, touchpoints: Collection[int]) -> Self:
        """Keep those on the map with both ends among some touchpoints that are on it, by id."""
        ends = {f"{end}__in": touchpoints for end in _ENDS}
        return super().current().filter(**ends)

    def with_ends(self) -> Self:
        """Fetch both touchpoints and both teams along."""
        return self.select_related(
            "from_touchpoint__step__stage", "to_touchpoint__step__stage", "from_team", "to_team"
        )


class Handoff(MapPart):
    """A transfer of accountability, context or work state between two teams.

    Waits are in minutes. The observed counts belong to the days from `observed_from` to
    `observed_until`; a base of 0 means that nobody counted.
    """

    from_touchpoint = models.ForeignKey(Touchpoint, models.CASCADE, related_name="handoffs_out")
    to_touchpoint = models.ForeignKey(Touchpoint, models.CASCADE, related_name="handoffs_in")
    from_team = models.ForeignKey(Team, models.PROTECT, related_name="handoffs_out")
    to_team = models.ForeignKey(Team, models.PROTECT, related_name="handoffs_in")
    what_moves = models.CharField(
        max_length=300, blank=True, help_text="The context, the work, the promise."
    )
    agreed_wait_minutes = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)]
    )
    observed_wait_minutes = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(0)], help_text="The median."
    )
    released = models.PositiveIntegerField(default=0, help_text="Handed over by the first team.")
    accepted = models.PositiveIntegerField(default=0, help_text="Taken up by the second team.")
    breached = models.PositiveIntegerField(default=0, help_text="Taken up later than agreed.")
    returned = models.PositiveIntegerField(default=0, help_text="Bounced back.")
    explained_again = models.PositiveIntegerField(
        default=0, help_text='"Yes, I had to explain it again."'
    )
    explained_again_asked = models.PositiveIntegerField(default=0)
    observed_from = models.DateField(null=True, blank=True)
    observed_until = models.DateField(null=True, blank=True)

    objects = HandoffQuerySet.as_manager()

    class Meta:
        ordering = ["from_touchpoint_id", "to_touchpoint_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["from_touchpoint", "to_touchpoint"],
                condition=models.Q(removed_at__isnull=True),
                name="handoff_once_per_pair",
            ),
            models.CheckConstraint(
                condition=~models.Q(from_touchpoint=models.F("to_touchpoint")),
                name="handoff_between_two_touchpoints",
            ),
            models.CheckConstraint(
                condition=~models.Q(from_team=models.F("to_team")),
                name="handoff_between_two_teams",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted__lte=models.F("released")),
                name="handoff_accepted_of_released",
            ),
            models.CheckConstraint(
                condition=models.Q(breached__lte=models.F("accepted")),
                name="handoff_breached_of_accepted",
            ),
            models.CheckConstraint(
                condition=models.Q(returned__lte=models.F("released")),
                name="handoff_returned_of_released",
            ),
            models.CheckConstraint(
                condition=models.Q(explained_again__lte=models.F("explained_again_asked")),
                name="handoff_explained_again_of_asked",
            ),
            models.CheckConstraint(
                condition=models.Q(agreed_wait_minutes__gte=1), name="handoff_agreed_wait_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(observed_wait_minutes__gte=0),
                name="handoff_observed_wait_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(observed_until__gte=models.F("observed_from")),
                name="handoff_observed_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_team} → {self.to_team}"

    @property
    def never_accepted(self) -> int:
        """Return how many were handed over and never taken up."""
        return self.released - self.accepted

    @property
    def return_rate(self) -> float | None:
        """Return the share of handoffs that bounced back, 0 to 1, or None when nobody counted."""
        return self.returned / self.released if self.released else None
