"""Periods that lie in one another: which of them may be shown beside the others.

Who reads 30 days and 90 days can subtract. The default period is always shown if it is large
enough by itself; the others only where no difference to those before them in precedence, nor to
the periods they are compared with, leads to fewer people than the minimum.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.db import connection

from feedback.metrics.scales import SCALES
from feedback.metrics.suppression import shown_together
from feedback.models import ScoreCount
from feedback.slices import Slice, midnight
from feedback.tallies import Counted, counts
from journeys.maps import Period
from journeys.maps.filters import DEFAULT_PERIOD, PERIODS

EVER = 10**6
"""More days than there have been."""

_LENGTHS = {key: days or EVER for key, days in PERIODS.items()}
_USUAL = _LENGTHS[DEFAULT_PERIOD]
# The longer ones by their length: a few very old answers hide "all time", never the last year.
PRECEDENCE = sorted(
    _LENGTHS, key=lambda key: (key != DEFAULT_PERIOD, _LENGTHS[key] < _USUAL, _LENGTHS[key])
)
"""The periods, those first that are shown where only one of two can be."""

_SPANS = {
    (key, now): (0, _LENGTHS[key]) if now else (_LENGTHS[key], 2 * _LENGTHS[key])
    for key in PRECEDENCE
    for now in (True, False)
    if now or _LENGTHS[key] != EVER
}
"""By period, and whether it is meant itself or the one before it: from how many days ago to how
many. The order is that of precedence."""
_EDGES = sorted({edge for span in _SPANS.values() for edge in span})


@dataclass
class Nested:
    """Touchpoints with scales, or kinds of events and waits, to hide although they are enough."""

    now: set[tuple[int, str]] = field(default_factory=set)
    before: set[tuple[int, str]] = field(default_factory=set)


def nested(ids: Sequence[int], period: Period, minimum: int, asked: Slice | None) -> Nested:
    """Return what other periods would give away of this one; two queries at most.

    None are needed for the default period, which has precedence.
    """
    found = Nested()
    if period.key == DEFAULT_PERIOD or not ids:
        return found
    sizes = _sizes(ids, period.end)
    if asked is not None:
        everybody = {key: n for key, n in sizes.items() if key[1] in SCALES}
        inside = _of_slice(ids, period.end, asked)
        # The total stands on another view: what it leaves of the others can be had as well.
        _hide(found, period, minimum, {k: n - inside.get(k, 0) for k, n in everybody.items()})
        sizes = {key: n for key, n in sizes.items() if key not in everybody} | inside
    _hide(found, period, minimum, sizes)
    return found


def spans_of_periods(today: date) -> list[tuple[int, int]]:
    """Return the periods of maps, and those before them, from a day up to, not including, another.

    They end today, and stand in the order of precedence; the days are ordinals of the calendar.
    """

    def edge(days_ago: int) -> int:
        return max(today.toordinal() + 1 - days_ago, 1)

    return [(edge(oldest), edge(newest)) for newest, oldest in _SPANS.values()]


def nested_parts(
    ids: Sequence[int], period: Period, minimum: int, *, column: str, metric: str
) -> set[tuple[int, int]]:
    """Return the touchpoints with segments or channels to hide, as views of each alone hide them.

    `column` says which of the two, by its name in the counts. Two queries at most.
    """
    if period.key == DEFAULT_PERIOD or not ids:
        return set()
    part, end, of_metric = column.removesuffix("_id"), period.end, ("metric = %s", [metric])
    counted = _by_piece(ids, end, [_counts(part, ids, end, column, "n", *of_metric)])
    everybody = _by_piece(ids, end, [_counts("score", ids, end, "''", ANSWERS, *of_metric)])
    inside = {(pk, str(part), piece): n for (pk, part, piece), n in counted.items()}
    parts: dict[int, set[str]] = defaultdict(set)
    for pk, part, _ in inside:
        parts[pk].add(part)
    others = {
        (pk, part, piece): n - inside.get((pk, part, piece), 0)
        for (pk, _, piece), n in everybody.items()
        for part in parts[pk]
    }
    found = Nested()
    _hide(found, period, minimum, others)
    _hide(found, period, minimum, inside)
    return {(pk, int(part)) for pk, part in found.now}


def _hide(found: Nested, period: Period, minimum: int, counts: "Counts") -> None:
    by_key: dict[tuple[int, str], dict[int, int]] = defaultdict(dict)
    for (pk, key, piece), n in counts.items():
        by_key[pk, key][piece] = n
    for place, sizes in by_key.items():
        until, total = {0: 0}, 0
        for piece, edge in enumerate(_EDGES[1:]):
            until[edge] = total = total + sizes.get(piece, 0)
        shown = dict(
            zip(_SPANS, shown_together(list(_SPANS.values()), until, minimum), strict=True)
        )
        if not shown[period.key, True]:
            found.now.add(place)
        if not shown.get((period.key, False), True):
            found.before.add(place)


Counts = dict[tuple[int, str, int], int]
"""By touchpoint, scale or kind, and piece between two edges."""


ANSWERS = " + ".join(ScoreCount.COLUMNS)


def _sizes(ids: Sequence[int], end: date) -> Counts:
    others = (
        "SELECT touchpoint_id, kind, day, base AS n FROM feedback_frictioninput "
        "UNION ALL SELECT touchpoint_id, kind, day, base FROM feedback_eventcount "
        "UNION ALL SELECT touchpoint_id, kind, day, count FROM feedback_durationcount"
    )
    scores = _counts("score", ids, end, "metric", ANSWERS)
    return _by_piece(ids, end, [scores, Counted(others, [])])


def _counts(
    name: str,
    ids: Sequence[int],
    end: date,
    kind: str,
    n: str,
    where: str = "",
    values: Sequence[Any] = (),
) -> Counted:
    """Return how many answered, as `_by_piece` reads it; `kind` and `n` are SQL."""
    columns = [*ScoreCount.COLUMNS] if name == "score" else [f"{name}_id", "n"]
    found = counts(
        name, ids, date.min, end, _starts(end), columns=columns, where=where, values=values
    )
    sql = f"SELECT touchpoint_id, {kind} AS kind, day, {n} AS n FROM ({found.sql}) {name}s"  # noqa: S608
    return Counted(sql, found.values)


def _starts(end: date) -> list[date]:
    """Return the first day of each piece but the oldest, the newest first."""
    return [end - timedelta(days=edge - 1) for edge in _EDGES[1:-1]]


def _by_piece(ids: Sequence[int], end: date, sources: Sequence[Counted]) -> Counts:
    adapt = connection.ops.adapt_datefield_value
    starts = [adapt(start) for start in _starts(end)]
    piece = " ".join(f"WHEN day >= %s THEN {number}" for number in range(len(starts)))
    places = ", ".join(["%s"] * len(ids))
    counted = " UNION ALL ".join(source.sql for source in sources)
    values = [value for source in sources for value in source.values]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT touchpoint_id, kind, CASE {piece} ELSE {len(starts)} END, sum(n) "  # noqa: S608
            f"FROM ({counted}) counted "
            f"WHERE day <= %s AND touchpoint_id IN ({places}) GROUP BY 1, 2, 3",
            [*starts, *values, adapt(end), *ids],
        )
        return {(pk, kind, piece): int(n) for pk, kind, piece, n in cursor.fetchall()}


def _of_slice(ids: Sequence[int], end: date, asked: Slice) -> Counts:
    if len(asked.columns) == 2:
        return _of_crossing(ids, end, asked)
    part = asked.columns[0].removesuffix("_id")
    return _by_piece(ids, end, [_counts(part, ids, end, "metric", "n", asked.inside, asked.cell)])


def _of_crossing(ids: Sequence[int], end: date, asked: Slice) -> Counts:
    """Count a segment in a channel piece by piece, each a range of the covering index."""
    spans: list[Any] = []
    for number, (newest, oldest) in enumerate(pairwise(_EDGES)):
        since = date.min if oldest >= EVER else end - timedelta(days=oldest - 1)
        until = end + timedelta(days=1 - newest)
        spans += [number, midnight(since), midnight(until)]
    rows = ", ".join(["(%s, %s, %s)"] * (len(spans) // 3))
    scales = ", ".join(["(%s)"] * len(SCALES))
    places = ", ".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH span(piece, since, until) AS (VALUES {rows}), "  # noqa: S608
            f"scale(metric) AS (VALUES {scales}) "
            "SELECT touchpoint.id, scale.metric, span.piece, (SELECT count(*) "
            "FROM feedback_feedbackrecord WHERE NOT partial AND score IS NOT NULL "
            "AND touchpoint_id = touchpoint.id AND metric = scale.metric "
            f"AND occurred_at >= span.since AND occurred_at < span.until AND {asked.inside}) "
            "FROM touchpoints_touchpoint touchpoint CROSS JOIN scale CROSS JOIN span "
            f"WHERE touchpoint.id IN ({places})",
            [*spans, *SCALES, *asked.cell, *ids],
        )
        return {(pk, metric, piece): n for pk, metric, piece, n in cursor.fetchall() if n}
