"""One reading of the whole file, part by part."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from typing import BinaryIO

from feedback.imports.formats import FileTable, open_table
from feedback.imports.formats.reading import Block, Row, Table
from feedback.imports.mappings.mapping import Mapping
from feedback.imports.problems import Problem
from feedback.imports.rows.answers import Reading
from feedback.imports.rows.columns import ColumnReader
from feedback.imports.rows.identity import Fingerprint, Repeats
from feedback.imports.rows.keys import Repeated
from feedback.imports.rows.row_reader import RowReader
from feedback.imports.rows.said import Said
from feedback.imports.rows.seen import Seen
from feedback.imports.target import Target
from feedback.privacy.respondents import respondent_key

ROWS = 2_000
"""Rows of a part, where the file is not read by blocks of bytes."""


@dataclass(slots=True)
class Found:
    """What a part of the file holds.

    `problems` are in the order of the rows, with True where the problem is that the id stood in
    the file before. `hashes` are those of the keys, for `keys.Keys`.
    """

    said: Said
    rows: int
    problems: list[tuple[Problem, bool]] = field(default_factory=list)
    hashes: list[int] = field(default_factory=list)
    refused: int = 0
    repeated: int = 0
    blank: int = 0
    partial: int = 0
    skipped: int = 0
    not_applicable: Counter[str] = field(default_factory=Counter)


def read_through(
    file: BinaryIO,
    mapping: Mapping,
    target: Target,
    *,
    now: datetime,
    repeated: Repeated | None = None,
) -> Iterator[Found]:
    """Read the file from its beginning; raises BadFile and BadMapping.

    `now` is when the import began. `repeated` are the keys that stand in the file more than
    once; without it, repeats are not looked for, and rows without an id count as different.
    """
    file.seek(0)
    table = open_table(file, mapping.file, wanted=set(mapping.columns()))
    with Seen() as seen:
        fingerprint = Fingerprint(seen, repeated or Repeated(), mapping.time.fixed)
        reader = RowReader(
            mapping,
            table.header,
            target.places,
            now=now,
            identify=fingerprint,
            pseudonym=partial(respondent_key, target.workspace),
            segments=target.segments,
            channels=target.channels,
        )
        columns = ColumnReader(mapping, reader, fingerprint, repeated)
        repeats = Repeats(mapping, seen, repeated)
        for block in _blocks(table):
            part = columns.read(block)
            found = Found(
                part.said,
                rows=len(block.rows) + len(block.odd),
                hashes=part.hashes,
                blank=part.blank,
                partial=part.partial,
                skipped=part.skipped,
                not_applicable=part.not_applicable,
            )
            observed = [block.numbers[n] for n in part.observed]
            alone = [Row(block.numbers[n], block.rows[n]) for n in part.left]
            for row in sorted([*alone, *block.odd], key=lambda row: row.number):
                _take(found, reader.read(row), repeats)
                observed += [row.number] * (len(found.said.observations) - len(observed))
            # Of several observations with one id the last stays.
            in_order = sorted(
                zip(observed, found.said.observations, strict=True), key=lambda pair: pair[0]
            )
            found.said.observations = [observation for _, observation in in_order]
            yield found


def _blocks(table: FileTable) -> Iterator[Block]:
    if isinstance(table, Table):
        yield from table.blocks()
        return
    rows = iter(table)
    while block := Block.of(islice(rows, ROWS)):
        yield block


def _take(found: Found, reading: Reading, repeats: Repeats) -> None:
    """Add what one row says, or what is wrong with it."""
    if reading.skipped:
        found.skipped += 1
        return
    wrong = bool(reading.problems)
    found.hashes += repeats.hashes(reading)
    found.repeated += repeats.take_out(reading)
    if reading.problems:
        found.problems += [(problem, not wrong) for problem in reading.problems]
        found.refused += 1
        return
    found.blank += reading.blank
    found.partial += reading.partial
    found.not_applicable.update(reading.not_applicable)
    for answer in reading.answers:
        found.said.add(answer)
    found.said.observations += reading.observations
