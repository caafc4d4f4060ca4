"""Cutting days into pieces, in the database and outside it."""

from datetime import date, timedelta
from typing import Any

from django.db.models import DateField, Func, IntegerField, Value
from django.db.models.sql.compiler import SQLCompiler

_Sql = tuple[str, Any]


class DayBucket(Func):
    """The piece, from 0, that a day lies in when `days` days from `start` are cut into `pieces`."""

    output_field = IntegerField()
    arity = 4

    def __init__(self, day: Any, start: date, days: int, pieces: int) -> None:
        super().__init__(
            day,
            Value(start, DateField()),
            Value(pieces, IntegerField()),
            Value(days, IntegerField()),
        )

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **extra: Any) -> _Sql:
        return self._sql(
            compiler, connection, "CAST(julianday({}) - julianday({}) + 0.5 AS INTEGER) * {} / {}"
        )

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **extra: Any) -> _Sql:
        return self._sql(compiler, connection, "({} - {}) * {} / {}")

    def _sql(self, compiler: SQLCompiler, connection: Any, template: str) -> _Sql:
        parts = [compiler.compile(expression) for expression in self.get_source_expressions()]
        sql = template.format(*(part for part, _ in parts))
        return sql, [parameter for _, parameters in parts for parameter in parameters]


def piece_starts(start: date, end: date, pieces: int) -> list[date]:
    """Return the first day of each piece, as DayBucket cuts them.

    It is the first whose number times `pieces` reaches the piece's share of the days.
    """
    days = (end - start).days + 1
    return [start + timedelta(days=-(-piece * days // pieces)) for piece in range(pieces)]
