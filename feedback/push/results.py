"""What became of each record of a call."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from feedback.recording import NewAnswer, NewObservation

REFUSED = "refused"
Errors = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Result:
    """One record's fate: an outcome's value, or "refused" with the reasons by field.

    `new` is what was written of it.
    """

    status: str
    errors: Errors = field(default_factory=dict)
    new: NewAnswer | NewObservation | None = None

    def as_data(self) -> dict[str, Any]:
        """Return it as the API shows it."""
        return {"status": self.status} | ({"errors": self.errors} if self.errors else {})


@dataclass(frozen=True, slots=True)
class Pushed:
    """The results of a call, in the order of its records.

    `written` is False where one bad record kept the others from being written, too.
    """

    results: tuple[Result, ...]
    written: bool = True

    def count(self, status: str) -> int:
        """Return how many records fared so."""
        return self.counts()[status]

    def counts(self) -> Counter[str]:
        """Return how many records fared in which way."""
        return Counter(result.status for result in self.results)

    @property
    def refused(self) -> list[Result]:
        """The records that were not written."""
        return [result for result in self.results if result.status == REFUSED]
