"""What already stood in the file, remembered on disk so that memory stays flat."""

import sqlite3
from contextlib import AbstractContextManager
from hashlib import blake2b
from types import TracebackType
from typing import Self

CACHE_KIB = 16_384


class Seen(AbstractContextManager["Seen"]):
    """A temporary table of keys. SQLite deletes its file when it is closed."""

    def __init__(self) -> None:
        # The empty name is SQLite's own temporary file, kept in memory up to the cache's size.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute(
            "CREATE TABLE seen (key BLOB PRIMARY KEY, content BLOB, row INTEGER, times INTEGER) "
            "WITHOUT ROWID"
        )
        self._database.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()

    def note(self, key: str, content: str, row: int) -> tuple[int, bool] | None:
        """Remember a key; if it was there before, return its row and if it was equal."""
        added = self._database.execute(
            "INSERT OR IGNORE INTO seen VALUES (?, ?, ?, 1)", (_digest(key), _digest(content), row)
        )
        if added.rowcount:
            return None
        first, earlier = self._database.execute(
            "SELECT row, content FROM seen WHERE key = ?", (_digest(key),)
        ).fetchone()
        return first, earlier == _digest(content)

    def occurrence(self, key: str) -> int:
        """Return how often the key has come up, this time included."""
        self._database.execute(
            "INSERT INTO seen VALUES (?, '', 0, 1) "
            "ON CONFLICT (key) DO UPDATE SET times = times + 1",
            (_digest(key),),
        )
        select = "SELECT times FROM seen WHERE key = ?"
        (times,) = self._database.execute(select, (_digest(key),)).fetchone()
        return int(times)


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()
