"""What the columns of a file mean: the mapping, once it is read and found to make sense."""

from collections.abc import Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import StrEnum

from feedback.imports.places import folded
from feedback.metrics.scales import Scale
from feedback.models import SourceKind
from feedback.models.observations import ObservationKind
from journeys.models import JourneyState, LaneKind, Line
from touchpoints.models import Side


class Layout(StrEnum):
    """What one row of the file is."""

    WIDE = "wide"
    """A respondent, with a column for each touchpoint."""
    LONG = "long"
    """An answer, with a column that names the touchpoint."""


class FileFormat(StrEnum):
    """What kind of file it is."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


class HeaderNames(StrEnum):
    """Which of several header rows names the columns."""

    FIRST = "first"
    SECOND = "second"
    JOINED = "joined"
    """The first, carried on to the right, and the second where it says more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FileShape:
    """How to read a file. What is empty or None is found out from the file itself.

    The names of the columns stand in the first `header_rows` rows. With `footer`, a last row
    that holds nothing beyond its first cell is no answer. `sheet` is that of a workbook.
    """

    format: FileFormat | None = None
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_rows: int = 1
    header_names: HeaderNames = HeaderNames.FIRST
    footer: bool = False


class Unit(StrEnum):
    """In what a time that passed is written."""

    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"

    @property
    def seconds(self) -> int:
        """How many seconds it has."""
        return {Unit.SECONDS: 1, Unit.MINUTES: 60, Unit.HOURS: 3600}[self]


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """Answers in words, and the score that each of them means."""

    scores: Dictionary[str, int] = field(default_factory=dict)
    """By case-folded text."""

    def __bool__(self) -> bool:
        return bool(self.scores)

    def score(self, text: str) -> int | None:
        """Return what a cell means, or None when it is none of the words."""
        return self.scores.get(folded(text))

    @property
    def only(self) -> bool:
        """True when nothing but the words is an answer: a number is among them.

        Where "1" stands for a score of 2, a cell of "2" must not be taken for one too.
        """
        return any(text.lstrip("+-").isdecimal() for text in self.scores)


@dataclass(frozen=True, kw_only=True, slots=True)
class PartialMapping:
    """How a file says that somebody did not come to the end.

    Finished are rows in whose `column` one of the `finished` texts stands (case-folded); where
    none is named, anything at all.
    """

    column: str
    finished: frozenset[str] = frozenset()

    def is_partial(self, text: str) -> bool:
        """True when the cell belongs to an answer that was broken off."""
        text = text.strip().casefold()
        return text not in self.finished if self.finished else not text


@dataclass(frozen=True, kw_only=True, slots=True)
class SkipRule:
    """Rows that are no answers of customers, such as previews of a survey."""

    column: str
    values: frozenset[str]
    """Case-folded."""

    def skips(self, text: str) -> bool:
        """True when a row with this cell is to be passed over."""
        return text.strip().casefold() in self.values


@dataclass(frozen=True, kw_only=True, slots=True)
class ObservationMapping:
    """A column that says how long something took, or whether or how often it happened.

    Times are in `unit`. Of the other kinds a cell holds a whole number, 0 being "it did not
    happen", or a word such as yes, no, true, false.
    """

    column: str
    kind: ObservationKind
    unit: Unit = Unit.SECONDS
    title: str
    step: str = ""
    channel: str = ""


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
    words: Words = Words()
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
    file: FileShape = FileShape()
    id: str = ""
    segment: str = ""
    channel: str = ""
    language: str = ""
    respondent: str = ""
    partial: PartialMapping | None = None
    skip: tuple[SkipRule, ...] = ()
    touchpoint: str = ""
    metric: str = ""
    score: str = ""
    comment: str = ""
    time: TimeMapping
    default_metric: str = ""
    not_applicable: NotApplicable
    words: Words = Words()
    touchpoints: tuple[TouchpointMapping, ...] = ()
    observations: tuple[ObservationMapping, ...] = ()
    journey: JourneyMapping | None = None

    def columns(self) -> Iterator[str]:
        """Yield the name of every column that the file must have; some more than once."""
        own = (self.id, self.segment, self.channel, self.touchpoint, self.metric, self.score)
        for name in (*own, self.comment, self.language, self.respondent, self.time.column):
            if name:
                yield name
        if self.partial:
            yield self.partial.column
        yield from (rule.column for rule in self.skip)
        yield from (observation.column for observation in self.observations)
        for touchpoint in self.touchpoints:
            for name in (touchpoint.column, touchpoint.comment):
                if name:
                    yield name
