"""Finished maps made by hand: what a format draws, without a database."""

from collections.abc import Sequence
from typing import Any

from journeys.maps import JourneyMap
from journeys.maps.grid import UNKNOWN, Cell, Item, Lane, Mood, Option, StageColumn, StepColumn

Stages = Sequence[tuple[str, Sequence[str]]]
"""(title of the stage, titles of its steps)"""


def made_map(stages: Stages = (), lanes: Sequence[Lane] = (), **values: Any) -> JourneyMap:
    """Return a map of these stages and lanes, with nothing else on it."""
    columns, number = [], 0
    for place, (title, steps) in enumerate(stages):
        made = []
        for first, step in enumerate(steps):
            number += 1
            made.append(StepColumn(number, step, starts_stage=not first))
        columns.append(StageColumn(place + 1, title, "", tuple(made)))
    plain: dict[str, Any] = {
        "title": "Journey", "slug": "journey", "workspace": "Demo", "workspace_slug": "demo",
        "simulated": False, "goal": "", "state": "Current state", "revision": 1, "owner": "",
        "review_by": None, "personas": (), "segments": (), "channels": (),
        "period_text": "Last 90 days", "compare_text": "", "headline": (), "hidden_lanes": (),
        "notices": (), "latest_evidence": None, "evidence_text": "", "review_overdue": False,
        "quiet_period": False,
    }  # fmt: skip
    return JourneyMap(**plain | {"stages": tuple(columns), "lanes": tuple(lanes)} | values)


def made_lane(form: str, *cells: Sequence[Item], kind: str = "doing", **values: Any) -> Lane:
    """Return a lane with the items of each step."""
    plain: dict[str, Any] = {
        "id": 1,
        "key": kind,
        "title": kind.replace("_", " ").capitalize(),
        "hint": "",
    }
    steps = tuple(Cell(number, tuple(items)) for number, items in enumerate(cells, 1))
    return Lane(kind=kind, form=form, line_below="", cells=steps, **plain | values)


def feeling(assessed: float | None, measured: float | None = None) -> Mood:
    """Return how a step feels, without its drawing."""
    return Mood(assessed, int(assessed is not None), measured, None, None, 0, UNKNOWN)


def feelings(*assessed: float | None) -> Lane:
    """Return the feeling lane."""
    return made_lane("mood", *([feeling(each)] for each in assessed), kind="feeling")


def personas(*names: str) -> tuple[Option, ...]:
    """Return a journey's personas."""
    return tuple(Option(f"p{number}", name) for number, name in enumerate(names))
