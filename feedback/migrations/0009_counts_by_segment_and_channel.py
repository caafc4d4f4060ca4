"""Count the answers of every day by segment and by channel, too, kept by the database itself.

A map of one segment read half a million single answers of ten million; it reads counts now. Those
of no segment are not counted: they are what the segments leave over of ScoreCount.

A later migration that changes the table of the answers must create these triggers again on SQLite,
beside those of 0004.
"""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

triggers = import_module("feedback.migrations.0004_count_triggers")

SCORES = {f"c{score}": f"ROW.score = {score}" for score in range(11)}
TALLIES = [
    triggers.Tally(
        name=f"count_{part}",
        table="feedback_feedbackrecord",
        into=f"feedback_{part}count",
        keys=("touchpoint_id", "metric", f"{part}_id"),
        counts={"n": "ROW.score IS NOT NULL"} | SCORES,
        where=f"ROW.score IS NOT NULL AND NOT ROW.partial AND ROW.{part}_id IS NOT NULL",
    )
    for part in ("segment", "channel")
]


def create(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    postgresql = schema_editor.connection.vendor == "postgresql"
    for tally in TALLIES:
        # The triggers come first: from then on PostgreSQL lets nobody write until all is counted.
        for statement in triggers.postgresql(tally) if postgresql else sqlite(tally):
            schema_editor.execute(statement)
    for tally in TALLIES:
        schema_editor.execute(filled(tally, postgresql=postgresql))


def sqlite(tally: "triggers.Tally") -> list[str]:
    moving = ", ".join((*tally.keys, "score", "occurred_at", "partial"))
    bodies = {
        "insert": ("INSERT", tally.add()),
        "update": (f"UPDATE OF {moving}", tally.add() + tally.subtract()),
        "delete": ("DELETE", tally.subtract()),
    }
    return [
        f"CREATE TRIGGER feedback_{tally.name}_{name} AFTER {event} ON {tally.table} "
        f"BEGIN {body} END"
        for name, (event, body) in bodies.items()
    ]


def filled(tally: "triggers.Tally", *, postgresql: bool) -> str:
    """Return the statement that counts what is there, day by day, as if it had come like that."""
    day = "(occurred_at AT TIME ZONE 'UTC')::date" if postgresql else "date(occurred_at)"
    keys = ", ".join(tally.keys)
    sums = ", ".join(
        f"count(*) FILTER (WHERE {what.replace('ROW.', '')})" for what in tally.counts.values()
    )
    return (
        f"INSERT INTO {tally.into} ({keys}, day, {', '.join(tally.counts)}) "
        f"SELECT {keys}, {day} AS day, {sums} FROM {tally.table} "
        f"WHERE {tally.where.replace('ROW.', '')} GROUP BY 1, 2, 3, 4 ORDER BY 4, 1, 3, 2"
    )


def drop(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    drop_triggers(TALLIES, schema_editor)


def drop_triggers(tallies: "list[triggers.Tally]", schema_editor: BaseDatabaseSchemaEditor) -> None:
    for tally in tallies:
        for event in ("insert", "update", "delete"):
            if schema_editor.connection.vendor == "postgresql":
                schema_editor.execute(f"DROP TRIGGER {tally.name}_{event} ON {tally.table}")
                schema_editor.execute(f"DROP FUNCTION feedback_{tally.name}_{event}()")
            else:
                schema_editor.execute(f"DROP TRIGGER feedback_{tally.name}_{event}")


def counted(part: str) -> migrations.CreateModel:
    """Make the table, with what every view reads at the front of a row."""
    key = ("touchpoint_id", "day", "metric", f"{part}_id")
    return migrations.CreateModel(
        name=f"{part.title()}Count",
        fields=[
            (
                "pk",
                models.CompositePrimaryKey(
                    *key, blank=True, editable=False, primary_key=True, serialize=False
                ),
            ),
            (
                "touchpoint",
                models.ForeignKey(
                    db_index=False,
                    on_delete=models.CASCADE,
                    related_name=f"{part}_counts",
                    to="touchpoints.touchpoint",
                ),
            ),
            (
                part,
                models.ForeignKey(
                    db_index=False,
                    on_delete=models.CASCADE,
                    related_name="score_counts",
                    to=f"journeys.{part}",
                ),
            ),
            ("day", models.DateField()),
            ("n", models.PositiveIntegerField(default=0)),
            ("metric", models.CharField(max_length=5)),
            *((column, models.PositiveIntegerField(default=0)) for column in SCORES),
        ],
        options={"abstract": False},
    )


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0008_old_sources_keep"),
        ("journeys", "0005_feelings_once_on_the_map"),
        ("touchpoints", "0003_editor"),
    ]

    operations = [
        counted("segment"),
        counted("channel"),
        migrations.RunPython(create, drop),
    ]
