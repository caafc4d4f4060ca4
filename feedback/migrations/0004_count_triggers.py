"""Let the database keep ScoreCount, DurationCount and EventCount true, whoever writes and how.

PostgreSQL counts a whole statement at once from its transition tables; SQLite has row triggers
only. Counts rise before they fall, so that an edit which moves an answer within one row never
meets a count below zero. Replaces the triggers of 0002: SQLite lost them when 0003 made the table
of the answers anew, and answers that were broken off do not count.

A later migration that changes one of the two tables must create their triggers again on SQLite.
"""

from dataclasses import dataclass

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


@dataclass(frozen=True)
class Tally:
    """A table of counts by day, and how the rows of `table` add up to it.

    `counts` maps a column to what one row adds; `where` says which rows count at all.
    """

    name: str
    table: str
    into: str
    keys: tuple[str, ...]
    counts: dict[str, str]
    where: str

    def _of(self, text: str, row: str) -> str:
        return text.replace("ROW.", row)

    # PostgreSQL ---------------------------------------------------------------------------

    def _day(self) -> str:
        return "(occurred_at AT TIME ZONE 'UTC')::date"

    def _tallied(self, rows: str) -> str:
        keys = ", ".join(self.keys)
        sums = ", ".join(
            f"count(*) FILTER (WHERE {self._of(what, '')}) AS {column}"
            for column, what in self.counts.items()
        )
        places = ", ".join(str(n + 1) for n in range(len(self.keys) + 1))
        return (
            f"SELECT {keys}, {self._day()} AS day, {sums} FROM {rows} "
            f"WHERE {self._of(self.where, '')} GROUP BY {places} ORDER BY {places}"
        )

    def _key(self) -> str:
        return ", ".join((*self.keys, "day"))

    def rise(self) -> str:
        raised = ", ".join(f"{c} = {self.into}.{c} + excluded.{c}" for c in self.counts)
        return (
            f"INSERT INTO {self.into} ({self._key()}, {', '.join(self.counts)}) "
            f"{self._tallied('new_rows')} ON CONFLICT ({self._key()}) DO UPDATE SET {raised};"
        )

    def fall(self) -> str:
        # Rows are locked in key order first: two writers never wait for each other in a circle.
        # Both joins are planned anew each time (EXECUTE): a plan that was kept from when the
        # table was empty would scan all of it for every answer.
        lowered = ", ".join(f"{c} = kept.{c} - gone.{c}" for c in self.counts)
        kept = ", ".join(f"kept.{k}" for k in (*self.keys, "day"))
        gone = ", ".join(f"gone.{k}" for k in (*self.keys, "day"))
        return (
            f"EXECUTE $sql$SELECT 1 FROM {self.into} WHERE ({self._key()}) IN "
            f"(SELECT {', '.join(self.keys)}, {self._day()} FROM old_rows "
            f"WHERE {self._of(self.where, '')}) ORDER BY {self._key()} FOR UPDATE$sql$;"
            f"EXECUTE $sql$UPDATE {self.into} kept SET {lowered} "
            f"FROM ({self._tallied('old_rows')}) gone WHERE ({kept}) = ({gone})$sql$;"
        )

    # SQLite -------------------------------------------------------------------------------

    def _matching(self, row: str) -> str:
        same = " AND ".join(f"{key} = {row}.{key}" for key in self.keys)
        return f"{same} AND day = date({row}.occurred_at)"

    def _change(self, row: str, sign: str) -> str:
        moved = ", ".join(
            f"{column} = {column} {sign} ({self._of(what, row + '.')})"
            for column, what in self.counts.items()
        )
        where = self._of(self.where, row + ".")
        return f"UPDATE {self.into} SET {moved} WHERE {where} AND {self._matching(row)}; "

    def add(self) -> str:
        # No upsert here: inside a trigger SQLite lets the outer statement's OR IGNORE overrule
        # it, and a count would be lost.
        keys = ", ".join(f"NEW.{key}" for key in self.keys)
        zeros = ", ".join("0" for _ in self.counts)
        return (
            f"INSERT INTO {self.into} ({self._key()}, {', '.join(self.counts)}) "
            f"SELECT {keys}, date(NEW.occurred_at), {zeros} "
            f"WHERE {self._of(self.where, 'NEW.')} AND NOT EXISTS "
            f"(SELECT 1 FROM {self.into} WHERE {self._matching('NEW')}); "
        ) + self._change("NEW", "+")

    def subtract(self) -> str:
        return self._change("OLD", "-")


SCORES = Tally(
    name="count",
    table="feedback_feedbackrecord",
    into="feedback_scorecount",
    keys=("touchpoint_id", "metric"),
    counts={f"c{i}": f"ROW.score = {i}" for i in range(11)},
    where="ROW.score IS NOT NULL AND NOT ROW.partial",
)
DURATIONS = Tally(
    name="count_duration",
    table="feedback_observation",
    into="feedback_durationcount",
    keys=("touchpoint_id", "kind", "bucket"),
    counts={"count": "ROW.bucket IS NOT NULL"},
    where="ROW.bucket IS NOT NULL",
)
EVENTS = Tally(
    name="count_event",
    table="feedback_observation",
    into="feedback_eventcount",
    keys=("touchpoint_id", "kind"),
    counts={"hits": "ROW.hit", "base": "ROW.hit IS NOT NULL"},
    where="ROW.hit IS NOT NULL",
)
# What a change of which makes no difference to any count.
SILENT = {
    "feedback_feedbackrecord": "touchpoint_id, metric, score, occurred_at, partial",
    "feedback_observation": "touchpoint_id, kind, bucket, hit, occurred_at",
}


def postgresql(tally: Tally) -> list[str]:
    bodies = {
        "insert": ("NEW TABLE AS new_rows", tally.rise()),
        "update": ("OLD TABLE AS old_rows NEW TABLE AS new_rows", tally.rise() + tally.fall()),
        "delete": ("OLD TABLE AS old_rows", tally.fall()),
    }
    statements = []
    for event, (transition, body) in bodies.items():
        function = f"feedback_{tally.name}_{event}"
        statements.append(
            f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {body} RETURN NULL; END $$"
        )
        statements.append(
            f"CREATE TRIGGER {tally.name}_{event} AFTER {event.upper()} ON {tally.table} "
            f"REFERENCING {transition} FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
        )
    return statements


def sqlite(tally: Tally) -> list[str]:
    bodies = {
        "insert": ("INSERT", tally.add()),
        "update": (f"UPDATE OF {SILENT[tally.table]}", tally.add() + tally.subtract()),
        "delete": ("DELETE", tally.subtract()),
    }
    return [
        f"CREATE TRIGGER feedback_{tally.name}_{name} AFTER {event} ON {tally.table} "
        f"BEGIN {body} END"
        for name, (event, body) in bodies.items()
    ]


def create(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    drop_old(schema_editor)
    vendor = postgresql if schema_editor.connection.vendor == "postgresql" else sqlite
    for tally in (SCORES, DURATIONS, EVENTS):
        for statement in vendor(tally):
            schema_editor.execute(statement)


def drop_old(schema_editor: BaseDatabaseSchemaEditor) -> None:
    for event in ("insert", "update", "delete"):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER count_{event} ON feedback_feedbackrecord")
            schema_editor.execute(f"DROP FUNCTION feedback_count_{event}()")
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS feedback_count_{event}")


class Migration(migrations.Migration):
    dependencies = [("feedback", "0003_listening")]

    operations = [migrations.RunPython(create)]
