"""How often something was tried of late, counted for all processes together."""

from datetime import datetime

from django.db import connection, models


class RequestCount(models.Model):
    """How many requests of a sort came from one place within one stretch of time.

    `key` is a digest that names neither; the row goes when the stretch is over.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:8]}…: {self.count}"

    @classmethod
    def one_more(cls, key: str, ends_at: datetime) -> int:
        """Count one more and return how many there are: two at the same moment are two."""
        table = cls._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} (key, count, ends_at) VALUES (%s, 1, %s) "  # noqa: S608
                f"ON CONFLICT (key) DO UPDATE SET count = {table}.count + 1 RETURNING count",
                [key, connection.ops.adapt_datetimefield_value(ends_at)],
            )
            row = cursor.fetchone()
        return int(row[0])
