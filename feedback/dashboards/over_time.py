"""How a headline went: one line in colour with its interval, and what it is made of behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from feedback.behind.trend import Axis, axis_of, days_of, span_text
from feedback.charts import Chart, Column, Kind, traces
from feedback.dashboards.subjects import Subject
from feedback.evidence import Window
from feedback.metrics.estimates import Estimate, headline
from feedback.metrics.scales import SCALES
from feedback.wording import label, plain

NOTHING = Estimate(None, None, None, 0)


@dataclass(frozen=True, slots=True)
class Run:
    """A subject's headline in the pieces of a period that hold at least a day."""

    name: str
    spans: list[tuple[date, date]]
    estimates: list[Estimate]

    @property
    def middles(self) -> list[date]:
        """Return the day in the middle of each piece, where its point stands."""
        return [first + timedelta(days=(last - first).days // 2) for first, last in self.spans]

    def says(self, axis: Axis) -> list[str]:
        """Return a sentence for each point."""
        return [
            f"{self.name}, {span_text(*span)}: {estimate_text(each, axis)}"
            for span, each in zip(self.spans, self.estimates, strict=True)
        ]


def estimate_text(estimate: Estimate, axis: Axis) -> str:
    """Return "62 %, 58.1 to 65.9, n 120"; what cannot be shown says so."""
    if estimate.value is None:
        return "too few answers to show"
    low, high = estimate.low, estimate.high
    interval = "" if low is None or high is None else f", {plain(low)} to {plain(high)}"
    return f"{axis.text(estimate.value)}{interval}, n {estimate.n:,}"


def run_of(subject: Subject, key: str, window: Window) -> Run:
    """Return how a subject's headline went."""
    pieces = subject.pieces(key, window.pieces)
    kept = [
        (span, NOTHING if piece is None else headline(piece))
        for span, piece in zip(days_of(window), pieces, strict=True)
        if span[0] <= span[1]
    ]
    return Run(subject.label, [span for span, _ in kept], [each for _, each in kept])


def over_time(
    chosen: Subject, rest: Sequence[Subject], key: str, window: Window, *, rest_are: str
) -> Chart:
    """Return the chosen subject's line with its band before the quiet lines of the rest.

    A piece of too few answers breaks a line. `rest_are` says what the quiet lines are.
    """
    scale, axis = SCALES[key], axis_of(SCALES[key])
    first = run_of(chosen, key, window)
    others = [run_of(each, key, window) for each in rest]
    runs = [
        run for run in (first, *others) if any(each.value is not None for each in run.estimates)
    ]
    quiet = [run for run in runs if run is not first]
    drawn = [
        traces.line(
            run.middles, [each.value for each in run.estimates],
            name=run.name, says=run.says(axis), quiet=True,
        )
        for run in quiet
    ]  # fmt: skip
    if first in runs:
        low, high = ([getattr(each, end) for each in first.estimates] for end in ("low", "high"))
        line = traces.line(
            first.middles, [each.value for each in first.estimates],
            name=first.name, says=first.says(axis),
        )  # fmt: skip
        drawn += [*traces.band(first.middles, low, high), line]
    return Chart(
        key="over_time",
        title=f"{label(scale)} of {chosen.label}",
        says=f"In colour {chosen.label}, with the 95 % interval"
        + (f"; the quiet lines are {rest_are}." if quiet else "."),
        columns=(
            Column("Line"),
            Column("From", Kind.DAY),
            Column("To", Kind.DAY),
            Column(label(scale), Kind.NUMBER),
            Column("Low", Kind.NUMBER),
            Column("High", Kind.NUMBER),
            Column("n", Kind.COUNT),
        ),
        rows=[
            (run.name, *span, each.value, each.low, each.high, each.n or None)
            for run in runs
            for span, each in zip(run.spans, run.estimates, strict=True)
        ],
        traces=drawn,
        layout={
            "xaxis": {"type": "date"},
            "yaxis": {"range": _range(runs, first, axis), "ticksuffix": suffix(key)},
            "showlegend": False,
            "height": 380,
        },
        n=whole.n if (whole := chosen.whole(key)) else None,
        notes=("A line breaks where too few answered to show a figure.",),
        empty="No period of these answers is large enough to show. Choose a longer period, "
        "or wait for more answers.",
    )


def suffix(key: str) -> str:
    """Return what follows a headline of a scale along an axis."""
    return " %" if SCALES[key].metric == "csat" else ""


def _range(runs: Sequence[Run], first: Run, axis: Axis) -> list[float]:
    """Return the part of the axis to draw: all values, and the interval of the chosen line."""
    shown = [
        each if run is first else Estimate(each.value, None, None, each.n)
        for run in runs
        for each in run.estimates
        if each.value is not None
    ]
    if not shown:
        return [axis.least, axis.most]
    cut = axis.around(shown)
    pad = (cut.most - cut.least) * 0.04
    return [cut.least - pad, cut.most + pad]
