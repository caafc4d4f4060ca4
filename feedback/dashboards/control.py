"""The control chart of a touchpoint: is what moves here more than chance?"""

from collections.abc import Sequence
from dataclasses import dataclass

from feedback.behind.trend import span_text
from feedback.charts import Chart, Column, Kind, traces
from feedback.charts.traces import plain as plain_places
from feedback.dashboards.weeks import Span
from feedback.metrics import control
from feedback.metrics.histogram import Histogram, merged
from feedback.metrics.rate import Rate
from feedback.metrics.scales import SCALES, Scale
from feedback.wording import label, plain

LARGE = 300
"""From this many answers a period on, chance alone is less than what any process varies by."""

ENOUGH = 30
"""So many answers make a baseline of the period before."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What new periods are judged against, and how it is called."""

    answers: Histogram
    of: str


@dataclass(frozen=True, slots=True)
class Judged:
    """The chart in percent or points, its kind, and where eight neighbours end, if they do."""

    kind: str
    centre: float
    points: tuple[control.Point, ...]
    factor: float
    run_ends: int | None
    widened: float

    def scaled(self, value: float | None) -> float | None:
        """Return a value of the chart as people read it."""
        return None if value is None else value * self.factor


def control_chart(
    name: str, key: str, spans: Sequence[Span], *, before: Histogram | None, than: str, note: str
) -> Chart:
    """Return the control chart of one touchpoint's answers in spans of time.

    The baseline is the period before where it has answers enough, else the spans themselves.
    `than` names that period, `note` says how the spans and the touchpoint were chosen.
    """
    scale = SCALES[key]
    title = f"Control chart: {_measure(scale)} at {name}" if name else "Control chart"
    columns = (
        Column("From", Kind.DAY),
        Column("To", Kind.DAY),
        Column(_measure(scale), Kind.NUMBER),
        Column("Lower limit", Kind.NUMBER),
        Column("Upper limit", Kind.NUMBER),
        Column("n", Kind.COUNT),
        Column("Verdict"),
    )
    base = _baseline(spans, before, than)
    judged = None if base is None else _judge(scale, spans, base.answers)
    if base is None or judged is None or len(spans) < 2:
        return Chart(
            "control", title, "A control chart tells a real move from chance.", columns, (), (),
            empty="Two periods with enough answers are needed. Choose a longer period, or a "
            "touchpoint with more answers.",
        )  # fmt: skip
    verdicts = _verdicts(judged)
    return Chart(
        key="control",
        title=title,
        says=_summary(judged, spans),
        columns=columns,
        rows=[
            (
                span.first, span.last, judged.scaled(point.value), judged.scaled(point.lower),
                judged.scaled(point.upper), span.answers.n, verdict,
            )
            for span, point, verdict in zip(spans, judged.points, verdicts, strict=True)
        ],
        traces=_traces(judged, spans, verdicts),
        layout={
            "xaxis": {"type": "date"},
            "yaxis": {"ticksuffix": "" if scale.metric == "nps" else " %"},
            "shapes": [traces.level(judged.centre * judged.factor, name="baseline")],
            "showlegend": False,
        },
        n=sum(span.answers.n for span in spans),
        notes=_notes(judged, base, note),
    )  # fmt: skip


def _measure(scale: Scale) -> str:
    return {"nps": "NPS", "csat": "% satisfied", "ces": "% easy"}[scale.metric] + (
        "" if scale.key in {"nps", "csat", "ces"} else f" ({label(scale)})"
    )


def _baseline(spans: Sequence[Span], before: Histogram | None, than: str) -> Baseline | None:
    if before is not None and before.n >= ENOUGH:
        return Baseline(before, than)
    if not spans:
        return None
    return Baseline(merged(span.answers for span in spans), "")


def _judge(scale: Scale, spans: Sequence[Span], base: Histogram) -> Judged | None:
    if scale.metric == "nps":
        chart = control.nps_chart(base.groups, [span.answers.groups for span in spans])
        kind, factor, widened = "NPS chart", 1.0, 1.0
    else:
        rates = [Rate(span.answers.positive, span.answers.n) for span in spans]
        baseline = Rate(base.positive, base.n)
        large = len(rates) > 1 and sum(rate.base for rate in rates) >= LARGE * len(rates)
        make = control.laney_chart if large else control.p_chart
        # Without two values of z, as at a baseline of 100 %, there is nothing to widen by.
        chart = make(rates, baseline=baseline) or control.p_chart(rates, baseline=baseline)
        widened = max(1.0, chart.sigma_z) if chart else 1.0
        kind, factor = ("Laney p\N{PRIME} chart" if large else "p-chart"), 100.0
    if chart is None:
        return None
    values = [point.value for point in chart.points if point.value is not None]
    run = control.run_rule(values, chart.centre)
    return Judged(kind, chart.centre, chart.points, factor, run, widened)


def _verdicts(judged: Judged) -> list[str]:
    verdicts = []
    for place, point in enumerate(judged.points):
        said = []
        if point.out:
            side = "above" if (point.value or 0) > judged.centre else "below"
            said.append(f"{side} the limits")
        if place == judged.run_ends:
            said.append(f"ends a run of {control.RUN} on one side")
        verdicts.append(", ".join(said) or "inside")
    return verdicts


def _summary(judged: Judged, spans: Sequence[Span]) -> str:
    out = [span for span, point in zip(spans, judged.points, strict=True) if point.out]
    if not out:
        return f"All {len(spans)} periods lie inside the limits: chance alone moves this much."
    latest = span_text(out[-1].first, out[-1].last)
    lie = "lies" if len(out) == 1 else "lie"
    return (
        f"{len(out)} of {len(spans)} periods {lie} outside the limits of chance, "
        f"the latest {latest}."
    )


def _notes(judged: Judged, base: Baseline, note: str) -> list[str]:
    centre = plain(judged.centre * judged.factor) + ("" if judged.factor == 1 else " %")
    of = f"{base.of}, {base.answers.n:,} answers" if base.of else (
        f"these periods themselves, {base.answers.n:,} answers, for want of a period before: "
        "a shift that lasts is partly in its own baseline"
    )  # fmt: skip
    widened = (
        f", widened by {plain(judged.widened, 2)} for more spread than chance"
        if judged.widened > 1
        else ""
    )
    run = (
        f"A run of {control.RUN} on one side of the baseline: a shift that lasts, even where every "
        "point is inside."
        if judged.run_ends is not None
        else f"No run of {control.RUN} on one side of the baseline."
    )
    limits = f"{judged.kind}, limits of three standard errors{widened}."
    return [f"Baseline {centre}: {of}. {limits} {run}", note]


def _traces(
    judged: Judged, spans: Sequence[Span], verdicts: Sequence[str]
) -> list[dict[str, object]]:
    middles = [span.first + (span.last - span.first) / 2 for span in spans]
    values = [judged.scaled(point.value) for point in judged.points]
    unit = "" if judged.factor == 1 else " %"
    line = traces.line(
        middles, values, name="", colour="--ink-2",
        says=[
            f"{span_text(span.first, span.last)}: {plain(value or 0)}{unit}, {verdict}, "
            f"n {span.answers.n:,}"
            for span, value, verdict in zip(spans, values, verdicts, strict=True)
        ],
    )  # fmt: skip
    loud = [verdict != "inside" for verdict in verdicts]
    line["line"] = {"color": "--ink-2", "width": 1.6}
    line["marker"] = {
        "color": ["--bad" if each else "--ink-2" for each in loud],
        "symbol": ["diamond" if each else "circle" for each in loud],
        "size": [11 if each else 6 for each in loud],
    }
    return [*_limits(judged, spans), line]


def _limits(judged: Judged, spans: Sequence[Span]) -> list[dict[str, object]]:
    """Return both limits as steps, because each period has its own by its number of answers."""
    edges = [edge for span in spans for edge in (span.first, span.last)]
    sides = (
        [judged.scaled(getattr(point, side)) for point in judged.points for _ in range(2)]
        for side in ("lower", "upper")
    )
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": plain_places(edges),
            "y": side,
            "line": {"color": "--accent", "width": 1.2, "dash": "dot"},
            "hoverinfo": "skip",
            "showlegend": False,
        }
        for side in sides
    ]
