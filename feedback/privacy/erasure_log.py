"""The list of erasures outside the database, so that a restored backup can be cleaned again.

Each line is a JSON object: workspace, digest of the address, time. Nothing in it tells who it was.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Self

from django.conf import settings

from feedback.models import Erasure


class Entry(NamedTuple):
    """One erasure: where, the digest of whom, and when."""

    workspace_id: int
    key: str
    erased_at: datetime

    @classmethod
    def of(cls, erasure: Erasure) -> Self:
        """Return what is logged of an erasure."""
        return cls(erasure.workspace_id, erasure.key, erasure.erased_at)


def append(entry: Entry) -> None:
    """Add an entry to the file; raises OSError where it cannot be written."""
    path = Path(settings.ERASURE_LOG)
    path.parent.mkdir(parents=True, exist_ok=True)
    line = {"workspace": entry.workspace_id, "key": entry.key, "at": entry.erased_at.isoformat()}
    with path.open("a", encoding="ascii") as file:
        file.write(json.dumps(line) + "\n")


def entries() -> list[Entry]:
    """Return what the file and the database know, each person's last erasure, oldest first.

    Raises ValueError, naming the line, where the file holds something else.
    """
    latest: dict[tuple[int, str], Entry] = {}
    for entry in sorted([*_written(), *map(Entry.of, Erasure.objects.all())], key=_when):
        latest[entry.workspace_id, entry.key] = entry
    return sorted(latest.values(), key=_when)


def _when(entry: Entry) -> datetime:
    return entry.erased_at


def _written() -> Iterable[Entry]:
    path = Path(settings.ERASURE_LOG)
    if not path.exists():
        return
    for number, line in enumerate(path.read_text(encoding="ascii").splitlines(), 1):
        try:
            found = json.loads(line)
            yield Entry(
                int(found["workspace"]), str(found["key"]), datetime.fromisoformat(found["at"])
            )
        except (ValueError, KeyError, TypeError):
            raise ValueError(f"{path}, line {number}: not an erasure.") from None
