"""The background worker: does what waits in the database, and tidies up between the jobs.

A job that a killed or restarted worker left half done goes back into the queue, if the setting
REPEATABLE_TASKS says that doing it again does no harm.
"""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from types import FrameType
from typing import Any

from django.conf import settings
from django.db import Error, close_old_connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.module_loading import import_string
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from cxjourney.operating.context import working_for

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
"""A job that took its worker down as often as this is not tried again."""
FINISHED_KEPT = timedelta(days=30)


class Interrupted(BaseException):
    """The worker was told to end; raised within a job that may be done again."""


class WorkerDied(Exception):
    """The process that did the job is gone, and nobody knows how far it came."""


class Worker(db_worker.Worker):
    """Does one job after another until a signal ends it.

    While nothing waits it only reads, so that SQLite's one writer is somebody else.
    """

    def __init__(self, *, interval: float = 1, once: bool = False) -> None:
        super().__init__(
            queue_names=["*"],
            interval=interval,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=worker_id(),
            excluded_queue_names=[],
        )
        self.once = once
        self._repeatable = False
        self._interrupted = False
        self._next_tidying: dict[str, datetime] = {}

    def run(self) -> None:
        """Work until told to end; with `once`, until nothing waits any more."""
        logger.info("Worker %s began.", self.worker_id)
        waiting = False
        while self.running:
            give_sign()
            close_old_connections()
            try:
                self.tidy(timezone.now())
                waiting = DBTaskResult.objects.ready().exists()
                if waiting:
                    # One job, so that tidying has its turn between two.
                    self.max_tasks = self._run_tasks + 1
                    super().run()
            except Error:
                # A database that restarts is back after a while; systemd need not know.
                logger.exception("The database did not answer.")
                waiting = False
            if self.once and not waiting:
                return
            if not waiting:
                time.sleep(self.interval)

    def run_task(self, db_task_result: "DBTaskResult[..., Any]") -> None:
        """Do one job; when a signal breaks it off, put it back for the next worker."""
        self._repeatable = db_task_result.task_path in settings.REPEATABLE_TASKS
        try:
            with working_for(task_id=str(db_task_result.pk), task=db_task_result.task_path):
                super().run_task(db_task_result)
        finally:
            self._repeatable = False
            if self._interrupted:
                put_back(db_task_result, attempts=db_task_result.worker_ids[:-1])

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """End at once where that does no harm; otherwise when the present job is done."""
        if self._interrupted:
            # On its way out already; the job must not be left between two states.
            return
        if self._repeatable:
            self.running = False
            self._interrupted = True
            raise Interrupted
        super().shutdown(signum, frame)

    def tidy(self, now: datetime) -> None:
        """Call what the setting HOUSEKEEPING lists, each once in its number of minutes.

        One that fails is written to the log, and does not keep the others from their turn.
        """
        for path, minutes in settings.HOUSEKEEPING.items():
            if now < self._next_tidying.get(path, now):
                continue
            self._next_tidying[path] = now + timedelta(minutes=minutes)
            keep: Callable[[datetime], object] = import_string(path)
            try:
                keep(now)
            except Exception:
                logger.exception("Housekeeping: %s failed.", path)


def give_sign() -> None:
    """Leave a sign that the worker lives, for /readyz and whoever restarts what hangs."""
    try:
        settings.WORKER_SIGN.touch()
    except OSError:
        logger.debug("No sign of life could be left.", exc_info=True)


def worker_id() -> str:
    """Return a name that says on which machine and in which process the worker runs."""
    return f"{socket.gethostname()[:40]}/{os.getpid()}/{get_random_string(8)}"


def is_gone(worker: str) -> bool:
    """True where the worker's process certainly lives no more; other machines' are not known."""
    host, _, rest = worker.partition("/")
    pid = rest.partition("/")[0]
    if host != socket.gethostname()[:40] or not pid.isdecimal():
        return False
    if int(pid) == os.getpid():
        # A worker that looks around has no job in hand: this one lost its database over it, or
        # got the number of one before it, as happens in a container.
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def take_over(now: datetime) -> None:
    """Put back the jobs of workers that are gone; those that may not be repeated have failed."""
    for job in DBTaskResult.objects.running():
        if not job.worker_ids or not is_gone(job.worker_ids[-1]):
            continue
        again = job.task_path in settings.REPEATABLE_TASKS and len(job.worker_ids) < MOST_ATTEMPTS
        logger.warning(
            "%s was left half done by %s; %s.",
            *(job.task_path, job.worker_ids[-1], "it is tried again" if again else "it failed"),
        )
        if again:
            put_back(job, attempts=job.worker_ids)
        else:
            job.set_failed(WorkerDied(job.worker_ids[-1]))


def take_back() -> int:
    """Put back every running job: the database was restored, and no worker has them in hand."""
    running = list(DBTaskResult.objects.running())
    for job in running:
        if job.task_path in settings.REPEATABLE_TASKS:
            put_back(job, attempts=[])
        else:
            job.set_failed(WorkerDied((job.worker_ids or ["nobody"])[-1]))
    return len(running)


def put_back(job: "DBTaskResult[..., Any]", *, attempts: list[str]) -> None:
    """Let a job wait again, as if only the workers in `attempts` had had it."""
    DBTaskResult.objects.filter(pk=job.pk).update(
        status=TaskResultStatus.READY,
        started_at=None,
        finished_at=None,
        worker_ids=attempts,
        exception_class_path="",
        traceback="",
    )


def forget_finished(now: datetime) -> None:
    """Delete jobs that ended long ago, and their arguments with them."""
    DBTaskResult.objects.finished().filter(finished_at__lt=now - FINISHED_KEPT).delete()


def end_with(stream: int) -> None:
    """End this process by SIGTERM as soon as the other end of a pipe is closed.

    It is held by the process that started this one, and closes however that one ends.
    """

    def wait() -> None:
        while os.read(stream, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()
