"""Let sources from before there was retention keep what they have.

Nobody chose the months that new sources begin with; an upgrade must not delete words. An admin sets
them, source by source.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def keep(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("feedback", "Source").objects.update(
        comments_kept_months=None, identities_kept_months=None
    )


class Migration(migrations.Migration):
    dependencies = [("feedback", "0007_counted_waits")]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
