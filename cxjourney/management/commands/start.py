"""`manage.py start`: what `make run` ends in, from an empty database to a server that answers."""

import hashlib
import logging
import os
import secrets
import signal
import subprocess
import sys
import warnings
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import socket
from typing import Any

import uvicorn
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError, connections, transaction
from uvicorn.supervisors import ChangeReload

from cxjourney.listen import CannotListen, address, listen
from journeys.models import Membership, Role, User, Workspace

FIRST_USER = "admin@localhost"
WORKER_ENDS_WITHIN = 10
"""In seconds; what it had in hand is taken up again after the next start."""


class Command(BaseCommand):
    """Migrate, collect static files, load the demo into an empty database, serve over ASGI.

    A background worker runs beside the server and ends with it.
    """

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add where to listen, and --reload."""
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", default=os.environ.get("PORT", "8000"))
        parser.add_argument("--reload", action="store_true", help="Restart after every edit.")

    def handle(self, *, host: str, port: str, reload: bool, **options: Any) -> None:
        """Take the address, prepare what the server needs, serve until stopped."""
        try:
            bound = listen(host, port)
        except CannotListen as problem:
            raise CommandError(str(problem)) from None
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except OperationalError as problem:
            raise CommandError(f"The database cannot be reached: {problem}") from None
        if not settings.DEBUG:
            collect_static_files()
        # The demo brings people of its own, who cannot sign in: a start that died before its owner
        # was made is taken up again.
        password = None if User.objects.filter(is_active=True).exists() else self.fill()
        administrator = User.objects.filter(is_superuser=True).first()
        connections.close_all()
        self.stdout.write(f"\ncxjourney runs at {address(host, port)}/ (Ctrl+C stops it).")
        if password:
            self.stdout.write(f"Sign in as {FIRST_USER} with the password {password}")
            self.stdout.write("It is shown only this once; to choose another:")
        else:
            self.stdout.write("Your data is as you left it. To choose a new password:")
        email = administrator.email if administrator else "EMAIL"
        self.stdout.write(f"  .venv/bin/python manage.py changepassword {email}\n")
        # Into a pipe or a file it would else be written when the server ends.
        self.stdout.flush()
        with worker(reload=reload):
            serve(bound, reload=reload)

    def fill(self) -> str:
        """Load the demo and make its owner; return the owner's password."""
        self.stdout.write("Loading the demo workspace; its data is simulated.")
        call_command("load_demo", stdout=self.stdout)
        password = secrets.token_urlsafe(12)
        with transaction.atomic():
            owner = User.objects.create_superuser(FIRST_USER, password)
            for workspace in Workspace.objects.filter(simulated=True):
                Membership.objects.create(workspace=workspace, user=owner, role=Role.OWNER)
        return password


def collect_static_files() -> None:
    """Collect and compress the static files, unless none has changed since the last time.

    Compressing takes seconds, which only the first start should.
    """
    fingerprint = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(None):
            found = Path(storage.path(path)).stat()
            fingerprint.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    collected = settings.VAR_DIR / "static.sha256"
    if collected.exists() and collected.read_text(encoding="ascii") == fingerprint.hexdigest():
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    collected.write_text(fingerprint.hexdigest(), encoding="ascii")


@contextmanager
def worker(*, reload: bool) -> Iterator[None]:
    """Run `manage.py work` beside what stands in the block, and end it afterwards.

    Its standard input is a pipe from here, which closes even when this process is killed.
    """
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "work"]
    command += ["--until-stdin-closes", *(["--reload"] if reload else [])]
    # A session of its own: Ctrl+C is for the server, which lets go of the worker when it is done.
    process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603
    # uvicorn hands SIGTERM on when it has shut down; unheard, it would leave the block at once.
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(WORKER_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def serve(bound: socket, *, reload: bool) -> None:
    """Serve on a bound socket until a signal ends it."""
    config = uvicorn.Config(
        "cxjourney.asgi:application",
        lifespan="off",
        log_config=None,
        log_level="warning",
        # Open event streams end at once, but one whose reader is stuck would hold the server back
        # for ever. The same number stands in deploy/cxjourney@.service.
        timeout_graceful_shutdown=4,
        reload=reload,
        reload_dirs=[str(settings.BASE_DIR)] if reload else None,
        reload_includes=["*.html"] if reload else None,
        reload_excludes=[".venv", "var"] if reload else None,
    )
    server = uvicorn.Server(config)
    # In a terminal, a line for each request would carry the password out of sight.
    logging.getLogger("cxjourney.request").setLevel(logging.WARNING)
    # WhiteNoise hands every file to Django as a stream, which ASGI reads whole, and says so.
    warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous")
    with suppress(KeyboardInterrupt):
        if reload:
            ChangeReload(config, target=server.run, sockets=[bound]).run()
        else:
            server.run(sockets=[bound])
