"""The rule of docs/upgrading.md: while a new version starts, the one before it still serves.

So a migration may only add what the old code need not know of. What the old code uses goes a
version later, in a migration that says so by `follows`: the version that stopped using it.
"""

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

BEFORE_THE_RULE = {"journeys": "0014", "touchpoints": "0004", "feedback": "0015"}
"""The last migrations of each app to which it does not apply."""

GOES = (
    migrations.RemoveField,
    migrations.RenameField,
    migrations.DeleteModel,
    migrations.RenameModel,
    migrations.AlterModelTable,
)


def breaks(operation: Operation, made_here: set[str]) -> str:
    """Return why the version before could not go on beside an operation; "" where it could.

    `made_here` are the models that the same migration makes: the old code knows none of them.
    """
    model = getattr(operation, "model_name", getattr(operation, "name", "")).lower()
    if model in made_here:
        return ""
    if isinstance(operation, GOES):
        return "the version before still asks for it"
    if isinstance(operation, migrations.AddField):
        field = operation.field
        filled = field.null or field.has_db_default() or isinstance(field, models.ManyToManyField)
        return "" if filled else "rows of the version before leave it empty: give it a db_default"
    if isinstance(operation, migrations.AlterField) and not operation.field.null:
        return "the version before may leave it empty, or write what does not fit"
    if isinstance(operation, migrations.AddConstraint):
        return "rows of the version before may break it"
    return ""


def found(migration: type[migrations.Migration] | migrations.Migration) -> list[str]:
    """Return what in a migration breaks the version before."""
    if getattr(migration, "follows", ""):
        return []
    operations = migration.operations
    made = {each.name.lower() for each in operations if isinstance(each, migrations.CreateModel)}
    reasons = [(each.describe(), breaks(each, made)) for each in operations]
    return [f"{what}: {why}" for what, why in reasons if why]


def test_no_migration_breaks_the_version_that_still_serves():
    broken = {
        f"{app}.{name}": found(migration)
        for (app, name), migration in MigrationLoader(None).disk_migrations.items()
        if app in BEFORE_THE_RULE and name[:4] > BEFORE_THE_RULE[app]
    }
    assert {name: reasons for name, reasons in broken.items() if reasons} == {}


@pytest.mark.parametrize(
    ("operation", "fine"),
    [
        (migrations.RemoveField("card", "text"), False),
        (migrations.RenameField("card", "text", "words"), False),
        (migrations.DeleteModel("card"), False),
        (migrations.AddField("card", "mood", models.CharField(default="")), False),
        (migrations.AddField("card", "mood", models.CharField(db_default="")), True),
        (migrations.AddField("card", "mood", models.CharField(null=True)), True),
        (migrations.AlterField("card", "text", models.CharField()), False),
        (migrations.AlterField("card", "text", models.CharField(null=True)), True),
        (migrations.AddIndex("card", models.Index(fields=["text"], name="x")), True),
        (migrations.RunPython(migrations.RunPython.noop), True),
    ],
    ids=lambda value: value.describe() if isinstance(value, Operation) else "",
)
def test_what_the_rule_allows(operation, fine):
    assert (breaks(operation, set()) == "") is fine


def test_a_new_table_is_free_to_be_filled():
    class Migration(migrations.Migration):
        operations = [
            migrations.CreateModel("Share", [("id", models.BigAutoField(primary_key=True))]),
            migrations.AddField("share", "token", models.CharField()),
            migrations.AddConstraint(
                "share", models.UniqueConstraint(fields=["token"], name="once")
            ),
        ]

    assert found(Migration) == []


def test_what_goes_a_version_later_says_so():
    class Migration(migrations.Migration):
        follows = "0.2.0 writes no moods any more"
        operations = [migrations.RemoveField("card", "mood")]

    assert found(Migration) == []
