"""What the columns of a file probably mean: proposed by us, corrected by a person, then a mapping.

proposal = propose(file, filename="answers.csv", journey=journey)       # proposing.py
corrected = replace(proposal, columns=(replace(proposal.columns[0], role=Role.SCORE), …))
content = mapping_content(corrected)                                    # to_mapping.py
mapping = mapping_from(content)                                         # mapping_file.py
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from feedback.imports.mappings.mapping import FileShape, Unit
from feedback.imports.places import Place
from feedback.models.observations import ObservationKind


class Role(StrEnum):
    """What a column is to be read as."""

    IGNORE = "ignore"
    SCORE = "score"
    COMMENT = "comment"
    ID = "id"
    TIME = "time"
    SEGMENT = "segment"
    CHANNEL = "channel"
    LANGUAGE = "language"
    RESPONDENT = "respondent"
    PARTIAL = "partial"
    SKIP = "skip"
    TOUCHPOINT = "touchpoint"
    METRIC = "metric"
    WAIT = "wait"
    FIRST_RESPONSE = "frt"
    REPEAT = "repeat"
    ABANDONMENT = "abandon"
    ERROR = "error"

    @property
    def label(self) -> str:
        """Return the words for a form."""
        return _LABELS[self]

    @property
    def observes(self) -> ObservationKind | None:
        """Return the kind of observation that the column holds, if it holds any."""
        return ObservationKind(self.value) if self.value in ObservationKind.values else None

    @property
    def once(self) -> bool:
        """True when only one column of a file can have this role."""
        return self in _ONCE

    @property
    def needs_touchpoint(self) -> bool:
        """True when it must be said which touchpoint the column is about (in a wide file)."""
        return self is Role.SCORE or self.observes is not None


_LABELS = {
    Role.IGNORE: "Leave out",
    Role.SCORE: "Score",
    Role.COMMENT: "Comment",
    Role.ID: "Id of the answer",
    Role.TIME: "When it was given",
    Role.SEGMENT: "Segment",
    Role.CHANNEL: "Channel",
    Role.LANGUAGE: "Language",
    Role.RESPONDENT: "Who answered (kept as a pseudonym)",
    Role.PARTIAL: "Finished or broken off",
    Role.SKIP: "Rows to pass over",
    Role.TOUCHPOINT: "Names the touchpoint",
    Role.METRIC: "Names the metric",
    Role.WAIT: "Waiting time",
    Role.FIRST_RESPONSE: "Time to first response",
    Role.REPEAT: "Repeat contact",
    Role.ABANDONMENT: "Abandoned",
    Role.ERROR: "Error or failure",
}
_ONCE = {
    *(Role.ID, Role.TIME, Role.SEGMENT, Role.CHANNEL, Role.LANGUAGE, Role.RESPONDENT),
    *(Role.PARTIAL, Role.TOUCHPOINT, Role.METRIC),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class WordScore:
    """A word that stands in a column of scores, and the score it means; None: not known yet."""

    text: str
    score: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeFormat:
    """A way to read the file's times, and one of its times read so: "3 April 2026, 14:05"."""

    format: str
    label: str
    example: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnProposal:
    """A column: what it holds, what it is read as, and why.

    Only what belongs to the `role` counts; the rest may stay as it is.
    """

    name: str
    """As a mapping names it; unique in the file."""
    label: str
    """What was asked, without HTML; often the name itself."""
    samples: tuple[str, ...]
    """The first different values; none of columns that are never read, such as IP addresses."""
    role: Role
    reason: str
    """Why this role, as a sentence for people."""
    private: bool = False
    """True for columns that are never read, whatever role is wished: addresses, places."""
    recognised: bool = False
    """True when its name says what it holds, so that nobody takes it for a question."""
    touchpoint_id: int | None = None
    """SCORE and observations: one of the proposal's `places`."""
    metric: str = ""
    """SCORE: a key of SCALES."""
    words: tuple[WordScore, ...] = ()
    """SCORE: what stands in the column instead of numbers."""
    not_applicable: tuple[str, ...] = ()
    """SCORE: texts and numbers that say that the question did not apply."""
    comment_to: str = ""
    """COMMENT: the name of the column of scores that it explains; empty in a long file."""
    values: tuple[str, ...] = ()
    """PARTIAL: what finished rows say (none: anything). SKIP: what passed-over rows say."""
    unit: Unit = Unit.SECONDS
    """WAIT and FIRST_RESPONSE."""
    time_formats: tuple[TimeFormat, ...] = ()
    """TIME: all formats that fit what stands in the column; more than one is a question."""
    skip_blank: bool = False
    """TIME: rows without a time are passed over, because they hold no answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """How to import a file into one journey, as far as the file itself tells.

    `questions` are what only a person can answer, in words; mapping_content() refuses a
    proposal in which something that must be known is missing.
    """

    layout: str
    """Key of the tool that wrote the file, "" when it was not recognised."""
    layout_name: str
    """Its name: "Qualtrics"."""
    file: FileShape
    sheets: tuple[str, ...] = ()
    """Of a workbook."""
    source: str
    kind: str
    columns: tuple[ColumnProposal, ...]
    places: tuple[Place, ...]
    """The touchpoints of the journey, in the order of the map."""
    time_format: str = ""
    """Empty while nobody has said whether day or month comes first."""
    timezone: str = "UTC"
    fixed_day: str = ""
    """An ISO date for all answers, where no column has the role TIME."""
    signature: str
    """Digest of the header: files with the same columns have the same."""
    rows_seen: int
    questions: tuple[str, ...] = ()

    @property
    def long(self) -> bool:
        """True when a column names the touchpoint, so that a row is one answer."""
        return any(column.role is Role.TOUCHPOINT for column in self.columns)

    @property
    def time(self) -> ColumnProposal | None:
        """The column that says when, if there is one."""
        return next((column for column in self.columns if column.role is Role.TIME), None)

    @property
    def time_formats(self) -> tuple[TimeFormat, ...]:
        """All formats that fit the times of that column; more than one is a question."""
        return self.time.time_formats if self.time else ()

    def timed(self) -> "Proposal":
        """Return it with the only format that fits, once another column says when."""
        formats = [form.format for form in self.time_formats]
        if self.time_format in formats or len(formats) != 1:
            return self
        return replace(self, time_format=formats[0])
