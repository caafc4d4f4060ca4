"""Series of outcome metrics as charts: one of a metric, and leading beside lagging ones."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain, zip_longest

from django.db.models import Q

from feedback.charts import Chart, Column, Kind, traces
from feedback.evidence import Window
from feedback.models.outcomes import (
    OutcomeMetric,
    OutcomePoint,
    Timing,
)
from feedback.outcomes.formulas import interval_of
from feedback.outcomes.words import period_text, target_text, value_text
from journeys.models import Journey, User

MOST_BESIDE = 12
"""How many metrics are drawn on a dashboard; the page of metrics has them all."""


def series_chart(metric: OutcomeMetric, points: Sequence[OutcomePoint]) -> Chart:
    """Return a metric's series, the oldest point first: values at the ends of their periods.

    The target is a dashed level. The band is the 95 % interval of what is a share of n customers,
    or the median of single times; other values have none.
    """
    ordered = sorted(points, key=lambda point: (point.end, point.start))
    intervals = [interval_of(metric, point) or (None, None) for point in ordered]
    low, high = [each[0] for each in intervals], [each[1] for each in intervals]
    ends = [point.end for point in ordered]
    unit = _unit(metric)
    layout: dict[str, object] = {
        "xaxis": {"type": "date"},
        "yaxis": {"title": {"text": metric.unit}},
        "showlegend": False,
    }
    if metric.target is not None:
        aim = value_text(metric, metric.target)
        layout["shapes"] = [traces.level(metric.target, name=f"target {aim}")]
    return Chart(
        key=f"outcome-{metric.pk}",
        title=metric.name,
        says=" ".join(_says(metric, ordered, has_band=any(each is not None for each in low))),
        columns=(
            Column("Period"),
            Column("Start", Kind.DAY),
            Column("End", Kind.DAY),
            Column("Value", Kind.NUMBER, digits=2, unit=unit),
            Column("Low", Kind.NUMBER, digits=2, unit=unit),
            Column("High", Kind.NUMBER, digits=2, unit=unit),
            Column("n", Kind.COUNT),
        ),
        rows=[
            (
                period_text(point.start, point.end),
                point.start,
                point.end,
                point.value,
                *interval,
                point.n,
            )
            for point, interval in zip(ordered, intervals, strict=True)
        ],
        traces=[
            *traces.band(ends, low, high),
            traces.line(ends, [point.value for point in ordered], name=metric.name),
        ],
        layout=layout,
        empty="It has no points yet.",
    )


def leading_beside_lagging(journey: Journey, user: User, window: Window) -> list[Chart]:
    """Return the metrics of a journey and of its whole workspace within the window's days.

    One that leads stands before one that lags, so that two columns put them side by side; those
    that move with each contact come last. At most MOST_BESIDE, in two queries.
    """
    metrics = list(
        OutcomeMetric.objects.visible_to(user)
        .current()
        .filter(workspace=journey.workspace_id)
        .filter(
            Q(journey=journey)
            | Q(stage__journey=journey)
            | Q(step__stage__journey=journey)
            | Q(journey=None, stage=None, step=None)
        )
        .order_by("name", "pk")
    )
    of = {
        timing: [metric for metric in metrics if metric.timing == timing]
        for timing in Timing.values
    }
    pairs = chain.from_iterable(zip_longest(of[Timing.LEADING], of[Timing.LAGGING]))
    ordered = [metric for metric in [*pairs, *of[Timing.TRANSACTIONAL]] if metric][:MOST_BESIDE]
    points = OutcomePoint.objects.visible_to(user).within(window.start, window.end).of(ordered)
    return [_named(metric, points[metric.pk]) for metric in ordered]


def _named(metric: OutcomeMetric, points: Sequence[OutcomePoint]) -> Chart:
    chart = series_chart(metric, points)
    return replace(
        chart,
        title=f"{Timing(metric.timing).name.capitalize()}: {metric.name}",
        empty="It has no points in this period.",
    )


def _says(
    metric: OutcomeMetric, points: Sequence[OutcomePoint], *, has_band: bool
) -> Iterable[str]:
    if points:
        last = points[-1]
        yield f"{value_text(metric, last.value)} in {period_text(last.start, last.end)}."
    if metric.target is not None:
        yield f"Target: {target_text(metric)}."
    if has_band:
        yield "The band is the 95 % interval."


def _unit(metric: OutcomeMetric) -> str:
    return f" {metric.unit}" if metric.unit else ""
