"""Writing answers: new ones created, changed ones updated, equal ones left alone."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from django.db import connection, transaction

from feedback.models import FeedbackRecord, Source
from feedback.privacy.masking import masked
from feedback.recording.statements import KEY, VALUES, Columns, lock_touchpoints, write_answers


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

    @property
    def key(self) -> "Key":
        """What makes it the same answer within its source."""
        return self.external_id, self.touchpoint_id, self.metric


Key = tuple[str, int, str]
Values = tuple[Any, ...]
"""What a record says, in the order of VALUES."""


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

    Several answers of one call may be the same one, said again: they are taken in their order,
    so the last stays. Writers to one touchpoint wait for each other until their transactions
    end; who calls this twice in one transaction may wait in a circle, and PostgreSQL then
    refuses one of the two.

    Scores must lie on their scale: the database refuses others with IntegrityError.
    """
    lock_touchpoints(answer.touchpoint_id for answer in answers)
    said = known_answers(source, {answer.external_id for answer in answers})
    changed: dict[Key | int, NewAnswer] = {}
    outcomes = []
    for number, given in enumerate(answers):
        answer = given._replace(comment=masked(given.comment))
        values = tuple(getattr(answer, name) for name in VALUES)
        if not answer.external_id:
            outcomes.append(Outcome.CREATED)
            changed[number] = answer
        elif said.get(answer.key) == values:
            outcomes.append(Outcome.UNCHANGED)
        else:
            outcomes.append(Outcome.UPDATED if answer.key in said else Outcome.CREATED)
            said[answer.key] = values
            changed[answer.key] = answer
    write_answers(source.pk, _columns(changed.values()))
    return Recorded(tuple(outcomes))


def known_answers(source: Source, external_ids: Collection[str]) -> dict[Key, Values]:
    """Return what the records of a source with these ids say."""
    found: dict[Key, Values] = {}
    for ids in cut(sorted(external_ids)):
        # Excluding the empty id lets both databases use the partial index of the constraint.
        records = (
            FeedbackRecord.objects.filter(source=source, external_id__in=ids)
            .exclude(external_id="")
            .order_by()
            .values_list(*KEY, *VALUES)
        )
        found |= {(row[0], row[1], row[2]): row[3:] for row in records}
    return found


def cut(ids: list[str]) -> Iterator[list[str]]:
    """Yield the ids in lists of as many as one query may name."""
    # SQLite takes some thousand parameters per query, in its oldest supported version 999.
    size = 10_000 if connection.vendor == "postgresql" else 900
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def _columns(answers: Collection[NewAnswer]) -> Columns:
    columns = Columns(own_channel_id=[None] * len(answers))
    for name in (*KEY, *VALUES):
        setattr(columns, name, [getattr(answer, name) for answer in answers])
    return columns
