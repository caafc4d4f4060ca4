"""Which answers of a file are the same: ids for rows that have none, and repeats of ids."""

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b

from feedback.imports.formats.reading import Row
from feedback.imports.mappings.mapping import Layout, Mapping
from feedback.imports.problems import Problem
from feedback.imports.rows.answers import Answer, Reading
from feedback.imports.rows.keys import Repeated
from feedback.imports.rows.seen import Seen

Key = str | tuple[str, int, str]


class Fingerprint:
    """Gives a row without an id one that it will have again when the file is imported again.

    It is a hash of all cells and of the file's fixed time, and of how many rows before it in the
    file were the same: two customers may well give the same answers.
    """

    def __init__(self, seen: Seen, repeated: Repeated, fixed: datetime | None) -> None:
        self._seen = seen
        self._repeated = repeated
        self._fixed = fixed.isoformat() if fixed else ""

    def __call__(self, row: Row) -> str:
        """Return the id, such as "row-5f…-1"."""
        digest = self._digest(row.cells)
        is_repeated = self._repeated.positions([row_hash(row.cells)])
        return f"row-{digest}-{self._seen.occurrence(digest) if is_repeated else 1}"

    def only(self, cells: Sequence[str]) -> str:
        """Return the id of a row that the file holds once."""
        return f"row-{self._digest(cells)}-1"

    def _digest(self, cells: Sequence[str]) -> str:
        # JSON in ASCII is the same on every machine and in every version of Python.
        text = json.dumps([self._fixed, *cells])
        return blake2b(text.encode(), digest_size=16).hexdigest()


class Repeats:
    """Finds ids that stand in the file more than once.

    In the wide layout an id is that of a row, in the long one that of an answer to one metric
    of one touchpoint. Only ids in `repeated` are looked at, None while they are to be found.
    """

    def __init__(self, mapping: Mapping, seen: Seen, repeated: Repeated | None) -> None:
        self._by_row = mapping.layout is Layout.WIDE
        self._id_column = mapping.id
        self._seen = seen
        self._repeated = repeated

    def hashes(self, reading: Reading) -> list[int]:
        """Return the hash of a row's key, if that is still to be collected and it has one."""
        key = self._key(reading)
        return [] if key is None or self._repeated is not None else [hash(key)]

    def take_out(self, reading: Reading) -> int:
        """Take out the answers that the file has given before, and return how many.

        Where it gave other answers under the same id, that is the row's problem.
        """
        key = self._key(reading)
        if key is None or not (self._repeated and self._repeated.positions([hash(key)])):
            return 0
        content = repr(
            (sorted(map(_content, reading.answers)), sorted(map(repr, reading.observations)))
        )
        earlier = self._seen.note(repr(key), content, reading.row.number)
        if earlier is None:
            return 0
        row, same = earlier
        if not same:
            reason = f"stands in row {row} already, with other answers."
            external_id = key if isinstance(key, str) else key[0]
            found = Problem(reading.row.number, self._id_column, external_id, reason)
            reading.problems.append(found)
            return 0
        repeated = len(reading.answers)
        reading.answers.clear()
        reading.observations.clear()
        return repeated

    def _key(self, reading: Reading) -> Key | None:
        """Return what no other row may say differently; None for a row that says nothing."""
        if not self._id_column or reading.problems:
            return None
        if not (reading.answers or reading.observations):
            return None
        if reading.answers:
            return reading.answers[0].who.external_id if self._by_row else reading.answers[0].key()
        external_id = reading.observations[0].external_id
        return external_id if self._by_row else (external_id, 0, "")


def row_hash(cells: Sequence[str]) -> int:
    """Return the hash of a row's content, within this process."""
    return hash(tuple(cells))


def _content(answer: Answer) -> str:
    return repr((answer.key(), answer.score, answer.comment, answer.who))
