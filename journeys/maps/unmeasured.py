"""A map without its figures: what people wrote and assessed, and nothing that was measured."""

from dataclasses import replace

from journeys.maps.grid import UNKNOWN, Card, Item, JourneyMap, Lane, Link, Mood

MEASURED = {"scores", "heat"}
"""The forms of lanes that hold nothing but metrics."""


def without_metrics(found: JourneyMap) -> JourneyMap:
    """Return the map with what people wrote and assessed, and nothing that was measured."""
    return replace(
        found,
        headline=(),
        stages=tuple(replace(stage, metrics=()) for stage in found.stages),
        lanes=tuple(_unmeasured(lane) for lane in found.lanes if lane.form not in MEASURED),
        latest_evidence=None,
        evidence_text="",
        quiet_period=False,
    )


def _unmeasured(lane: Lane) -> Lane:
    cells = (
        replace(
            cell,
            items=tuple(
                _assessed(item)
                for item in cell.items
                if not (isinstance(item, Card) and item.figure)
            ),
        )
        for cell in lane.cells
    )
    return replace(lane, cells=tuple(cells))


def _assessed(item: Item) -> Item:
    """Return what somebody said about it; of feelings and handoffs, some was measured."""
    if isinstance(item, Mood):
        said = [part for part in item.text.split("; ") if part.startswith("assessed")]
        return replace(
            item, measured=None, low=None, high=None, n=None, measured_path="", band_path="",
            measured_y="", marks=(), below=False, text="; ".join(said) or "not assessed",
        )  # fmt: skip
    if isinstance(item, Link):
        return replace(
            item, wait=None, wait_text=UNKNOWN, return_rate=None, late=False, tone="",
            quality=None, title=f"{item.from_label} hands over to {item.to_label}",
        )  # fmt: skip
    return item
