"""From a row to the answers in it, or to what is wrong with it."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from feedback.imports.answers import Reading, Who
from feedback.imports.cells import Clock, read_id
from feedback.imports.mapping import Mapping
from feedback.imports.places import Places
from feedback.imports.questions import questions
from feedback.imports.reading import Column, Header, Row


class Vocabulary(Protocol):
    """Names of segments or channels."""

    def accept(self, name: str) -> str:
        """Return the name as it will be kept; raises BadCell when it cannot be."""


class RowReader:
    """Reads rows by one mapping, for one header and one journey.

    `now` is when the import began; `identify` gives a row its id where the file has none.
    Raises BadFile when a column is missing and BadMapping when a touchpoint is.
    """

    def __init__(
        self,
        mapping: Mapping,
        header: Header,
        places: Places,
        *,
        now: datetime,
        identify: Callable[[Row], str],
        segments: Vocabulary,
        channels: Vocabulary,
    ) -> None:
        def column(name: str) -> Column | None:
            return header.column(name) if name else None

        self._id = column(mapping.id)
        self._time = column(mapping.time.column)
        self._segment = column(mapping.segment)
        self._channel = column(mapping.channel)
        self._questions = questions(mapping, header, places)
        self._fixed = mapping.time.fixed
        self._clock = Clock(mapping.time, now)
        self._identify = identify
        self._segments = segments
        self._channels = channels

    def read(self, row: Row) -> Reading:
        """Return what the row holds; its answers count only when it has no problems."""
        reading = Reading(row)
        if row.problem:
            reading.problems.append(row.problem)
        else:
            self._questions.read(reading, self._who(reading))
        return reading

    def _who(self, reading: Reading) -> Who | None:
        external_id = reading.value(self._id, read_id) if self._id else self._identify(reading.row)
        moment = reading.value(self._time, self._clock.read) if self._time else self._fixed
        segment = reading.value(self._segment, self._segments.accept) if self._segment else None
        channel = reading.value(self._channel, self._channels.accept) if self._channel else None
        if external_id is None or moment is None:
            return None
        return Who(external_id, moment, segment, channel)
