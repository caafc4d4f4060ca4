"""Where alerts are sent to other programs, and what became of each call."""

import uuid
from datetime import datetime
from typing import Self

from django.core.validators import URLValidator
from django.db import models
from django.urls import reverse

from feedback.models.alerts import Alert, AlertKind
from feedback.models.inbound import new_secret
from journeys.models import Workspace
from journeys.models.states import Job
from journeys.models.workspaces import WorkspaceContentQuerySet
from touchpoints.models import Team


def new_message_id() -> str:
    """Return an id that no other message has, as Standard Webhooks writes them."""
    return f"msg_{uuid.uuid4().hex}"


class AlertHookQuerySet(WorkspaceContentQuerySet["AlertHook"]):
    """Outgoing webhooks, by workspace and what they want to hear of."""

    def with_deliveries(self) -> Self:
        """Annotate `delivery_count`, `latest_at` and `failed_count`."""
        return self.annotate(
            delivery_count=models.Count("deliveries"),
            latest_at=models.Max("deliveries__created_at"),
            failed_count=models.Count(
                "deliveries", filter=models.Q(deliveries__state=SendState.FAILED)
            ),
        )


class AlertHook(models.Model):
    """An address that is called when an alert opens or recovers, signed with `secret`.

    `kinds` limits it to some kinds of alerts, `team` to one team's; empty takes all.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="alert_hooks")
    name = models.CharField(max_length=80)
    url = models.CharField(max_length=500, validators=[URLValidator(["https", "http"])])
    secret = models.CharField(max_length=200, default=new_secret, editable=False)
    team = models.ForeignKey(
        Team, models.CASCADE, null=True, blank=True, related_name="alert_hooks"
    )
    kinds: models.JSONField[list[str]] = models.JSONField(default=list, blank=True)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AlertHookQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="alert_hook_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the page that sets it up and shows its log."""
        return reverse("feedback:alert_hook_detail", args=[self.workspace.slug, self.pk])

    def wants(self, alert: Alert) -> bool:
        """True where it wants to hear of an alert."""
        of_team = self.team_id is None or self.team_id == alert.team_id
        return of_team and (not self.kinds or alert.kind in self.kinds)

    @property
    def kind_labels(self) -> list[str]:
        """Return the kinds that it is limited to, in words; none where it takes all."""
        return [str(label) for value, label in AlertKind.choices if value in self.kinds]


class SendState(models.TextChoices):
    """How far a call has come."""

    WAITING = "waiting", "Waiting"
    SENT = "sent", "Delivered"
    FAILED = "failed", "Given up"


class AlertDeliveryQuerySet(WorkspaceContentQuerySet["AlertDelivery"]):
    """Calls of outgoing webhooks, by workspace."""

    workspace_path = "hook__workspace"


class AlertDelivery(Job):
    """One call of an outgoing webhook: what is sent, how often it was tried, what came back."""

    hook = models.ForeignKey(AlertHook, models.CASCADE, related_name="deliveries")
    alert = models.ForeignKey(
        Alert, models.SET_NULL, null=True, blank=True, related_name="deliveries"
    )
    message_id = models.CharField(max_length=40, unique=True, default=new_message_id)
    event = models.CharField(max_length=20)
    body = models.TextField()
    state = models.CharField(max_length=8, choices=SendState.choices, default=SendState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="What the other side answered last."
    )
    problem = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True, help_text="When it is tried again.")

    objects = AlertDeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name_plural = "alert deliveries"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=SendState.values), name="alert_delivery_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hook}: {self.event}"

    def tries(self, now: datetime) -> bool:
        """Take the next attempt; return False where it is settled or another worker has it."""
        mine = AlertDelivery.objects.filter(
            pk=self.pk, state=SendState.WAITING, attempts=self.attempts
        )
        self.attempts += 1
        self.tried_at, self.next_at = now, None
        return bool(mine.update(attempts=self.attempts, tried_at=now, next_at=None))
