"""The days before and after a change as a chart, with the shipping day marked."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from feedback.charts import Chart, Column, Kind, traces
from feedback.days import piece_starts
from feedback.evidence import Evidence
from feedback.improving.before_after import BeforeAfter, Comparison
from feedback.improving.windows import Shipping, Windows
from feedback.metrics.estimates import Estimate, headline
from feedback.metrics.scales import SCALES
from feedback.wording import label

HUES = 8
NOTHING = Estimate(None, None, None, 0)

_Row = tuple[str, date, date, float | None, float | None, float | None, int]


def before_after_charts(found: BeforeAfter, others: Sequence[Shipping] = ()) -> list[Chart]:
    """Return one chart for each scale: a line per touchpoint, broken by the shipping day."""
    keys = dict.fromkeys(each.key for each in found.comparisons)
    return [_chart(key, found, others) for key in keys]


def _chart(key: str, found: BeforeAfter, others: Sequence[Shipping]) -> Chart:
    scale, windows = SCALES[key], found.windows
    drawn: list[dict[str, Any]] = []
    rows: list[_Row] = []
    compared = [each for each in found.comparisons if each.key == key]
    for number, each in enumerate(compared):
        points = list(_points(each, windows))
        if all(estimate.value is None for _, _, estimate in points):
            continue
        colour = f"--hue-{number % HUES}"
        starts = [start for start, _, _ in points]
        values = [estimate.value for _, _, estimate in points]
        # A gap on the shipping day: a line across it would tell of days that are in no window.
        cut = sum(start < windows.shipped_on for start in starts)
        starts.insert(cut, windows.shipped_on)
        values.insert(cut, None)
        low = [estimate.low for _, _, estimate in points]
        high = [estimate.high for _, _, estimate in points]
        low.insert(cut, None)
        high.insert(cut, None)
        drawn += traces.band(starts, low, high, colour=colour)
        drawn.append(traces.line(starts, values, name=each.touchpoint.title, colour=colour))
        rows += [
            (each.touchpoint.title, start, end, it.value, it.low, it.high, it.n)
            for start, end, it in points
        ]
    marks = [_mark(windows.shipped_on, "shipped", "--accent", "solid")]
    marks += [
        _mark(day, "also shipped", "--ink-3", "dot", at="start")
        for day in sorted({other.day for other in others} - {windows.shipped_on})
    ]
    unit = "" if scale.metric == "ces" else " %" if scale.metric == "csat" else ""
    digits = 1 if scale.metric == "ces" else 0
    return Chart(
        key=f"before-after-{key}",
        title=f"{label(scale)} before and after",
        says=(
            f"The upright line is the day on which it shipped. Each point stands for "
            f"about {max(windows.days // windows.pieces, 1)} days; the band is its 95 % interval."
        ),
        columns=(
            Column("Touchpoint"),
            Column("From", Kind.DAY),
            Column("To", Kind.DAY),
            Column(label(scale), Kind.NUMBER, digits, unit),
            Column("Low", Kind.NUMBER, digits + 1, unit),
            Column("High", Kind.NUMBER, digits + 1, unit),
            Column("n", Kind.COUNT),
        ),
        rows=rows,
        traces=drawn,
        layout={"xaxis": {"type": "date"}, "shapes": marks},
        n=sum(row[-1] for row in rows),
        empty="Nothing to draw: no answers on either side, or too few to show.",
    )


def _points(each: Comparison, windows: Windows) -> Iterator[tuple[date, date, Estimate]]:
    """Yield the pieces of both windows in order; one of too few answers has no value."""
    for span, evidence in ((windows.before, each.before), (windows.after, each.after)):
        starts = piece_starts(*span, windows.pieces)
        ends = [*(date.fromordinal(start.toordinal() - 1) for start in starts[1:]), span[1]]
        pieces = _pieces(evidence, each.key, len(starts))
        yield from zip(starts, ends, pieces, strict=True)


def _pieces(evidence: Evidence, key: str, pieces: int) -> list[Estimate]:
    trend = evidence.trend.get(key, [None] * pieces)
    return [headline(piece) if piece else NOTHING for piece in trend]


def _mark(day: date, name: str, colour: str, dash: str, *, at: str = "end") -> dict[str, Any]:
    """Return an upright line across the whole chart, for the layout's `shapes`.

    Its name stands at the upper "end" or at the "start", so that two names do not meet.
    """
    return {
        "type": "line",
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "x0": day.isoformat(),
        "x1": day.isoformat(),
        "line": {"color": colour, "width": 1.4, "dash": dash},
        "label": {
            "text": name,
            "textposition": at,
            "textangle": 0,
            "xanchor": "left",
            "yanchor": "top" if at == "end" else "bottom",
            "font": {"color": colour, "size": 11},
        },
    }
