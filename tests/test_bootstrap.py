"""deploy/bootstrap.py: what a newcomer meets before anything is installed."""

import json
import os
import shutil
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy import bootstrap
from deploy.bootstrap import Installation, Stop

ROOT = Path(__file__).resolve().parent.parent
# Stands for .venv/bin/python: notes what it is asked for, and does what the test says instead.
STAND_IN = """#!/bin/sh
echo "$@" >> "{calls}"
case "$*" in *"pip install"*) {install} ;; esac
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout with two compiled lists and no .venv."""
    (tmp_path / "requirements.txt").write_text("django==5.2 --hash=sha256:00\n")
    (tmp_path / "requirements-dev.txt").write_text("pytest==9.2 --hash=sha256:00\n")
    return tmp_path


def make_venv(root: Path, *, install: str = "exit 0") -> Path:
    """Put a stand-in for a working .venv into `root`; return the file of its calls."""
    calls = root / "calls"
    python = root / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True, exist_ok=True)
    python.write_text(STAND_IN.format(calls=calls, install=install))
    python.chmod(0o755)
    return calls


def installs(calls: Path) -> list[str]:
    """Return the calls that installed something."""
    return [line for line in calls.read_text().splitlines() if "pip install" in line]


def test_an_unchanged_list_is_installed_once(root: Path) -> None:
    calls = make_venv(root)
    assert Installation(root).bring_up_to_date(dev=False)
    assert not Installation(root).bring_up_to_date(dev=False)
    assert len(installs(calls)) == 1
    assert "--require-hashes" in installs(calls)[0]


def test_a_changed_list_is_installed_again(root: Path) -> None:
    calls = make_venv(root)
    Installation(root).bring_up_to_date(dev=False)
    (root / "requirements.txt").write_text("django==5.3 --hash=sha256:00\n")
    assert Installation(root).bring_up_to_date(dev=False)
    assert len(installs(calls)) == 2


def test_running_after_testing_removes_and_installs_nothing(root: Path) -> None:
    calls = make_venv(root)
    Installation(root).bring_up_to_date(dev=True)
    assert not Installation(root).bring_up_to_date(dev=False)
    assert len(installs(calls)) == 1


def test_an_interrupted_installation_is_taken_up_again(root: Path) -> None:
    make_venv(root, install='echo "ERROR: No space left on device"; exit 1')
    with pytest.raises(Stop, match="No space left on device"):
        Installation(root).bring_up_to_date(dev=False)
    make_venv(root)
    assert Installation(root).bring_up_to_date(dev=False)


@pytest.mark.parametrize("stamp", [None, "", '{"requirements.txt": '])
def test_a_half_made_venv_is_made_anew(
    root: Path, monkeypatch: pytest.MonkeyPatch, stamp: str | None
) -> None:
    (root / ".venv" / "bin").mkdir(parents=True)
    if stamp is not None:
        (root / ".venv" / "installed.json").write_text(stamp)
    monkeypatch.setattr(Installation, "_create", lambda installation: make_venv(installation.root))
    assert Installation(root).bring_up_to_date(dev=False)


def test_a_venv_whose_python_is_gone_is_made_anew(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_venv(root)
    Installation(root).bring_up_to_date(dev=False)
    (root / ".venv" / "bin" / "python").unlink()
    monkeypatch.setattr(Installation, "_create", lambda installation: make_venv(installation.root))
    assert Installation(root).bring_up_to_date(dev=False)
    assert set(json.loads((root / ".venv" / "installed.json").read_text())) == {"requirements.txt"}


def test_a_python_without_venv_says_which_package_to_install(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(Stop, match=r"apt install python3\.\d+-venv"):
        Installation(root).bring_up_to_date(dev=False)


def test_an_unreachable_registry_is_one_sentence(
    root: Path, monkeypatch: pytest.MonkeyPatch, taken_port: int
) -> None:
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_RETRIES", "1")
    # Bound, but nobody listens: every connection is refused.
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{taken_port}/simple")
    make_venv(root, install=f'exec "{sys.executable}" "$@"')
    with pytest.raises(Stop, match="registry cannot be reached") as stop:
        Installation(root).bring_up_to_date(dev=False)
    assert "\n" not in str(stop.value)


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port of this machine that another program holds."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


def test_a_taken_port_is_said_before_anything_is_installed(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    taken_port: int,
) -> None:
    monkeypatch.setattr(bootstrap, "ROOT", root)
    monkeypatch.setenv("HOST", "127.0.0.1")
    monkeypatch.setenv("PORT", str(taken_port))
    assert bootstrap.main(["run"]) == 1
    said = capsys.readouterr().err
    assert f"Port {taken_port} is taken" in said
    assert "make run PORT=" in said
    assert said.count("\n") == 1
    assert not (root / ".venv").exists()


@pytest.mark.parametrize("port", ["", "http", "0", "65536", "-1", "८०००"])
def test_a_port_that_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], port: str
) -> None:
    monkeypatch.setenv("HOST", "127.0.0.1")
    monkeypatch.setenv("PORT", port)
    assert bootstrap.main(["run"]) == 1
    assert "use a number from 1 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize(("named", "said"), [((), "found none"), (("PYTHON=old",), "old is not")])
def test_make_without_a_new_enough_python_is_one_sentence(
    tmp_path: Path, named: tuple[str, ...], said: str
) -> None:
    make = shutil.which("make")
    assert make is not None
    for name in ("python3.13", "python3.12", "python3.11", "python3", "old"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    made = subprocess.run(
        [make, "run", *named],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode != 0
    assert f"cxjourney needs Python 3.11 or newer and {said}" in made.stderr
    assert made.stderr.count("\n") == 1


def test_the_secret_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    bootstrap.make_secret_key(tmp_path / "var")
    key = tmp_path / "var" / "secret_key"
    first = key.read_text()
    bootstrap.make_secret_key(tmp_path / "var")
    assert key.read_text() == first
    assert len(first) > 50
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
