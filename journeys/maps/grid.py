"""The finished map, as frozen dataclasses: everything a renderer needs, already in words.

Steps stand across, grouped into stages; lanes stand down; a cell is where they cross and holds
items. Whoever draws a map reads these and asks nothing else. Texts such as "62 %" or "±0.6" are
made here once, so that page, file and picture never differ. A number that cannot be known is
None, and its text is "–".
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

UNKNOWN = "–"


class Drawn:
    """What a template draws, with its attributes by name: `card["text"]` is `card.text`.

    A template asks for everything like that first. Where it cannot, each of the thousands of
    values of a map costs an error before it is found.
    """

    __slots__ = ()

    def __getitem__(self, name: str) -> Any:
        """Return an attribute; raises AttributeError for what it does not have."""
        return getattr(self, name)


@dataclass(frozen=True, slots=True)
class Change(Drawn):
    """A difference to the period before, with what can be said about it."""

    value: float | None
    text: str
    """With a sign that does not need colour: "▲ 6 pt", "▼ 3 pt", "· 1 pt"."""
    title: str
    """The sentence: "6 points up on the previous 90 days, p = .003"."""
    clear: bool | None = None
    """False: no clear difference at this size. None: it could not be tested."""
    better: bool | None = None
    """True or False only where the difference is clear."""
    p: float | None = None


@dataclass(frozen=True, slots=True)
class Metric(Drawn):
    """One number with its interval (95 %), its base and where its evidence stands."""

    key: str
    label: str
    text: str = UNKNOWN
    value: float | None = None
    low: float | None = None
    high: float | None = None
    margin_text: str = ""
    n: int | None = 0
    """Answers or observations behind it; None where the number itself is hidden."""
    n_text: str = "n 0"
    base: str = "empty"
    """empty · suppressed (fewer than the minimum) · low_base (interval wide) · ok"""
    note: str = ""
    url: str = ""
    change: Change | None = None

    @property
    def base_text(self) -> str:
        """Return what the number stands on: "±1.1 · n 40 · low base"."""
        low = "low base" if self.base == "low_base" else ""
        return " · ".join(filter(None, (self.margin_text, self.n_text, low)))


@dataclass(frozen=True, slots=True)
class Card(Drawn):
    """A card in a cell: something written, a touchpoint, or a figure that a source put there.

    A figure's id is below 0, so that it is never taken for that of a written card.
    """

    id: int
    text: str
    detail: str = ""
    badge: str = ""
    badge_title: str = ""
    tone: str = ""
    """Severity of a pain point: "sev-0" … "sev-4"; else empty."""
    hue: int | None = None
    """The owner team's colour."""
    starred: bool = False
    url: str = ""
    note_url: str = ""
    """Where whoever may change the map writes down what a customer said."""
    persona: str = ""
    icon: str = ""
    """A symbol of static/img/icons.svg."""
    image_url: str = ""
    figure: Metric | None = None
    """The number that it shows; nobody wrote it, so it travels with the figures only."""


@dataclass(frozen=True, slots=True)
class Bar(Drawn):
    """One score's share of a distribution; x and width as drawn, in percent of the whole."""

    score: int
    count: int
    x: str
    width: str
    tone: str
    """From "t1" (worst) over "t3" (neutral) to "t5" (best)."""


@dataclass(frozen=True, slots=True)
class Score(Drawn):
    """What customers answered at one touchpoint, on one scale."""

    id: int
    label: str
    metric: Metric
    named: bool = False
    """True where the step has several touchpoints, so that the label must be shown."""
    mean: float | None = None
    top_box: float | None = None
    bottom_box: float | None = None
    counts: dict[str, int] = field(default_factory=dict)
    bars: tuple[Bar, ...] = ()
    spark: str = ""
    """Path of the trend in a box of 60 × 16; broken where there are too few answers."""
    compact: bool = False
    """True for the second and third scale of one touchpoint: a line, without the picture."""
    title: str = ""
    pooled: bool = False
    """True where it is over the whole sub-journey that the step opens: `id` is that journey's,
    and the address leads to its map."""


@dataclass(frozen=True, slots=True)
class Heat(Drawn):
    """A friction score 0 (smooth) to 100 (stuck) with its largest contributor."""

    id: int
    label: str
    metric: Metric
    named: bool = False
    level: int | None = None
    """0 to 10, the step of the colour ramp."""
    note: str = ""
    basis: str = ""
    flag: str = ""
    flag_sign: str = ""
    title: str = ""
    contributions: dict[str, float] = field(default_factory=dict)
    """Points of what was measured, by component; none without a score."""
    pooled: bool = False
    """As of a Score."""


@dataclass(frozen=True, slots=True)
class Mood(Drawn):
    """How a step feels, −2 to +2, assessed and measured, with its piece of both lines.

    Paths are in a box of 100 × 132 per column and meet at the borders.
    """

    assessed: float | None
    assessed_n: int
    measured: float | None
    low: float | None
    high: float | None
    n: int | None
    text: str
    marks: tuple[str, ...] = ()
    assessed_path: str = ""
    measured_path: str = ""
    band_path: str = ""
    assessed_y: str = ""
    measured_y: str = ""
    below: bool = False

    @property
    def sentence(self) -> str:
        """Return the text with its marks behind it."""
        return "; ".join((self.text, *self.marks))


@dataclass(frozen=True, slots=True)
class Link(Drawn):
    """A handoff that leaves a step: from whom to whom, and how well it goes."""

    id: int
    from_label: str
    to_label: str
    to_step: str
    bridges: bool
    """True when it crosses into the very next column."""
    what_moves: str
    wait: float | None
    """Observed median wait in minutes."""
    wait_text: str
    agreed_text: str
    return_rate: float | None
    late: bool
    tone: str = ""
    """smooth · workable · disjointed, or empty where nobody counted."""
    quality: Metric | None = None
    title: str = ""
    url: str = ""


Item = Card | Score | Heat | Mood | Link


@dataclass(frozen=True, slots=True)
class Cell(Drawn):
    """Where a lane crosses a step."""

    step_id: int
    items: tuple[Item, ...]
    starts_stage: bool = False
    empty_before: int = 0
    """How many stages without steps stand between the step before and this one."""
    comments: int = 0
    """Open conversations about it; likewise of a lane, a step, and the whole journey."""
    id: str = ""
    """Of its element on the drawn map."""


@dataclass(frozen=True, slots=True)
class Lane(Drawn):
    """A row of the map. `form` says how its items are drawn."""

    id: int
    key: str
    kind: str
    title: str
    hint: str
    form: str
    """cards · quotes · touchpoints · scores · heat · mood · links"""
    line_below: str
    cells: tuple[Cell, ...]
    line: str = ""
    """Which line of the service blueprint `line_below` is: interaction · visibility · internal"""
    empty_after: int = 0
    """How many stages without steps stand behind the last step."""
    add_url: str = ""
    """Where something is added to a cell, up to the number of its step; empty where nothing is."""
    comments: int = 0


@dataclass(frozen=True, slots=True)
class StepColumn(Drawn):
    """A column of the map."""

    id: int
    title: str
    starts_stage: bool
    opens: str = ""
    """The title of the sub-journey that shows this step in detail."""
    opens_url: str = ""
    comments: int = 0


@dataclass(frozen=True, slots=True)
class StageColumn(Drawn):
    """A group of columns with the customer's goal and the stage's metrics."""

    id: int
    title: str
    goal: str
    steps: tuple[StepColumn, ...]
    metrics: tuple[Metric, ...] = ()

    @property
    def width(self) -> int:
        """Return how many columns it spans; a stage without steps still takes one."""
        return max(1, len(self.steps))


@dataclass(frozen=True, slots=True)
class Option(Drawn):
    """One choice of a filter, with the address that takes it."""

    value: str
    label: str
    selected: bool = False


@dataclass(frozen=True, slots=True)
class JourneyMap(Drawn):
    """The whole table, and what stands around it."""

    title: str
    slug: str
    workspace: str
    workspace_slug: str
    simulated: bool
    goal: str
    state: str
    revision: int
    owner: str
    review_by: date | None
    personas: tuple[Option, ...]
    segments: tuple[Option, ...]
    channels: tuple[Option, ...]
    period_text: str
    compare_text: str
    headline: tuple[Metric, ...]
    stages: tuple[StageColumn, ...]
    lanes: tuple[Lane, ...]
    hidden_lanes: tuple[Option, ...]
    notices: tuple[str, ...]
    latest_evidence: date | None
    evidence_text: str
    review_overdue: bool
    quiet_period: bool
    """True where there is evidence, but none in this period."""
    comments: int = 0
    """Open conversations in all, those about the whole journey and what is off the map included."""

    @property
    def steps(self) -> tuple[StepColumn, ...]:
        """Return all columns from left to right."""
        return tuple(step for stage in self.stages for step in stage.steps)

    @property
    def awaits_touchpoints(self) -> Lane | None:
        """Return the lane of touchpoints where there are steps and none of them has one yet."""
        lane = next((each for each in self.lanes if each.form == "touchpoints"), None)
        empty = lane is not None and self.steps and not any(cell.items for cell in lane.cells)
        return lane if empty else None
