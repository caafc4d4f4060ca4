"""Waiting, without sleeping, until others wait for what this transaction holds."""

from django.db import connection

LOOKS = 20_000


def until_blocked(others: int = 1) -> None:
    """Return once so many connections wait for a lock; for PostgreSQL."""
    with connection.cursor() as cursor:
        for _ in range(LOOKS):
            cursor.execute("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0] >= others:
                return
    raise AssertionError("Nobody waits.")
