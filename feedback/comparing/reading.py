"""What was answered and observed on one side, touchpoint by touchpoint, from daily counts alone.

Periods of the map say here what they say on the map. Days of one's own choice are cut at edges
(`edges.py`), touchpoint by touchpoint. Whatever could point at fewer people than the workspace's
minimum is left out here, before anybody computes with it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from feedback.comparing import day_sums
from feedback.comparing.edges import Answered, Run
from feedback.comparing.sides import BEFORE, OWN, Side
from feedback.evidence import Span, gather
from feedback.metrics.durations import DurationHistogram
from feedback.metrics.histogram import Histogram
from feedback.metrics.rate import Rate
from feedback.metrics.scales import SCALES
from feedback.models import DurationKind
from feedback.slices import Cell, Slice, gives_away
from journeys.models import Workspace
from touchpoints.models import Touchpoint

Place = tuple[int, str]
"""A touchpoint, and a scale or a kind of event or wait."""


@dataclass
class Reading:
    """One side: a span for each touchpoint, and the days that count at each place."""

    spans: dict[int, Span] = field(default_factory=lambda: defaultdict(Span))
    runs: dict[Place, Run] = field(default_factory=dict)
    """Only of days of one's own choice; periods of the map are whole."""

    @property
    def trimmed(self) -> int:
        """Return at how many places days were left out."""
        return sum(not run.whole for run in self.runs.values())


def read(
    side: Side, touchpoints: Sequence[Touchpoint], *, workspace: Workspace, today: date
) -> Reading:
    """Return one side; ten queries at most. Events and waits are known of everybody only."""
    if side.days.key == OWN:
        reading = _own_days(side, [each.pk for each in touchpoints], workspace, today)
    else:
        reading = _period(side, touchpoints, workspace)
    if not side.who.everybody:
        for span in reading.spans.values():
            span.rates, span.durations, span.too_few = {}, {}, set()
    return reading


def _period(side: Side, touchpoints: Sequence[Touchpoint], workspace: Workspace) -> Reading:
    found = gather(touchpoints, workspace=workspace, filters=side.filters, pieces=1)
    before = side.days.key.startswith(BEFORE)
    spans = {
        pk: evidence.before if before else evidence.now
        for pk, evidence in found.by_touchpoint.items()
    }
    return Reading(spans)


def _own_days(side: Side, ids: Sequence[int], workspace: Workspace, today: date) -> Reading:
    reading, minimum = Reading(), workspace.minimum_answers
    since, until = side.days.start or date.min, side.days.end
    asked = None if side.who.everybody else Slice.of(side.filters, workspace)
    for place, answered in _answered(ids, today, asked).items():
        run = answered.snapped(since, until, minimum, today)
        if run is not None:
            reading.runs[place] = run
        elif answered.asked(since, until):
            _hide(reading.spans[place[0]], place[1])
    _fill(reading, asked, minimum)
    return reading


def _answered(ids: Sequence[int], today: date, asked: Slice | None) -> dict[Place, Answered]:
    everybody = day_sums.by_day(ids, today)
    if asked is None:
        return {place: Answered.of(days, None) for place, days in everybody.items()}
    inside = day_sums.by_day(ids, today, asked)
    return {
        place: Answered.of(days, inside.get(place, {}))
        for place, days in everybody.items()
        if place[1] in SCALES
    }


def _hide(span: Span, kind: str) -> None:
    (span.hidden if kind in SCALES else span.too_few).add(kind)


def _fill(reading: Reading, asked: Slice | None, minimum: int) -> None:
    runs = reading.runs
    scores = {place: run for place, run in runs.items() if place[1] in SCALES}
    if asked is None:
        for place, columns in day_sums.scores(scores):
            histogram = Histogram.from_columns(SCALES[place[1]], columns)
            reading.spans[place[0]].scores[place[1]] = histogram
    else:
        for place, histogram, hidden in _sliced(scores, asked, minimum):
            if hidden:
                _hide(reading.spans[place[0]], place[1])
            else:
                reading.spans[place[0]].scores[place[1]] = histogram
        return
    timed = {place: run for place, run in runs.items() if place[1] in DurationKind.values}
    for place, buckets in day_sums.durations(timed):
        reading.spans[place[0]].durations[place[1]] = DurationHistogram(buckets)
    counted = {place: run for place, run in runs.items() if place not in scores.keys() | timed}
    for place, hits, base in day_sums.rates(counted):
        reading.spans[place[0]].rates[place[1]] = Rate(hits, base)


def _sliced(
    runs: Mapping[Place, Run], asked: Slice, minimum: int
) -> Iterator[tuple[Place, Histogram, bool]]:
    """Yield what a slice answered, and whether the total beside it would give others away."""
    totals = {place: sum(columns) for place, columns in day_sums.scores(runs)}
    for place, parts in day_sums.parts(runs, asked.columns[0]).items():
        columns = parts.get(asked.cell[0] or 0)
        if columns is None:
            continue
        sizes: dict[Cell, int] = {(part,): sum(each) for part, each in parts.items() if any(each)}
        if rest := totals[place] - sum(sizes.values()):
            sizes[None,] = rest
        histogram = Histogram.from_columns(SCALES[place[1]], columns)
        yield place, histogram, gives_away(sizes, asked.cell, minimum)
