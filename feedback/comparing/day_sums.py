"""Sums of daily counts over other days at each touchpoint, in plain SQL; one query each."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection

from feedback.comparing.edges import Run
from feedback.models import ScoreCount
from feedback.slices import Slice
from feedback.tallies import EVENTS

Place = tuple[int, str]

_NAMES = ", ".join(ScoreCount.COLUMNS)
_SUMS = ", ".join(f"sum({column})" for column in ScoreCount.COLUMNS)
_ALL = " + ".join(ScoreCount.COLUMNS)
_EVERYTHING = (
    f"SELECT touchpoint_id, metric AS kind, day, {_ALL} AS n FROM feedback_scorecount "  # noqa: S608
    f"UNION ALL SELECT touchpoint_id, kind, day, base FROM ({EVENTS}) event "
    "UNION ALL SELECT touchpoint_id, kind, day, count FROM feedback_durationcount"
)


def by_day(
    ids: Sequence[int], today: date, asked: Slice | None = None
) -> dict[Place, dict[str, int]]:
    """Return how many answered or were observed on each day; of a slice, only who answered."""
    if not ids:
        return {}
    counted, values = _EVERYTHING, []
    if asked is not None:
        part = asked.columns[0]
        counted = (
            f"SELECT touchpoint_id, metric AS kind, day, n FROM {_table(part)} "  # noqa: S608
            f"WHERE {part} = %s"
        )
        values = [asked.cell[0]]
    # A text of JSON for a place, not a row for each day, which would cost Python more.
    days = (
        "CAST(json_object_agg(day, n) AS text)"
        if connection.vendor == "postgresql"
        else "json_group_object(day, n)"
    )
    sql = (
        f"SELECT touchpoint_id, kind, {days} FROM (SELECT touchpoint_id, kind, day, sum(n) AS n "  # noqa: S608
        f"FROM ({counted}) counted WHERE day <= %s AND touchpoint_id IN "
        f"({', '.join(['%s'] * len(ids))}) GROUP BY 1, 2, 3) daily GROUP BY 1, 2"
    )
    rows = _rows(sql, [*values, _day(today), *ids])
    return {(pk, kind): json.loads(found) for pk, kind, found in rows}


def scores(runs: Mapping[Place, Run]) -> Iterator[tuple[Place, Sequence[int]]]:
    """Yield the counts of the scores 0 to 10 at each place."""
    for pk, kind, *columns in _over(runs, f"kind, {_SUMS}", _named("feedback_scorecount"), 2):
        yield (pk, kind), columns


def parts(runs: Mapping[Place, Run], part: str) -> dict[Place, dict[int, Sequence[int]]]:
    """Return the same by segment or by channel: `part` is the column."""
    found: dict[Place, dict[int, Sequence[int]]] = defaultdict(dict)
    rows = _over(runs, f"kind, {part}, {_SUMS}", _named(_table(part), part), 3)
    for pk, kind, of, *columns in rows:
        found[pk, kind][of] = columns
    return found


def durations(runs: Mapping[Place, Run]) -> Iterator[tuple[Place, dict[int, int]]]:
    """Yield how many durations fell into each log bucket at each place."""
    found: dict[Place, dict[int, int]] = defaultdict(dict)
    rows = _over(runs, "kind, bucket, sum(count)", "SELECT * FROM feedback_durationcount", 3)
    for pk, kind, bucket, n in rows:
        found[pk, kind][bucket] = int(n)
    yield from found.items()


def rates(runs: Mapping[Place, Run]) -> Iterator[tuple[Place, int, int]]:
    """Yield the hits and the base at each place."""
    for pk, kind, hits, base in _over(runs, "kind, sum(hits), sum(base)", EVENTS, 2):
        yield (pk, kind), int(hits), int(base)


def _table(part: str) -> str:
    return f"feedback_{part.removesuffix('_id')}count"


def _named(table: str, *more: str) -> str:
    columns = ", ".join(["touchpoint_id", "metric AS kind", "day", *more, _NAMES])
    return f"SELECT {columns} FROM {table}"  # noqa: S608


def _over(runs: Mapping[Place, Run], select: str, counted: str, groups: int) -> list[Any]:
    """Sum what was counted over each place's own days."""
    if not runs:
        return []
    values = [
        value
        for (pk, kind), run in runs.items()
        for value in (pk, kind, _day(run.since), _day(run.until))
    ]
    places = ", ".join(["(%s, %s, %s, %s)"] * len(runs))
    sql = (
        f"WITH place(touchpoint, sort, since, until) AS (VALUES {places}) "  # noqa: S608
        f"SELECT touchpoint_id, {select} FROM place JOIN ({counted}) counted "
        "ON touchpoint_id = touchpoint AND kind = sort AND day >= since AND day <= until "
        f"GROUP BY {', '.join(str(number + 1) for number in range(groups))}"
    )
    return _rows(sql, values)


def _day(day: date) -> Any:
    return connection.ops.adapt_datefield_value(day)


def _rows(sql: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[Any] = cursor.fetchall()
    return rows
