"""What an archive says about itself: how it was made, and what must come out of it again."""

import json
import tomllib
from dataclasses import asdict, dataclass, field
from typing import Self

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils.crypto import salted_hmac

from cxjourney.backup.problem import BackupProblem

FORMAT = 1
_NEWER = "This backup is of a newer version of cxjourney: update this one first."


@dataclass
class Manifest:
    """The account that an archive gives of itself."""

    made_at: str
    """ISO 8601, UTC."""
    version: str
    vendor: str
    """The database: "postgresql" or "sqlite"."""
    key_mark: str
    """Tells whether a server has the same SECRET_KEY, and nothing else about it."""
    migrations: list[list[str]]
    """App and name of every migration that was applied."""
    rows: dict[str, list[int]] = field(default_factory=dict)
    """By table: how many rows; on PostgreSQL also the sum of a hash of every row."""
    files: dict[str, list[int | str]] = field(default_factory=dict)
    """By name in the archive: size in bytes, SHA-256."""
    format: int = FORMAT

    def as_json(self) -> bytes:
        """Return it as it stands in the archive."""
        return json.dumps(asdict(self), indent=1).encode()

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Read it. Raises BackupProblem for what is none, or one of a newer version."""
        try:
            found = json.loads(content)
            if found["format"] != FORMAT:
                raise BackupProblem(_NEWER)
            return cls(**found)
        except (ValueError, KeyError, TypeError):
            raise BackupProblem("The list of contents cannot be read.") from None


def version() -> str:
    """Return which version of cxjourney this is."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def key_mark() -> str:
    """Return a mark that is the same for the same SECRET_KEY."""
    return salted_hmac("cxjourney.backup", "mark", algorithm="sha256").hexdigest()[:16]


def applied_migrations() -> list[list[str]]:
    """Return app and name of the database's migrations, in order."""
    return sorted([app, name] for app, name in MigrationRecorder(connection).applied_migrations())
