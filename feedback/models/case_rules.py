"""Which answers open a case, and whose it then is."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models

from feedback.models.records import FeedbackRecord, Metric
from journeys.models import Journey, Workspace
from journeys.models.workspaces import WorkspaceContentQuerySet
from touchpoints.models import Team, Touchpoint

HIGHEST = max(metric.scale.high for metric in Metric)


class CaseRuleQuerySet(WorkspaceContentQuerySet["CaseRule"]):
    """Rules, by workspace and whether they are at work."""

    def active(self) -> Self:
        """Keep those that open cases, in the order in which they are tried."""
        return self.filter(active=True).order_by("pk")


class CaseRule(models.Model):
    """Which answers open a case, whose it is, and by when the customer is to be answered.

    Nothing named under where means the whole workspace. Never does an anonymous answer match.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="case_rules")
    name = models.CharField(max_length=120)
    metric = models.CharField(max_length=5, choices=Metric.choices, default=Metric.CSAT)
    at_most = models.PositiveSmallIntegerField(
        "score at most", default=2, help_text="The highest score that opens a case."
    )
    journey = models.ForeignKey(
        Journey, models.CASCADE, null=True, blank=True, related_name="case_rules"
    )
    touchpoints: "models.ManyToManyField[Touchpoint, Any]" = models.ManyToManyField(
        Touchpoint, blank=True, related_name="case_rules"
    )
    contactable = models.BooleanField(
        default=True,
        verbose_name="only customers who agreed to be contacted",
        help_text="Otherwise also those known by a pseudonym, whom nobody can write to.",
    )
    fresh_days = models.PositiveSmallIntegerField(
        "answers of the last days",
        default=14,
        validators=[MinValueValidator(1)],
        help_text="Answers older than this open no case: imported history is no queue.",
    )
    team = models.ForeignKey(
        Team,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="case_rules",
        help_text="Empty: the team that owns the touchpoint.",
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="case_rules",
        help_text="Empty: the case is new until somebody takes it.",
    )
    due_days = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1)], verbose_name="due in days"
    )
    escalate_days = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)], verbose_name="escalate after days"
    )
    escalate_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the workspace's owners and admins.",
    )
    active = models.BooleanField("at work", default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CaseRuleQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="case_rule_name_once"),
            models.CheckConstraint(
                condition=models.Q(metric__in=Metric.values), name="case_rule_metric_known"
            ),
            models.CheckConstraint(
                condition=models.Q(at_most__lte=HIGHEST), name="case_rule_at_most_on_a_scale"
            ),
            models.CheckConstraint(
                condition=models.Q(due_days__gte=1, fresh_days__gte=1), name="case_rule_days"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a score that is not on the scale, or is its highest."""
        if self.metric and self.at_most is not None:
            scale = Metric(self.metric).scale
            if not scale.low <= self.at_most < scale.high:
                raise ValidationError(
                    {"at_most": f"Choose {scale.low} to {scale.high - 1} for {scale.label}."}
                )

    def matching(self, records: models.QuerySet[FeedbackRecord], now: datetime) -> Any:
        """Keep the answers that open a case by this rule: none without a respondent."""
        found = records.filter(
            source__workspace=self.workspace_id,
            metric=self.metric,
            score__lte=self.at_most,
            partial=False,
            respondent__isnull=False,
            occurred_at__gte=now - timedelta(days=self.fresh_days),
        )
        if self.contactable:
            found = found.filter(
                respondent__identity__may_contact=True, respondent__unsubscribed_at__isnull=True
            )
        if self.journey_id:
            found = found.filter(touchpoint__step__stage__journey=self.journey_id)
        if places := [touchpoint.pk for touchpoint in self.touchpoints.all()]:
            found = found.filter(touchpoint__in=places)
        return found
