"""What spreadsheets hold beside the journey: every figure with its base, and the comments."""

from collections.abc import Iterator
from typing import Any

from journeys.exchange.sheets import Heading
from journeys.exchange.tables import Table
from journeys.exports.material import Material
from journeys.exports.options import ExportOptions
from journeys.maps.grid import Card, Heat, Item, JourneyMap, Link, Metric, Mood, Score

_METRICS = (
    Heading("Stage"),
    Heading("Step"),
    Heading("Lane"),
    Heading("Of"),
    Heading("Metric"),
    Heading("Value", kind="number"),
    Heading("Low", kind="number"),
    Heading("High", kind="number"),
    Heading("Answers", kind="whole"),
    Heading("Base"),
    Heading("As shown"),
    Heading("Note"),
)
_COMMENTS = (
    Heading("Place"),
    Heading("Author"),
    Heading("At (UTC)", kind="moment"),
    Heading("Text"),
    Heading("Reply", kind="flag"),
    Heading("Resolved", kind="flag"),
)
_FEELING = "Feeling, −2 to +2"


def extra_tables(material: Material, options: ExportOptions) -> list[Table]:
    """Return the tables that are wanted; importing makes nothing of them."""
    found = []
    if options.metrics:
        found.append(Table("Metrics", _METRICS, tuple(_metrics(material.map))))
    if options.comments:
        rows = (
            (each.place, each.author, each.at, each.text, each.is_reply, each.resolved)
            for each in material.remarks
        )
        found.append(Table("Comments", _COMMENTS, tuple(rows)))
    return found


def _metrics(found: JourneyMap) -> Iterator[tuple[Any, ...]]:
    """Yield every figure of the map: of the whole, of stages, of what stands at each step."""
    yield from (("", "", "", found.title, *_figures(each)) for each in found.headline)
    for stage in found.stages:
        yield from ((stage.title, "", "", "", *_figures(each)) for each in stage.metrics)
    places = {step.id: (stage.title, step.title) for stage in found.stages for step in stage.steps}
    for lane in found.lanes:
        for cell in lane.cells:
            for item in cell.items:
                yield from ((*places[cell.step_id], lane.title, *row) for row in _of_item(item))


def _of_item(item: Item) -> Iterator[tuple[Any, ...]]:
    match item:
        case Score() | Heat():
            yield item.label, *_figures(item.metric)
        case Card() if item.figure:
            yield "", *_figures(item.figure)
        case Mood():
            if item.assessed is not None:
                yield _row("assessed", _FEELING, item.assessed, n=item.assessed_n)
            if item.measured is not None or item.n:
                yield _row("measured", _FEELING, item.measured, item.low, item.high, n=item.n)
        case Link():
            between = f"{item.from_label} → {item.to_label}"
            yield _row(between, "Observed wait, minutes", item.wait, shown=item.wait_text)
            if item.quality:
                yield between, *_figures(item.quality)


def _row(
    of: str,
    metric: str,
    value: float | None,
    low: float | None = None,
    high: float | None = None,
    *,
    n: int | None = None,
    shown: str = "",
) -> tuple[Any, ...]:
    return of, metric, value, low, high, n, "", shown, ""


def _figures(metric: Metric) -> tuple[Any, ...]:
    return (
        metric.label, metric.value, metric.low, metric.high, metric.n, metric.base,
        f"{metric.text} {metric.margin_text}".strip(), metric.note,
    )  # fmt: skip
