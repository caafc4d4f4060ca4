"""What the texts of a column mean, understood once for each and kept."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Generic, NamedTuple, TypeVar

from feedback.imports.formats.reading import Row
from feedback.imports.problems import BadCell
from feedback.imports.rows.answers import Reading, Who
from feedback.imports.rows.questions import Question

MOST_KEPT = 50_000
"""Texts of a column; in one with more, hardly any comes twice."""

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Understood(dict[_Key, _Value | None], Generic[_Key, _Value]):
    """What texts mean, None for those that `read` refuses with BadCell."""

    def __init__(self, read: Callable[[_Key], _Value]) -> None:
        self._read = read

    def __missing__(self, key: _Key) -> _Value | None:
        if len(self) >= MOST_KEPT:
            self.clear()
        value = self[key] = none_if_bad(self._read, key)
        return value

    def all(self, keys: Iterable[_Key]) -> list[_Value | None]:
        """Return what each of the texts means."""
        return list(map(self.__getitem__, keys))


def none_if_bad(read: Callable[[_Key], _Value], key: _Key) -> _Value | None:
    """Return what `read` makes of a text, or None where it raises BadCell."""
    try:
        return read(key)
    except BadCell:
        return None


class Code(NamedTuple):
    """What a question finds in its cells, whoever answers and in whatever words."""

    touchpoint_id: int = 0
    own_channel_id: int = 0
    metric: str = ""
    score: int | None = None
    blank: int = 0
    not_applicable: str | None = None


def read_code(question: Question, key: Any) -> Code:
    """Ask one question of a row that has nothing but the cells of `key`; raises BadCell.

    `key` is a text; where the question has several columns or depends on the channel, a tuple
    of texts with the channel at its end.
    """
    texts = key[:-1] if takes_tuple(question) else (key,)
    columns = [*question.keys, *filter(None, [question.comments])]
    cells = [""] * (1 + max(column.position for column in columns))
    if question.comments:
        cells[question.comments.position] = "words"
    for column, text in zip(question.keys, texts, strict=True):
        if cells[column.position]:
            raise BadCell("is score and words in one.")
        cells[column.position] = text
    reading = Reading(Row(0, cells))
    channel = key[-1] if question.by_channel else None
    question.read(reading, Who("somebody", datetime.now(UTC), channel=channel))
    if reading.problems:
        raise BadCell("is a problem of its row.")
    found = Code(
        blank=reading.blank,
        not_applicable=reading.not_applicable[0] if reading.not_applicable else None,
    )
    for answer in reading.answers:
        found = found._replace(
            touchpoint_id=answer.place.touchpoint_id,
            own_channel_id=answer.place.channel_id,
            metric=answer.metric,
            score=answer.score,
        )
    return found


def takes_tuple(question: Question) -> bool:
    """True when more than one cell decides what the question finds."""
    return question.by_channel or len(question.keys) > 1
