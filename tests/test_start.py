"""`manage.py start`: what the first start prepares, and what a later one leaves alone."""

import re
import socket
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections

from cxjourney.management.commands import start
from journeys.models import Membership, Role, User, Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that `start` called, in order; none of them does its slow work."""
    called: list[str] = []

    def note(name: str, **options: Any) -> None:
        called.append(name)
        if name == "load_demo":
            Workspace.objects.create(name="Demo", slug="demo", simulated=True)

    monkeypatch.setattr(start, "call_command", note)
    return called


@pytest.fixture
def begin(
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    tmp_path: Path,
    calls: list[str],
    capsys: pytest.CaptureFixture[str],
) -> Callable[[], str]:
    """Start as far as serving, on some free port; return what was printed."""
    settings.VAR_DIR = tmp_path / "var"
    settings.STATICFILES_DIRS = [tmp_path / "assets"]
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "app.css").write_text("a {}")
    monkeypatch.setattr(start, "serve", lambda bound, *, reload: bound.close())
    monkeypatch.setattr(start, "worker", lambda *, reload: nullcontext())
    monkeypatch.setattr(start, "listen", lambda host, port: socket.socket())
    # The test's transaction lives in the connection that a server would not need.
    monkeypatch.setattr(connections, "close_all", lambda: None)

    def begin() -> str:
        call_command("start")
        return capsys.readouterr().out

    return begin


def test_the_first_start_makes_an_owner_who_can_sign_in(begin: Callable[[], str]) -> None:
    password = re.search(r"with the password (\S+)", begin())
    owner = User.objects.get()
    assert password is not None
    assert owner.check_password(password[1])
    assert owner.is_superuser
    membership = Membership.objects.get()
    assert (membership.workspace.slug, membership.role) == ("demo", Role.OWNER)


def test_a_pipe_has_the_password_before_the_server_begins(
    begin: Callable[[], str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "said"
    seen: list[str] = []

    def serve(bound: socket.socket, *, reload: bool) -> None:
        bound.close()
        seen.append(path.read_text())

    monkeypatch.setattr(start, "serve", serve)
    with path.open("w") as said:
        call_command("start", stdout=said)
    assert "with the password" in seen[0]


def test_a_second_start_keeps_the_data_and_prints_no_password(
    begin: Callable[[], str], calls: list[str]
) -> None:
    begin()
    kept = User.objects.get().password
    calls.clear()
    said = begin()
    assert calls == ["migrate"]
    assert "with the password" not in said
    assert "manage.py changepassword" in said
    assert User.objects.get().password == kept


def test_a_first_start_that_died_before_its_owner_was_made_is_taken_up_again(
    begin: Callable[[], str],
) -> None:
    User.objects.create_user("of-the-demo@example.org", is_active=False)
    assert "with the password" in begin()


def test_two_owners_never_get_the_same_password(begin: Callable[[], str]) -> None:
    first = begin()
    User.objects.all().delete()
    Workspace.objects.all().delete()
    assert begin() != first


def test_static_files_are_collected_again_when_one_has_changed(
    begin: Callable[[], str], calls: list[str], tmp_path: Path
) -> None:
    begin()
    (tmp_path / "assets" / "app.css").write_text("a { color: red }")
    calls.clear()
    begin()
    assert calls == ["migrate", "collectstatic"]


def test_a_taken_port_is_one_sentence_before_anything_is_done(
    monkeypatch: pytest.MonkeyPatch, calls: list[str]
) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} is taken"):
            call_command("start", host="127.0.0.1", port=str(port))
    assert calls == []


def test_an_unreachable_database_is_one_sentence(
    begin: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str, **options: Any) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(start, "call_command", refuse)
    with pytest.raises(CommandError, match="database cannot be reached: connection refused"):
        begin()
