"""What customers are told in the end: "You told us, we did"."""

from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse

from feedback.models.cases import Case
from feedback.models.respondents import Respondent
from feedback.models.themes import Theme
from journeys.models import Workspace
from journeys.models.workspaces import WorkspaceContentQuerySet
from touchpoints.models import Touchpoint


class FollowUpQuerySet(WorkspaceContentQuerySet["FollowUp"]):
    """Follow-ups, by workspace."""


class FollowUp(models.Model):
    """A note to customers who agreed to hear back: of one case, or behind a theme or touchpoint."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="follow_ups")
    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="follow_ups")
    theme = models.ForeignKey(
        Theme, models.SET_NULL, null=True, blank=True, related_name="follow_ups"
    )
    touchpoint = models.ForeignKey(
        Touchpoint, models.SET_NULL, null=True, blank=True, related_name="follow_ups"
    )
    subject = models.CharField(max_length=120)
    body = models.TextField(max_length=4000)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField(auto_now_add=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at", "-pk"]

    def __str__(self) -> str:
        return self.subject or f"Follow-up {self.pk}"

    def get_absolute_url(self) -> str:
        """Return the address of the page that says who got it so far."""
        return reverse("feedback:follow_up_detail", args=[self.workspace.slug, self.pk])


class FollowUpReceiptQuerySet(WorkspaceContentQuerySet["FollowUpReceipt"]):
    """Receipts, by what became of them."""

    workspace_path = "follow_up__workspace"

    def waiting(self) -> Self:
        """Keep those that are still to be sent."""
        return self.filter(sent_at__isnull=True, problem="", respondent__isnull=False)


class FollowUpReceipt(models.Model):
    """That one customer gets a follow-up, once. Who it was goes with the respondent."""

    follow_up = models.ForeignKey(FollowUp, models.CASCADE, related_name="receipts")
    respondent = models.ForeignKey(
        Respondent, models.SET_NULL, null=True, blank=True, related_name="follow_up_receipts"
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True, default="")

    objects = FollowUpReceiptQuerySet.as_manager()

    class Meta:
        ordering = ["follow_up_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["follow_up", "respondent"], name="follow_up_once_each"),
        ]

    def __str__(self) -> str:
        return f"{self.follow_up_id} · {self.pk}"
