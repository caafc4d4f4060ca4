"""From a fresh checkout to an installed .venv, and from there to a running server.

Called by the Makefile; standard library only, since nothing is installed yet. Every failure is
one sentence on standard error and a non-zero exit.

    python3 deploy/bootstrap.py install [--dev]
    python3 deploy/bootstrap.py run | dev
"""

import argparse
import hashlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UNREACHABLE = re.compile(
    r"NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError|ProtocolError"
    r"|name resolution|Retrying \(Retry|HTTP error|Could not fetch URL"
)


class Stop(Exception):
    """Ends the program; the message is the one sentence that the person gets to read."""


class Installation:
    """The .venv of a checkout, and which compiled requirement lists it holds."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / "bin" / "python"
        self.stamp = self.folder / "installed.json"
        self.log = root / "var" / "install.log"

    def bring_up_to_date(self, *, dev: bool) -> bool:
        """Install what the lists name and .venv lacks; return whether there was anything to do.

        A list that was installed before stays installed: `run` after `test` removes nothing.
        """
        held = self._held()
        names = ["requirements.txt"]
        if dev or "requirements-dev.txt" in held:
            names.append("requirements-dev.txt")
        wanted = {name: _digest(self.root / name) for name in names}
        if held == wanted:
            return False
        if not held and not self._works("-m", "pip", "--version"):
            self._create()
        print(
            f"Installing {' and '.join(names)} into .venv; this takes a minute or so.", flush=True
        )
        self.stamp.unlink(missing_ok=True)
        self._install(names)
        self.stamp.write_text(json.dumps(wanted), encoding="utf-8")
        return True

    def _held(self) -> dict[str, str]:
        """Return list name -> digest as last installed; nothing where .venv is not whole."""
        try:
            held: dict[str, str] = json.loads(self.stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return held if self._works("-c", "") else {}

    def _works(self, *arguments: str) -> bool:
        try:
            command = [str(self.python), *arguments]
            return subprocess.run(command, capture_output=True, check=False).returncode == 0
        except OSError:
            return False

    def _create(self) -> None:
        try:
            import ensurepip  # noqa: F401
            import venv  # noqa: F401
        except ImportError:
            version = "{}.{}".format(*sys.version_info)
            raise Stop(
                f"Python {version} comes without its venv module here: install it "
                f"(Debian and Ubuntu: apt install python{version}-venv) and run this again."
            ) from None
        shutil.rmtree(self.folder, ignore_errors=True)
        made = subprocess.run(
            [sys.executable, "-m", "venv", str(self.folder)],
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise Stop(f"{self.folder} could not be made: {_last_line(made.stdout + made.stderr)}")

    def _install(self, names: list[str]) -> None:
        command = [str(self.python), "-m", "pip", "install", "--require-hashes", "--no-input"]
        command += ["--disable-pip-version-check", "--progress-bar", "off"]
        for name in names:
            command += ["-r", str(self.root / name)]
        self.log.parent.mkdir(exist_ok=True)
        with self.log.open("w", encoding="utf-8") as log:
            status = subprocess.run(
                command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False
            ).returncode
        if status == 0:
            return
        said = self.log.read_text(encoding="utf-8", errors="replace")
        if UNREACHABLE.search(said):
            raise Stop(
                "The Python package registry cannot be reached: check the network and pip's "
                f"settings, then run this again ({self.log} has the details)."
            )
        raise Stop(f"The packages could not be installed: {_last_line(said)} (see {self.log})")


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")]
    return (errors or lines or ["no reason given"])[-1]


def make_secret_key(folder: Path) -> None:
    """Write a random `secret_key` into `folder` for this user alone, unless one is there."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(folder / "secret_key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(50) + "\n")


def serve(root: Path, *, debug: bool) -> None:
    """Replace this process by the server; never returns."""
    sys.path.insert(0, str(root))
    from cxjourney.listen import CannotListen, address, listen

    host = os.environ.setdefault("HOST", "127.0.0.1")
    port = os.environ.setdefault("PORT", "8000")
    try:
        listen(host, port).close()
    except CannotListen as problem:
        raise Stop(str(problem)) from None
    installation = Installation(root)
    installation.bring_up_to_date(dev=False)
    make_secret_key(Path(os.environ.get("VAR_DIR", str(root / "var"))))
    os.environ.setdefault("SITE_URL", address(host, port))
    command = [str(installation.python), str(root / "manage.py"), "start"]
    if debug:
        os.environ["DEBUG"] = "true"
        command.append("--reload")
    os.execv(command[0], command)


def main(arguments: list[str]) -> int:
    """Do what the first argument says; return the exit status."""
    parser = argparse.ArgumentParser(prog="bootstrap.py")
    jobs = parser.add_subparsers(dest="job", required=True)
    jobs.add_parser("install").add_argument("--dev", action="store_true")
    jobs.add_parser("run")
    jobs.add_parser("dev")
    options = parser.parse_args(arguments)
    try:
        if options.job == "install":
            Installation(ROOT).bring_up_to_date(dev=options.dev)
        else:
            serve(ROOT, debug=options.job == "dev")
    except Stop as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
