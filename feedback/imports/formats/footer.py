"""The line below the answers in which a tool says what the report is about."""

from collections.abc import Iterator
from typing import Protocol

from feedback.imports.formats.reading import Header, Row


class _Table(Protocol):
    @property
    def header(self) -> Header: ...

    def __iter__(self) -> Iterator[Row]: ...


class WithoutFooter:
    """A table without its last row, if that holds nothing beyond its first cell."""

    def __init__(self, table: _Table) -> None:
        self._table = table
        self.header = table.header

    def __iter__(self) -> Iterator[Row]:
        held: Row | None = None
        for row in self._table:
            if held:
                yield held
            held = row
        if held and (len(self.header.names) == 1 or any(c.strip() for c in held.cells[1:])):
            yield held
