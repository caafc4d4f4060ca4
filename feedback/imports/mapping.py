"""What the columns of a file mean: the mapping, once it is read and found to make sense."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

from feedback.metrics.scales import Scale
from feedback.models import SourceKind
from journeys.models import JourneyState, LaneKind, Line
from touchpoints.models import Side


class Layout(StrEnum):
    """What one row of the file is."""

    WIDE = "wide"
    """A respondent, with a column for each touchpoint."""
    LONG = "long"
    """An answer, with a column that names the touchpoint."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NotApplicable:
    """Answers that say that the question did not apply: never a score, counted by themselves."""

    numbers: frozenset[int] = frozenset()
    texts: frozenset[str] = frozenset()
    """Case-folded."""

    def __bool__(self) -> bool:
        return bool(self.numbers or self.texts)

    def holds_text(self, text: str) -> bool:
        """True when the cell as a whole is one of the texts."""
        return bool(self.texts) and text.casefold() in self.texts

    def holds_number(self, number: int, scale: Scale) -> bool:
        """True for a number that is listed and is not a score on this scale."""
        return number in self.numbers and not scale.contains(number)


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeMapping:
    """When answers were given: `column` in `format`, or `fixed` for the whole file.

    `format` is strptime's, or "iso", or "unix" for seconds since 1970. Times without an offset
    of their own are times in `timezone`.
    """

    column: str = ""
    format: str = "iso"
    timezone: tzinfo
    fixed: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TouchpointMapping:
    """A touchpoint: where its answers stand in the file, and how to find or build it on the map.

    Wide: `column` holds its scores and `comment`, if named, the words to them. Long: rows in
    whose touchpoint column `value` stands are its answers. An empty `step` means a step of the
    same title; an empty `channel` any channel, as long as only one touchpoint fits.
    """

    title: str
    column: str = ""
    comment: str = ""
    value: str = ""
    metric: str = ""
    not_applicable: NotApplicable
    step: str = ""
    channel: str = ""
    stage: str = ""
    team: str = ""
    side: Side = Side.FRONTSTAGE
    importance: int = 3
    moment_that_matters: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class StageMapping:
    """A stage of a journey to build."""

    title: str
    goal: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class LaneMapping:
    """A lane of a journey to build, and the blueprint line below it."""

    kind: LaneKind
    title: str = ""
    line_below: Line = Line.NONE


@dataclass(frozen=True, kw_only=True, slots=True)
class JourneyMapping:
    """A journey to build where there is none; its steps follow from the touchpoints."""

    title: str
    goal: str = ""
    state: JourneyState = JourneyState.CURRENT
    stages: tuple[StageMapping, ...]
    lanes: tuple[LaneMapping, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Mapping:
    """The whole mapping. An empty column name means that the file has no such column."""

    layout: Layout
    source: str
    source_kind: SourceKind = SourceKind.SURVEY
    encoding: str = "utf-8"
    delimiter: str = ""
    id: str = ""
    segment: str = ""
    channel: str = ""
    touchpoint: str = ""
    metric: str = ""
    score: str = ""
    comment: str = ""
    time: TimeMapping
    default_metric: str = ""
    not_applicable: NotApplicable
    touchpoints: tuple[TouchpointMapping, ...] = ()
    journey: JourneyMapping | None = None

    def columns(self) -> Iterator[str]:
        """Yield the name of every column that the file must have; some more than once."""
        own = (self.id, self.segment, self.channel, self.touchpoint, self.metric, self.score)
        for name in (*own, self.comment, self.time.column):
            if name:
                yield name
        for touchpoint in self.touchpoints:
            for name in (touchpoint.column, touchpoint.comment):
                if name:
                    yield name
