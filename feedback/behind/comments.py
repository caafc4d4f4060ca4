"""What customers wrote about a touchpoint, where enough of them did."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.db.models.query import QuerySet
from django.utils.timesince import timesince

from feedback.behind.groups import (
    Cell,
    Group,
    hidden_cells,
    in_view,
    of_view,
    people_by_group,
    view_hidden,
)
from feedback.behind.themes import ThemeCount, theme_counts
from feedback.evidence import Evidence, Window
from feedback.metrics.scales import SCALES
from feedback.metrics.suppression import K_COMMENTS
from feedback.models import FeedbackRecord
from feedback.tone import tone_of
from feedback.wording import label
from journeys.maps import MapFilters
from touchpoints.models import Touchpoint

LATEST = 10


@dataclass(frozen=True, slots=True)
class Comment:
    """One customer's words; score and segment are empty where they could point at somebody."""

    text: str
    age: str
    on: datetime
    score: str
    segment: str
    source: str
    tone: str
    """A machine's guess where the customer gave no score: "negative", "positive" or empty."""


@dataclass(frozen=True, slots=True)
class Comments:
    """The latest comments of a view, or the sentence that says why there are none."""

    latest: tuple[Comment, ...]
    people: int | None
    """How many wrote, or None where that has to stay hidden."""
    sentence: str
    themes: tuple[ThemeCount, ...] = ()
    """What enough of them speak about."""


def comments_on(
    touchpoint: Touchpoint,
    *,
    filters: MapFilters,
    window: Window,
    evidence: Evidence,
    minimum: int,
    now: datetime,
    theme: str = "",
) -> Comments:
    """Return the period's latest comments, or those on one theme; four queries at most.

    They need more people than a number does, and the whole must not give a small slice away:
    neither by leaving it out of this view, nor by naming its segment beside words and score.
    """
    limit = max(K_COMMENTS, minimum)
    records = touchpoint.feedback_records.finished().between(window.start, window.end)
    written = records.exclude(comment="")
    people = people_by_group(written)
    here = sum(n for group, n in people.items() if in_view(group, filters))
    if not here:
        return Comments((), 0, "Nobody wrote anything in this view.")
    if view_hidden(people, filters, limit):
        return Comments(
            (),
            None,
            f"Hidden: comments are shown where {limit} people or more wrote, and nobody outside "
            "this view can be singled out.",
        )
    themes = theme_counts(written, filters, limit)
    latest = of_view(written, filters).select_related("segment", "source")
    if theme:
        here = next((count.people for count in themes if count.name == theme), 0)
        latest = latest.filter(themes__name=theme)
        if not here:
            return Comments(
                (), None, f"Fewer than {limit} people speak about “{theme}” in this view.", themes
            )
    naming = _Naming(
        evidence.now.scores.keys(),
        hidden_cells(people, filters, limit, by_segment=True),
        {
            metric: hidden_cells(answers, filters, minimum, by_segment=True)
            for metric, answers in _answers(records).items()
        },
        filters.channel or None,
    )
    return Comments(
        tuple(
            naming.comment(record, now)
            for record in latest.order_by("-occurred_at", "-pk")[:LATEST]
        ),
        here,
        "",
        themes,
    )


def _answers(records: "QuerySet[FeedbackRecord]") -> dict[str, dict[Group, int]]:
    rows = (
        records.filter(score__isnull=False)
        .values("metric", "segment", "channel")
        # Not of the ids, which the covering index does not hold.
        .annotate(n=Count("*"))
        .values_list("metric", "segment__name", "channel__name", "n")
        .order_by()
    )
    answers: dict[str, dict[Group, int]] = defaultdict(dict)
    for metric, segment, channel, n in rows:
        answers[metric][segment or "", channel or ""] = n
    return answers


@dataclass(frozen=True, slots=True)
class _Naming:
    """What may stand beside a comment: its segment, and its score."""

    shown_metrics: Collection[str]
    unnamed: set[Cell]
    """Segments whose comments would be hidden in a view of their own."""
    unscored: Mapping[str, set[Cell]]
    """Per scale the segments whose scores would be hidden in a view of their own."""
    channel: str | None

    def comment(self, record: FeedbackRecord, now: datetime) -> Comment:
        cell = (record.segment.name if record.segment else "", self.channel)
        named = bool(cell[0]) and cell not in self.unnamed
        scored = record.metric in self.shown_metrics and not (
            named and cell in self.unscored[record.metric]
        )
        return Comment(
            text=record.comment,
            age=age_words(record.occurred_at, now),
            on=record.occurred_at,
            score=_score_text(record) if scored else "",
            segment=cell[0] if named else "",
            source=record.source.get_kind_display().lower(),
            tone="" if record.metric else tone_of(record.comment, record.language),
        )


def _score_text(record: FeedbackRecord) -> str:
    scale = SCALES[record.metric]
    return f"{label(scale)} {record.score} of {scale.high}"


def age_words(moment: datetime, now: datetime) -> str:
    """Return how long ago that was: "2 hours ago", "just now"."""
    if (now - moment).total_seconds() < 60:
        return "just now"
    return f"{timesince(moment, now, depth=1)} ago"
