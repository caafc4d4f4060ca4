"""From a row to the answers in it, or to what is wrong with it."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from feedback.imports.formats.reading import Column, Header, Row
from feedback.imports.mappings.mapping import Mapping
from feedback.imports.places import Places
from feedback.imports.rows.answers import Reading, Who
from feedback.imports.rows.cells import Clock, read_id, read_language
from feedback.imports.rows.observed import Observed
from feedback.imports.rows.questions import questions

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Vocabulary(Protocol):
    """Names of segments or channels."""

    def accept(self, name: str) -> str:
        """Return the name as it will be kept; raises BadCell when it cannot be."""


class RowReader:
    """Reads rows by one mapping, for one header and one journey.

    `now` is when the import began; `identify` gives a row its id where the file has none, and
    `pseudonym` puts another in the place of an id that is an e-mail address. Raises BadFile when
    a column is missing and BadMapping when a touchpoint is.
    """

    def __init__(
        self,
        mapping: Mapping,
        header: Header,
        places: Places,
        *,
        now: datetime,
        identify: Callable[[Row], str],
        pseudonym: Callable[[str], str],
        segments: Vocabulary,
        channels: Vocabulary,
    ) -> None:
        def column(name: str) -> Column | None:
            return header.column(name) if name else None

        self.id = column(mapping.id)
        self.time = column(mapping.time.column)
        self.segment = column(mapping.segment)
        self.channel = column(mapping.channel)
        self.respondent = column(mapping.respondent)
        self.language = column(mapping.language)
        self.partial = column(mapping.partial.column) if mapping.partial else None
        self.skips = [(header.column(rule.column), rule.skips) for rule in mapping.skip]
        self.questions = questions(mapping, header, places)
        self.observed = [Observed(entry, header, places) for entry in mapping.observations]
        self.fixed = mapping.time.fixed
        self.clock = Clock(mapping.time, now)
        self.segments = segments
        self.channels = channels
        self._partial = mapping.partial
        self._identify = identify
        self._pseudonym = pseudonym

    def read(self, row: Row) -> Reading:
        """Return what the row holds; its answers count only when it has no problems."""
        reading = Reading(row)
        if row.problem:
            reading.problems.append(row.problem)
        elif any(skips(reading.text(column)) for column, skips in self.skips):
            reading.skipped = True
        else:
            who = self._who(reading)
            self.questions.read(reading, who)
            for observed in self.observed:
                observed.read(reading, who)
        return reading

    def read_id(self, text: str) -> str:
        """Return the id as it is kept: never an e-mail address; raises BadCell."""
        found = read_id(text)
        return self._pseudonym(found) if EMAIL.fullmatch(found) else found

    def is_partial(self, text: str) -> bool:
        """True when the cell says that somebody did not come to the end."""
        return bool(self._partial and self._partial.is_partial(text))

    def _who(self, reading: Reading) -> Who | None:
        external_id = (
            reading.value(self.id, self.read_id) if self.id else self._identify(reading.row)
        )
        moment = reading.value(self.time, self.clock.read) if self.time else self.fixed
        segment = reading.value(self.segment, self.segments.accept) if self.segment else None
        channel = reading.value(self.channel, self.channels.accept) if self.channel else None
        language = reading.value(self.language, read_language) if self.language else None
        respondent = reading.text(self.respondent) if self.respondent else None
        partial = self.is_partial(reading.text(self.partial)) if self.partial else None
        reading.partial = bool(partial)
        if external_id is None or moment is None:
            return None
        return Who(external_id, moment, segment, channel, respondent, partial, language)
