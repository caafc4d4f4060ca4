"""Writing answers: new ones created, changed ones updated, equal ones left alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from django.db import transaction

from feedback.models import FeedbackRecord, Source
from feedback.privacy.masking import masked


class NewAnswer(NamedTuple):
    """A score on a scale, a comment or both, as it is to be kept.

    `metric` is empty where there is no score. An answer with an `external_id` is known again by
    (source, external_id, touchpoint, metric); without one it is always new.
    """

    touchpoint_id: int
    metric: str
    score: int | None
    comment: str
    occurred_at: datetime
    external_id: str = ""
    segment_id: int | None = None
    channel_id: int | None = None
    respondent_id: int | None = None
    partial: bool = False
    language: str = ""


class Outcome(StrEnum):
    """What became of an answer."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of each answer, in their order."""

    outcomes: tuple[Outcome, ...]

    def count(self, outcome: Outcome) -> int:
        """Return how many answers had this outcome."""
        return self.outcomes.count(outcome)


@transaction.atomic
def record_answers(source: Source, answers: Sequence[NewAnswer]) -> Recorded:
    """Write answers of one source, all or none, with people's addresses masked in comments.

    Scores must lie on their scale: the database refuses others with IntegrityError.
    """
    return Recorded(tuple(_record(source, answer) for answer in answers))


def _record(source: Source, answer: NewAnswer) -> Outcome:
    values = answer._replace(comment=masked(answer.comment))._asdict()
    key = {name: values.pop(name) for name in ("external_id", "touchpoint_id", "metric")}
    if not key["external_id"]:
        FeedbackRecord.objects.create(source=source, **key, **values)
        return Outcome.CREATED
    record, created = FeedbackRecord.objects.select_for_update().get_or_create(
        source=source, **key, defaults=values
    )
    if created:
        return Outcome.CREATED
    if all(getattr(record, name) == value for name, value in values.items()):
        return Outcome.UNCHANGED
    FeedbackRecord.objects.filter(pk=record.pk).update(**values)
    return Outcome.UPDATED
