"""The sums of the daily counts, in plain SQL.

The map asks for them on every view. Through the ORM their thousand rows cost three times as much
in converters as in the database; this is the one place where that decides.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.db import connection

from feedback.days import WholeWeeks, piece_sql
from feedback.metrics.scales import SCALES
from feedback.models import ScoreCount

Tally = tuple[int, str, int, Sequence[int]]
"""Touchpoint, scale, piece of the trend or BEFORE, and the counts of the scores 0 to 10."""


class Days(Protocol):
    """The days to sum: those before the first of `starts`, from `since` on, and its pieces."""

    @property
    def since(self) -> date: ...
    @property
    def start(self) -> date: ...
    @property
    def end(self) -> date: ...
    @property
    def starts(self) -> Sequence[date]: ...


def score_tallies(ids: Sequence[int], days: Days) -> Iterator[Tally]:
    """Yield the counts of every touchpoint and scale, by piece of the period."""
    if not ids:
        return iter(())
    scores = counts("score", ids, days.since, days.end, days.starts)
    rows = _fetched(
        f"SELECT touchpoint_id, metric, {_piece(days)}, {_SUMS} "  # noqa: S608
        f"FROM ({scores.sql}) counted GROUP BY 1, 2, 3",
        scores.values,
    )
    return ((row[0], row[1], row[2], row[3:]) for row in rows)


def part_tallies(
    ids: Sequence[int], days: Days, *, column: str, chosen: int
) -> Iterator[tuple[int, str, int, int, dict[int, int], list[int]]]:
    """Yield how many answered by segment or by channel: `column` says which.

    By touchpoint, scale and piece: everybody, of no segment too; how many of each segment but the
    chosen one, by its id; and the counts of the scores 0 to 10 that the chosen one gave. One
    statement, so that the parts and the whole are of the same moment.
    """
    part, span = column.removesuffix("_id"), (ids, days.since, days.end, days.starts)
    rest = counts(part, *span, columns=(column, "n"), where=f"{column} <> %s", values=[chosen])
    own = counts(part, *span, where=f"{column} = %s", values=[chosen])
    whole = counts("score", *span)
    piece = f"touchpoint_id, metric, {_piece(days)} AS piece"
    by_part = (
        "CAST(json_object_agg(part, n) AS text)"
        if connection.vendor == "postgresql"
        else "json_group_object(part, n)"
    )
    everybody, none = " + ".join(ScoreCount.COLUMNS), ", 0" * len(ScoreCount.COLUMNS)
    most = ", ".join(f"max({column})" for column in ScoreCount.COLUMNS)
    # A text of JSON for a piece, not a row for each part: Python took as long as the database. And
    # MATERIALIZED, because PostgreSQL would sort all days on disk to group them twice.
    rows = _fetched(
        f"WITH part_count AS MATERIALIZED (SELECT {piece}, {column} AS part, sum(n) AS n "  # noqa: S608
        f"FROM ({rest.sql}) counted GROUP BY 1, 2, 3, 4) "
        f"SELECT touchpoint_id, metric, piece, max(everybody), max(others), {most} FROM ("
        f"SELECT {piece}, 0 AS everybody, '' AS others, {_NAMED_SUMS} "
        f"FROM ({own.sql}) counted GROUP BY 1, 2, 3 UNION ALL "
        f"SELECT touchpoint_id, metric, piece, 0, {by_part}{none} FROM part_count "
        "GROUP BY 1, 2, 3 UNION ALL "
        f"SELECT {piece}, sum({everybody}), ''{none} FROM ({whole.sql}) counted "
        "GROUP BY 1, 2, 3) counted GROUP BY 1, 2, 3",
        [*rest.values, *own.values, *whole.values],
    )
    # All texts at once: to begin with each takes longer than to read it.
    found = json.loads(f"[{','.join(row[4] or '{}' for row in rows)}]")
    for (pk, metric, place, total, _, *scores), others in zip(rows, found, strict=True):
        yield pk, metric, place, total, {int(part): n for part, n in others.items()}, scores


def sums_by_part(
    ids: Sequence[int], days: Days, *, column: str, metric: str
) -> Iterator[tuple[int, int | None, Sequence[int]]]:
    """Yield the counts of the scores 0 to 10 by touchpoint and by segment or channel.

    `column` says which of the two. None instead of a part's id is everybody, of no part too. One
    statement, so that the parts and the whole are of the same moment.
    """
    if not ids:
        return iter(())
    part, columns = column.removesuffix("_id"), (column, *ScoreCount.COLUMNS)
    parts, whole = (
        counts(
            name, ids, days.start, days.end, (), columns=of, where="metric = %s", values=[metric]
        )
        for name, of in ((part, columns), ("score", ScoreCount.COLUMNS))
    )
    # Adding up the columns of other scales would take half of the time.
    sums = ", ".join(
        f"sum({name})" if score in SCALES[metric].points else "0"
        for score, name in enumerate(ScoreCount.COLUMNS)
    )
    rows = _fetched(
        f"SELECT touchpoint_id, {column}, {sums} FROM ({parts.sql}) counted GROUP BY 1, 2 "  # noqa: S608
        f"UNION ALL SELECT touchpoint_id, NULL, {sums} FROM ({whole.sql}) counted GROUP BY 1",
        [*parts.values, *whole.values],
    )
    return ((row[0], row[1], row[2:]) for row in rows)


@dataclass(frozen=True, slots=True)
class Counted:
    """A query for counts by `touchpoint_id`, `metric` and `day`, and the values of its places.

    A whole week is one row of its Monday.
    """

    sql: str
    values: list[Any]


def counts(
    name: str,
    ids: Sequence[int],
    since: date,
    end: date,
    edges: Iterable[date],
    *,
    columns: Sequence[str] = ScoreCount.COLUMNS,
    where: str = "",
    values: Sequence[Any] = (),
) -> Counted:
    """Return the counts of the days from `since` to `end`, by week where no edge cuts the week.

    `name` is score, segment or channel; `where` and its values say which rows.
    """
    select = f"SELECT touchpoint_id, metric, day, {', '.join(columns)} FROM feedback_{name}"  # noqa: S608
    also = f"touchpoint_id IN ({_places(ids)})" + (f" AND {where}" if where else "")
    which, adapt = [*ids, *values], connection.ops.adapt_datefield_value
    weeks = WholeWeeks.of(since, end, edges)
    if weeks is None:
        sql = f"{select}count WHERE {_WITHIN} AND {also}"
        return Counted(sql, [adapt(since), adapt(end), *which])
    sql = f"{select}week WHERE {_WITHIN} AND {also}"
    found = [adapt(weeks.first), adapt(weeks.last), *which]
    if weeks.cut:
        sql += f" AND day NOT IN ({_places(weeks.cut)})"
        found += map(adapt, weeks.cut)
    if weeks.days:
        sql += f" UNION ALL {select}count WHERE day IN ({_places(weeks.days)}) AND {also}"
        found += [*map(adapt, weeks.days), *which]
    return Counted(sql, found)


def _places(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


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


def _piece(days: Days) -> str:
    return piece_sql("day", days.starts, connection.vendor)


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
    return _fetched(
        f"{select} WHERE {_WITHIN} AND touchpoint_id IN ({_places(ids)}) GROUP BY {groups}",
        [*dates, *ids],
    )


def _fetched(sql: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[Any] = cursor.fetchall()
    return rows
