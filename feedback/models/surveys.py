"""Surveys of our own: what is asked at a touchpoint, in which words, and who was invited."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse

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


class SurveyState(models.TextChoices):
    """Whether a survey takes answers."""

    OPEN = "open"
    SCHEDULED = "scheduled", "Not open yet"
    CLOSED = "closed"


class SurveyQuerySet(WorkspaceContentQuerySet["Survey"]):
    """Surveys, by workspace."""

    workspace_path = "source__workspace"

    def with_place(self) -> Self:
        """Fetch along where on which map the survey asks."""
        return self.select_related(
            "source__workspace", "touchpoint__channel", "touchpoint__step__stage__journey"
        )


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

    def get_absolute_url(self) -> str:
        """Return the address of the survey's page for the team that asks."""
        return reverse("feedback:survey_detail", args=[self.source.workspace.slug, self.pk])

    def state(self, now: datetime) -> SurveyState:
        """Return whether the survey takes answers at that moment, does not yet, or no more."""
        if self.closes_at is not None and self.closes_at <= now:
            return SurveyState.CLOSED
        if self.opens_at is not None and now < self.opens_at:
            return SurveyState.SCHEDULED
        return SurveyState.OPEN

    def close(self, now: datetime) -> None:
        """Take no more answers from that moment on."""
        if self.opens_at is not None and self.opens_at >= now:
            self.opens_at = None
        self.closes_at = now
        self.save(update_fields=["opens_at", "closes_at"])

    def reopen(self) -> None:
        """Take answers again, without an end."""
        self.closes_at = None
        self.save(update_fields=["closes_at"])

    def pauses(self, respondent: Respondent, now: datetime) -> bool:
        """True where somebody was invited, to any survey, too recently to be invited to this."""
        began = now - timedelta(days=self.pause_days)
        return respondent.invited_at is not None and respondent.invited_at > began

    def origins(self) -> list[str]:
        """Return the sites that may embed the survey."""
        return self.allowed_origins.split()

    def text_in(self, languages: Iterable[str]) -> "SurveyText":
        """Return the words in the first of the languages that the survey has, else its first.

        "de-CH" is served by "de" where there is nothing closer, and "de" by "de-AT".
        Raises SurveyText.DoesNotExist for a survey without words.
        """
        texts = list(self.texts.all())
        if not texts:
            raise SurveyText.DoesNotExist
        exact = {text.language.lower(): text for text in reversed(texts)}
        related = {text.language.lower().partition("-")[0]: text for text in reversed(texts)}
        for language in languages:
            wanted = language.lower()
            found = exact.get(wanted) or related.get(wanted.partition("-")[0])
            if found:
                return found
        return texts[0]

    def shown(self, way: "SurveyWay", day: date) -> None:
        """Count that the question was shown once, that way."""
        self._count(way, day, "shown")

    def answered(self, way: "SurveyWay", day: date) -> None:
        """Count that somebody answered who came that way."""
        self._count(way, day, "answered")

    def _count(self, way: "SurveyWay", day: date, column: str) -> None:
        SurveyDay.objects.bulk_create(
            [SurveyDay(survey=self, day=day, way=way)], ignore_conflicts=True
        )
        self.days.filter(day=day, way=way).update(**{column: models.F(column) + 1})


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

    def waiting(self) -> Self:
        """Keep those that are still to be sent by e-mail."""
        return self.filter(sent_at__isnull=True, respondent__isnull=False, problem="")

    def failed(self) -> Self:
        """Keep those that could not be sent."""
        return self.exclude(problem="")


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
    problem = models.CharField(
        max_length=200, blank=True, help_text="Why the e-mail could not be sent."
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"Invitation to {self.survey}"

    @staticmethod
    def digest_of(secret: str) -> str:
        """Return what is kept of a link's secret; 192 random bits need no slow hash."""
        return hashlib.sha256(secret.encode()).hexdigest()

    @staticmethod
    def new_secret() -> str:
        """Return the random part of a link that takes one answer."""
        return secrets.token_urlsafe(24)

    def expired(self, now: datetime) -> bool:
        """True where the link's time is over."""
        return self.expires_at is not None and self.expires_at <= now
