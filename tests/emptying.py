"""Emptying a test's database, with the audit log that nothing else may empty."""

from collections.abc import Callable
from typing import Any

TABLE = "journeys_auditentry"


def with_the_log(sql_flush: Callable[..., list[str]]) -> Callable[..., list[str]]:
    """Return Django's list of statements, between some that lift the log's triggers."""

    def lifted(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        statements = sql_flush(self, style, tables, **options)
        if not any(f'"{TABLE}"' in statement for statement in statements):
            return statements
        if self.connection.vendor == "postgresql":
            around = [f"ALTER TABLE {TABLE} {word} TRIGGER USER" for word in ("DISABLE", "ENABLE")]
            return [around[0], *statements, around[1]]
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
                [TABLE],
            )
            triggers = cursor.fetchall()
        lifting = [f"DROP TRIGGER {name}" for name, _ in triggers]
        return [*lifting, *statements, *(statement for _, statement in triggers)]

    return lifted
