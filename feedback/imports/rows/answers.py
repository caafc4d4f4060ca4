"""What one row of a file says."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from feedback.imports.formats.reading import Column, Row
from feedback.imports.mappings.mapping import NotApplicable, Words
from feedback.imports.places import Place
from feedback.imports.problems import BadCell, Problem
from feedback.imports.rows.cells import read_answer
from feedback.metrics.scales import Scale
from feedback.recording.observations import NewObservation

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Who:
    """Whose answers these are, and when they were given: the same for the whole row.

    None means that the file has no such column. A `respondent` is the address or customer id
    as it stands in the file; only its hash is kept.
    """

    external_id: str
    occurred_at: datetime
    segment: str | None = None
    channel: str | None = None
    respondent: str | None = None
    partial: bool | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A score, a comment or both; a `comment` of None means that the file has no column for it."""

    who: Who
    place: Place
    metric: str
    score: int | None
    comment: str | None

    def key(self) -> tuple[str, int, str]:
        """Return what makes it the same answer within its source."""
        return self.who.external_id, self.place.touchpoint_id, self.metric


@dataclass(slots=True)
class Reading:
    """A row being read. Its answers count only as long as it has no problems."""

    row: Row
    answers: list[Answer] = field(default_factory=list)
    observations: list[NewObservation] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    not_applicable: list[str] = field(default_factory=list)
    blank: int = 0
    partial: bool = False
    skipped: bool = False

    def text(self, column: Column) -> str:
        """Return a cell without surrounding blanks."""
        return self.row.cells[column.position].strip()

    def value(self, column: Column, read: Callable[[str], _Value]) -> _Value | None:
        """Return a cell as `read` understands it, or note the problem that it raises."""
        text = self.text(column)
        try:
            return read(text)
        except BadCell as error:
            self.problems.append(Problem(self.row.number, column.name, text, str(error)))
            return None

    def score(
        self,
        column: Column,
        scale: Scale,
        not_applicable: NotApplicable,
        words: Words,
        *,
        counted_as: str,
    ) -> int | None:
        """Return the score in a cell, or None for blank, not applicable and bad cells alike."""
        text = self.text(column)
        if not text:
            self.blank += 1
            return None
        if not_applicable.holds_text(text):
            self.not_applicable.append(counted_as)
            return None
        number = self.value(column, lambda text: read_answer(text, words))
        if number is None or scale.contains(number):
            return number
        if not_applicable.holds_number(number, scale):
            self.not_applicable.append(counted_as)
        else:
            reason = f"is not a score of {scale.label}."
            self.problems.append(Problem(self.row.number, column.name, text, reason))
        return None

    def add(
        self, who: Who | None, place: Place, scale: Scale, score: int | None, comment: str | None
    ) -> None:
        """Add an answer, unless there is neither a score nor a word, or nobody known said it."""
        if who and (score is not None or comment):
            # Words without a score stand on no scale.
            metric = scale.key if score is not None else ""
            answer = Answer(who, place, metric, score, comment)
            for earlier in self.answers if not metric else ():
                if earlier.key() == answer.key():
                    # Two questions about one touchpoint, none scored: the words are one comment.
                    said = dict.fromkeys((earlier.comment, comment))
                    answer = replace(answer, comment="\n".join(filter(None, said)))
                    self.answers.remove(earlier)
                    break
            self.answers.append(answer)
