"""What PostgreSQL knows of its tables when it decides how to look something up."""

from collections.abc import Iterable

from django.db import connection, models


def refresh_statistics(of: Iterable[type[models.Model]]) -> None:
    """Tell PostgreSQL how large the tables are now, after many rows were written at once.

    It would find out by itself within minutes; until then it plans every query as if they were
    as small as before, and a map can take minutes.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in of:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
