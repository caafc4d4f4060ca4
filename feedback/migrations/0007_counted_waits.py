"""Make observations of the waits that were counted before there were observations.

Their daily counts were written by hand then. Without records behind them, `recount` would take
them for wrong and delete them. What is counted beyond the observations becomes observations of
the bucket's middle, at noon; the triggers count these again.
"""

from collections import Counter
from datetime import UTC, datetime, time
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SOURCE = "Waits counted by day"
GAMMA = 1.05
BATCH = 2_000


def observe(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    counts = apps.get_model("feedback", "DurationCount")._default_manager
    places = apps.get_model("touchpoints", "Touchpoint")._default_manager
    counted_at = places.filter(pk__in=counts.values("touchpoint"))
    for pk, workspace in counted_at.values_list("pk", "step__stage__journey__workspace"):
        _observe(apps, pk, workspace)


def _observe(apps: Apps, touchpoint: int, workspace: int) -> None:
    counts = apps.get_model("feedback", "DurationCount")._default_manager
    observation: Any = apps.get_model("feedback", "Observation")
    rows = observation._default_manager.filter(touchpoint=touchpoint, bucket__isnull=False)
    observed = Counter(
        (kind, bucket, moment.astimezone(UTC).date())
        for kind, bucket, moment in rows.values_list("kind", "bucket", "occurred_at").iterator()
    )
    made = []
    for kind, bucket, day, count in counts.filter(touchpoint=touchpoint).values_list(
        "kind", "bucket", "day", "count"
    ):
        known = observed[kind, bucket, day]
        if count <= known:
            continue
        counts.filter(touchpoint=touchpoint, kind=kind, bucket=bucket, day=day).update(count=known)
        made += [
            observation(
                touchpoint_id=touchpoint,
                kind=kind,
                occurred_at=datetime.combine(day, time(12), UTC),
                bucket=bucket,
                seconds=2 * GAMMA**bucket / (GAMMA + 1),
            )
            for _ in range(count - known)
        ]
    if not made:
        return
    sources = apps.get_model("feedback", "Source")._default_manager
    source, _ = sources.get_or_create(workspace_id=workspace, name=SOURCE)
    for each in made:
        each.source = source
    observation._default_manager.bulk_create(made, batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0006_vacuum_answers"),
        ("touchpoints", "0002_archived"),
    ]

    operations = [migrations.RunPython(observe, migrations.RunPython.noop)]
