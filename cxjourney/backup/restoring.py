"""Restoring a backup into an empty database, and proving that it is all there."""

import hashlib
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from cxjourney.backup.databases import Rows, database
from cxjourney.backup.manifest import Manifest, key_mark
from cxjourney.backup.problem import BackupProblem
from cxjourney.backup.taking import MANIFEST, MEDIA
from cxjourney.worker import take_back
from feedback import recounting
from feedback.models import Erasure
from feedback.privacy.erasing import erase_again

Say = Callable[[str], object]


def check(file: Path) -> Manifest:
    """Read a whole archive and return its account of itself.

    Raises BackupProblem where it is damaged or incomplete.
    """
    with _opened(file) as (archive, manifest):
        _check_contents(archive, manifest)
    return manifest


def restore(file: Path, say: Say) -> None:
    """Fill the empty database and media folder from an archive, and say each thing that is done.

    What it holds is verified before and after; whoever was erased since is erased again. Raises
    BackupProblem, before anything is touched where the archive or the place does not fit.
    """
    with _opened(file) as (archive, manifest):
        _check_place(manifest)
        _check_contents(archive, manifest)
        say(f"The archive of {manifest.made_at} is whole: {len(manifest.files):,} files.")
        _fill(archive, manifest)
    rows = sum(count for count, *_ in manifest.rows.values())
    say(f"Restored {len(manifest.rows):,} tables with {rows:,} rows, as they were backed up,")
    say(f"and {len(manifest.files) - 1:,} uploaded files into {settings.MEDIA_ROOT}.")
    _tidy(manifest, say)
    _erase_again(say)
    _recount(say)


@contextmanager
def _opened(file: Path) -> Iterator[tuple[tarfile.TarFile, Manifest]]:
    try:
        with tarfile.open(file) as archive:
            about = archive.extractfile(MANIFEST)
            if about is None:
                raise KeyError(MANIFEST)
            yield archive, Manifest.read(about.read())
    except KeyError:
        raise BackupProblem(f"{file} is no complete backup: its list is missing.") from None
    except tarfile.TarError as problem:
        raise BackupProblem(f"{file} cannot be read as a backup: {problem}.") from None
    except FileNotFoundError as problem:
        raise BackupProblem(f"{problem.filename} is not there.") from None


def _check_place(manifest: Manifest) -> None:
    if manifest.vendor != connection.vendor:
        raise BackupProblem(
            f"This backup is of {manifest.vendor}, and DATABASE_URL names {connection.vendor}: "
            "a backup goes back into the same kind of database."
        )
    if connection.introspection.table_names():
        raise BackupProblem(
            "The database is not empty. Make a new one, name it in DATABASE_URL, restore into it, "
            "and delete the old one when you have seen that all is there."
        )
    if any(Path(settings.MEDIA_ROOT).glob("*")):
        raise BackupProblem(f"{settings.MEDIA_ROOT} is not empty: move it away first.")
    ours = MigrationLoader(None).graph.nodes
    unknown = [each for each in map(tuple, manifest.migrations) if each not in ours]
    # An app that is installed no more leaves migrations that nobody misses.
    labels = {app for app, _ in ours}
    if newer := [name for app, name in unknown if app in labels]:
        raise BackupProblem(
            f"This backup is of a newer version of cxjourney (it has {newer[0]}): update first."
        )


def _check_contents(archive: tarfile.TarFile, manifest: Manifest) -> None:
    """Compare what is in the archive with its checksums. Raises BackupProblem."""
    held = {member.name: member for member in archive if member.name != MANIFEST}
    if missing := manifest.files.keys() - held.keys():
        raise BackupProblem(f"The archive is incomplete: {min(missing)} is missing.")
    if more := held.keys() - manifest.files.keys():
        raise BackupProblem(f"The archive holds {min(more)}, which its list does not name.")
    for name, (size, digest) in manifest.files.items():
        content = archive.extractfile(held[name]) if held[name].isreg() else None
        if content is None or ".." in PurePosixPath(name).parts or name.startswith("/"):
            raise BackupProblem(f"{name} is no ordinary file.")
        if held[name].size != size or hashlib.file_digest(content, "sha256").hexdigest() != digest:  # type: ignore[arg-type]
            raise BackupProblem(f"The archive is damaged: {name} is not as it was backed up.")


def _fill(archive: tarfile.TarFile, manifest: Manifest) -> None:
    target, media = database(), Path(settings.MEDIA_ROOT)
    media.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=media.parent, prefix=".restore-") as folder:
        for name in manifest.files:
            _extract(archive, name, Path(folder) / name)
        target.load(Path(folder) / target.member)
        _compare(manifest.rows, target.rows())
        (Path(folder) / MEDIA).mkdir(exist_ok=True)
        # The folder is empty; now it is there whole, or not at all.
        shutil.rmtree(media, ignore_errors=True)
        (Path(folder) / MEDIA).rename(media)


def _extract(archive: tarfile.TarFile, name: str, target: Path) -> None:
    """Write one ordinary file; its name was checked to stay in the folder."""
    target.parent.mkdir(parents=True, exist_ok=True)
    source = archive.extractfile(name)
    assert source  # noqa: S101
    with source, target.open("wb") as file:
        shutil.copyfileobj(source, file)


def _compare(expected: Rows, found: Rows) -> None:
    differ = [
        name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name)
    ]
    if differ:
        name = min(differ)
        raise BackupProblem(
            f"{len(differ)} tables are not as they were backed up, such as {name}: "
            f"{expected.get(name)} there, {found.get(name)} here. Do not use this database."
        )


def _tidy(manifest: Manifest, say: Say) -> None:
    """Bring it up to this version, and end what must not come back to life."""
    call_command("migrate", interactive=False, verbosity=0)
    sessions, _ = Session.objects.all().delete()
    say(f"{sessions:,} sessions ended: everybody signs in again.")
    if jobs := take_back():
        say(f"{jobs:,} background jobs that were under way wait again.")
    if manifest.key_mark != key_mark():
        say(
            "Warning: SECRET_KEY is another one than where the backup was made. Respondents and "
            "erased persons can no longer be recognised by their address; set the old one."
        )


def _erase_again(say: Say) -> None:
    if Erasure.objects.exists() and not Path(settings.ERASURE_LOG).exists():
        say(
            f"Warning: {settings.ERASURE_LOG} is not there, although people were erased. Bring the "
            "newest copy, and run `manage.py erase --again`."
        )
    done = erase_again()
    back = sum(1 for _, effect in done if effect)
    say(f"{len(done):,} erasures repeated; {back:,} persons had come back with the backup.")


def _recount(say: Say) -> None:
    wrong = [compared.table for compared in recounting.check() if compared.wrong]
    if wrong:
        raise BackupProblem(
            f"The daily counts are wrong in {', '.join(wrong)}: `manage.py recount` mends them."
        )
    say("The daily counts are right.")
