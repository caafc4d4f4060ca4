"""Let the database itself keep ScoreCount true, whoever writes the feedback and how.

PostgreSQL counts a whole statement at once from its transition tables; SQLite has row triggers
only. Counts rise before they fall, so that an edit which moves an answer within one row never
meets a count below zero.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "feedback_feedbackrecord"
COUNTS = "feedback_scorecount"
COLUMNS = [f"c{score}" for score in range(11)]
KEY = "touchpoint_id, metric, day"


def postgresql() -> list[str]:
    tally = ", ".join(f"count(*) FILTER (WHERE score = {i}) AS c{i}" for i in range(11))
    day = "(occurred_at AT TIME ZONE 'UTC')::date"

    def counted(rows: str) -> str:
        return (
            f"SELECT touchpoint_id, metric, {day} AS day, {tally} FROM {rows} "
            f"WHERE score IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        )

    rise = ", ".join(f"{c} = {COUNTS}.{c} + excluded.{c}" for c in COLUMNS)
    fall = ", ".join(f"{c} = kept.{c} - gone.{c}" for c in COLUMNS)
    add = (
        f"INSERT INTO {COUNTS} ({KEY}, {', '.join(COLUMNS)}) {counted('new_rows')} "
        f"ON CONFLICT ({KEY}) DO UPDATE SET {rise};"
    )
    # Rows are locked in key order first: two writers never wait for each other in a circle.
    # Both joins are planned anew each time (EXECUTE): a plan that was kept from when the table
    # was empty would scan all of it for every answer.
    lock = (
        f"EXECUTE $sql$SELECT 1 FROM {COUNTS} WHERE ({KEY}) IN "
        f"(SELECT touchpoint_id, metric, {day} FROM old_rows WHERE score IS NOT NULL) "
        f"ORDER BY {KEY} FOR UPDATE$sql$;"
    )
    subtract = (
        f"EXECUTE $sql$UPDATE {COUNTS} kept SET {fall} FROM ({counted('old_rows')}) gone "
        "WHERE (kept.touchpoint_id, kept.metric, kept.day) "
        "= (gone.touchpoint_id, gone.metric, gone.day)$sql$;"
    )
    bodies = {
        "insert": ("NEW TABLE AS new_rows", add),
        "update": ("OLD TABLE AS old_rows NEW TABLE AS new_rows", add + lock + subtract),
        "delete": ("OLD TABLE AS old_rows", lock + subtract),
    }
    statements = []
    for event, (transition, body) in bodies.items():
        statements.append(
            f"CREATE FUNCTION feedback_count_{event}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {body} RETURN NULL; END $$"
        )
        statements.append(
            f"CREATE TRIGGER count_{event} AFTER {event.upper()} ON {TABLE} "
            f"REFERENCING {transition} FOR EACH STATEMENT "
            f"EXECUTE FUNCTION feedback_count_{event}()"
        )
    return statements


def sqlite() -> list[str]:
    # No upsert here: inside a trigger SQLite lets the outer statement's OR IGNORE overrule it,
    # and a count would be lost.
    add = (
        f"INSERT INTO {COUNTS} ({KEY}, {', '.join(COLUMNS)}) "
        f"SELECT NEW.touchpoint_id, NEW.metric, date(NEW.occurred_at), {', '.join('0' * 11)} "
        f"WHERE NEW.score IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {COUNTS} "
        "WHERE touchpoint_id = NEW.touchpoint_id AND metric = NEW.metric "
        "AND day = date(NEW.occurred_at)); "
    ) + _change("NEW", "+")
    subtract = _change("OLD", "-")
    bodies = {
        "insert": ("INSERT", add),
        "update": ("UPDATE OF touchpoint_id, metric, score, occurred_at", add + subtract),
        "delete": ("DELETE", subtract),
    }
    return [
        f"CREATE TRIGGER feedback_count_{name} AFTER {event} ON {TABLE} BEGIN {body} END"
        for name, (event, body) in bodies.items()
    ]


def _change(row: str, sign: str) -> str:
    moved = ", ".join(f"c{i} = c{i} {sign} ({row}.score = {i})" for i in range(11))
    return (
        f"UPDATE {COUNTS} SET {moved} WHERE {row}.score IS NOT NULL "
        f"AND touchpoint_id = {row}.touchpoint_id AND metric = {row}.metric "
        f"AND day = date({row}.occurred_at); "
    )


def create(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    statements = postgresql() if schema_editor.connection.vendor == "postgresql" else sqlite()
    for statement in statements:
        schema_editor.execute(statement)


def drop(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for event in ("insert", "update", "delete"):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER count_{event} ON {TABLE}")
            schema_editor.execute(f"DROP FUNCTION feedback_count_{event}()")
        else:
            schema_editor.execute(f"DROP TRIGGER feedback_count_{event}")


class Migration(migrations.Migration):
    dependencies = [("feedback", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]
