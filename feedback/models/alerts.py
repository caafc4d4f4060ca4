"""What turned for the worse at a touchpoint or a handoff, and who has seen to it."""

from datetime import date, datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from feedback.models.records import Metric
from journeys.models import User, Workspace
from journeys.models.states import Job
from journeys.models.workspaces import WorkspaceContentQuerySet
from touchpoints.models import Handoff, Team, Touchpoint


class AlertKind(models.TextChoices):
    """What is watched."""

    SCORE = "score", "Scores have fallen"
    FRICTION = "friction", "Friction has jumped"
    STALE = "stale", "Evidence is old"
    WAIT = "wait", "Handoff waits too long"


class AlertState(models.TextChoices):
    """An open alert may sleep until a day; a closed one is over, and a new turn opens another."""

    OPEN = "open"
    SNOOZED = "snoozed"
    CLOSED = "closed"

    @classmethod
    def living(cls) -> list[str]:
        """Return the values of what is not over, for a query."""
        return [cls.OPEN.value, cls.SNOOZED.value]


class AlertQuerySet(WorkspaceContentQuerySet["Alert"]):
    """Alerts, by workspace and whether somebody has seen to them."""

    def living(self) -> Self:
        """Keep what is not over: open, or asleep."""
        return self.filter(state__in=AlertState.living())

    def unrecovered(self) -> Self:
        """Keep what lasts, also where somebody has closed it meanwhile."""
        return self.filter(recovered_at__isnull=True)

    def awake(self, now: datetime) -> Self:
        """Keep what asks for somebody's attention: open, or snoozed and due again."""
        due = models.Q(state=AlertState.SNOOZED, snoozed_until__lte=now.date())
        return self.filter(models.Q(state=AlertState.OPEN) | due)

    def with_places(self) -> Self:
        """Fetch along what each is about, and whose it is."""
        return self.select_related(
            "touchpoint__step__stage__journey",
            "touchpoint__channel",
            "handoff__from_touchpoint__step__stage__journey",
            "handoff__to_touchpoint",
            "team",
            "workspace",
        )


class Alert(Job):
    """One turn for the worse. `facts` holds the numbers that explain it, of the latest watch.

    A score's alert names its scale in `metric`, a wait's its handoff; `touchpoint` is the one
    concerned, of a handoff the one that takes over. `began_on` is the first day of the change, as
    far as the chart can tell. One that a person closed while it lasted stays closed: only after
    `recovered_at` may the same place open another.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=8, choices=AlertKind.choices)
    touchpoint = models.ForeignKey(Touchpoint, models.CASCADE, related_name="alerts")
    handoff = models.ForeignKey(
        Handoff, models.CASCADE, null=True, blank=True, related_name="alerts"
    )
    metric = models.CharField(max_length=5, choices=Metric.choices, blank=True, default="")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="alerts")
    opened_at = models.DateTimeField(auto_now_add=True)
    began_on = models.DateField(null=True, blank=True)
    says = models.CharField(max_length=300, help_text="What happened, in a sentence.")
    facts: models.JSONField[dict[str, Any]] = models.JSONField(default=dict, blank=True)
    state = models.CharField(
        max_length=8, choices=AlertState.choices, default=AlertState.OPEN, db_index=True
    )
    snoozed_until = models.DateField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="settled_alerts",
        help_text="Who snoozed or closed it; nobody where the numbers recovered.",
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    recovered_at = models.DateTimeField(
        null=True, blank=True, help_text="When the watch saw it end, whoever had closed it."
    )
    note = models.CharField(max_length=500, blank=True, help_text="Why it was snoozed or closed.")

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        indexes = [
            models.Index(
                fields=["workspace"],
                condition=models.Q(recovered_at__isnull=True),
                name="alert_unrecovered",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["touchpoint", "kind", "metric"],
                condition=models.Q(state__in=["open", "snoozed"], handoff__isnull=True),
                name="alert_once_while_it_lasts",
            ),
            models.UniqueConstraint(
                fields=["handoff"],
                condition=models.Q(state__in=["open", "snoozed"]),
                name="alert_once_per_handoff",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=AlertKind.values), name="alert_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=AlertState.values), name="alert_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="wait", handoff__isnull=False)
                | (~models.Q(kind="wait") & models.Q(handoff__isnull=True)),
                name="alert_wait_of_a_handoff",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="snoozed") | models.Q(snoozed_until__isnull=False),
                name="alert_snoozed_until_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(recovered_at__isnull=True) | models.Q(state="closed"),
                name="alert_recovered_is_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.says

    def get_absolute_url(self) -> str:
        """Return the address of the alert's page, where it explains itself."""
        return reverse("feedback:alert_detail", args=[self.workspace.slug, self.pk])

    @property
    def key(self) -> tuple[str, int, str, int | None]:
        """Return what it is about: kind, touchpoint, scale and handoff."""
        return self.kind, self.touchpoint_id, self.metric, self.handoff_id

    @property
    def n(self) -> int | None:
        """Return how many answers, customers or handoffs it was judged by; None where unknown."""
        if self.kind == AlertKind.SCORE:
            _, found = self.facts.get("since", (None, None))
        else:
            names = {AlertKind.FRICTION: "exposed", AlertKind.STALE: "former"}
            found = self.facts.get(names.get(AlertKind(self.kind), "accepted"))
        return None if found is None else int(found)

    @property
    def lasts(self) -> bool:
        """True while the numbers have not recovered."""
        return self.recovered_at is None

    def is_awake(self, today: date) -> bool:
        """True where it asks for somebody's attention."""
        if self.state == AlertState.SNOOZED:
            return self.snoozed_until is not None and self.snoozed_until <= today
        return self.state == AlertState.OPEN

    def snooze(self, until: date, *, by: User, note: str = "") -> bool:
        """Let it sleep until a day; return whether it was still living."""
        return self.move(
            AlertState.SNOOZED,
            out_of=AlertState.living(),
            snoozed_until=until,
            settled_by=by,
            note=note,
        )

    def close(self, *, by: User, note: str = "") -> bool:
        """Close it, so that it stays closed while it lasts; return whether it was still living."""
        return self.move(
            AlertState.CLOSED,
            out_of=AlertState.living(),
            closed_at=timezone.now(),
            settled_by=by,
            note=note,
        )

    def reopen(self) -> bool:
        """Open what somebody snoozed or closed; return False for what has recovered or is open."""
        if not self.lasts:
            return False
        return self.move(
            AlertState.OPEN,
            out_of=[AlertState.SNOOZED, AlertState.CLOSED],
            snoozed_until=None,
            closed_at=None,
            settled_by=None,
            note="",
        )

    def recover(self, now: datetime, why: str) -> None:
        """Close it because it is over, and say why; what somebody noted on closing it stays."""
        if self.move(
            AlertState.CLOSED,
            out_of=AlertState.living(),
            closed_at=now,
            recovered_at=now,
            settled_by=None,
            note=why,
        ):
            return
        Alert.objects.filter(pk=self.pk, state=AlertState.CLOSED).update(recovered_at=now)
        self.recovered_at = now
