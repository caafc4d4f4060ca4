"""A score over the period in pieces: a line with its band, and the same as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from feedback.evidence import Window
from feedback.metrics.display import round_half_away
from feedback.metrics.estimates import Estimate, headline
from feedback.metrics.histogram import Histogram
from feedback.metrics.scales import Scale
from feedback.wording import plain, score_text

HEIGHT = 96
_PAD = 8
# The least that the picture spans from top to bottom, so that noise does not look like news.
_LEAST_SPAN = {"nps": 40.0, "csat": 20.0, "ces": 1.0}
_ENDS = {"nps": (-100.0, 100.0), "csat": (0.0, 100.0)}


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One piece of the period; `y` None where too few answered, or it has to stay hidden."""

    days: str
    text: str
    interval: str
    n_text: str
    x: float
    y: float | None


@dataclass(frozen=True, slots=True)
class Trend:
    """The pieces, and their picture in a box of 100 × HEIGHT."""

    points: tuple[TrendPoint, ...]
    line: str
    band: str
    whole_y: float
    """Where the whole period's value lies."""
    top_text: str
    low_text: str
    first_day: date
    last_day: date
    summary: str


def trend(pieces: Sequence[Histogram | None], *, whole: Histogram, window: Window) -> Trend | None:
    """Return the trend of a shown score, or None where fewer than two pieces may be shown.

    `pieces` hold None where nobody answered, or the answers have to stay hidden.
    """
    spans = _days_of(window, len(pieces))
    estimates = [None if piece is None else headline(piece) for piece in pieces]
    if sum(estimate is not None for estimate in estimates) < 2:
        return None
    picture = _Picture.around(whole.scale, estimates, headline(whole))
    days = [_span_text(*span) for span in spans]
    drawn = [index for index, (start, end) in enumerate(spans) if start <= end]
    return Trend(
        points=tuple(
            _point(days[i], estimates[i], whole.scale, picture, _x(spans[i], window)) for i in drawn
        ),
        line=picture.line([(_x(spans[i], window), estimates[i]) for i in drawn]),
        band=picture.band([(_x(spans[i], window), estimates[i]) for i in drawn]),
        whole_y=picture.y(headline(whole).value or 0.0),
        top_text=picture.text(picture.top),
        low_text=picture.text(picture.low),
        first_day=window.start,
        last_day=window.end,
        summary=_summary(whole.scale, [(days[i], estimates[i]) for i in drawn]),
    )


def _days_of(window: Window, count: int) -> list[tuple[date, date]]:
    """Return the first and last day of each piece; the last is before the first in an empty one."""
    days = (window.end - window.start).days + 1
    # The first day of a piece is the first whose number times `count` reaches it, as in DayBucket.
    starts = [window.start + timedelta(days=-(-place * days // count)) for place in range(count)]
    ends = [*(start - timedelta(days=1) for start in starts[1:]), window.end]
    return list(zip(starts, ends, strict=True))


def _x(span: tuple[date, date], window: Window) -> float:
    days = (window.end - window.start).days + 1
    middle = ((span[0] - window.start).days + (span[1] - window.start).days + 1) / 2
    return round(100 * middle / days, 2)


def _span_text(start: date, end: date) -> str:
    """Return "3 Mar", "3–10 Mar" or "28 Mar – 4 Apr"; with the year where it is not this one's."""
    if start == end:
        return f"{start.day} {start:%b %Y}"
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{end.day} {end:%b %Y}"
    if start.year == end.year:
        return f"{start.day} {start:%b} – {end.day} {end:%b %Y}"
    return f"{start.day} {start:%b %Y} – {end.day} {end:%b %Y}"


def _point(
    days: str, estimate: Estimate | None, scale: Scale, picture: "_Picture", x: float
) -> TrendPoint:
    if estimate is None or estimate.value is None:
        return TrendPoint(days, "–", "", "too few to show", x, None)
    low, high = estimate.low, estimate.high
    return TrendPoint(
        days,
        score_text(scale, estimate.value),
        "" if low is None or high is None else f"{plain(low)} to {plain(high)}",
        f"{estimate.n:,}",
        x,
        picture.y(estimate.value),
    )


def _summary(scale: Scale, points: Sequence[tuple[str, Estimate | None]]) -> str:
    known = [(days, e.value) for days, e in points if e is not None and e.value is not None]
    (first_days, first), (last_days, last) = known[0], known[-1]
    low_days, low = min(known, key=lambda point: point[1])
    high_days, high = max(known, key=lambda point: point[1])
    return (
        f"From {score_text(scale, first)} ({first_days}) to {score_text(scale, last)} "
        f"({last_days}); lowest {score_text(scale, low)} ({low_days}), "
        f"highest {score_text(scale, high)} ({high_days})."
    )


@dataclass(frozen=True, slots=True)
class _Picture:
    """The part of the scale that is drawn."""

    scale: Scale
    low: float
    top: float

    @classmethod
    def around(
        cls, scale: Scale, estimates: Sequence[Estimate | None], whole: Estimate
    ) -> "_Picture":
        ends = [
            value
            for estimate in (*estimates, whole)
            if estimate is not None
            for value in (estimate.value, estimate.low, estimate.high)
            if value is not None
        ]
        least, most = _ENDS.get(scale.metric, (float(scale.low), float(scale.high)))
        low, top = min(ends), max(ends)
        missing = max(0.0, _LEAST_SPAN[scale.metric] - (top - low)) / 2
        return cls(scale, max(least, low - missing), min(most, top + missing))

    def y(self, value: float) -> float:
        room = HEIGHT - 2 * _PAD
        reach = (self.top - self.low) or 1.0
        return round(_PAD + (self.top - value) / reach * room, 1)

    def text(self, value: float) -> str:
        if self.scale.metric == "ces":
            return f"{round_half_away(value, 1):.1f}"
        return score_text(self.scale, value)

    def line(self, points: Sequence[tuple[float, Estimate | None]]) -> str:
        path, pen = [], "M"
        for x, estimate in points:
            if estimate is None or estimate.value is None:
                pen = "M"
                continue
            path.append(f"{pen}{x:g} {self.y(estimate.value):g}")
            pen = "L"
        return "".join(path)

    def band(self, points: Sequence[tuple[float, Estimate | None]]) -> str:
        path: list[str] = []
        run: list[tuple[float, float, float]] = []
        for x, estimate in (*points, (0.0, None)):
            if estimate is not None and estimate.low is not None and estimate.high is not None:
                run.append((x, self.y(estimate.low), self.y(estimate.high)))
                continue
            if run:
                path.append(_area(run))
            run = []
        return "".join(path)


def _area(run: Sequence[tuple[float, float, float]]) -> str:
    if len(run) == 1:
        # A lone piece has no neighbours to join: its interval is a thin bar.
        x, low, high = run[0]
        run = [(x - 0.6, low, high), (x + 0.6, low, high)]
    there = "L".join(f"{x:g} {high:g}" for x, _, high in run)
    back = "".join(f"L{x:g} {low:g}" for x, low, _ in reversed(run))
    return f"M{there}{back}Z"
