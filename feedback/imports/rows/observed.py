"""Columns that say how long something took, or whether it happened."""

from datetime import datetime

from feedback.imports.formats.reading import Header
from feedback.imports.mappings.mapping import ObservationMapping
from feedback.imports.places import Places
from feedback.imports.problems import BadCell, BadMapping
from feedback.imports.rows.answers import Reading, Who
from feedback.imports.rows.cells import read_duration, read_event
from feedback.recording.observations import NewObservation

Value = tuple[float | None, bool | None]
"""Seconds, or whether it happened; neither where the cell is blank."""


class Observed:
    """A column of waits, first responses or events on one touchpoint.

    Raises BadFile when the column is missing, BadMapping when the touchpoint is.
    """

    def __init__(self, mapping: ObservationMapping, header: Header, places: Places) -> None:
        self.column = header.column(mapping.column)
        self._kind = mapping.kind
        self._unit = mapping.unit
        try:
            self._place = places.find(mapping.title, step=mapping.step, channel=mapping.channel)
        except BadCell as error:
            raise BadMapping(f'Column "{mapping.column}": "{mapping.title}" {error}') from None

    def value(self, text: str) -> Value:
        """Return what a cell says; raises BadCell."""
        text = text.strip()
        if not text:
            return None, None
        if self._kind.timed:
            return read_duration(text, self._unit), None
        return None, read_event(text)

    def observation(self, external_id: str, moment: datetime, value: Value) -> NewObservation:
        """Return what a cell that is not blank says about one customer."""
        seconds, hit = value
        return NewObservation(
            self._place.touchpoint_id, self._kind.value, moment, seconds, hit, external_id
        )

    def read(self, reading: Reading, who: Who | None) -> None:
        """Add what was observed, if anything was."""
        value = reading.value(self.column, self.value)
        if who and value and value != (None, None):
            reading.observations.append(self.observation(who.external_id, who.occurred_at, value))
