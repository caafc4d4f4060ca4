"""Real servers in processes of their own, for what no test client can show."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
GRACE = 4
"""Seconds that a stopping server gives to what it has in hand; as in every start command."""
PATIENCE = 180.0
"""Seconds after which a server that should have answered or ended is taken for one that hangs."""


def database_url() -> str:
    """Return the DATABASE_URL by which a process of its own reaches the test's database."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    user, password, host = (quote(str(given[key]), safe="") for key in ("USER", "PASSWORD", "HOST"))
    return f"postgres://{user}:{password}@{host}:{given['PORT']}/{given['NAME']}"


class Server:
    """uvicorn with one process, on a free port of this machine or the one that is named."""

    def __init__(
        self, environment: dict[str, str], *, name: str = "server", port: int | None = None
    ) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = Path(environment["VAR_DIR"]) / f"{name}-{self.port}.log"
        command = [sys.executable, "-m", "uvicorn", "cxjourney.asgi:application"]
        command += ["--port", str(self.port), "--no-access-log"]
        command += ["--timeout-graceful-shutdown", str(GRACE)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603
                command, cwd=ROOT, env=os.environ | environment, stdout=log, stderr=log
            )

    def wait_until_it_answers(self) -> None:
        """Return once it does. Raises RuntimeError where it ended, or takes too long."""
        until = time.monotonic() + PATIENCE
        no_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        while time.monotonic() < until and self.process.poll() is None:
            try:
                no_proxy.open(f"{self.url}/account/reset/done/", timeout=5).close()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"The server did not start: {self.log.read_text()[-2000:]}")

    def stop(self) -> float:
        """Ask it to stop; return after how many seconds it had."""
        begun = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return time.monotonic() - begun


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def serving(
    database_url: str, folder: Path, *, count: int = 1, **environment: str
) -> Iterator[list[Server]]:
    """Run servers on one database, and stop them in the end."""
    values = {
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "cxjourney.settings",
        "SECRET_KEY": "servers",
        "SECURE_SSL_REDIRECT": "false",
        "SITE_URL": "http://127.0.0.1:8000",
        "VAR_DIR": str(folder),
    }
    servers = [Server(values | environment) for _ in range(count)]
    try:
        for server in servers:
            server.wait_until_it_answers()
        yield servers
    finally:
        for server in servers:
            server.stop()
