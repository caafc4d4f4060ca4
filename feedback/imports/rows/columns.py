"""Reading many rows at once, column by column: a row alone takes ten times as long.

Rows in which anything is wrong, unknown or repeated are left to the code that reads single rows.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import compress
from typing import Any

from feedback.imports.formats.reading import Block, Column
from feedback.imports.mappings.mapping import Layout, Mapping
from feedback.imports.rows.cells import LONGEST_COMMENT, LONGEST_ID, read_comment, read_language
from feedback.imports.rows.identity import Fingerprint, row_hash
from feedback.imports.rows.keys import Repeated
from feedback.imports.rows.observed import Value
from feedback.imports.rows.questions import Question
from feedback.imports.rows.row_reader import RowReader
from feedback.imports.rows.said import Said
from feedback.imports.rows.understood import Code, Understood, none_if_bad, read_code, takes_tuple

_Cells = Sequence[Sequence[str]]
"""The cells of a block, by column."""
_Values = list[Any]


@dataclass(slots=True)
class Part:
    """A block, as far as it could be read at once; `left` are the positions of the other rows.

    `hashes` are those of its keys, for `keys.Keys`; `observed` are the positions of the rows with
    its observations.
    """

    said: Said = field(default_factory=Said)
    observed: list[int] = field(default_factory=list)
    left: set[int] = field(default_factory=set)
    hashes: list[int] = field(default_factory=list)
    blank: int = 0
    partial: int = 0
    skipped: int = 0
    not_applicable: Counter[str] = field(default_factory=Counter)


class _Rows:
    """What was read of some rows: lists of one length, None in them where it is not clear.

    A list that is None belongs to a column that the file does not have.
    """

    def __init__(self, lists: dict[str, _Values | None]) -> None:
        self._lists = lists

    def __getitem__(self, name: str) -> _Values:
        values = self._lists[name]
        return [None] * len(self.position) if values is None else values

    def has(self, name: str) -> bool:
        return self._lists[name] is not None

    @property
    def position(self) -> list[int]:
        return self._lists["position"] or []

    def unclear(self) -> set[int]:
        """Return where something could not be read."""
        found: set[int] = set()
        for values in self._lists.values():
            if values and None in values:
                found.update(n for n, value in enumerate(values) if value is None)
        return found

    def without(self, places: Collection[int]) -> "_Rows":
        """Return the other rows; places count from 0 within the lists."""
        if not places:
            return self
        keep = [True] * len(self.position)
        for place in places:
            keep[place] = False
        return _Rows(
            {
                name: None if values is None else list(compress(values, keep))
                for name, values in self._lists.items()
            }
        )


class ColumnReader:
    """Reads blocks of rows as `reader` reads single ones.

    `repeated` are the keys that the file holds more than once, None while that is to be found.
    """

    def __init__(
        self,
        mapping: Mapping,
        reader: RowReader,
        fingerprint: Fingerprint,
        repeated: Repeated | None,
    ) -> None:
        self._by_row = mapping.layout is Layout.WIDE
        self._reader = reader
        self._asked = reader.questions.asked
        self._fingerprint = fingerprint
        self._repeated = repeated
        self._segments = Understood(reader.segments.accept)
        self._channels = Understood(reader.channels.accept)
        self._languages = Understood(read_language)
        self._partials = Understood(reader.is_partial)
        self._skips = [(column, Understood(skips)) for column, skips in reader.skips]
        self._codes = [
            Understood[Any, Code](partial(read_code, question)) for question in self._asked
        ]
        self._observed = [Understood[str, Value](each.value) for each in reader.observed]

    def read(self, block: Block) -> Part:
        """Return what the sound rows of a block say, and which of them must be read alone."""
        if not block.rows:
            return Part()
        taken = self._taken(block)
        part = Part(skipped=len(block.rows) - len(taken))
        if not taken:
            return part
        rows = self._rows([block.rows[position] for position in taken], taken)
        unclear = rows.unclear() | self._worded_twice(rows)
        part.left = left = {taken[place] for place in unclear}
        rows = rows.without(unclear)
        if self._repeated is None:
            part.hashes = self._hashes(rows) if self._reader.id else _row_hashes(block.rows)
        elif self._repeated:
            again = self._repeated.positions(self._hashes(rows))
            left.update(rows.position[place] for place in again)
            rows = rows.without(again)
        self._say(part, rows)
        return part

    def _taken(self, block: Block) -> list[int]:
        """Return the positions of the rows that the mapping does not pass over."""
        taken = list(range(len(block.rows)))
        for column, skips in self._skips:
            taken = [n for n in taken if not skips[block.rows[n][column.position]]]
        return taken

    def _rows(self, lines: list[list[str]], positions: list[int]) -> _Rows:
        reader, size = self._reader, len(lines)
        cells: _Cells = list(zip(*lines, strict=True))

        def read(column: Column | None, understood: Understood[str, Any]) -> _Values | None:
            return understood.all(cells[column.position]) if column else None

        def stripped(column: Column) -> list[str]:
            return list(map(str.strip, cells[column.position]))

        lists: dict[str, _Values | None] = {
            "position": positions,
            "cells": lines,
            "id": self._ids(stripped(reader.id)) if reader.id else None,
            "time": (
                reader.clock.read_all(stripped(reader.time))
                if reader.time
                else [reader.fixed] * size
            ),
            "segment": read(reader.segment, self._segments),
            "channel": read(reader.channel, self._channels),
            "respondent": stripped(reader.respondent) if reader.respondent else None,
            "partial": read(reader.partial, self._partials),
            "language": read(reader.language, self._languages),
        }
        words: dict[int, _Values] = {}
        for number, (question, codes) in enumerate(zip(self._asked, self._codes, strict=True)):
            lists[f"code {number}"] = codes.all(_keys(question, cells, lists["channel"]))
            column = question.comments
            if column and column.position not in words:
                words[column.position] = _comments(stripped(column))
            lists[f"words {number}"] = words[column.position] if column else None
        for number, (observed, values) in enumerate(
            zip(reader.observed, self._observed, strict=True)
        ):
            lists[f"observed {number}"] = read(observed.column, values)
        return _Rows(lists)

    def _ids(self, texts: list[str]) -> list[str | None]:
        together = "".join(texts)
        lengths = set(map(len, texts))
        if 0 in lengths or max(lengths) > LONGEST_ID or "'" in together or "@" in together:
            return [none_if_bad(self._reader.read_id, text) for text in texts]
        return [*texts]

    def _worded_twice(self, rows: _Rows) -> set[int]:
        """Return the rows with words, and no score, to two questions about one touchpoint."""
        with_words = [n for n in range(len(self._asked)) if rows.has(f"words {n}")]
        if len(with_words) < 2:
            return set()
        worded = Counter(
            (place, code.touchpoint_id)
            for n in with_words
            for place, (code, words) in enumerate(
                zip(rows[f"code {n}"], rows[f"words {n}"], strict=True)
            )
            if words and code and code.score is None
        )
        return {place for (place, _), count in worded.items() if count > 1}

    def _hashes(self, rows: _Rows) -> list[int]:
        if not self._reader.id:
            return _row_hashes(rows["cells"])
        if self._by_row:
            return list(map(hash, rows["id"]))
        return [
            hash((external_id, code.touchpoint_id, code.metric))
            if code.score is not None or words
            else hash((external_id, 0, ""))
            for external_id, code, words in zip(
                rows["id"], rows["code 0"], rows["words 0"], strict=True
            )
        ]

    def _say(self, part: Part, rows: _Rows) -> None:
        if not rows.position:
            return
        said = part.said
        part.partial = rows["partial"].count(True)
        ids = rows["id"] if rows.has("id") else list(map(self._fingerprint.only, rows["cells"]))
        who = {
            "external_id": ids,
            "occurred_at": rows["time"],
            **{
                name: rows[name]
                for name in ("segment", "channel", "respondent", "partial", "language")
            },
        }
        for number in range(len(self._asked)):
            # In the order of Code.
            *answers, blanks, not_applicable = zip(*rows[f"code {number}"], strict=True)
            part.blank += sum(blanks)
            part.not_applicable.update(filter(None, not_applicable))
            words = rows[f"words {number}"]
            lists: dict[str, Iterable[Any]] = {
                **who,
                **dict(zip(Code._fields, answers, strict=False)),
                "comment": words,
            }
            scores = answers[-1]
            if None in scores:
                answered = [
                    score is not None or bool(text)
                    for score, text in zip(scores, words, strict=True)
                ]
                lists = {name: compress(values, answered) for name, values in lists.items()}
            for name, values in lists.items():
                getattr(said, name).extend(values)
        for number, observed in enumerate(self._reader.observed):
            values = rows[f"observed {number}"]
            seen = [value != (None, None) for value in values]
            part.observed += compress(rows.position, seen)
            said.observations += [
                observed.observation(external_id, moment, value)
                for external_id, moment, value in compress(
                    zip(ids, rows["time"], values, strict=True), seen
                )
            ]


def _row_hashes(rows: Sequence[Sequence[str]]) -> list[int]:
    return list(map(row_hash, rows))


def _keys(question: Question, cells: _Cells, channels: _Values | None) -> Any:
    """Return what decides what a question finds in each row; see `read_code`."""
    columns = [cells[column.position] for column in question.keys]
    if not takes_tuple(question):
        return columns[0]
    by = channels if question.by_channel and channels else [None] * len(columns[0])
    return zip(*columns, by, strict=True)


def _comments(texts: list[str]) -> list[str | None]:
    if max(map(len, texts)) <= LONGEST_COMMENT and not any(text[:1] == "'" for text in texts):
        return [*texts]
    return [none_if_bad(read_comment, text) for text in texts]
