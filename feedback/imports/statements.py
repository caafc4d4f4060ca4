"""Inserting and updating many records at once.

Django's bulk_create and bulk_update build an expression for every value: measured with 72,000
answers, they took three and ten times as long as these statements. What a record must not
be is refused by the database's constraints, as everywhere.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection
from django.utils import timezone


class NewRecord(NamedTuple):
    """The values of a record to insert, in the order of the columns below."""

    source_id: int
    external_id: str
    touchpoint_id: int
    metric: str
    score: int | None
    comment: str
    occurred_at: datetime
    segment_id: int | None
    channel_id: int | None


class ChangedRecord(NamedTuple):
    """The id of a record, and what it is to say from now on."""

    id: int
    score: int | None
    comment: str
    occurred_at: datetime
    segment_id: int | None
    channel_id: int | None


INSERT = """
INSERT INTO feedback_feedbackrecord
    (source_id, external_id, touchpoint_id, metric, score, comment, occurred_at, segment_id,
     channel_id, recorded_at)
"""
# One array per column: the triggers that keep the daily counts run once for the statement.
INSERT_ARRAYS = (
    INSERT
    + """
SELECT *, %s FROM unnest(
    %s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::smallint[], %s::text[],
    %s::timestamptz[], %s::bigint[], %s::bigint[])
"""
)
INSERT_ROW = INSERT + "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"

UPDATE_ARRAYS = """
UPDATE feedback_feedbackrecord AS record SET
    score = changed.score, comment = changed.comment, occurred_at = changed.occurred_at,
    segment_id = changed.segment_id, channel_id = changed.channel_id
FROM unnest(
    %s::bigint[], %s::smallint[], %s::text[], %s::timestamptz[], %s::bigint[], %s::bigint[])
    AS changed(id, score, comment, occurred_at, segment_id, channel_id)
WHERE record.id = changed.id
"""
UPDATE_ROW = """
UPDATE feedback_feedbackrecord
SET score = %s, comment = %s, occurred_at = %s, segment_id = %s, channel_id = %s WHERE id = %s
"""


def insert_records(records: Sequence[NewRecord]) -> None:
    """Insert records; raises IntegrityError when there is such a record already."""
    now = _moment(timezone.now())
    if connection.vendor == "postgresql":
        _execute(INSERT_ARRAYS, [now], records)
    else:
        _execute_each(
            INSERT_ROW,
            (
                (*new[:6], _moment(new.occurred_at), new.segment_id, new.channel_id, now)
                for new in records
            ),
        )


def update_records(records: Sequence[ChangedRecord]) -> None:
    """Update records by their ids."""
    if connection.vendor == "postgresql":
        _execute(UPDATE_ARRAYS, [], records)
    else:
        _execute_each(
            UPDATE_ROW,
            (
                (*old[1:3], _moment(old.occurred_at), old.segment_id, old.channel_id, old.id)
                for old in records
            ),
        )


def _moment(moment: datetime) -> Any:
    """Return a time as the database's own driver wants it."""
    return connection.ops.adapt_datetimefield_value(moment)


def _execute(sql: str, before: list[Any], records: Sequence[tuple[Any, ...]]) -> None:
    if records:
        arrays = [list(values) for values in zip(*records, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(sql, [*before, *arrays])


def _execute_each(sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(sql, list(rows))


def refresh_statistics() -> None:
    """Tell PostgreSQL how large the tables of feedback are now.

    It would find out by itself within minutes; until then it plans every query as if they were
    as small as before, and a map can take minutes.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in apps.get_app_config("feedback").get_models():
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
