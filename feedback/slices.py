"""The answers of one segment or channel, and what the total beside them would give away.

Inside the slice such a view counts by score, outside only how many, which is what suppression needs
to know. One segment or one channel comes from daily counts; a segment in a channel is counted from
single answers, from the covering index `record_covering` alone.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any, Protocol

from django.db import connection
from django.db.models import OuterRef, Subquery

from feedback.days import BEFORE
from feedback.metrics.scales import SCALES
from feedback.metrics.suppression import suppress, suppress_crossed
from feedback.tallies import Days, Tally, part_tallies
from journeys.maps import MapFilters
from journeys.models import Channel, Segment, Workspace

Cell = tuple[int | None, ...]
"""The ids of segment and channel that an answer names, as far as a view filters by them."""

SliceCount = tuple[int, str, int, dict[Cell, int], Sequence[int]]
"""Touchpoint, scale, piece of the trend or BEFORE, how many answered there, by cell, and the counts
of the scores 0 to 10 inside the slice."""

Moments = tuple[int, Any, Any]
"""A piece of the trend or BEFORE, the moment when it begins, and the one when it is over."""


class Pieces(Days, Protocol):
    """Days whose period is cut into pieces."""

    @property
    def compares(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Slice:
    """Whose answers a view is about."""

    columns: tuple[str, ...]
    cell: Cell

    @property
    def names(self) -> str:
        """Return the columns as SQL."""
        return ", ".join(self.columns)

    @property
    def inside(self) -> str:
        """Return the condition for an answer to lie in the slice as SQL; `cell` are its values."""
        return " AND ".join(f"{column} = %s" for column in self.columns)

    @classmethod
    def of(cls, filters: MapFilters, workspace: Workspace) -> "Slice | None":
        """Return the slice that the filters name, or None where a name is unknown; one query."""
        named = {
            column: model.objects.filter(workspace=OuterRef("pk"), name=name).values("pk")
            for column, model, name in (
                ("segment_id", Segment, filters.segment),
                ("channel_id", Channel, filters.channel),
            )
            if name
        }
        ids = Workspace.objects.values_list(*[Subquery(each) for each in named.values()]).get(
            pk=workspace.pk
        )
        return None if None in ids else cls(tuple(named), ids)


@dataclass
class Sliced:
    """The tallies of a slice, and what must not be shown although it is large enough by itself."""

    tallies: dict[tuple[int, str, int], Sequence[int]] = field(default_factory=dict)
    spans: set[tuple[int, str, bool]] = field(default_factory=set)
    """Touchpoint, scale, and whether it is the period or the one before."""
    pieces: dict[tuple[int, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    others: dict[tuple[int, str], dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    """How many answered outside the slice, by piece of the trend."""
    asked: Slice | None = None

    def rows(self) -> Iterator[Tally]:
        """Yield the counts of every touchpoint and scale, by piece of the period."""
        return ((*key, columns) for key, columns in self.tallies.items())


def sliced(
    ids: Sequence[int], days: Pieces, *, filters: MapFilters, workspace: Workspace
) -> Sliced:
    """Return what the slice answered, and what to keep back of it; two queries.

    The total of a touchpoint is on another view, so a slice is hidden too where it could be
    subtracted from that total to reveal fewer people than the minimum (metrics.md §1.5).
    """
    found, asked = Sliced(), Slice.of(filters, workspace)
    spans: dict[tuple[int, str, bool], dict[Cell, int]] = defaultdict(dict)
    if asked is None:
        return found
    found.asked = asked
    for pk, metric, piece, sizes, scores in slice_counts(ids, days, asked):
        inside = sizes.get(asked.cell, 0)
        if inside:
            found.tallies[pk, metric, piece] = scores
        whole = spans[pk, metric, piece != BEFORE]
        for cell, n in sizes.items():
            whole[cell] = whole.get(cell, 0) + n
        if piece == BEFORE:
            continue
        found.others[pk, metric][piece] = sum(sizes.values()) - inside
        if gives_away(sizes, asked.cell, workspace.minimum_answers):
            found.pieces[pk, metric].add(piece)
    for span, sizes in spans.items():
        if gives_away(sizes, asked.cell, workspace.minimum_answers):
            found.spans.add(span)
    return found


def gives_away(sizes: Mapping[Cell, int], cell: Cell, minimum: int) -> bool:
    """Return whether a cell must stay hidden: the others, or the total, would give somebody away.

    `sizes` holds all who answered, by cell, those of none as well.
    """
    inside = sizes.get(cell, 0)
    if inside < minimum or min(sizes.values()) >= minimum:
        # The usual cases, without working out what else would have to be hidden.
        return 0 < inside < minimum
    if len(cell) == 2:
        # The views of the segment alone and of the channel alone stand beside this one.
        crossed = {(each[0], each[1]): n for each, n in sizes.items()}
        return (cell[0], cell[1]) in suppress_crossed(crossed, minimum)
    # Of equally large ones, every view must let the same one go, whatever order they came in; best
    # those of no segment, whom no view shows.
    ordered = sorted(sizes, key=lambda each: each[0] or 0)
    names = {str(each): sizes[each] for each in ordered}
    return str(cell) in suppress(sum(names.values()), names, minimum)


def slice_counts(ids: Sequence[int], days: Pieces, asked: Slice) -> Iterator[SliceCount]:
    """Yield how many answered, by touchpoint, scale and piece; nothing where nobody did."""
    if not ids:
        return iter(())
    if len(asked.columns) == 1:
        return _from_daily_counts(ids, days, asked)
    return _from_answers(ids, days, asked)


def _from_daily_counts(ids: Sequence[int], days: Pieces, asked: Slice) -> Iterator[SliceCount]:
    chosen = asked.cell[0] or 0
    for pk, metric, piece, everybody, others, scores in part_tallies(
        ids, days, column=asked.columns[0], chosen=chosen
    ):
        sizes: dict[Cell, int] = {(part,): n for part, n in others.items() if n}
        if inside := sum(scores):
            sizes[asked.cell] = inside
        # Who names no segment is whom the segments leave over.
        if rest := everybody - sum(sizes.values()):
            sizes[None,] = rest
        if sizes:
            yield pk, metric, piece, sizes, scores


def _from_answers(ids: Sequence[int], days: Pieces, asked: Slice) -> Iterator[SliceCount]:
    spans = list(moments(days))
    count = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    for pk, metric, place, counted in count(ids, spans, asked):
        sizes: Counter[Cell] = Counter()
        scores = [0] * 11
        for score, n, cell in counted:
            sizes[cell] += n
            if score is not None:
                scores[score] += n
        yield pk, metric, spans[place][0], sizes, scores


Counted = tuple[int, str, int, list[tuple[int | None, int, Cell]]]
"""Touchpoint, scale, number of the span, and what was answered there: a score inside the slice, or
None outside it, how many answered so, and whose they are."""

# Both statements name every prefix of the index, so that the database reads nothing else, and cut
# the time at moments, so that it computes no day. Through the ORM this took three times as long.


def _on_postgresql(ids: Sequence[int], spans: Sequence[Moments], asked: Slice) -> Iterator[Counted]:
    # A small group at a time: half the time of one large grouping, and never too large for memory.
    # It comes as one row of arrays: with a row for each count, Python took as long as the database.
    answers = (
        "FROM feedback_feedbackrecord WHERE NOT partial AND score IS NOT NULL "
        "AND touchpoint_id = place.touchpoint AND metric = place.scale"
    )
    arrays = ", ".join(f"array_agg({each})" for each in ("inside", "n", *asked.columns))
    sql = (
        # Most scales are asked nowhere near: they need not be looked for in every piece.
        "WITH place AS MATERIALIZED (SELECT place.* FROM (SELECT * "  # noqa: S608
        "FROM unnest(%s::bigint[]) touchpoint CROSS JOIN unnest(%s::text[]) scale) place "
        f"CROSS JOIN LATERAL (SELECT 1 {answers} "
        "AND occurred_at >= %s AND occurred_at < %s LIMIT 1) answered) "
        "SELECT touchpoint, scale, span.place, counted.* FROM place "
        "CROSS JOIN unnest(%s::int[], %s::timestamptz[], %s::timestamptz[]) "
        "span(place, since, until) "
        f"CROSS JOIN LATERAL (SELECT {arrays} FROM (SELECT {asked.names}, "
        f"CASE WHEN {asked.inside} THEN score END AS inside, count(*) AS n {answers} "
        f"AND occurred_at >= since AND occurred_at < until GROUP BY inside, {asked.names}) cells "
        "HAVING count(*) > 0) counted"
    )
    starts, ends = ([span[part] for span in spans] for part in (1, 2))
    values = [list(ids), list(SCALES), starts[0], ends[-1]]
    values += [list(range(len(spans))), starts, ends, *asked.cell]
    for pk, metric, place, scores, counts, *cells in _rows(sql, values):
        yield pk, metric, place, list(zip(scores, counts, zip(*cells, strict=True), strict=True))


def _on_sqlite(ids: Sequence[int], spans: Sequence[Moments], asked: Slice) -> Iterator[Counted]:
    places = ", ".join(["(%s, %s, %s)"] * len(spans))
    touchpoints, scales = (", ".join(["%s"] * len(each)) for each in (ids, SCALES))
    sql = (
        f"WITH span(place, since, until) AS (VALUES {places}) "  # noqa: S608
        f"SELECT touchpoint_id, metric, place, CASE WHEN {asked.inside} THEN score END, count(*), "
        f"{asked.names} FROM span CROSS JOIN feedback_feedbackrecord "
        "WHERE NOT partial AND score IS NOT NULL "
        f"AND touchpoint_id IN ({touchpoints}) AND metric IN ({scales}) "
        "AND occurred_at >= since AND occurred_at < until "
        f"GROUP BY 1, 2, 3, 4, {asked.names} ORDER BY 1, 2, 3"
    )
    times = [part for n, (_, *span) in enumerate(spans) for part in (n, *span)]
    rows = _rows(sql, [*times, *asked.cell, *ids, *SCALES])
    for (pk, metric, place), counted in groupby(rows, key=itemgetter(0, 1, 2)):
        yield pk, metric, place, [(row[3], row[4], row[5:]) for row in counted]


def _rows(sql: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[Any] = cursor.fetchall()
    return rows


def moments(days: Pieces) -> Iterator[Moments]:
    """Yield the pieces as spans of time: from the first moment up to, not including, the second."""
    if days.compares:
        yield BEFORE, midnight(days.since), midnight(days.start)
    edges = [*days.starts, days.end + timedelta(days=1)]
    for piece, (start, end) in enumerate(pairwise(edges)):
        yield piece, midnight(start), midnight(end)


def midnight(day: date) -> Any:
    """Return the moment a day begins, as the database takes it."""
    return connection.ops.adapt_datetimefield_value(datetime.combine(day, time.min, UTC))
