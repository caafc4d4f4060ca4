"""What of a finished map a link shows: frozen map in, frozen map out, before anybody draws it.

Everything is left out by default: addresses, what runs the workspace, and, where names or quotes
are hidden, these in every text but those that only say how to draw. A field that somebody adds to
the map later is so redacted before anybody thinks of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import PurePosixPath
from typing import Any, TypeVar, cast

from journeys.maps.grid import Card, Cell, Heat, Item, JourneyMap, Lane, Option, Score
from journeys.maps.unmeasured import without_metrics
from journeys.sharing.names import Words, without_quotes

Place = tuple[int | None, int | None]
"""(id of the lane, id of the step)"""
_Found = TypeVar("_Found")

TECHNICAL = {
    "key", "kind", "form", "base", "tone", "basis", "flag_sign", "icon", "line", "spark", "x",
    "width", "assessed_path", "measured_path", "band_path", "assessed_y", "measured_y", "value",
    "slug", "workspace_slug",
}  # fmt: skip
"""Fields of texts that say how to draw, and are no words."""


@dataclass(frozen=True, slots=True)
class Shown:
    """As much of a journey as one link shows."""

    lanes: frozenset[int]
    figures: bool = True
    quotes: bool = True
    hide_names: Words | None = None
    """None: names are shown."""
    pictures: str = ""
    """The address below which pictures are; "" shows none."""
    comments: Mapping[Place, int] = field(default_factory=dict)
    """Open conversations that the visitor may read, by place."""

    def words(self, text: str) -> str:
        """Return what of a text may be shown."""
        if not self.quotes:
            text = without_quotes(text)
        return self.hide_names(text) if self.hide_names else text


def shared_map(found: JourneyMap, shown: Shown) -> JourneyMap:
    """Return the map as a visitor sees it."""
    if not shown.figures:
        found = without_metrics(found)
    lanes = tuple(_lane(lane, shown) for lane in found.lanes if _is_shown(lane, shown))
    bare = replace(
        found,
        slug="",
        workspace_slug="",
        owner="" if shown.hide_names else found.owner,
        review_by=None,
        review_overdue=False,
        personas=tuple(replace(each, value="") for each in found.personas),
        segments=_chosen(found.segments),
        channels=_chosen(found.channels),
        hidden_lanes=(),
        lanes=lanes,
        comments=sum(shown.comments.values()),
        stages=tuple(
            replace(
                stage,
                steps=tuple(
                    # What it opens is a journey of its own, which nobody shared.
                    replace(
                        step,
                        opens="",
                        opens_url="",
                        comments=shown.comments.get((None, step.id), 0),
                    )
                    for step in stage.steps
                ),
            )
            for stage in found.stages
        ),
    )
    return _without_addresses(bare, shown)


def _is_shown(lane: Lane, shown: Shown) -> bool:
    return lane.id in shown.lanes and (shown.quotes or lane.form != "quotes")


def _lane(lane: Lane, shown: Shown) -> Lane:
    cells = tuple(_cell(lane, cell, shown) for cell in lane.cells)
    return replace(lane, cells=cells, comments=shown.comments.get((lane.id, None), 0))


def _cell(lane: Lane, cell: Cell, shown: Shown) -> Cell:
    items = tuple(_item(item, shown) for item in cell.items)
    return replace(cell, items=items, comments=shown.comments.get((lane.id, cell.step_id), 0))


def _item(item: Item, shown: Shown) -> Item:
    if isinstance(item, Card) and item.image_url:
        # What stands behind the question mark changes with the picture.
        version = PurePosixPath(item.image_url).name
        there = f"{shown.pictures}cards/{item.id}/image/{version}" if shown.pictures else ""
        return replace(item, image_url=there)
    if isinstance(item, Score | Heat) and item.pooled:
        return replace(item, label="sub-journey", title="", id=0)
    return item


def _chosen(options: tuple[Option, ...]) -> tuple[Option, ...]:
    return tuple(replace(option, value="") for option in options if option.selected)


def _without_addresses(found: _Found, shown: Shown) -> _Found:
    """Return a part of a map with the words that may be shown, and no address but pictures'."""
    changed: dict[str, Any] = {}
    for each in fields(cast(Any, found)):
        value = getattr(found, each.name)
        if each.name == "image_url" or each.name in TECHNICAL:
            continue
        if each.name == "url" or each.name.endswith("_url"):
            changed[each.name] = ""
        else:
            changed[each.name] = _shown_value(value, shown)
    return cast(_Found, replace(cast(Any, found), **changed))


def _shown_value(value: Any, shown: Shown) -> Any:
    if isinstance(value, str):
        return shown.words(value)
    if isinstance(value, tuple):
        return tuple(_shown_value(each, shown) for each in value)
    return _without_addresses(value, shown) if is_dataclass(value) else value
