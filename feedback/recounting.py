"""Proves the counts by day and by week against the records they are made of, and mends them.

The database keeps the counts by triggers, which TRUNCATE, a restore without triggers, or a hand in
the counts themselves can get past. One statement per table compares all of it; a row of zeros
equals no row. This module spells out what is counted anew, so that it also proves the triggers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from django.db import connection, transaction

from feedback.models import (
    ChannelCount,
    ChannelWeek,
    DurationCount,
    EventCount,
    FeedbackRecord,
    Observation,
    ScoreCount,
    ScoreWeek,
    SegmentCount,
    SegmentWeek,
)
from journeys.models import Channel, Segment
from touchpoints.models import Touchpoint

SHOWN = 100
"""How many of a table's wrong rows are told one by one."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A row of counts that the records contradict: column by column (counted, true)."""

    touchpoint_id: int
    touchpoint: str
    key: str
    """The metric or the kind, with its segment, channel or bucket if there is one."""
    day: date
    columns: dict[str, tuple[int, int]]

    def __str__(self) -> str:
        wrong = ", ".join(
            f"{column} is {counted:,}, should be {true:,}"
            for column, (counted, true) in self.columns.items()
        )
        return f"{self.touchpoint} (no. {self.touchpoint_id}) · {self.key} · {self.day}: {wrong}"


@dataclass(frozen=True, slots=True)
class Compared:
    """What one table's comparison found: how many rows are wrong, and the first SHOWN of them."""

    table: str
    wrong: int
    first: tuple[Difference, ...]


_DAYS = {
    ("postgresql", False): "(occurred_at AT TIME ZONE 'UTC')::date",
    ("postgresql", True): "date_trunc('week', occurred_at AT TIME ZONE 'UTC')::date",
    ("sqlite", False): "date(occurred_at)",
    ("sqlite", True): "date(occurred_at, 'weekday 0', '-6 days')",
}
"""The day of a record as SQL, by database and whether that of its week is meant."""


@dataclass(frozen=True)
class _Counted:
    """A table of counts: its keys beside the day, and what each column counts of the records."""

    table: str
    records: str
    keys: tuple[str, ...]
    columns: dict[str, str]
    where: str
    names: type[Segment | Channel] | None = None
    """What the last of the keys is the number of, if it has a name."""
    weekly: bool = False
    """Whether `day` is the Monday of a week instead."""

    @property
    def places(self) -> tuple[str, ...]:
        return (*self.keys, "day")

    def differences(self) -> str:
        """Return the query for the rows that differ: the places, then counted and true by turns.

        It is one statement, so records written meanwhile are seen with their counts or not at all.
        """
        by_turns = ", ".join(
            f"sum(is_{c}) AS counted_{c}, sum(true_{c}) AS truly_{c}" for c in self.columns
        )
        wrong = " OR ".join(f"sum(is_{c}) <> sum(true_{c})" for c in self.columns)
        places = ", ".join(self.places)
        counted = ", ".join(f"{c} AS is_{c}, 0 AS true_{c}" for c in self.columns)
        zeros = ", ".join(f"0, {c}" for c in self.columns)
        return (
            f"SELECT {places}, {by_turns} FROM ("  # noqa: S608
            f"SELECT {places}, {counted} FROM {self.table} "
            f"UNION ALL SELECT {places}, {zeros} FROM ({self._truth()}) truth"
            f") both_sides GROUP BY {places} HAVING {wrong}"
        )

    def _truth(self) -> str:
        day = _DAYS[connection.vendor, self.weekly]
        sums = ", ".join(
            f"count(*) FILTER (WHERE {what}) AS {column}" for column, what in self.columns.items()
        )
        groups = ", ".join(str(n + 1) for n in range(len(self.places)))
        return (
            f"SELECT {', '.join(self.keys)}, {day} AS day, {sums} FROM {self.records} "  # noqa: S608
            f"WHERE {self.where} GROUP BY {groups}"
        )

    def repair(self) -> tuple[str, str]:
        """Return the two statements that mend the table: wrong rows go, missing ones come."""
        places = ", ".join(self.places)
        columns = ", ".join(self.columns)
        truly = ", ".join(f"truly_{column}" for column in self.columns)
        some = " + ".join(f"truly_{column}" for column in self.columns)
        found = f"({self.differences()}) found"
        wrong = f"SELECT {places} FROM {found}"  # noqa: S608
        missing = f"SELECT {places}, {truly} FROM {found} WHERE {some} > 0"  # noqa: S608
        return (
            f"DELETE FROM {self.table} WHERE ({places}) IN ({wrong})",  # noqa: S608
            f"INSERT INTO {self.table} ({places}, {columns}) {missing}",
        )


_SCORES = {column: f"score = {score}" for score, column in enumerate(ScoreCount.COLUMNS)}
_FINISHED = "score IS NOT NULL AND NOT partial"
SCORES = _Counted(
    table=ScoreCount._meta.db_table,
    records=FeedbackRecord._meta.db_table,
    keys=("touchpoint_id", "metric"),
    columns=_SCORES,
    where=_FINISHED,
)
SEGMENTS, CHANNELS = (
    _Counted(
        table=table._meta.db_table,
        records=FeedbackRecord._meta.db_table,
        keys=("touchpoint_id", "metric", part),
        columns={"n": _FINISHED} | _SCORES,
        where=f"{_FINISHED} AND {part} IS NOT NULL",
        names=names,
    )
    for table, part, names in (
        (SegmentCount, "segment_id", Segment),
        (ChannelCount, "channel_id", Channel),
    )
)
WEEKS = tuple(
    replace(days, table=table._meta.db_table, weekly=True)
    for days, table in ((SCORES, ScoreWeek), (SEGMENTS, SegmentWeek), (CHANNELS, ChannelWeek))
)
DURATIONS = _Counted(
    table=DurationCount._meta.db_table,
    records=Observation._meta.db_table,
    keys=("touchpoint_id", "kind", "bucket"),
    columns={"count": "bucket IS NOT NULL"},
    where="bucket IS NOT NULL",
)
EVENTS = _Counted(
    table=EventCount._meta.db_table,
    records=Observation._meta.db_table,
    keys=("touchpoint_id", "kind"),
    columns={"hits": "hit", "base": "hit IS NOT NULL"},
    where="hit IS NOT NULL",
)
TABLES = (SCORES, SEGMENTS, CHANNELS, *WEEKS, DURATIONS, EVENTS)


def check() -> list[Compared]:
    """Compare every table of counts with its records; nobody has to wait for it."""
    return [_compare(table) for table in TABLES]


def repair() -> list[Compared]:
    """Mend every table that is wrong, and return what was wrong with it.

    A table without a difference is not touched. Writers wait while the others are mended, so that
    no answer is lost between counting and writing; readers do not.
    """
    mended = {table.table: _compare(table) for table in TABLES}
    for records, tables in groupby(TABLES, lambda table: table.records):
        wrong = [table for table in tables if mended[table.table].wrong]
        if not wrong:
            continue
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # The records first, as every writer locks them. SQLite has one writer anyway.
                names = ", ".join([records, *(table.table for table in wrong)])
                cursor.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")
            for table in wrong:
                mended[table.table] = _compare(table)
                for statement in table.repair():
                    cursor.execute(statement)
    return list(mended.values())


def _compare(table: _Counted) -> Compared:
    places = len(table.places)
    columns = ", ".join(
        [*table.places, *(f"counted_{c}, truly_{c}" for c in table.columns), "count(*) OVER ()"]
    )
    order = ", ".join(table.places)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM ({table.differences()}) found "  # noqa: S608
            f"ORDER BY {order} LIMIT {SHOWN}"
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    titles = dict(
        Touchpoint.objects.filter(pk__in={row[0] for row in rows}).values_list("pk", "title")
    )
    parts: dict[Any, str] = {}
    if table.names is not None:
        found = table.names._default_manager.filter(pk__in={row[places - 2] for row in rows})
        parts = dict(found.values_list("pk", "name"))
    return Compared(
        table=table.table.removeprefix("feedback_"),
        wrong=rows[0][-1] if rows else 0,
        first=tuple(
            _difference(table, row[:places], row[places:-1], titles.get(row[0], ""), parts)
            for row in rows
        ),
    )


def _difference(
    table: _Counted,
    places: Sequence[Any],
    numbers: Sequence[Any],
    title: str,
    parts: Mapping[Any, str],
) -> Difference:
    touchpoint_id, *keys, day = places
    pairs = zip(table.columns, numbers[::2], numbers[1::2], strict=True)
    return Difference(
        touchpoint_id=touchpoint_id,
        touchpoint=title or "an unknown touchpoint",
        key=" ".join(str(parts.get(key, key)) for key in keys),
        day=day if isinstance(day, date) else date.fromisoformat(day),
        columns={
            column: (int(counted), int(true)) for column, counted, true in pairs if counted != true
        },
    )
