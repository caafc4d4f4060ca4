"""What a map measured on the day a version was kept, and a map drawn from a version's rows.

Figures are {"until": day, "headline": [metric], "stages": {id: [metric]}, "touchpoints":
{id: [metric with its counts]}, "handoffs": {id: {…}}}: what the page said, numbers and words, so
that nothing is shown later that was hidden then.
"""

from collections import defaultdict
from collections.abc import Iterator
from copy import copy
from dataclasses import asdict, fields, replace
from datetime import date
from typing import Any

from django.utils import timezone

from journeys.editing.parts import parts
from journeys.editing.snapshots import Content, rows_of, without_gone
from journeys.maps.build import MapDraft, sources
from journeys.maps.filters import MapFilters
from journeys.maps.grid import Heat, Item, JourneyMap, Lane, Link, Metric, Score
from journeys.models import Journey

Figures = dict[str, Any]
LINK_FIGURES = ("wait", "wait_text", "return_rate", "late", "tone", "title")
MEASURED_FORMS = ("scores", "heat")


def draw_content(journey: Journey, content: Content, *, today: date, measured: bool) -> JourneyMap:
    """Return the map that a content makes, measured up to today or not at all; writes nothing."""
    kept = rows_of(without_gone(content)[0], measured=measured)
    shown = copy(journey)
    for then in content["journey"]:
        for column in parts()["journey"].columns:
            setattr(shown, column, parts()["journey"].value(column, then[column]))
    places = {stage.pk: stage.position for stage in kept["stage"]}
    draft = MapDraft(
        journey=shown,
        filters=MapFilters.default(today),
        stages=sorted(kept["stage"], key=lambda stage: stage.position),
        steps=sorted(kept["step"], key=lambda step: (places[step.stage_id], step.position)),
        lanes=sorted(kept["lane"], key=lambda lane: lane.position),
        kept=kept,
        measured=measured,
    )
    for contribute in sources():
        contribute(draft)
    return draft.finish()


def measure(journey: Journey, content: Content) -> Figures:
    """Return what is measured on a content today, by the default period."""
    today = timezone.now().date()
    return figures_of(draw_content(journey, content, today=today, measured=True), today)


def figures_of(found: JourneyMap, today: date) -> Figures:
    """Return the figures that a finished map shows, as JSON can hold them."""
    touchpoints: dict[str, list[dict[str, Any]]] = defaultdict(list)
    handoffs: dict[str, dict[str, Any]] = {}
    for item in _items(found):
        if isinstance(item, Score):
            counts = item.counts
            touchpoints[str(item.id)].append(_metric(item.metric) | {"counts": counts})
        elif isinstance(item, Heat):
            touchpoints[str(item.id)].append(_metric(item.metric) | {"level": item.level})
        elif isinstance(item, Link):
            handoffs[str(item.id)] = {name: getattr(item, name) for name in LINK_FIGURES} | {
                "quality": _metric(item.quality) if item.quality else None
            }
    return {
        "until": today.isoformat(),
        "period": found.period_text,
        "headline": [_metric(metric) for metric in found.headline],
        "stages": {
            str(stage.id): [_metric(metric) for metric in stage.metrics] for stage in found.stages
        },
        "touchpoints": dict(touchpoints),
        "handoffs": handoffs,
    }


def with_figures(found: JourneyMap, figures: Figures) -> JourneyMap:
    """Return a map with the figures that were kept; without any, without its measured lanes."""
    if not figures:
        figures = {"headline": (), "stages": {}, "touchpoints": {}, "handoffs": {}}
        lanes = tuple(lane for lane in found.lanes if lane.form not in MEASURED_FORMS)
        found = replace(found, lanes=lanes)
    return replace(
        found,
        headline=tuple(metric_of(each) for each in figures["headline"]),
        stages=tuple(
            replace(
                stage,
                metrics=tuple(map(metric_of, figures["stages"].get(str(stage.id), ()))),
            )
            for stage in found.stages
        ),
        lanes=tuple(_lane(lane, figures) for lane in found.lanes),
    )


def metric_of(data: dict[str, Any]) -> Metric:
    """Return a metric as it was shown, without the comparison that stood beside it."""
    known = {each.name for each in fields(Metric)}
    return Metric(**{name: value for name, value in data.items() if name in known})


def _metric(metric: Metric) -> dict[str, Any]:
    data = asdict(metric)
    del data["change"], data["url"]
    return data


def _items(found: JourneyMap) -> Iterator[Item]:
    return (item for lane in found.lanes for cell in lane.cells for item in cell.items)


def _lane(lane: Lane, figures: Figures) -> Lane:
    cells = tuple(
        replace(cell, items=tuple(each for item in cell.items for each in _kept(item, figures)))
        for cell in lane.cells
    )
    return replace(lane, cells=cells)


def _kept(item: Item, figures: Figures) -> Iterator[Item]:
    """Yield what was shown in the place of an item that was drawn without answers."""
    if isinstance(item, Score):
        then = [each for each in figures["touchpoints"].get(str(item.id), ()) if "counts" in each]
        for place, each in enumerate(then):
            yield replace(
                item, metric=metric_of(each), counts=each["counts"], compact=place > 0,
                named=item.named and not place,
            )  # fmt: skip
    elif isinstance(item, Heat):
        for each in figures["touchpoints"].get(str(item.id), ()):
            if "level" in each:
                yield replace(item, metric=metric_of(each), level=each["level"], title="Friction")
    elif isinstance(item, Link):
        then_link = figures["handoffs"].get(str(item.id), {"title": "", "quality": None})
        quality = then_link["quality"]
        yield replace(item, **then_link | {"quality": metric_of(quality) if quality else None})
    else:
        yield item
