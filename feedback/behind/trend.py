"""A number over the period in pieces: a line with its band, and the same as a table."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import pairwise

from feedback.evidence import Window
from feedback.metrics.estimates import Estimate, headline
from feedback.metrics.histogram import Histogram
from feedback.metrics.scales import Scale
from feedback.wording import plain, score_text

HEIGHT = 96
_PAD = 8
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


def score_trend(
    pieces: Sequence[Histogram | None], *, whole: Histogram, window: Window
) -> Trend | None:
    """Return the trend of a shown score, or None where fewer than two pieces may be shown.

    `pieces` hold None where nobody answered, or the answers have to stay hidden.
    """
    axis = axis_of(whole.scale)
    estimates = [None if piece is None else headline(piece) for piece in pieces]
    return draw(estimates, whole=headline(whole), axis=axis, window=window)


def axis_of(scale: Scale) -> "Axis":
    """Return the whole axis of the headlines on a scale."""
    least, most = _ENDS.get(scale.metric, (float(scale.low), float(scale.high)))
    return Axis(least, most, _LEAST_SPAN[scale.metric], partial(score_text, scale))


def draw(
    estimates: Sequence[Estimate | None], *, whole: Estimate, axis: "Axis", window: Window
) -> Trend | None:
    """Return the pieces of a period as a picture and a table; None below two known ones."""
    if sum(estimate is not None for estimate in estimates) < 2:
        return None
    spans = days_of(window)
    days, places = [span_text(*span) for span in spans], [_x(span, window) for span in spans]
    shown = axis.around([*estimates, whole])
    return Trend(
        points=tuple(map(shown.point, days, estimates, places)),
        line=shown.line(places, estimates),
        band=shown.band(places, estimates),
        whole_y=shown.y(whole.value or 0.0),
        top_text=axis.text(shown.most),
        low_text=axis.text(shown.least),
        first_day=window.start,
        last_day=window.end,
        summary=_summary(axis, [(d, e.value) for d, e in zip(days, estimates, strict=True) if e]),
    )


def days_of(window: Window) -> list[tuple[date, date]]:
    """Return the first and the last day of each piece."""
    ends = [*(start - timedelta(days=1) for start in window.starts[1:]), window.end]
    return list(zip(window.starts, ends, strict=True))


def cut_words(window: Window) -> str:
    """Return how the period is cut: "by week", "in steps of 4 weeks" or "in 12 pieces"."""
    inner = {(after - before).days for before, after in pairwise(window.starts[1:])}
    if len(inner) == 1 and (weeks := min(inner) // 7):
        return "by week" if weeks == 1 else f"in steps of {weeks} weeks"
    return "as a whole" if window.pieces == 1 else f"in {window.pieces} pieces"


def _x(span: tuple[date, date], window: Window) -> float:
    days = (window.end - window.start).days + 1
    middle = ((span[0] - window.start).days + (span[1] - window.start).days + 1) / 2
    return round(100 * middle / days, 2)


def span_text(start: date, end: date) -> str:
    """Return "3 Mar", "3–10 Mar" or "28 Mar – 4 Apr"; with the year where it is not this one's."""
    if start == end:
        return f"{start.day} {start:%b %Y}"
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{end.day} {end:%b %Y}"
    if start.year == end.year:
        return f"{start.day} {start:%b} – {end.day} {end:%b %Y}"
    return f"{start.day} {start:%b %Y} – {end.day} {end:%b %Y}"


def _summary(axis: "Axis", points: Sequence[tuple[str, float | None]]) -> str:
    known = [(days, value) for days, value in points if value is not None]
    (first_days, first), (last_days, last) = known[0], known[-1]
    low_days, low = min(known, key=lambda point: point[1])
    high_days, high = max(known, key=lambda point: point[1])
    return (
        f"From {axis.text(first)} ({first_days}) to {axis.text(last)} ({last_days}); "
        f"lowest {axis.text(low)} ({low_days}), highest {axis.text(high)} ({high_days})."
    )


@dataclass(frozen=True, slots=True)
class Axis:
    """The part of a scale that is drawn, and how its values are said."""

    least: float
    most: float
    least_span: float
    """The least that the picture spans from top to bottom, so that noise is not news."""
    text: Callable[[float], str]

    def around(self, estimates: Iterable[Estimate | None]) -> "Axis":
        """Return the axis cut to what the estimates and their intervals need."""
        ends = [
            value
            for estimate in estimates
            if estimate is not None
            for value in (estimate.value, estimate.low, estimate.high)
            if value is not None
        ]
        low, top = min(ends), max(ends)
        missing = max(0.0, self.least_span - (top - low)) / 2
        return replace(
            self, least=max(self.least, low - missing), most=min(self.most, top + missing)
        )

    def y(self, value: float) -> float:
        """Return the height of a value in the picture."""
        reach = (self.most - self.least) or 1.0
        return round(_PAD + (self.most - value) / reach * (HEIGHT - 2 * _PAD), 1)

    def point(self, days: str, estimate: Estimate | None, x: float) -> TrendPoint:
        """Return one piece in words and in its place."""
        if estimate is None or estimate.value is None:
            return TrendPoint(days, "–", "", "too few to show", x, None)
        low, high = estimate.low, estimate.high
        return TrendPoint(
            days,
            self.text(estimate.value),
            "" if low is None or high is None else f"{plain(low)} to {plain(high)}",
            f"{estimate.n:,}",
            x,
            self.y(estimate.value),
        )

    def line(self, places: Sequence[float], estimates: Sequence[Estimate | None]) -> str:
        """Return the path through the known pieces, broken at the others."""
        path, pen = [], "M"
        for x, estimate in zip(places, estimates, strict=True):
            if estimate is None or estimate.value is None:
                pen = "M"
                continue
            path.append(f"{pen}{x:g} {self.y(estimate.value):g}")
            pen = "L"
        return "".join(path)

    def band(self, places: Sequence[float], estimates: Sequence[Estimate | None]) -> str:
        """Return the closed paths around the intervals of neighbouring pieces."""
        path: list[str] = []
        run: list[tuple[float, float, float]] = []
        for x, estimate in (*zip(places, estimates, strict=True), (0.0, None)):
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
