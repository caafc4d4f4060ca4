"""The one way in which anything leaves the audit log: its oldest part, on the server itself.

The database refuses every other change by triggers, which stand aside for this one transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction

from journeys.auditing import audit
from journeys.models import AuditEntry, AuditKind

_TABLE = AuditEntry._meta.db_table


def forget_entries(before: datetime) -> int:
    """Delete the entries from before a moment, write down that it was done; return how many."""
    with transaction.atomic(), _lifted():
        number, _ = AuditEntry.objects.filter(at__lt=before).delete()
        audit(
            AuditKind.LOG,
            f"Deleted what is older than {before:%Y-%m-%d} by a command on the server: {number:,}.",
            by=None,
            entries=number,
            before=before.isoformat(),
        )
    return number


@contextmanager
def _lifted() -> Iterator[None]:
    """Take the triggers off and put them back; others wait, or see them as they were."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {_TABLE} DISABLE TRIGGER audit_only_grows")
            yield
            cursor.execute(f"ALTER TABLE {_TABLE} ENABLE TRIGGER audit_only_grows")
            return
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [_TABLE]
        )
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        yield
        for _, statement in triggers:
            cursor.execute(statement)
