"""Let autovacuum visit the answers after one percent of new ones, not after twenty.

A map of one segment reads the covering index alone where the table's pages are known to be visible
to everybody, and VACUUM is what makes that known. With PostgreSQL's own settings the newest fifth
of ten million answers, which every map asks for, would wait for it for months.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SOONER = {"autovacuum_vacuum_insert_scale_factor": 0.01, "autovacuum_analyze_scale_factor": 0.02}


def sooner(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    settings = ", ".join(f"{name} = {value}" for name, value in SOONER.items())
    _alter(schema_editor, f"SET ({settings})")


def as_elsewhere(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _alter(schema_editor, f"RESET ({', '.join(SOONER)})")


def _alter(schema_editor: BaseDatabaseSchemaEditor, what: str) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE feedback_feedbackrecord {what}")


class Migration(migrations.Migration):
    dependencies = [("feedback", "0005_invitations")]

    operations = [migrations.RunPython(sooner, as_elsewhere)]
