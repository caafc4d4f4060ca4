"""The statements that write answers, a list per column and many rows at once.

On PostgreSQL a column travels as the text of one array, and one statement inserts all rows, so
that the triggers which keep the daily counts run once. Further statements change those that were
there before and say something else; they run only where the first left rows out.
What a record must not be is refused by the database's constraints, as everywhere.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from feedback.closing.opening import cases_follow
from feedback.themes.assigning import newest_record, themes_follow


@dataclass(slots=True)
class Columns:
    """Answers of one source, a list per column and all of one length.

    None means that nothing is said about it: a new record then gets the usual value, and the
    channel `own_channel_id` of its touchpoint.
    """

    external_id: list[str] = field(default_factory=list)
    touchpoint_id: list[int] = field(default_factory=list)
    metric: list[str] = field(default_factory=list)
    score: list[int | None] = field(default_factory=list)
    comment: list[str | None] = field(default_factory=list)
    occurred_at: list[datetime] = field(default_factory=list)
    segment_id: list[int | None] = field(default_factory=list)
    channel_id: list[int | None] = field(default_factory=list)
    respondent_id: list[int | None] = field(default_factory=list)
    partial: list[bool | None] = field(default_factory=list)
    language: list[str | None] = field(default_factory=list)
    own_channel_id: list[int | None] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.external_id)


VALUES = (
    *("score", "comment", "occurred_at", "segment_id", "channel_id", "respondent_id"),
    *("partial", "language"),
)
"""The columns that another delivery of the same answer may change; the first three are its key."""
USUAL = {
    "comment": "COALESCE({0}comment, '')",
    "channel_id": "COALESCE({0}channel_id, {0}own_channel_id)",
    "partial": "COALESCE({0}partial, {1})",
    "language": "COALESCE({0}language, '')",
}
TYPES = {
    "external_id": "text",
    "touchpoint_id": "bigint",
    "metric": "text",
    "score": "smallint",
    "comment": "text",
    "occurred_at": "timestamptz",
    "segment_id": "bigint",
    "channel_id": "bigint",
    "respondent_id": "bigint",
    "partial": "boolean",
    "language": "text",
    "own_channel_id": "bigint",
}
KEY = ("external_id", "touchpoint_id", "metric")
TABLE = "feedback_feedbackrecord"
INSERT = (
    f"INSERT INTO {TABLE} (source_id, {', '.join((*KEY, *VALUES))}, recorded_at) "
    "{rows} ON CONFLICT (source_id, external_id, touchpoint_id, metric) "
    "WHERE NOT (external_id = '') DO {what}"
)
ARRAYS = (
    f"unnest({', '.join(f'%s::{kind}[]' for kind in TYPES.values())}) AS said({', '.join(TYPES)})"
)
"""One text per column; see `_array`."""
# Locks are taken in the order of their keys, so that no two writers wait for each other.
LOCK = "SELECT pg_advisory_xact_lock(place) FROM unnest(%s::bigint[]) AS place"
LOCKS_FROM = 0x0C_E5 << 40
"""Advisory locks of touchpoints begin here, apart from those of others in the same database."""


@dataclass(frozen=True, slots=True)
class Written:
    """How many answers were new, and how many said something else than before."""

    created: int
    updated: int


def write_answers(source_id: int, said: Columns, *, keeps: Collection[str] = ()) -> Written:
    """Write answers: new ones inserted, changed ones updated, equal ones left alone.

    An answer with an external id is known by source, external id, touchpoint and metric; no two
    of `said` may share them. Where an answer says nothing about a column in `keeps`, it stays as
    it was. Runs in the caller's transaction, at whose end the touchpoints' locks go.

    Raises IntegrityError for what no record may be.
    """
    if not len(said):
        return Written(0, 0)
    write = _write_arrays if connection.vendor == "postgresql" else _write_rows
    newest = newest_record()
    written = write(source_id, said, frozenset(keeps))
    if any(said.comment) or written.updated:
        worded = zip(said.external_id, said.comment, strict=True)
        changed = [name for name, text in worded if text is not None] if written.updated else []
        themes_follow(source_id, after=newest, changed=changed)
    answered = zip(said.external_id, said.metric, said.score, said.respondent_id, strict=True)
    cases_follow(source_id, answered, after=newest, changed=bool(written.updated))
    return written


def lock_touchpoints(touchpoint_ids: Iterable[int]) -> None:
    """Let nobody else write answers to these touchpoints before this transaction has ended.

    Two writers that met in the daily counts, one holding what the other needs, would stop each
    other. SQLite has one writer at a time anyway.
    """
    if connection.vendor == "postgresql":
        places = [LOCKS_FROM + touchpoint_id for touchpoint_id in sorted(set(touchpoint_ids))]
        with connection.cursor() as cursor:
            cursor.execute(LOCK, [_array(places, "bigint")])


def _write_arrays(source_id: int, said: Columns, keeps: frozenset[str]) -> Written:
    lock_touchpoints(said.touchpoint_id)
    arrays, now = _arrays(said), timezone.now()
    usual = {name: _usual(name, "said.", "false") for name in VALUES}
    rows = f"SELECT %s, {_listed(usual)}, %s FROM {ARRAYS}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(INSERT.format(rows=rows, what="NOTHING"), [source_id, now, *arrays])
        created = cursor.rowcount
        if created == len(said):
            return Written(created, 0)
        # An answer that is there is met as a conflict, which always goes by the index of its key.
        # A join would be planned by statistics, and those of a table that was empty a moment ago
        # make it read every row for every answer.
        updated = 0
        for silent, alike in _by_what_is_kept(said, keeps):
            heard = [name for name in VALUES if name not in silent]
            values = usual | {name: f"said.{name}" for name in heard}
            rows = f"SELECT %s, {_listed(values)}, %s FROM {ARRAYS} WHERE NOT (external_id = '')"  # noqa: S608
            sets = ", ".join(f"{name} = EXCLUDED.{name}" for name in heard)
            olds, news = (", ".join(f"{of}.{name}" for name in heard) for of in (TABLE, "EXCLUDED"))
            what = f"UPDATE SET {sets} WHERE ({olds}) IS DISTINCT FROM ({news})"
            cursor.execute(INSERT.format(rows=rows, what=what), [source_id, now, *_arrays(alike)])
            updated += cursor.rowcount
        return Written(created, updated)


def _by_what_is_kept(
    said: Columns, keeps: frozenset[str]
) -> Iterator[tuple[tuple[str, ...], Columns]]:
    """Yield answers that say nothing about the same columns of `keeps`, with those columns."""
    kept = [name for name in VALUES if name in keeps]
    groups: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for n in range(len(said)):
        groups[tuple(name for name in kept if getattr(said, name)[n] is None)].append(n)
    for silent, places in groups.items():
        yield silent, Columns(*([column[n] for n in places] for column in _lists(said)))


def _write_rows(source_id: int, said: Columns, keeps: frozenset[str]) -> Written:
    moments = [_moment(moment) for moment in said.occurred_at]
    columns = [*_lists(said)]
    columns[5] = moments
    now = _moment(timezone.now())
    held = "SELECT " + ", ".join(f"%s AS {name}" for name in TYPES)
    values = ", ".join((*KEY, *(_usual(name, "", "0") for name in VALUES)))
    # Without WHERE, SQLite would take ON CONFLICT for the ON of a join.
    insert = INSERT.format(
        rows=f"SELECT {int(source_id)}, {values}, %s FROM ({held}) WHERE true",  # noqa: S608
        what="NOTHING",
    )
    rows = list(zip(*columns, strict=True))
    with connection.cursor() as cursor:
        cursor.executemany(insert, [(now, *row) for row in rows])
        created = cursor.rowcount
        if created == len(said):
            return Written(created, 0)
        new = [_next(name, keeps, "%s", "") for name in VALUES]
        update = (
            f"UPDATE {TABLE} "  # noqa: S608
            f"SET {', '.join(map(' = '.join, zip(VALUES, new, strict=True)))} "
            f"WHERE source_id = {int(source_id)} AND external_id = %s "
            "AND NOT (external_id = '') AND touchpoint_id = %s AND metric = %s "
            f"AND ({' OR '.join(map(' IS NOT '.join, zip(VALUES, new, strict=True)))})"
        )
        cursor.executemany(update, [(*row[3:11], *row[:3], *row[3:11]) for row in rows])
        return Written(created, cursor.rowcount)


def _lists(said: Columns) -> list[list[Any]]:
    return [getattr(said, name) for name in TYPES]


def _arrays(said: Columns) -> list[str]:
    return [_array(values, kind) for values, kind in zip(_lists(said), TYPES.values(), strict=True)]


def _listed(values: Mapping[str, str]) -> str:
    return ", ".join((*KEY, *values.values()))


def _usual(name: str, row: str, false: str) -> str:
    """Return the expression for a new record."""
    return USUAL.get(name, "{0}" + name).format(row, false)


def _next(name: str, keeps: frozenset[str], said: str, before: str) -> str:
    """Return the expression for what a record says from now on."""
    return f"COALESCE({said}, {before}{name})" if name in keeps else said


def _moment(moment: datetime) -> Any:
    """Return a time as the database's own driver wants it."""
    return connection.ops.adapt_datetimefield_value(moment)


def _array(values: Sequence[Any], kind: str) -> str:
    """Return a list as PostgreSQL writes arrays: in one text, which is fast to make and to read."""
    if kind == "text":
        return _text_array(values)
    if kind == "timestamptz":
        return "{" + ",".join(map(datetime.isoformat, values)) + "}"
    # The digits of a list, true, false and NULL are the same in both languages, but for case.
    return "{" + str(list(values))[1:-1].replace("None", "NULL") + "}"


def _text_array(values: Sequence[str | None]) -> str:
    if not values:
        return "{}"
    if None not in values:
        joined = '","'.join(values)  # type: ignore[arg-type]
        if "\\" not in joined and joined.count('"') == 2 * (len(values) - 1):
            return '{"' + joined + '"}'
    return "{" + ",".join(map(_quoted, values)) + "}"


def _quoted(value: str | None) -> str:
    if value is None:
        return "NULL"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
