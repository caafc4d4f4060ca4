"""What customers wrote about a touchpoint, where enough of them did."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, Count, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.db.models.query import QuerySet
from django.utils.timesince import timesince

from feedback.evidence import Evidence, Window
from feedback.metrics.scales import SCALES
from feedback.metrics.suppression import K_COMMENTS, suppress
from feedback.models import FeedbackRecord
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


@dataclass(frozen=True, slots=True)
class Comments:
    """The latest comments of a view, or the sentence that says why there are none."""

    latest: tuple[Comment, ...]
    people: int | None
    """How many wrote, or None where that has to stay hidden."""
    sentence: str


def comments_on(
    touchpoint: Touchpoint,
    *,
    filters: MapFilters,
    window: Window,
    evidence: Evidence,
    minimum: int,
    now: datetime,
) -> Comments:
    """Return the period's latest comments; three queries at most.

    They need more people than a number does, and the whole must not give a small slice away:
    neither by leaving it out of this view, nor by naming its segment beside words and score.
    """
    limit = max(K_COMMENTS, minimum)
    records = touchpoint.feedback_records.finished().between(window.start, window.end)
    written = records.exclude(comment="")
    people = _people(written)
    here = sum(n for group, n in people.items() if _in_view(group, filters))
    if not here:
        return Comments((), 0, "Nobody wrote anything in this view.")
    view = (filters.segment or None, filters.channel or None)
    if view in _hidden(people, filters, limit, by_segment=bool(filters.segment)):
        return Comments(
            (),
            None,
            f"Hidden: comments are shown where {limit} people or more wrote, and nobody outside "
            "this view can be singled out.",
        )
    naming = _Naming(
        evidence.now.scores.keys(),
        _hidden(people, filters, limit, by_segment=True),
        {
            metric: _hidden(answers, filters, minimum, by_segment=True)
            for metric, answers in _answers(records).items()
        },
        filters.channel or None,
    )
    latest = _of_view(written, filters).select_related("segment", "source")
    return Comments(
        tuple(
            naming.comment(record, now)
            for record in latest.order_by("-occurred_at", "-pk")[:LATEST]
        ),
        here,
        "",
    )


Group = tuple[str, str]
"""Segment and channel; empty where a record has none."""

Cell = tuple[str | None, str | None]
"""A group in which a part that nobody asked about is None."""


def _people(written: "QuerySet[FeedbackRecord]") -> dict[Group, int]:
    # Who wrote on two scales is one person; records without an id of their own count singly.
    person = Coalesce(NullIf("external_id", Value("")), Cast("pk", CharField()))
    rows = (
        written.values("segment", "channel")
        .annotate(people=Count(person, distinct=True))
        .values_list("segment__name", "channel__name", "people")
        .order_by()
    )
    return {(segment or "", channel or ""): people for segment, channel, people in rows}


def _answers(records: "QuerySet[FeedbackRecord]") -> dict[str, dict[Group, int]]:
    rows = (
        records.filter(score__isnull=False)
        .values("metric", "segment", "channel")
        .annotate(n=Count("pk"))
        .values_list("metric", "segment__name", "channel__name", "n")
        .order_by()
    )
    answers: dict[str, dict[Group, int]] = defaultdict(dict)
    for metric, segment, channel, n in rows:
        answers[metric][segment or "", channel or ""] = n
    return answers


def _in_view(group: Group, filters: MapFilters) -> bool:
    segment, channel = group
    return filters.segment in ("", segment) and filters.channel in ("", channel)


def _of_view(
    written: "QuerySet[FeedbackRecord]", filters: MapFilters
) -> "QuerySet[FeedbackRecord]":
    if filters.segment:
        written = written.filter(segment__name=filters.segment)
    if filters.channel:
        written = written.filter(channel__name=filters.channel)
    return written


def _hidden(
    groups: Mapping[Group, int], filters: MapFilters, limit: int, *, by_segment: bool
) -> set[Cell]:
    """Return the cells whose own view would be hidden, the whole being visible."""
    cells: Counter[Cell] = Counter()
    for (segment, channel), people in groups.items():
        cells[segment if by_segment else None, channel if filters.channel else None] += people
    # Nobody can ask for those of no segment alone, so they are a rest, not a cell.
    known = [cell for cell in cells if "" not in cell]
    sizes = {str(place): cells[cell] for place, cell in enumerate(known)}
    return {known[int(place)] for place in suppress(cells.total(), sizes, limit)}


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
        )


def _score_text(record: FeedbackRecord) -> str:
    scale = SCALES[record.metric]
    return f"{label(scale)} {record.score} of {scale.high}"


def age_words(moment: datetime, now: datetime) -> str:
    """Return how long ago that was: "2 hours ago", "just now"."""
    if (now - moment).total_seconds() < 60:
        return "just now"
    return f"{timesince(moment, now, depth=1)} ago"
