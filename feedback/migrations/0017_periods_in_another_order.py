"""Let go of kept driver analyses whose people were chosen by the former order of periods.

The last twelve months come before all time now. One of the old beside one of the new could give few
people away; whoever looks has it made again.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ALWAYS_SHOWN = "90d"


def let_go(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    analyses = apps.get_model("feedback", "DriverAnalysis")._default_manager
    analyses.exclude(period=ALWAYS_SHOWN).delete()


class Migration(migrations.Migration):
    dependencies = [("feedback", "0016_counts_by_week")]

    operations = [migrations.RunPython(let_go, migrations.RunPython.noop)]
