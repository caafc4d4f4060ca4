"""`manage.py backup` and `restore`: everything is there again, and nothing that was to be gone."""

import io
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as configured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from cxjourney.backup import taking
from cxjourney.backup.databases import SQLite
from feedback.models import FeedbackRecord, ScoreCount
from feedback.privacy.erasing import erase
from feedback.privacy.person import Person
from tests.factories import make_customer, make_record, make_touchpoint
from tests.postgres import find_programs
from tests.servers import ROOT

committed = pytest.mark.django_db(transaction=True)
"""For what another connection has to see."""
pytestmark = pytest.mark.django_db

SECRET = "k" * 50


@pytest.fixture(autouse=True)
def _programs(monkeypatch, settings):
    """Let PostgreSQL's programs be those of the server that is tested with."""
    settings.SECRET_KEY = SECRET
    if folder := find_programs():
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


@pytest.fixture
def archive(tmp_path) -> Path:
    return tmp_path / "backup.tar"


@pytest.fixture
def no_database(monkeypatch):
    """Let the copy of the database be some bytes: what is tested is the archive around it."""

    class Bytes(SQLite):
        def dump(self, target):
            target.write_bytes(bytes(30_000))
            return {"journeys_journey": [1]}

    monkeypatch.setattr(taking, "database", Bytes)


@pytest.fixture
def elsewhere(tmp_path):
    """An empty database: its address and a way to ask it."""
    if connection.vendor == "sqlite":
        file = tmp_path / "restored.sqlite3"
        yield f"sqlite:///{file}", lambda asked: sqlite3.connect(file).execute(asked).fetchall()
        return
    name = "restored_by_test"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    parameters = connection.get_connection_params() | {"dbname": name}
    for own in ("cursor_factory", "context", "pool", "options"):
        parameters.pop(own, None)

    def ask(asked: str) -> list[tuple]:
        with psycopg.connect(**parameters) as asking:
            return asking.execute(asked).fetchall()

    url = configured.DATABASES["default"]
    yield f"postgres://{url['USER']}@{url['HOST'].replace('/', '%2F')}/{name}", ask
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def restore(archive: Path, url: str, folder: Path, **environment: str) -> str:
    """Restore in a process of its own; return what it said."""
    values = {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "cxjourney.settings",
        "SECRET_KEY": SECRET,
        "VAR_DIR": str(folder),
    }
    command = [sys.executable, str(ROOT / "manage.py"), "restore", "--from", str(archive)]
    done = subprocess.run(  # noqa: S603
        command, env=os.environ | values | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def back_up(archive: Path) -> str:
    said = io.StringIO()
    call_command("backup", to=archive, stdout=said)
    return said.getvalue()


def rewritten(archive: Path, change) -> None:
    """Write the archive anew, with other members."""
    with tarfile.open(archive) as old:
        held = {each.name: old.extractfile(each).read() for each in old}
    change(held)
    with tarfile.open(archive, "w") as new:
        for name, content in held.items():
            head = tarfile.TarInfo(name)
            head.size = len(content)
            new.addfile(head, io.BytesIO(content))


@committed
def test_everything_is_there_again_and_who_was_erased_since_is_not(
    archive, elsewhere, tmp_path, settings
):
    url, ask = elsewhere
    touchpoint = make_touchpoint()
    workspace = touchpoint.step.stage.journey.workspace
    make_record(touchpoint, score=5, comment="Quick and kind")
    customer = make_customer(workspace, email="jo@example.com")
    make_record(touchpoint, score=1, comment="Never again", respondent=customer)
    default_storage.save("personas/ana.webp", ContentFile(b"a picture"))
    said = back_up(archive)
    assert "1 uploaded files" in said
    assert archive.stat().st_mode & 0o777 == 0o600

    erase(Person.by_address(workspace, "jo@example.com", []))
    said = restore(archive, url, tmp_path / "new", ERASURE_LOG=str(settings.ERASURE_LOG))

    assert "1 erasures repeated; 1 persons had come back" in said
    assert "The daily counts are right." in said
    assert ask("SELECT score, comment FROM feedback_feedbackrecord") == [(5, "Quick and kind")]
    assert ask("SELECT sum(c1), sum(c5) FROM feedback_scorecount") == [(0, 1)]
    assert ask("SELECT count(*) FROM feedback_identity") == [(0,)]
    assert (tmp_path / "new/media/personas/ana.webp").read_bytes() == b"a picture"
    # The database counts by itself again: its triggers came along.
    assert ask(
        "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal"
    ) > [(5,)]


@committed
def test_sessions_do_not_come_back(archive, elsewhere, tmp_path, client, django_user_model):
    url, ask = elsewhere
    client.force_login(django_user_model.objects.create_user("ana@example.com", "pw"))
    back_up(archive)
    said = restore(archive, url, tmp_path / "new", SECRET_KEY="another" * 9)
    assert "1 sessions ended" in said
    assert ask("SELECT count(*) FROM django_session") == [(0,)]
    assert "SECRET_KEY is another one" in said


@committed
def test_holds_no_secret_and_no_erasure_log(archive, settings):
    settings.ERASURE_LOG.write_text("", encoding="ascii")
    back_up(archive)
    with tarfile.open(archive) as opened:
        assert not any("eras" in name or "secret" in name for name in opened.getnames())
    assert SECRET.encode() not in archive.read_bytes()


def test_says_in_a_folder_when_it_was_made(no_database, tmp_path):
    back_up(tmp_path)
    [file] = tmp_path.glob("cxjourney-*.tar")
    call_command("restore", file=file, check=True, stdout=io.StringIO())
    assert not [*tmp_path.glob(".backup-*")]


def test_an_existing_file_is_left_alone(no_database, archive):
    archive.write_bytes(b"precious")
    with pytest.raises(CommandError, match="there already"):
        back_up(archive)
    assert archive.read_bytes() == b"precious"


def test_a_database_that_holds_something_is_left_alone(no_database, archive):
    make_record(make_touchpoint())
    back_up(archive)
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", file=archive)
    assert (FeedbackRecord.objects.count(), ScoreCount.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda held: held.update({"media/a.txt": b"another"}), "is damaged: media/a.txt"),
        (lambda held: held.pop("media/a.txt"), "incomplete: media/a.txt"),
        (lambda held: held.update({"media/b.txt": b"more"}), "does not name"),
        (lambda held: held.pop("manifest.json"), "its list is missing"),
        (lambda held: held.update({"manifest.json": b"{}"}), "cannot be read"),
        (lambda held: held.update({"manifest.json": b'{"format": 2}'}), "newer version"),
    ],
)
def test_a_damaged_archive_is_refused(no_database, archive, change, says):
    default_storage.save("a.txt", ContentFile(b"a text."))
    back_up(archive)
    rewritten(archive, change)
    with pytest.raises(CommandError, match=says):
        call_command("restore", file=archive, check=True)


def test_one_that_was_cut_off_is_refused(no_database, archive):
    back_up(archive)
    archive.write_bytes(archive.read_bytes()[:-20_000])
    with pytest.raises(CommandError, match=r"list is missing|cannot be read"):
        call_command("restore", file=archive, check=True)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("vendor", "oracle", "the same kind of database"),
        ("migrations", [["journeys", "9999_flying_cars"]], "newer version"),
    ],
)
def test_one_that_does_not_fit_is_refused(no_database, archive, name, value, says, monkeypatch):
    back_up(archive)

    def other(held):
        held["manifest.json"] = json.dumps(json.loads(held["manifest.json"]) | {name: value})
        held["manifest.json"] = held["manifest.json"].encode()

    rewritten(archive, other)
    monkeypatch.setattr(connection.introspection, "table_names", list)
    with pytest.raises(CommandError, match=says):
        call_command("restore", file=archive)


def test_a_picture_outside_the_folder_is_refused(no_database, archive, monkeypatch):
    back_up(archive)

    def elsewhere(held):
        about = json.loads(held["manifest.json"])
        about["files"]["../out.txt"] = next(iter(about["files"].values()))
        held["manifest.json"] = json.dumps(about).encode()
        held["../out.txt"] = held[next(iter(held))]

    rewritten(archive, elsewhere)
    with pytest.raises(CommandError, match="no ordinary file"):
        call_command("restore", file=archive, check=True)
