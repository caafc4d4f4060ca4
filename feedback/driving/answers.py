"""Who scored what: the linked answers of the people who scored the outcome, read in one pass."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from feedback.metrics.scales import SCALES
from feedback.slices import midnight

Whole = NDArray[np.int64]

_AT_ONCE = 20_000
_METRICS = tuple(SCALES)
_LINKED = (
    "NOT partial AND score IS NOT NULL AND respondent_id IS NOT NULL "
    "AND occurred_at >= %s AND occurred_at < %s"
)


class Outcome(NamedTuple):
    """The overall score: the answers on one scale at one touchpoint."""

    touchpoint_id: int
    metric: str

    @property
    def key(self) -> str:
        """Return how an address names it: "17-nps"."""
        return f"{self.touchpoint_id}-{self.metric}"


@dataclass(frozen=True, slots=True)
class Answers:
    """One entry per answer, in columns: of each respondent, touchpoint and scale only the latest.

    `metric` counts the scales in their order; `segment` is 0 where the answer names none; `moment`
    are seconds since 1970.
    """

    respondent: Whole
    touchpoint: Whole
    metric: Whole
    score: Whole
    segment: Whole
    moment: Whole

    def __len__(self) -> int:
        return len(self.respondent)

    def keep(self, which: NDArray[np.bool_]) -> "Answers":
        """Return some of the answers."""
        return Answers(*(getattr(self, name)[which] for name in self.__slots__))

    def of(self, metric: str) -> NDArray[np.bool_]:
        """Return which answers are on that scale."""
        found: NDArray[np.bool_] = self.metric == _METRICS.index(metric)
        return found


def metric_of(number: int) -> str:
    """Return the key of a scale by its number."""
    return _METRICS[number]


def read_answers(
    touchpoints: Sequence[int],
    outcome: Outcome,
    *,
    since: date | None,
    until: date,
    every: int = 1,
    on_progress: Callable[[int], None] = lambda read: None,
) -> Answers:
    """Return the scores that those who scored the outcome gave at these touchpoints, it included.

    Both days are included; `since` None reads from the beginning. Of every so many respondents
    only one is read. `on_progress` hears how many answers were read so far.
    """
    ids = sorted({*touchpoints, outcome.touchpoint_id})
    parts, read = [np.empty((0, 7), dtype=np.int64)], 0
    for rows in _rows(ids, outcome, since, until, every):
        parts.append(np.array(rows, dtype=np.int64).reshape(len(rows), 7))
        read += len(rows)
        on_progress(read)
    return _latest(np.concatenate(parts))


def shared_counts(ids: Sequence[int], *, since: date | None, until: date) -> dict[Outcome, int]:
    """Return how many scored each scale of each touchpoint, and two further ones of them.

    It reads all linked answers at these touchpoints: ask where they are few.
    """
    if not ids:
        return {}
    sql = (
        "WITH linked AS (SELECT DISTINCT respondent_id, touchpoint_id, metric "  # noqa: S608
        f"FROM feedback_feedbackrecord WHERE touchpoint_id IN ({_places(ids)}) AND {_LINKED}), "
        "several AS (SELECT respondent_id FROM linked GROUP BY respondent_id "
        "HAVING count(DISTINCT touchpoint_id) > 2) "
        "SELECT touchpoint_id, metric, count(*) FROM linked WHERE respondent_id IN "
        "(SELECT respondent_id FROM several) GROUP BY touchpoint_id, metric"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*ids, *_span(since, until)])
        return {Outcome(pk, metric): n for pk, metric, n in cursor.fetchall()}


def _latest(rows: Whole) -> Answers:
    """Keep the last answer of each respondent on each scale at each touchpoint."""
    respondent, touchpoint, metric, _, _, moment, number = rows.T
    rows = rows[np.lexsort((number, moment, metric, touchpoint, respondent))]
    last = np.ones(len(rows), dtype=bool)
    last[:-1] = (rows[:-1, :3] != rows[1:, :3]).any(axis=1)
    return Answers(*rows[last, :6].T)


def _rows(
    ids: Sequence[int], outcome: Outcome, since: date | None, until: date, every: int
) -> Iterator[list[Any]]:
    scales = " ".join(f"WHEN '{key}' THEN {number}" for number, key in enumerate(_METRICS))
    seconds = (
        "CAST(extract(epoch FROM occurred_at) AS bigint)"
        if connection.vendor == "postgresql"
        else "CAST(strftime('%%s', occurred_at) AS integer)"
    )
    sql = (
        f"SELECT respondent_id, touchpoint_id, CASE metric {scales} END, score, "  # noqa: S608
        f"coalesce(segment_id, 0), {seconds}, id FROM feedback_feedbackrecord "
        f"WHERE touchpoint_id IN ({_places(ids)}) AND {_LINKED} "
        "AND respondent_id IN (SELECT respondent_id FROM feedback_feedbackrecord "
        f"WHERE touchpoint_id = %s AND metric = %s AND {_LINKED} AND respondent_id %% %s = 0)"
    )
    span = _span(since, until)
    values = [*ids, *span, *outcome, *span, every]
    # A cursor of the server's, so that millions of rows never are in memory as Python's objects.
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(_AT_ONCE):
            yield rows


def _places(ids: Sequence[int]) -> str:
    return ", ".join(["%s"] * len(ids))


def _span(since: date | None, until: date) -> list[Any]:
    return [midnight(since or date.min), midnight(until + timedelta(days=1))]
