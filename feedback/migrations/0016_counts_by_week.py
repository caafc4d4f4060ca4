"""Count the answers of every week, too, kept by the database itself as those of every day are.

A map of ninety days reads thirteen weeks and the days at its ends, instead of ninety days.

A later migration that changes the table of the answers must create these triggers again on SQLite,
beside those of 0004 and 0009.
"""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

daily = import_module("feedback.migrations.0004_count_triggers")
parts = import_module("feedback.migrations.0009_counts_by_segment_and_channel")

PARTS = ("segment", "channel")
KEYS = {
    "score": {"touchpoint": "touchpoints.touchpoint"},
    "segment": {"touchpoint": "touchpoints.touchpoint", "segment": "journeys.segment"},
    "channel": {"touchpoint": "touchpoints.touchpoint", "channel": "journeys.channel"},
}


class Weekly(daily.Tally):  # type: ignore[misc, name-defined]
    """The same counts, of the week that begins on the Monday `day`."""

    def _day(self) -> str:
        return "date_trunc('week', occurred_at AT TIME ZONE 'UTC')::date"

    def _matching(self, row: str) -> str:
        return _by_week(super()._matching(row), row)

    def add(self) -> str:
        return _by_week(super().add(), "NEW")


def _by_week(sql: str, row: str) -> str:
    # From the Sunday on or after the day to the Monday before it.
    return sql.replace(
        f"date({row}.occurred_at)", f"date({row}.occurred_at, 'weekday 0', '-6 days')"
    )


# PostgreSQL fires triggers in the order of their names. The weeks come first: who counts several
# times in one transaction holds their rows already when the others ask for those of the days, and
# nobody waits for anybody in a circle.
TALLIES = [
    Weekly(
        name=tally.name.replace("count", "by_week", 1),
        table=tally.table,
        into=tally.into.replace("count", "week"),
        keys=tally.keys,
        counts=tally.counts,
        where=tally.where,
    )
    for tally in (daily.SCORES, *parts.TALLIES)
]


def create(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    postgresql = schema_editor.connection.vendor == "postgresql"
    for tally in TALLIES:
        # The triggers come first: from then on PostgreSQL lets nobody write until all is counted.
        for statement in daily.postgresql(tally) if postgresql else parts.sqlite(tally):
            schema_editor.execute(statement)
    for tally in TALLIES:
        schema_editor.execute(filled(tally, postgresql=postgresql))


def filled(tally: Weekly, *, postgresql: bool) -> str:
    """Return the statement that adds up the days that are counted already."""
    week = "date_trunc('week', day)::date" if postgresql else "date(day, 'weekday 0', '-6 days')"
    keys, columns = ", ".join(tally.keys), ", ".join(tally.counts)
    sums = ", ".join(f"sum({column})" for column in tally.counts)
    places = ", ".join(str(n + 1) for n in range(len(tally.keys) + 1))
    return (
        f"INSERT INTO {tally.into} (day, {keys}, {columns}) SELECT {week} AS week, {keys}, {sums} "
        f"FROM {tally.into.replace('week', 'count')} GROUP BY {places} ORDER BY {places}"
    )


def drop(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    parts.drop_triggers(TALLIES, schema_editor)


def weekly(name: str, part: str = "") -> migrations.CreateModel:
    """Make a table, with what every view reads at the front of a row."""
    fields: list[tuple[str, models.Field]] = [
        (
            "pk",
            models.CompositePrimaryKey(
                *("touchpoint_id", "day", "metric", *([f"{part}_id"] if part else [])),
                blank=True,
                editable=False,
                primary_key=True,
                serialize=False,
            ),
        ),
        ("touchpoint", _key("touchpoints.touchpoint")),
        *([(part, _key(f"journeys.{part}"))] if part else []),
        ("day", models.DateField()),
        *([("n", models.PositiveIntegerField(default=0))] if part else []),
        ("metric", models.CharField(max_length=5)),
        *((f"c{score}", models.PositiveIntegerField(default=0)) for score in range(11)),
    ]
    return migrations.CreateModel(name=name, fields=fields, options={"abstract": False})


def _key(to: str) -> models.ForeignKey:
    return models.ForeignKey(db_index=False, on_delete=models.CASCADE, related_name="+", to=to)


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0015_driver_analyses"),
        ("journeys", "0014_invitations"),
        ("touchpoints", "0004_team_members"),
    ]

    operations = [
        # Only their names in Python are others: nothing changes in the database.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(f"{name}count", field, _key(to))
                for name, fields in KEYS.items()
                for field, to in fields.items()
            ]
        ),
        weekly("ScoreWeek"),
        *(weekly(f"{part.title()}Week", part) for part in PARTS),
        migrations.RunPython(create, drop),
    ]
