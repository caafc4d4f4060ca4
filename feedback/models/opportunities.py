"""Problems worth solving: what they rest on, what they weigh, and how far they have come."""

from datetime import date
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from feedback.models.alerts import Alert
from journeys.models import Card, Journey, User, Workspace
from journeys.models.workspaces import WorkspaceContentQuerySet
from touchpoints.models import Team, Touchpoint

RATINGS = range(1, 6)


class OpportunityState(models.TextChoices):
    """How far an opportunity has come, from being found to being over."""

    FOUND = "found"
    PLANNED = "planned"
    IN_PROGRESS = "in_progress", "In progress"
    SHIPPED = "shipped"
    DROPPED = "dropped"

    @classmethod
    def open(cls) -> list[str]:
        """Return the values of what is neither shipped nor dropped, for a query."""
        return [cls.FOUND.value, cls.PLANNED.value, cls.IN_PROGRESS.value]


class OpportunityQuerySet(WorkspaceContentQuerySet["Opportunity"]):
    """Opportunities, by workspace, with what a page of many shows of each."""

    def with_people(self) -> Self:
        """Fetch along whose it is and where it belongs."""
        return self.select_related("workspace", "journey", "owner", "team")

    def with_figures(self) -> Self:
        """Annotate `evidence_n`, `evidence_count`, `open_actions` and `next_due`."""
        still_open = models.Q(actions__state__in=["todo", "doing"])
        return self.annotate(
            evidence_n=models.Max("evidence__n"),
            evidence_count=models.Count("evidence", distinct=True),
            open_actions=models.Count("actions", distinct=True, filter=still_open),
            next_due=models.Min("actions__due_on", filter=still_open),
        )


class Opportunity(models.Model):
    """A problem worth solving at some touchpoints, with what it rests on and what is done about it.

    `impact` and `effort` are 1 to 5, None where nobody has judged them. `shipped_on` is the day
    from which on customers met the change; the days before and after it are compared.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="opportunities")
    journey = models.ForeignKey(
        Journey, models.SET_NULL, null=True, blank=True, related_name="opportunities"
    )
    touchpoints = models.ManyToManyField(
        Touchpoint,
        blank=True,
        related_name="opportunities",
        help_text="Where customers would notice; their numbers are compared once it has shipped.",
    )
    title = models.CharField(max_length=200)
    problem = models.TextField(
        max_length=4000, blank=True, help_text="Who has which problem, and how you know."
    )
    state = models.CharField(
        max_length=11,
        choices=OpportunityState.choices,
        default=OpportunityState.FOUND,
        editable=False,
    )
    impact = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text="1 to 5: how much better it gets for how many customers.",
    )
    effort = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text="1 to 5: how much work it is.",
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="owned_opportunities",
    )
    team = models.ForeignKey(
        Team, models.SET_NULL, null=True, blank=True, related_name="opportunities"
    )
    shipped_on = models.DateField(null=True, blank=True, editable=False)
    outcome_told_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When its owner heard how it turned out."
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="found_opportunities",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name_plural = "opportunities"
        constraints = [
            models.CheckConstraint(condition=~models.Q(title=""), name="opportunity_has_title"),
            models.CheckConstraint(
                condition=models.Q(state__in=OpportunityState.values),
                name="opportunity_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(impact__gte=1, impact__lte=5), name="opportunity_impact_1_to_5"
            ),
            models.CheckConstraint(
                condition=models.Q(effort__gte=1, effort__lte=5), name="opportunity_effort_1_to_5"
            ),
            models.CheckConstraint(
                condition=models.Q(state="shipped", shipped_on__isnull=False)
                | (~models.Q(state="shipped") & models.Q(shipped_on__isnull=True)),
                name="opportunity_shipped_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("feedback:opportunity_detail", args=[self.workspace.slug, self.pk])

    @property
    def is_open(self) -> bool:
        """True while it is neither shipped nor dropped."""
        return self.state in OpportunityState.open()

    def lock(self) -> None:
        """Keep others from changing it until the transaction ends, and read how it stands.

        Raises Opportunity.DoesNotExist where it was deleted meanwhile.
        """
        stored = Opportunity.objects.select_for_update().values("state", "shipped_on")
        for name, value in stored.get(pk=self.pk).items():
            setattr(self, name, value)

    @transaction.atomic
    def become(self, state: str, *, by: User | None, on: date | None = None) -> bool:
        """Move to another state, and note who did so; return whether that changed anything.

        What ships does so `on` a day, today if none is named. To ship what has shipped already
        corrects its day. Raises ValueError for an unknown state or a day that has not come.
        """
        state = OpportunityState(state)
        self.lock()
        day = _past(on or self.shipped_on) if state is OpportunityState.SHIPPED else None
        if (self.state, self.shipped_on) == (state, day):
            return False
        self.changes.create(was=self.state, became=state, shipped_on=day, by=by)
        self.state, self.shipped_on, self.outcome_told_at = state, day, None
        self.save(update_fields=["state", "shipped_on", "outcome_told_at"])
        return True

    def rate(self, *, impact: int | None, effort: int | None) -> None:
        """Judge it anew. Raises ValueError for what is not 1 to 5, or None for not judged."""
        for value in (impact, effort):
            if value is not None and value not in RATINGS:
                raise ValueError(f"{value} is not 1 to 5.")
        self.impact, self.effort = impact, effort
        self.save(update_fields=["impact", "effort"])


def _past(on: date | None) -> date:
    today = timezone.now().date()
    if on is not None and on > today:
        raise ValueError("A day that has not come cannot be a shipping day.")
    return on or today


class OpportunityChange(models.Model):
    """One step in the life of an opportunity: its state, or the day on which it shipped."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="changes")
    was = models.CharField(max_length=11, choices=OpportunityState.choices)
    became = models.CharField(max_length=11, choices=OpportunityState.choices)
    shipped_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_was_display()} → {self.get_became_display()}"


class EvidenceKind(models.TextChoices):
    """What an opportunity rests on."""

    CARD = "card", "Card on the map"
    THEME = "theme", "Theme of comments"
    DRIVER = "driver", "Key driver"
    ALERT = "alert"
    TOUCHPOINT = "touchpoint", "Numbers of a touchpoint"
    NOTE = "note", "Written down"


class OpportunityEvidence(models.Model):
    """One thing that an opportunity rests on, in the words and with the n of that day.

    What it was taken from may change or go; `url`, a path of this site, says where it lived.
    """

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=10, choices=EvidenceKind.choices)
    says = models.CharField(max_length=500)
    n = models.PositiveIntegerField(null=True, blank=True, help_text="Answers or people behind it.")
    url = models.CharField(max_length=500, blank=True, help_text="A path of this site.")
    card = models.ForeignKey(Card, models.SET_NULL, null=True, blank=True, related_name="+")
    alert = models.ForeignKey(
        Alert, models.SET_NULL, null=True, blank=True, related_name="opportunity_evidence"
    )
    touchpoint = models.ForeignKey(
        Touchpoint, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    taken_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "opportunity evidence"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=EvidenceKind.values),
                name="opportunity_evidence_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.says
