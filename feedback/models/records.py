"""One answer or observation on a touchpoint."""

from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models

from feedback.metrics import scales
from feedback.models.respondents import Respondent
from feedback.models.sources import Source
from feedback.models.themes import Theme
from journeys.models import Channel, Journey, Segment
from journeys.models.workspaces import WorkspaceContentQuerySet
from touchpoints.models import Touchpoint


class Metric(models.TextChoices):
    """A metric on a scale; two scales of one metric are never pooled."""

    NPS = scales.NPS.key, "NPS 0–10"
    CSAT = scales.CSAT.key, "CSAT 1–5"
    CSAT_2 = scales.CSAT_2.key, "CSAT bad or good"
    CSAT_3 = scales.CSAT_3.key, "CSAT 1–3"
    CSAT_7 = scales.CSAT_7.key, "CSAT 1–7"
    CES = scales.CES.key, "CES 1–7"
    CES_5 = scales.CES_5.key, "CES 1–5"

    @property
    def scale(self) -> scales.Scale:
        """Return the lowest and highest score and what counts as positive."""
        return scales.SCALES[self.value]


def _score_within_scale() -> models.Q:
    observation_only = models.Q(metric="", score__isnull=True)
    scored = (
        models.Q(metric=scale.key, score__gte=scale.low, score__lte=scale.high)
        for scale in scales.SCALES.values()
    )
    return reduce(or_, scored, observation_only)


class FeedbackRecordQuerySet(WorkspaceContentQuerySet["FeedbackRecord"]):
    """Feedback, by workspace, journey, period and content."""

    workspace_path = "touchpoint__step__stage__journey__workspace"

    def on_journey(self, journey: Journey) -> Self:
        """Keep what customers said on one journey's touchpoints."""
        return self.filter(touchpoint__step__stage__journey=journey)

    def between(self, first: date, last: date) -> Self:
        """Keep what occurred on those UTC days, both ends included."""
        start, end = (
            datetime.combine(day, time.min, UTC) for day in (first, last + timedelta(days=1))
        )
        return self.filter(occurred_at__gte=start, occurred_at__lt=end)

    def finished(self) -> Self:
        """Keep the answers of people who came to the end: what every number is made of."""
        return self.filter(partial=False)

    def scored(self) -> Self:
        """Keep the answers that carry a score."""
        return self.filter(score__isnull=False)

    def commented(self) -> Self:
        """Keep the records with words in them, newest first."""
        return self.exclude(comment="").order_by("-occurred_at", "-pk")


class FeedbackRecord(models.Model):
    """One answer or observation: a score on a scale, a comment, or both."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="records")
    touchpoint = models.ForeignKey(
        Touchpoint, models.PROTECT, related_name="feedback_records", db_index=False
    )
    metric = models.CharField(max_length=5, choices=Metric.choices, blank=True, default="")
    score = models.SmallIntegerField(null=True, blank=True)
    comment = models.TextField(max_length=10_000, blank=True)
    occurred_at = models.DateTimeField()
    segment = models.ForeignKey(
        Segment, models.PROTECT, null=True, blank=True, related_name="feedback_records"
    )
    channel = models.ForeignKey(
        Channel, models.PROTECT, null=True, blank=True, related_name="feedback_records"
    )
    respondent = models.ForeignKey(
        Respondent,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="feedback_records",
        db_index=False,
    )
    external_id = models.CharField(
        max_length=200, blank=True, help_text="The answer's own id in its source."
    )
    partial = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Broken off before the end: kept, and left out of every number.",
    )
    language = models.CharField(
        max_length=12,
        blank=True,
        default="",
        db_default="",
        help_text="Of the comment, as its source says it: en, de-CH.",
    )
    themes = models.ManyToManyField(Theme, blank=True, related_name="feedback_records")
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = FeedbackRecordQuerySet.as_manager()

    class Meta:
        ordering = ["-occurred_at", "-pk"]
        indexes = [
            # Covers the map's questions when it is filtered by segment or channel.
            models.Index(
                fields=["touchpoint", "metric", "occurred_at", "segment", "channel", "score"],
                condition=models.Q(partial=False),
                name="record_covering",
            ),
            models.Index(
                fields=["respondent"],
                condition=models.Q(respondent__isnull=False),
                name="record_respondent",
            ),
            models.Index(
                fields=["touchpoint", "-occurred_at"],
                condition=~models.Q(comment=""),
                name="record_comments",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=_score_within_scale(), name="score_within_scale"),
            models.CheckConstraint(
                condition=models.Q(score__isnull=False) | ~models.Q(comment=""),
                name="record_says_something",
            ),
            models.UniqueConstraint(
                fields=["source", "external_id", "touchpoint", "metric"],
                condition=~models.Q(external_id=""),
                name="record_once_per_source",
            ),
        ]

    def __str__(self) -> str:
        said = f"{self.metric} {self.score}" if self.score is not None else self.comment[:60]
        return f"{self.touchpoint}: {said}"

    def clean(self) -> None:
        """Refuse a score outside its scale, naming the scale."""
        if self.metric and self.score is not None:
            scale = Metric(self.metric).scale
            if not scale.contains(self.score):
                raise ValidationError(
                    {"score": f"{self.score} is not on the scale {scale.low} to {scale.high}."}
                )
