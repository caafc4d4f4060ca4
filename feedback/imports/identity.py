"""Which answers of a file are the same: ids for rows that have none, and repeats of ids."""

import json
from datetime import datetime
from hashlib import blake2b

from feedback.imports.answers import Answer, Reading
from feedback.imports.mapping import Layout, Mapping
from feedback.imports.problems import Problem
from feedback.imports.reading import Row
from feedback.imports.seen import Seen


class Fingerprint:
    """Gives a row without an id one that it will have again when the file is imported again.

    It is a hash of all cells and of the file's fixed time, and of how many rows before it in the
    file were the same: two customers may well give the same answers.
    """

    def __init__(self, seen: Seen, fixed: datetime | None) -> None:
        self._seen = seen
        self._fixed = fixed.isoformat() if fixed else ""

    def __call__(self, row: Row) -> str:
        """Return the id, such as "row-5f…-1"."""
        # JSON in ASCII is the same on every machine and in every version of Python.
        text = json.dumps([self._fixed, *row.cells])
        digest = blake2b(text.encode(), digest_size=16).hexdigest()
        return f"row-{digest}-{self._seen.occurrence(digest)}"


class Repeats:
    """Finds ids that stand in the file more than once.

    In the wide layout an id is that of a row, in the long one that of an answer to one metric
    of one touchpoint.
    """

    def __init__(self, mapping: Mapping, seen: Seen) -> None:
        self._by_row = mapping.layout is Layout.WIDE
        self._id_column = mapping.id
        self._seen = seen

    def take_out(self, reading: Reading) -> int:
        """Take out the answers that the file has given before, and return how many.

        Where it gave other answers under the same id, that is the row's problem.
        """
        if not self._id_column or reading.problems or not reading.answers:
            return 0
        first = reading.answers[0]
        key = first.who.external_id if self._by_row else repr(first.key())
        content = "".join(_content(answer) for answer in reading.answers)
        earlier = self._seen.note(key, content, reading.row.number)
        if earlier is None:
            return 0
        row, same = earlier
        if not same:
            reason = f"stands in row {row} already, with other answers."
            found = Problem(reading.row.number, self._id_column, first.who.external_id, reason)
            reading.problems.append(found)
            return 0
        repeated = len(reading.answers)
        reading.answers.clear()
        return repeated


def _content(answer: Answer) -> str:
    return repr((answer.key(), answer.score, answer.comment, answer.who))
