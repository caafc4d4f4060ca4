"""Surveys of our own: what is asked at a touchpoint, in which words, and who was invited."""

import secrets
from datetime import datetime

from django.core.validators import MinValueValidator
from django.db import models

from feedback.models.records import Metric
from feedback.models.respondents import Respondent
from feedback.models.sources import Source
from journeys.models.workspaces import WorkspaceContentQuerySet
from touchpoints.models import Handoff, Touchpoint


def new_token() -> str:
    """Return a random token for an address that nobody can guess: 128 bits."""
    return secrets.token_urlsafe(16)


class Privacy(models.TextChoices):
    """How much an answer tells about who gave it."""

    ANONYMOUS = "anonymous", "Anonymous: no respondent, the day only"
    PSEUDONYMOUS = "pseudonymous", "Pseudonymous: a random respondent"
    IDENTIFIED = "identified", "Identified: with an e-mail address"


class SurveyQuerySet(WorkspaceContentQuerySet["Survey"]):
    """Surveys, by workspace."""

    workspace_path = "source__workspace"


class Survey(models.Model):
    """One question at a touchpoint (NPS, CSAT or CES), perhaps a second, and room for words.

    `token` stands in the public address. The answers belong to `source`, which only this survey
    writes.
    """

    source = models.OneToOneField(Source, models.PROTECT, related_name="survey")
    touchpoint = models.ForeignKey(Touchpoint, models.PROTECT, related_name="surveys")
    handoff = models.ForeignKey(
        Handoff,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="surveys",
        help_text='Also asks "Did you have to explain it again?" for this handoff.',
    )
    title = models.CharField(max_length=120, help_text="For your team; respondents do not see it.")
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    metric = models.CharField(max_length=5, choices=Metric.choices, default=Metric.CSAT)
    asks_comment = models.BooleanField(default=True, verbose_name="ask for a comment")
    privacy = models.CharField(max_length=12, choices=Privacy.choices, default=Privacy.ANONYMOUS)
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    allowed_origins = models.TextField(
        blank=True,
        help_text="Sites that may embed the survey, one per line: https://www.example.com",
    )
    kiosk = models.BooleanField(
        default=False, help_text="Has a kiosk page, which begins anew after every answer."
    )
    pause_days = models.PositiveSmallIntegerField(
        default=90,
        validators=[MinValueValidator(0)],
        help_text="Days in which nobody is invited again.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")), name="survey_opens_first"
            ),
            models.CheckConstraint(
                condition=models.Q(privacy__in=Privacy.values), name="survey_privacy_known"
            ),
            models.CheckConstraint(
                condition=models.Q(metric__in=Metric.values), name="survey_metric_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_open(self, now: datetime) -> bool:
        """True between the opening and the closing time."""
        return (self.opens_at is None or self.opens_at <= now) and (
            self.closes_at is None or now < self.closes_at
        )


class SurveyText(models.Model):
    """The words of a survey in one language; the first row is the default."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="texts")
    language = models.CharField(max_length=12, default="en", help_text="en, de, pt-BR …")
    question = models.CharField(max_length=300)
    low_label = models.CharField(max_length=60, blank=True)
    high_label = models.CharField(max_length=60, blank=True)
    follow_up = models.CharField(max_length=300, blank=True)
    explained_again = models.CharField(max_length=300, blank=True)
    thank_you = models.TextField(max_length=1000, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["survey_id", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "language"], name="survey_language_once"),
        ]

    def __str__(self) -> str:
        return f"{self.language}: {self.question}"


class SurveyWay(models.TextChoices):
    """How a respondent came to the survey."""

    LINK = "link"
    MAIL = "mail", "E-mail"
    EMBED = "embed", "Embedded"
    KIOSK = "kiosk"


class SurveyDay(models.Model):
    """How often a survey was shown and answered on one day, by the way people came to it."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="days", db_index=False)
    day = models.DateField()
    way = models.CharField(max_length=5, choices=SurveyWay.choices)
    shown = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["survey_id", "day"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "day", "way"], name="survey_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.day} {self.way}"


class InvitationQuerySet(WorkspaceContentQuerySet["Invitation"]):
    """Invitations, by workspace."""

    workspace_path = "survey__source__workspace"


class Invitation(models.Model):
    """A link that takes one answer. Only the digest of its token is kept."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="invitations")
    respondent = models.ForeignKey(
        Respondent, models.SET_NULL, null=True, blank=True, related_name="invitations"
    )
    digest = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=12, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"Invitation to {self.survey}"
