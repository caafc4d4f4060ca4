"""What is done about an opportunity: ideas, and the work with a name and a day on it."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from feedback.models.opportunities import Opportunity, OpportunityState
from journeys.models import User
from journeys.models.workspaces import WorkspaceContentQuerySet


class SolutionState(models.TextChoices):
    """Whether an idea was taken up."""

    IDEA = "idea"
    CHOSEN = "chosen"
    REJECTED = "rejected"


class Solution(models.Model):
    """One way to solve the problem."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="solutions")
    title = models.CharField(max_length=200)
    detail = models.TextField(max_length=2000, blank=True)
    state = models.CharField(
        max_length=8, choices=SolutionState.choices, default=SolutionState.IDEA
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=SolutionState.values), name="solution_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ActionState(models.TextChoices):
    """How far a piece of work has come."""

    TODO = "todo", "To do"
    DOING = "doing"
    SHIPPED = "shipped"
    DROPPED = "dropped"

    @classmethod
    def open(cls) -> list[str]:
        """Return the values of what is still to be done, for a query."""
        return [cls.TODO.value, cls.DOING.value]


class ActionQuerySet(WorkspaceContentQuerySet["Action"]):
    """Actions, by workspace and whether they are still to be done."""

    workspace_path = "opportunity__workspace"

    def open(self) -> Self:
        """Keep what is still to be done."""
        return self.filter(state__in=ActionState.open())


class Action(models.Model):
    """A piece of work with an owner and a day."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="actions")
    solution = models.ForeignKey(
        Solution, models.SET_NULL, null=True, blank=True, related_name="actions"
    )
    title = models.CharField(max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="owned_actions",
    )
    due_on = models.DateField("due", null=True, blank=True)
    state = models.CharField(
        max_length=7, choices=ActionState.choices, default=ActionState.TODO, editable=False
    )
    shipped_on = models.DateField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=ActionState.values), name="action_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state="shipped", shipped_on__isnull=False)
                | (~models.Q(state="shipped") & models.Q(shipped_on__isnull=True)),
                name="action_shipped_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """True while it is still to be done."""
        return self.state in ActionState.open()

    def is_overdue(self, today: date) -> bool:
        """True where its day has passed and it is still to be done."""
        return self.is_open and self.due_on is not None and self.due_on < today

    @transaction.atomic
    def become(self, state: str, *, by: User | None, on: date | None = None) -> bool:
        """Move to another state; return whether the opportunity has shipped by that.

        Work that begins puts an opportunity in progress, and the last open one that ships ships
        it, on the same day: today if none is named. Raises ValueError for an unknown state or a
        day that has not come.
        """
        state = ActionState(state)
        today = timezone.now().date()
        if on is not None and on > today:
            raise ValueError("A day that has not come cannot be a shipping day.")
        opportunity = self.opportunity
        opportunity.lock()
        self.shipped_on = (on or today) if state is ActionState.SHIPPED else None
        self.state = state
        self.save(update_fields=["state", "shipped_on"])
        if not opportunity.is_open:
            return False
        if state is ActionState.SHIPPED and not opportunity.actions.open().exists():
            return opportunity.become(OpportunityState.SHIPPED, by=by, on=self.shipped_on)
        if state is not ActionState.DROPPED and state is not ActionState.TODO:
            opportunity.become(OpportunityState.IN_PROGRESS, by=by)
        return False
