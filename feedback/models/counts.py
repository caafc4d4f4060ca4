"""Daily and weekly histograms: what the map reads instead of ten million answers.

All are kept by triggers of the database itself, so that admin edits, COPY and raw SQL cannot
bypass them. Nothing in Python writes them; `manage.py recount --check` proves them.
"""

from typing import ClassVar, Self

from django.db import models

from journeys.models import Channel, Segment
from touchpoints.models import Touchpoint


class ScoreCountQuerySet(models.QuerySet["ScoreCount"]):
    """Histograms, by what they hold."""

    def answered(self) -> Self:
        """Leave out days whose answers were deleted or moved away: zeros of them stay behind."""
        return self.exclude(**dict.fromkeys(ScoreCount.COLUMNS, 0))


class Scores(models.Model):
    """How often each score was given on one touchpoint, metric and UTC day: `c0` … `c10`."""

    touchpoint = models.ForeignKey(Touchpoint, models.CASCADE, related_name="+", db_index=False)
    metric = models.CharField(max_length=5)
    day = models.DateField()
    c0 = models.PositiveIntegerField(default=0)
    c1 = models.PositiveIntegerField(default=0)
    c2 = models.PositiveIntegerField(default=0)
    c3 = models.PositiveIntegerField(default=0)
    c4 = models.PositiveIntegerField(default=0)
    c5 = models.PositiveIntegerField(default=0)
    c6 = models.PositiveIntegerField(default=0)
    c7 = models.PositiveIntegerField(default=0)
    c8 = models.PositiveIntegerField(default=0)
    c9 = models.PositiveIntegerField(default=0)
    c10 = models.PositiveIntegerField(default=0)

    COLUMNS: ClassVar[tuple[str, ...]] = tuple(f"c{score}" for score in range(11))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return " ".join(map(str, self.pk))


class SegmentScores(Scores):
    """The same of those who name a segment, and how many they are: the others are the rest."""

    pk = models.CompositePrimaryKey("touchpoint_id", "day", "metric", "segment_id")
    segment = models.ForeignKey(Segment, models.CASCADE, related_name="+", db_index=False)
    n = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class ChannelScores(Scores):
    """The same of those who name a channel, and how many they are: the others are the rest."""

    pk = models.CompositePrimaryKey("touchpoint_id", "day", "metric", "channel_id")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+", db_index=False)
    n = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class ScoreCount(Scores):
    """The scores of a day."""

    pk = models.CompositePrimaryKey("touchpoint_id", "day", "metric")
    objects = ScoreCountQuerySet.as_manager()


class ScoreWeek(Scores):
    """The scores of a week; `day` is its Monday."""

    pk = models.CompositePrimaryKey("touchpoint_id", "day", "metric")


class SegmentCount(SegmentScores):
    """The scores of a day by segment."""


class SegmentWeek(SegmentScores):
    """The scores of a week by segment; `day` is its Monday."""


class ChannelCount(ChannelScores):
    """The scores of a day by channel."""


class ChannelWeek(ChannelScores):
    """The scores of a week by channel; `day` is its Monday."""


class DurationKind(models.TextChoices):
    """What was timed."""

    WAIT = "wait", "Wait"
    FIRST_RESPONSE = "frt", "First response"


class EventCount(models.Model):
    """How often a kind of event happened on a touchpoint and UTC day: `hits` of `base`."""

    pk = models.CompositePrimaryKey("touchpoint_id", "day", "kind")
    touchpoint = models.ForeignKey(
        Touchpoint, models.CASCADE, related_name="event_counts", db_index=False
    )
    kind = models.CharField(max_length=7)
    day = models.DateField()
    hits = models.PositiveIntegerField(default=0)
    base = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.touchpoint_id} {self.kind} {self.day}"


class DurationCount(models.Model):
    """How many durations fell into one log bucket (ratio 1.05, of seconds) on one UTC day."""

    pk = models.CompositePrimaryKey("touchpoint_id", "day", "kind", "bucket")
    touchpoint = models.ForeignKey(
        Touchpoint, models.CASCADE, related_name="duration_counts", db_index=False
    )
    kind = models.CharField(max_length=5, choices=DurationKind.choices)
    day = models.DateField()
    bucket = models.SmallIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=DurationKind.values), name="duration_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.touchpoint_id} {self.kind} {self.day}"
