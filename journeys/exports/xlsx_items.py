"""What stands in a cell of the map's sheet: an item's words in their fonts, and its colours."""

import unicodedata
from functools import singledispatch
from typing import Any

from journeys.maps.grid import Card, Heat, Item, Lane, Link, Mood, Score
from journeys.maps.theme import ACCENT, BAD, HEAT, HUES, INK_3, OPPORTUNITY, PAIN, STAR

Written = list[tuple[str, dict[str, Any]]]
"""Pieces of text, each with the properties of its font."""
Look = dict[str, Any]

THICK = 5
SMALL = {"font_size": 9, "font_color": INK_3}
_BOLD = {"bold": True}
_CHARACTER = 6.1
"""The width of an average character of 10 points, in pixels, on the large side."""


def written(lane: Lane, item: Item) -> tuple[Written, Look]:
    """Return the words of an item on the map, and how its cell looks."""
    return _written(item, lane)


@singledispatch
def _written(item: Any, lane: Lane) -> tuple[Written, Look]:
    raise TypeError(f"{type(item).__name__} is no item of a map.")


@_written.register
def _(item: Card, lane: Lane) -> tuple[Written, Look]:
    font: dict[str, Any] = {"italic": True} if lane.form == "quotes" else {}
    look: Look = {}
    if lane.form == "touchpoints":
        font = _BOLD
        look = (
            {"left": THICK, "left_color": HUES[item.hue % len(HUES)]}
            if item.hue is not None
            else {}
        )
    elif lane.kind == "pain_points":
        look = {"bg_color": PAIN}
    elif lane.kind == "opportunities":
        look = {"bg_color": OPPORTUNITY}
    star = " ★" if item.starred else ""
    about = [each for each in (item.detail, item.badge_title, item.persona) if each]
    return [
        (item.text, font),
        (star, {"font_color": STAR}),
        ("\n" + " · ".join(about) if about else "", SMALL),
    ], look


@_written.register
def _(item: Score, lane: Lane) -> tuple[Written, Look]:
    metric = item.metric
    change = f"   {metric.change.text}" if metric.change else ""
    return [
        (f"{item.label}\n" if item.named or item.pooled else "", SMALL),
        (f"{metric.text} ", {"bold": True, "font_size": 12}),
        (metric.label, SMALL),
        (f"\n{metric.margin_text} · {metric.n_text}".replace("\n · ", "\n"), SMALL),
        (change, SMALL | _tone(metric.change.better if metric.change else None)),
    ], {}


@_written.register
def _(item: Heat, lane: Lane) -> tuple[Written, Look]:
    about = " · ".join(each for each in (item.note, item.flag) if each)
    look = {"bg_color": HEAT[item.level]} if item.level is not None else {}
    return [
        (f"{item.label}\n" if item.named or item.pooled else "", {"font_size": 9}),
        (item.metric.text, {"bold": True, "font_size": 12}),
        (f"  {about}" if about else "", {"font_size": 9}),
        (f"\n{item.metric.n_text}", {"font_size": 9}),
    ], look


@_written.register
def _(item: Mood, lane: Lane) -> tuple[Written, Look]:
    return [(item.text, {})], {}


@_written.register
def _(item: Link, lane: Lane) -> tuple[Written, Look]:
    look = {"bg_color": PAIN} if item.late or item.tone == "disjointed" else {}
    agreed = f"agreed {item.agreed_text}" if item.agreed_text else ""
    wait = ", ".join(each for each in (item.wait_text, agreed) if each)
    quality = f"\n{item.quality.label} {item.quality.text}" if item.quality else ""
    return [
        (f"{item.from_label} → {item.to_label}", _BOLD),
        (f"\nto {item.to_step}", SMALL),
        (f"\n{wait}" if wait else "", {"font_color": BAD} if item.late else {}),
        (f"\n{item.what_moves}" if item.what_moves else "", {}),
        (quality, SMALL),
    ], look


def _tone(better: bool | None) -> dict[str, Any]:
    return {} if better is None else {"font_color": ACCENT if better else BAD}


def lines_of(pieces: Written, width: float) -> int:
    """Return how many lines the pieces take in a cell of a width in pixels, rather too many."""
    text = "".join(piece for piece, _ in pieces)
    larger = max((font.get("font_size", 10) for piece, font in pieces if piece), default=10) / 10
    room = width / (_CHARACTER * max(1, larger if len(pieces) == 1 else 1))
    return max(1, sum(_broken(line, room) for line in text.split("\n")))


def _broken(line: str, room: float) -> int:
    """Return into how many lines one is broken, at spaces as far as there are any."""
    lines, used = 1, 0.0
    for word in line.split(" "):
        length = sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in word)
        if used and used + 1 + length > room:
            lines, used = lines + 1, 0.0
        over = max(0, -(-length // max(int(room), 1)) - 1)
        lines += over
        used += 1 + length - over * room
    return lines
