"""The demo's words as typed content, read from the TOML files beside this module.

A misspelt key is a TypeError at reading, so a file that loads is a file that was understood.
"""

import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from journeys.models import LaneKind, Line

FOLDER = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class CardText:
    """One card; `persona` by its slug, severity 0–4, impact and effort 1–5."""

    text: str
    persona: str = ""
    severity: int | None = None
    impact: int | None = None
    effort: int | None = None


@dataclass(frozen=True, kw_only=True)
class TouchpointText:
    """A touchpoint, known in its journey by its title. `severity`: mean vote of friction, 0–4."""

    title: str
    channel: str
    team: str
    importance: int = 3
    moment: bool = False
    target_wait_minutes: int | None = None
    severity: float | None = None


@dataclass(frozen=True, kw_only=True)
class StepText:
    """A column: its touchpoints, its cards by lane kind, and how the workshop says it feels.

    `feeling` is the mean of all raters, −2 to +2; `feelings` the means per persona slug.
    """

    title: str
    touchpoints: tuple[TouchpointText, ...]
    cards: dict[LaneKind, tuple[CardText, ...]]
    feeling: float | None = None
    feelings: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class StageText:
    """A stage with the customer's goal in it."""

    title: str
    goal: str
    steps: tuple[StepText, ...]


@dataclass(frozen=True, kw_only=True)
class HandoffText:
    """A handoff between two touchpoints, by title; the counts are those of the last 90 days.

    The teams are the touchpoints' owners, unless another team hands over or takes up.
    """

    from_: str
    to: str
    what_moves: str
    from_team: str = ""
    to_team: str = ""
    agreed_wait_minutes: int | None = None
    observed_wait_minutes: float | None = None
    released: int = 0
    accepted: int = 0
    breached: int = 0
    returned: int = 0
    explained_again: int = 0
    explained_again_asked: int = 0


@dataclass(frozen=True, kw_only=True)
class LaneText:
    """A row of the map and the blueprint line below it."""

    kind: LaneKind
    line_below: Line = Line.NONE


@dataclass(frozen=True, kw_only=True)
class MapText:
    """One journey as people wrote it, without any answers.

    `raters` are keys of people, who met `workshop_days_ago`; the review is due in
    `review_in_days`, or was due when that is negative.
    """

    title: str
    slug: str
    goal: str
    state: str
    personas: tuple[str, ...]
    lanes: tuple[LaneText, ...]
    stages: tuple[StageText, ...]
    handoffs: tuple[HandoffText, ...] = ()
    owner: str = ""
    compares_with: str = ""
    review_in_days: int | None = None
    raters: tuple[str, ...] = ()
    workshop_days_ago: int = 0

    @property
    def steps(self) -> tuple[StepText, ...]:
        """Return all columns from left to right."""
        return tuple(step for stage in self.stages for step in stage.steps)


def read(name: str) -> dict[str, Any]:
    """Return the tables of one TOML file of this package."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def read_map(name: str) -> MapText:
    """Return the journey of `<name>.toml`.

    A file with a `redesigns` key holds only what differs from the map that it names: steps
    take the place of those that they `replace` by title, handoffs of those between the same teams'
    touchpoints, and nothing observed is carried over.
    """
    table = read(name)
    if "redesigns" in table:
        return _redesigned(read_map(table.pop("redesigns")), table)
    return MapText(
        lanes=tuple(_lane(lane) for lane in table.pop("lanes")),
        stages=tuple(_stage(stage) for stage in table.pop("stages")),
        handoffs=tuple(_handoff(handoff) for handoff in table.pop("handoffs", ())),
        **_tuples(table),
    )


def _redesigned(base: MapText, table: dict[str, Any]) -> MapText:
    steps = {step.pop("replaces"): _step(step) for step in table.pop("steps")}
    handoffs = {handoff.pop("replaces"): _handoff(handoff) for handoff in table.pop("handoffs", ())}
    unknown = steps.keys() - {step.title for step in base.steps}
    unknown |= handoffs.keys() - {handoff.from_ for handoff in base.handoffs}
    if unknown:
        raise ValueError(f"{table['slug']} replaces what {base.slug} has not: {sorted(unknown)}")
    return replace(
        base,
        stages=tuple(
            replace(stage, steps=tuple(steps.get(step.title, step) for step in stage.steps))
            for stage in base.stages
        ),
        handoffs=tuple(
            handoffs.get(handoff.from_) or _unobserved(handoff) for handoff in base.handoffs
        ),
        compares_with=base.slug,
        **_tuples(table),
    )


def _unobserved(handoff: HandoffText) -> HandoffText:
    return HandoffText(
        from_=handoff.from_,
        to=handoff.to,
        what_moves=handoff.what_moves,
        from_team=handoff.from_team,
        to_team=handoff.to_team,
        agreed_wait_minutes=handoff.agreed_wait_minutes,
    )


def _lane(table: dict[str, Any]) -> LaneText:
    kind, line = LaneKind(table.pop("kind")), Line(table.pop("line_below", ""))
    return LaneText(kind=kind, line_below=line, **table)


def _handoff(table: dict[str, Any]) -> HandoffText:
    return HandoffText(from_=table.pop("from"), **table)


def _stage(table: dict[str, Any]) -> StageText:
    return StageText(steps=tuple(_step(step) for step in table.pop("steps")), **table)


def _step(table: dict[str, Any]) -> StepText:
    kinds = [kind for kind in LaneKind if kind.holds_cards and kind.value in table]
    return StepText(
        cards={kind: _cards(table.pop(kind.value)) for kind in kinds},
        touchpoints=tuple(TouchpointText(**each) for each in table.pop("touchpoints", ())),
        **table,
    )


def _cards(value: Any) -> tuple[CardText, ...]:
    """Read a text, a table with a text, or a list of either."""
    each = value if isinstance(value, list) else [value]
    return tuple(
        CardText(text=card) if isinstance(card, str) else CardText(**card) for card in each
    )


def _tuples(table: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
