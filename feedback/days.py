"""Cutting days into pieces, and reading them by whole weeks where no piece ends within one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Func, IntegerField
from django.db.models.sql.compiler import SQLCompiler

BEFORE = -1
"""The number of what lies before the first piece."""

_Sql = tuple[str, Any]


def monday(day: date) -> date:
    """Return the Monday of the week that a day lies in."""
    return day - timedelta(days=day.weekday())


def piece_starts(start: date, end: date, pieces: int) -> list[date]:
    """Return the first day of each piece, when the days are cut into about as many as asked.

    Pieces of a week or longer are whole calendar weeks, so that no weekday weighs more in one than
    in another; what the period leaves over at an end, if less than half a piece, joins its
    neighbour. Shorter pieces are cut evenly, each of a day at least.
    """
    days = (end - start).days + 1
    if pieces == 1:
        return [start]
    if days < 7 * pieces:
        count = max(min(pieces, days), 1)
        return [start + timedelta(days=-(-piece * days // count)) for piece in range(count)]
    length = 7 * round(days / (7 * pieces))
    first = -start.weekday() % 7
    cuts = (first + length * number for number in range(days // length + 1))
    inner = (cut for cut in cuts if 2 * min(cut, days - cut) >= length)
    return [start, *(start + timedelta(days=cut) for cut in inner)]


def piece_sql(day: str, starts: Sequence[date], vendor: str) -> str:
    """Return the number, from 0, of the piece that a day lies in, or BEFORE, as SQL."""
    days = [f"'{start.isoformat()}'" for start in starts]
    if vendor == "postgresql":
        return f"width_bucket({day}, ARRAY[{', '.join(days)}]::date[]) - 1"
    before = " ".join(f"WHEN {day} < {start} THEN {n}" for n, start in enumerate(days, BEFORE))
    return f"CASE {before} ELSE {len(days) - 1} END"


class DayPiece(Func):
    """`piece_sql` of a column of days, as an expression."""

    output_field = IntegerField()
    arity = 1

    def __init__(self, day: Any, starts: Iterable[date]) -> None:
        super().__init__(day)
        self.starts = tuple(starts)

    def as_sql(self, compiler: SQLCompiler, connection: Any, **extra: Any) -> _Sql:  # type: ignore[override]
        """Return it for the database at hand; it takes no values."""
        day, _ = compiler.compile(self.get_source_expressions()[0])
        return piece_sql(day, self.starts, connection.vendor), []


@dataclass(frozen=True, slots=True)
class WholeWeeks:
    """The weeks from one Monday to another that lie whole in a span, and its days beside them.

    A week that an edge cuts is none of them.
    """

    first: date
    last: date
    cut: tuple[date, ...]
    """The Mondays of the weeks that are not whole."""
    days: tuple[date, ...]

    @classmethod
    def of(cls, since: date, end: date, edges: Iterable[date]) -> "WholeWeeks | None":
        """Return them for the days from `since` to `end`, where each edge begins something new.

        None where they would save less than half of the days to read.
        """
        over = end + timedelta(days=1)
        cut = sorted({monday(edge) for edge in (since, *edges, over) if edge != monday(edge)})
        week = [first + timedelta(days=n) for first in cut for n in range(7)]
        days = tuple(day for day in week if since <= day <= end)
        first, last = monday(since), monday(end)
        whole = (last - first).days // 7 + 1 - sum(first <= each <= last for each in cut)
        if 2 * (whole + len(days)) > (over - since).days:
            return None
        return cls(first, last, tuple(cut), days)
