"""What the windows before and after a change would give away beside the periods of the maps.

Whoever reads the last 90 days on a map and the 85 days after a change on a page can subtract.
The maps have precedence; of several changes at one touchpoint, the later one. A number of a window
is left out where a difference of all that is shown leads to fewer people than the minimum.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from django.db import connection

from feedback.improving.windows import Windows
from feedback.metrics.suppression import shown_together
from feedback.models import ScoreCount
from feedback.nested import spans_of_periods

Span = tuple[int, int]
"""From a day up to, not including, another, as ordinals of the calendar."""

Key = tuple[int, str]
"""A touchpoint, and a scale or a kind of events and waits."""


def withheld(
    windows: Windows, days: Mapping[int, set[date]], *, today: date, minimum: int
) -> tuple[set[Key], set[Key]]:
    """Return what to leave out of the window before, and of the one after; one query.

    `days` are those on which anything shipped, of every touchpoint that is asked about.
    """
    periods = spans_of_periods(today)
    spans = {pk: [*periods, *_spans(shipped, today)] for pk, shipped in days.items()}
    own = [_edges(windows.before), _edges(windows.after)]
    edges = sorted({edge for each in spans.values() for span in each for edge in span})
    before: set[Key] = set()
    after: set[Key] = set()
    for (pk, kind), counts in _counted(list(days), edges).items():
        until = dict(zip(edges, _running(counts, len(edges)), strict=True))
        shown = dict(zip(spans[pk], shown_together(spans[pk], until, minimum), strict=True))
        for span, hidden in zip(own, (before, after), strict=True):
            if not shown[span]:
                hidden.add((pk, kind))
    return before, after


def _spans(shipped: set[date], today: date) -> list[Span]:
    found = []
    for day in sorted(shipped, reverse=True):
        windows = Windows.around(day, today)
        if windows:
            found += [_edges(windows.after), _edges(windows.before)]
    return list(dict.fromkeys(found))


def _edges(days: tuple[date, date]) -> Span:
    return days[0].toordinal(), days[1].toordinal() + 1


def _running(counts: Mapping[int, int], edges: int) -> list[int]:
    """Return how many answered before each edge."""
    total, running = 0, []
    for piece in range(edges):
        total += counts.get(piece, 0)
        running.append(total)
    return running


def _counted(ids: Sequence[int], edges: Sequence[int]) -> dict[Key, dict[int, int]]:
    """Return how many answered before the first edge, and from each edge to the next."""
    answers = " + ".join(ScoreCount.COLUMNS)
    adapt = connection.ops.adapt_datefield_value
    places = ", ".join(["%s"] * len(ids))
    tables = (
        (f"metric AS kind, day, {answers}", "feedback_scorecount"),
        ("kind, day, base", "feedback_frictioninput"),
        ("kind, day, base", "feedback_eventcount"),
        ("kind, day, count", "feedback_durationcount"),
    )
    rows = " UNION ALL ".join(
        f"SELECT touchpoint_id, {columns} AS n FROM {table} "  # noqa: S608
        f"WHERE touchpoint_id IN ({places}) AND day < %s"
        for columns, table in tables
    )
    found: dict[Key, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT touchpoint_id, kind, day, sum(n) FROM ({rows}) counted GROUP BY 1, 2, 3",  # noqa: S608
            [*ids, adapt(date.fromordinal(edges[-1]))] * len(tables),
        )
        for pk, kind, day, n in cursor.fetchall():
            when = day if isinstance(day, date) else date.fromisoformat(day)
            found[pk, kind][bisect_right(edges, when.toordinal())] += int(n)
    return found
