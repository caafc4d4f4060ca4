"""Where in a row the answers stand: a column for each touchpoint, or one answer per row."""

from collections.abc import Sequence
from typing import Protocol

from feedback.imports.formats.reading import Column, Header
from feedback.imports.mappings.mapping import Layout, Mapping, TouchpointMapping
from feedback.imports.places import Place, Places, folded
from feedback.imports.problems import BadCell, BadMapping
from feedback.imports.rows.answers import Reading, Who
from feedback.imports.rows.cells import read_comment
from feedback.metrics.scales import SCALES, Scale


class Question(Protocol):
    """Finds an answer in a row.

    What it finds depends on nothing but the cells of `keys`, on the words in `comments`, and
    where it is `by_channel`, on the answer's channel.
    """

    @property
    def keys(self) -> tuple[Column, ...]:
        """The columns that decide what is found."""

    @property
    def comments(self) -> Column | None:
        """The column of the words to it."""

    @property
    def by_channel(self) -> bool:
        """True when the answer's channel decides too."""

    def read(self, reading: Reading, who: Who | None) -> None:
        """Add to the reading what the row answers; without `who` only look for problems."""


class Questions(Protocol):
    """Finds the answers in a row."""

    @property
    def asked(self) -> Sequence[Question]:
        """The questions, one by one."""

    def read(self, reading: Reading, who: Who | None) -> None:
        """Add to the reading what the row answers; without `who` only look for problems."""


def questions(mapping: Mapping, header: Header, places: Places) -> Questions:
    """Return the questions of the mapping's layout.

    Raises BadFile when a column is missing, BadMapping when a touchpoint is.
    """
    if mapping.layout is Layout.LONG:
        return LongQuestions(mapping, header, places)
    found = [WideQuestion(mapping, entry, header, places) for entry in mapping.touchpoints]
    return WideQuestions(found)


class WideQuestion:
    """A column of scores on one touchpoint, and perhaps one of the words to them."""

    by_channel = False

    def __init__(
        self, mapping: Mapping, entry: TouchpointMapping, header: Header, places: Places
    ) -> None:
        self.scores = header.column(entry.column)
        self.keys = (self.scores,)
        self.comments = header.column(entry.comment) if entry.comment else None
        self.scale = SCALES[entry.metric or mapping.default_metric]
        self.not_applicable = entry.not_applicable or mapping.not_applicable
        self.words = entry.words or mapping.words
        try:
            self.place = places.find(entry.title, step=entry.step, channel=entry.channel)
        except BadCell as error:
            raise BadMapping(f'Column "{entry.column}": "{entry.title}" {error}') from None

    def read(self, reading: Reading, who: Who | None) -> None:
        """Add the answer, if there is one."""
        score = reading.score(
            self.scores,
            self.scale,
            self.not_applicable,
            self.words,
            counted_as=self.scores.name,
        )
        comment = reading.value(self.comments, read_comment) if self.comments else None
        reading.add(who, self.place, self.scale, score, comment)


class WideQuestions:
    """The columns of scores of a wide file."""

    def __init__(self, columns: list[WideQuestion]) -> None:
        self.asked = columns
        seen: dict[tuple[int, str], str] = {}
        for column in columns:
            key = (column.place.touchpoint_id, column.scale.key)
            if key in seen:
                raise BadMapping(
                    f'Columns "{seen[key]}" and "{column.scores.name}" both hold '
                    f"{column.scale.label} of {column.place}."
                )
            seen[key] = column.scores.name

    def read(self, reading: Reading, who: Who | None) -> None:
        """Add the answers of all columns."""
        for column in self.asked:
            column.read(reading, who)


class LongQuestions:
    """The columns that say in each row what was asked and answered."""

    def __init__(self, mapping: Mapping, header: Header, places: Places) -> None:
        self._touchpoints = header.column(mapping.touchpoint)
        self._scores = header.column(mapping.score)
        self._metrics = header.column(mapping.metric) if mapping.metric else None
        self.comments = header.column(mapping.comment) if mapping.comment else None
        self.keys = tuple(filter(None, (self._touchpoints, self._metrics, self._scores)))
        self.by_channel = bool(mapping.channel)
        self.asked = [self]
        self._mapping = mapping
        self._places = places
        self._entries = {folded(entry.value): entry for entry in mapping.touchpoints}
        self._found: dict[tuple[str, str], Place] = {}

    def read(self, reading: Reading, who: Who | None) -> None:
        """Add the row's answer."""
        entry = self._entries.get(folded(reading.text(self._touchpoints)))
        channel = (entry.channel if entry else "") or (who.channel if who else "") or ""
        place = reading.value(self._touchpoints, lambda text: self._place(text, entry, channel))
        scale = self._scale(reading, entry)
        comment = reading.value(self.comments, read_comment) if self.comments else None
        if not (place and scale):
            return
        not_applicable = (entry and entry.not_applicable) or self._mapping.not_applicable
        words = (entry and entry.words) or self._mapping.words
        score = reading.score(self._scores, scale, not_applicable, words, counted_as=place.title)
        reading.add(who, place, scale, score, comment)

    def _place(self, text: str, entry: TouchpointMapping | None, channel: str) -> Place:
        if not text:
            raise BadCell("is empty; every row names its touchpoint.")
        key = (folded(text), channel)
        if key not in self._found:
            title, step = (entry.title, entry.step) if entry else (text, "")
            self._found[key] = self._places.find(title, step=step, channel=channel)
        return self._found[key]

    def _scale(self, reading: Reading, entry: TouchpointMapping | None) -> Scale | None:
        default = (entry.metric if entry else "") or self._mapping.default_metric

        def read(text: str) -> Scale:
            key = text.casefold() or default
            if key not in SCALES:
                raise BadCell(f"is not a metric; they are {', '.join(SCALES)}.")
            return SCALES[key]

        return reading.value(self._metrics, read) if self._metrics else SCALES[default]
