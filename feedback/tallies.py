"""The sums of the daily counts, in plain SQL.

The map asks for them on every view. Through the ORM their thousand rows cost three times as much
in converters as in the database; this is the one place where that decides.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Protocol

from django.db import connection

from feedback.metrics.scales import SCALES
from feedback.models import ScoreCount

BEFORE = -1

Tally = tuple[int, str, int, Sequence[int]]
"""Touchpoint, scale, piece of the trend or BEFORE, and the counts of the scores 0 to 10."""


class Days(Protocol):
    """The days to sum: from `since`; those before `start` are the period before."""

    @property
    def since(self) -> date: ...
    @property
    def start(self) -> date: ...
    @property
    def end(self) -> date: ...


def score_tallies(ids: Sequence[int], days: Days, *, pieces: int) -> Iterator[Tally]:
    """Yield the counts of every touchpoint and scale, by piece of the period."""
    select = (
        f"SELECT touchpoint_id, metric, {_piece(days, pieces)}, {_SUMS} FROM feedback_scorecount"  # noqa: S608
    )
    rows = _rows(select, "1, 2, 3", [], ids, days)
    return ((row[0], row[1], row[2], row[3:]) for row in rows)


def part_tallies(
    ids: Sequence[int], days: Days, *, pieces: int, column: str, chosen: int
) -> Iterator[tuple[int, str, int, int, dict[int, int], list[int]]]:
    """Yield how many answered by segment or by channel: `column` says which.

    By touchpoint, scale and piece: everybody, of no segment too; how many of each segment but the
    chosen one, by its id; and the counts of the scores 0 to 10 that the chosen one gave. One
    statement, so that the parts and the whole are of the same moment.
    """
    table = f"feedback_{column.removesuffix('_id')}count"
    adapt = connection.ops.adapt_datefield_value
    here = f"{_WITHIN} AND touchpoint_id IN ({', '.join(['%s'] * len(ids))})"
    piece = f"touchpoint_id, metric, {_piece(days, pieces)} AS piece"
    by_part = (
        "CAST(json_object_agg(part, n) AS text)"
        if connection.vendor == "postgresql"
        else "json_group_object(part, n)"
    )
    everybody, none = " + ".join(ScoreCount.COLUMNS), ", 0" * len(ScoreCount.COLUMNS)
    most = ", ".join(f"max({column})" for column in ScoreCount.COLUMNS)
    # A text of JSON for a piece, not a row for each part: Python took as long as the database. And
    # MATERIALIZED, because PostgreSQL would sort all days on disk to group them twice.
    sql = (
        f"WITH part_count AS MATERIALIZED (SELECT {piece}, {column} AS part, sum(n) AS n "  # noqa: S608
        f"FROM {table} WHERE {column} <> %s AND {here} GROUP BY 1, 2, 3, 4) "
        f"SELECT touchpoint_id, metric, piece, max(everybody), max(others), {most} FROM ("
        f"SELECT {piece}, 0 AS everybody, '' AS others, {_NAMED_SUMS} FROM {table} "
        f"WHERE {column} = %s AND {here} GROUP BY 1, 2, 3 UNION ALL "
        f"SELECT touchpoint_id, metric, piece, 0, {by_part}{none} FROM part_count "
        "GROUP BY 1, 2, 3 UNION ALL "
        f"SELECT {piece}, sum({everybody}), ''{none} FROM feedback_scorecount "
        f"WHERE {here} GROUP BY 1, 2, 3) counted GROUP BY 1, 2, 3"
    )
    within = [adapt(days.since), adapt(days.end), *ids]
    with connection.cursor() as cursor:
        cursor.execute(sql, [chosen, *within, chosen, *within, *within])
        rows = cursor.fetchall()
    for pk, metric, place, total, others, *scores in rows:
        sizes = {int(part): n for part, n in json.loads(others or "{}").items()}
        yield pk, metric, place, total, sizes, scores


def sums_by_part(
    ids: Sequence[int], days: Days, *, column: str, metric: str
) -> Iterator[tuple[int, int | None, Sequence[int]]]:
    """Yield the counts of the scores 0 to 10 by touchpoint and by segment or channel.

    `column` says which of the two. None instead of a part's id is everybody, of no part too. One
    statement, so that the parts and the whole are of the same moment.
    """
    if not ids:
        return iter(())
    adapt = connection.ops.adapt_datefield_value
    here = f"metric = %s AND day >= %s AND day <= %s AND touchpoint_id IN ({_places(ids)})"
    within = [metric, adapt(days.start), adapt(days.end), *ids]
    # Adding up the columns of other scales would take half of the time.
    sums = ", ".join(
        f"sum({name})" if score in SCALES[metric].points else "0"
        for score, name in enumerate(ScoreCount.COLUMNS)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT touchpoint_id, {column}, {sums} "  # noqa: S608
            f"FROM feedback_{column.removesuffix('_id')}count WHERE {here} GROUP BY 1, 2 "
            f"UNION ALL SELECT touchpoint_id, NULL, {sums} FROM feedback_scorecount "
            f"WHERE {here} GROUP BY 1",
            [*within, *within],
        )
        rows = cursor.fetchall()
    return ((row[0], row[1], row[2:]) for row in rows)


def _places(ids: Sequence[int]) -> str:
    return ", ".join(["%s"] * len(ids))


_SUMS = ", ".join(f"sum({column})" for column in ScoreCount.COLUMNS)
_NAMED_SUMS = ", ".join(f"sum({column}) AS {column}" for column in ScoreCount.COLUMNS)
_WITHIN = "day >= %s AND day <= %s"
EVENTS = (
    "SELECT touchpoint_id, kind, day, hits, base FROM feedback_frictioninput "
    "UNION ALL SELECT touchpoint_id, kind, day, hits, base FROM feedback_eventcount "
    "WHERE kind <> 'explain'"
)
"""Hits of a base by touchpoint and day, as SQL: entered, or observed one by one. What customers had
to explain again belongs to handoffs, and is not among it."""


def _piece(days: Days, pieces: int) -> str:
    """Return the piece of the period that a day lies in, or BEFORE, as SQL."""
    length, start = (days.end - days.start).days + 1, f"'{days.start.isoformat()}'"
    since_start = (
        f"(day - DATE {start})"
        if connection.vendor == "postgresql"
        else f"CAST(julianday(day) - julianday({start}) + 0.5 AS INTEGER)"
    )
    return f"CASE WHEN day < {start} THEN {BEFORE} ELSE {since_start} * {pieces} / {length} END"


def rate_sums(ids: Sequence[int], days: Days) -> list[tuple[int, str, int, int, int]]:
    """Return touchpoint, kind, 1 for the period or 0 for the one before, hits and base.

    What people entered as a day's total and what was observed one by one is added up.
    """
    return _rows(
        "SELECT touchpoint_id, kind, CASE WHEN day < %s THEN 0 ELSE 1 END, sum(hits), sum(base) "  # noqa: S608
        f"FROM ({EVENTS}) counted",
        "1, 2, 3",
        [days.start],
        ids,
        days,
    )


def duration_sums(ids: Sequence[int], days: Days) -> list[tuple[int, str, int, int, int]]:
    """Return touchpoint, kind, 1 for the period or 0 for the one before, bucket and count."""
    return _rows(
        "SELECT touchpoint_id, kind, CASE WHEN day < %s THEN 0 ELSE 1 END, bucket, sum(count) "
        "FROM feedback_durationcount",
        "1, 2, 3, 4",
        [days.start],
        ids,
        days,
    )


def _rows(
    select: str, groups: str, values: Sequence[date], ids: Sequence[int], days: Days
) -> list[Any]:
    if not ids:
        return []
    adapt = connection.ops.adapt_datefield_value
    dates = [adapt(value) for value in (*values, days.since, days.end)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"{select} WHERE {_WITHIN} AND touchpoint_id IN ({_places(ids)}) GROUP BY {groups}",
            [*dates, *ids],
        )
        rows: list[Any] = cursor.fetchall()
    return rows
