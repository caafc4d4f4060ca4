"""Making a backup: a consistent copy of the database, the uploaded files, and checksums of all."""

import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import connection

from cxjourney.backup.databases import database
from cxjourney.backup.manifest import Manifest, applied_migrations, key_mark, version
from cxjourney.backup.problem import BackupProblem

MANIFEST = "manifest.json"
MEDIA = "media/"


@dataclass(frozen=True)
class Taken:
    """A backup that was made."""

    file: Path
    rows: int
    media: int
    size: int
    """Of the archive, in bytes."""


def take(to: Path, now: datetime | None = None) -> Taken:
    """Write a backup to a file, or into a folder under a name with the time.

    The file appears when it is complete, readable by this user alone. Raises BackupProblem where
    there is something already or a program is missing.
    """
    now = (now or datetime.now(UTC)).astimezone(UTC)
    if to.is_dir():
        to /= f"cxjourney-{now:%Y-%m-%dT%H%M%SZ}.tar"
    if to.exists():
        raise BackupProblem(f"{to} is there already; name another file, or a folder.")
    if not to.parent.is_dir():
        raise BackupProblem(f"The folder {to.parent} is not there.")
    with TemporaryDirectory(dir=to.parent, prefix=".backup-") as folder:
        unfinished = Path(folder) / "archive"
        manifest = _write(unfinished, Path(folder), now)
        # In the same folder, so that it is there whole or not at all.
        unfinished.rename(to)
    rows = sum(count for count, *_ in manifest.rows.values())
    return Taken(to, rows, len(manifest.files) - 1, to.stat().st_size)


def _write(target: Path, folder: Path, now: datetime) -> Manifest:
    source, copy = database(), folder / "copy"
    manifest = Manifest(
        made_at=now.isoformat(timespec="seconds"),
        version=version(),
        vendor=connection.vendor,
        key_mark=key_mark(),
        migrations=applied_migrations(),
        rows=source.dump(copy),
    )
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file, tarfile.open(fileobj=file, mode="w") as archive:
        _add(archive, manifest, source.member, copy)
        copy.unlink()
        # After the database: what was uploaded meanwhile does no harm, what is missing would.
        for path in _media():
            name = MEDIA + path.relative_to(settings.MEDIA_ROOT).as_posix()
            try:
                _add(archive, manifest, name, path)
            except FileNotFoundError:
                # Deleted since it was listed, and with it the row that named it.
                continue
        about = manifest.as_json()
        head = tarfile.TarInfo(MANIFEST)
        head.size = len(about)
        archive.addfile(head, io.BytesIO(about))
        file.flush()
        os.fsync(file.fileno())
    return manifest


def _media() -> Iterator[Path]:
    return (path for path in sorted(Path(settings.MEDIA_ROOT).rglob("*")) if path.is_file())


class _Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, file: io.BufferedReader) -> None:
        self.file, self.hash = file, hashlib.sha256()

    def read(self, size: int) -> bytes:
        content = self.file.read(size)
        self.hash.update(content)
        return content


def _add(archive: tarfile.TarFile, manifest: Manifest, name: str, path: Path) -> None:
    with path.open("rb") as file:
        head = tarfile.TarInfo(name)
        head.size = os.fstat(file.fileno()).st_size
        head.mtime = int(os.fstat(file.fileno()).st_mtime)
        head.mode = 0o600
        hashing = _Hashing(file)
        archive.addfile(head, hashing)  # type: ignore[arg-type]  # it asks for `read` alone
    manifest.files[name] = [head.size, hashing.hash.hexdigest()]
