"""`manage.py work`: jobs that others left half done, housekeeping, and how it ends."""

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from cxjourney import worker
from cxjourney.management.commands import start
from cxjourney.worker import Worker, forget_finished, is_gone, put_back, take_over, worker_id
from feedback.models import BatchState, FeedbackRecord, ImportBatch, ScoreCount
from tests.factories import make_batch
from tests.feedback.imports.desks import GOOD, HEADER, MAPPING, make_desk
from tests.servers import database_url

ROOT = Path(__file__).resolve().parent.parent
CHECK = "feedback.imports.batches.check_batch"
RUN = "feedback.imports.batches.run_batch"
PATIENCE = 60
"""Seconds after which a process that should have ended is taken for one that hangs."""


def enqueue(path: str, *arguments: Any, **values: Any) -> DBTaskResult:
    return DBTaskResult.objects.create(
        task_path=path,
        args_kwargs={"args": list(arguments), "kwargs": {}},
        backend_name="default",
        run_after=get_date_max(),
        **values,
    )


def checked_batch(content: str = GOOD) -> ImportBatch:
    return make_batch(
        make_desk(), content, mapping=MAPPING, state=BatchState.QUEUED, check_report={"rows": 3}
    )


@pytest.fixture
def gone() -> str:
    """The id of a worker whose process has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return worker_id().replace(f"/{os.getpid()}/", f"/{ended.pid}/")


class TestWhoIsGone:
    def test_a_process_that_ended(self, gone):
        assert is_gone(gone)

    def test_a_process_that_runs(self):
        parent = worker_id().replace(f"/{os.getpid()}/", f"/{os.getppid()}/")
        assert not is_gone(parent)

    def test_nobody_knows_of_another_machine(self, gone):
        assert not is_gone(gone.replace(socket.gethostname()[:40], "elsewhere"))

    def test_who_had_the_number_of_this_process_before(self):
        assert is_gone(worker_id())

    @pytest.mark.parametrize("name", ["", "x", "host/", f"{socket.gethostname()}/x/y"])
    def test_names_of_other_kinds_are_left_alone(self, name):
        assert not is_gone(name)


@pytest.mark.django_db
class TestTakingOver:
    def test_an_import_is_begun_again(self, gone):
        job = enqueue(RUN, 1, status=TaskResultStatus.RUNNING, worker_ids=[gone])
        take_over(timezone.now())
        job.refresh_from_db()
        assert (job.status, job.started_at, job.worker_ids) == ("READY", None, [gone])

    def test_what_may_not_be_repeated_has_failed(self, gone):
        job = enqueue("some.other.job", status=TaskResultStatus.RUNNING, worker_ids=[gone])
        take_over(timezone.now())
        job.refresh_from_db()
        assert job.status == TaskResultStatus.FAILED
        assert "WorkerDied" in job.exception_class_path

    def test_a_job_that_killed_three_workers_is_not_tried_again(self, gone):
        job = enqueue(RUN, 1, status=TaskResultStatus.RUNNING, worker_ids=[gone] * 3)
        take_over(timezone.now())
        job.refresh_from_db()
        assert job.status == TaskResultStatus.FAILED

    def test_the_job_of_a_living_worker_is_its_own(self):
        alive = worker_id().replace(f"/{os.getpid()}/", f"/{os.getppid()}/")
        job = enqueue(RUN, 1, status=TaskResultStatus.RUNNING, worker_ids=[alive])
        take_over(timezone.now())
        job.refresh_from_db()
        assert job.status == TaskResultStatus.RUNNING


@pytest.mark.django_db
class TestHousekeeping:
    def test_each_has_its_turn_once_in_its_minutes(self, settings, monkeypatch):
        calls: list[str] = []
        monkeypatch.setattr(worker, "take_over", lambda now: calls.append("often"))
        monkeypatch.setattr(worker, "forget_finished", lambda now: calls.append("seldom"))
        settings.HOUSEKEEPING = {
            "cxjourney.worker.take_over": 1,
            "cxjourney.worker.forget_finished": 60,
        }
        one, begin = Worker(), timezone.now()
        for minute in range(60):
            one.tidy(begin + timedelta(minutes=minute))
            one.tidy(begin + timedelta(minutes=minute, seconds=30))
        assert Counter(calls) == {"often": 60, "seldom": 1}

    def test_one_that_fails_keeps_nobody_from_their_turn(self, settings, monkeypatch, caplog):
        calls: list[str] = []

        def fail(now: Any) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(worker, "take_over", fail)
        monkeypatch.setattr(worker, "forget_finished", lambda now: calls.append("done"))
        settings.HOUSEKEEPING = {
            "cxjourney.worker.take_over": 1,
            "cxjourney.worker.forget_finished": 1,
        }
        Worker().tidy(timezone.now())
        assert calls == ["done"]
        assert "cxjourney.worker.take_over failed" in caplog.text

    def test_what_the_settings_list_is_there(self, settings):
        Worker().tidy(timezone.now())

    def test_jobs_that_ended_long_ago_are_forgotten(self):
        now = timezone.now()
        old = {"status": TaskResultStatus.SUCCESSFUL, "finished_at": now - timedelta(days=31)}
        recent = old | {"finished_at": now - timedelta(days=29)}
        enqueue(RUN, 1, **old)
        kept = {enqueue(RUN, 2, **recent).pk, enqueue(RUN, 3).pk}
        forget_finished(now)
        assert set(DBTaskResult.objects.values_list("pk", flat=True)) == kept


@pytest.mark.django_db(transaction=True)
class TestWorking:
    def test_once_does_what_waits_and_ends(self):
        batches = [checked_batch() for _ in range(2)]
        for batch in batches:
            enqueue(RUN, batch.pk)
        call_command("work", once=True)
        assert [ImportBatch.objects.get(pk=batch.pk).state for batch in batches] == ["done"] * 2
        assert FeedbackRecord.objects.count() == 6
        assert not DBTaskResult.objects.exclude(status="SUCCESSFUL").exists()

    def test_a_job_that_breaks_leaves_the_others_alone(self):
        enqueue(RUN, 987654)
        batch = checked_batch()
        enqueue(RUN, batch.pk)
        call_command("work", once=True)
        batch.refresh_from_db()
        assert batch.state == BatchState.DONE
        assert DBTaskResult.objects.failed().count() == 1

    def test_idle_it_only_reads(self, django_assert_num_queries):
        one = Worker(once=True)
        one.tidy(timezone.now())
        with django_assert_num_queries(1) as asked:
            one.run()
        assert asked[0]["sql"].lstrip().startswith("SELECT")

    def test_a_signal_puts_an_import_back_for_the_next_worker(self, monkeypatch):
        batch = checked_batch()
        job = enqueue(RUN, batch.pk)
        one = Worker(once=True)

        def interrupted(*arguments: Any, **options: Any) -> None:
            try:
                one.shutdown(signal.SIGTERM, None)
            finally:
                one.shutdown(signal.SIGTERM, None)

        with monkeypatch.context() as patched:
            patched.setattr("feedback.imports.batches.import_file", interrupted)
            one.run()
        job.refresh_from_db()
        batch.refresh_from_db()
        assert (job.status, job.worker_ids, batch.state) == ("READY", [], BatchState.RUNNING)
        call_command("work", once=True)
        batch.refresh_from_db()
        assert batch.state == BatchState.DONE

    def test_put_back_forgets_how_it_ended(self):
        job = enqueue(RUN, 1, status=TaskResultStatus.FAILED, traceback="…", worker_ids=["a", "b"])
        put_back(job, attempts=["a"])
        job.refresh_from_db()
        assert (job.status, job.traceback, job.worker_ids) == ("READY", "", ["a"])


@pytest.fixture
def work(
    transactional_db: None, tmp_path: Path, settings: Any
) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """`work(*options)`: a worker in a process of its own, ended at the latest here."""
    processes: list[subprocess.Popen[bytes]] = []

    def work(*options: str, **streams: Any) -> subprocess.Popen[bytes]:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "cxjourney.settings",
            "DATABASE_URL": database_url(),
            "SECRET_KEY": settings.SECRET_KEY,
            "VAR_DIR": str(tmp_path),
            "DEBUG": "false",
        }
        command = [sys.executable, "manage.py", "work", *options]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, **streams)  # noqa: S603
        processes.append(process)
        return process

    yield work
    for process in processes:
        process.kill()
        process.wait()


def answers(count: int) -> Iterator[tuple[str, int, str]]:
    """Yield day, score and row of a file that is large enough to be broken off within."""
    for number in range(count):
        day, score = f"2026-03-{number % 28 + 1:02}", number * 7 % 5 + 1
        yield day, score, f"R{number},{day},{score},{'' if number % 3 else 'So-so'}\n"


def test_an_import_whose_worker_is_killed_ends_as_if_undisturbed(work):
    rows = list(answers(60_000))
    batch = checked_batch(HEADER + "".join(row for _, _, row in rows))
    enqueue(RUN, batch.pk)
    first = work()
    until = time.monotonic() + PATIENCE
    while not FeedbackRecord.objects.exists() and first.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    first.send_signal(signal.SIGKILL)
    first.wait(PATIENCE)
    assert 0 < FeedbackRecord.objects.count() < len(rows)
    assert work("--once").wait(PATIENCE) == 0
    batch.refresh_from_db()
    assert (batch.state, batch.message) == (BatchState.DONE, "")
    assert FeedbackRecord.objects.count() == len(rows)
    wanted = Counter((day, score) for day, score, _ in rows)
    counted = {
        (count.day.isoformat(), score): getattr(count, f"c{score}")
        for count in ScoreCount.objects.all()
        for score in range(1, 6)
    }
    assert counted == wanted
    [job] = DBTaskResult.objects.all()
    assert (job.status, len(job.worker_ids)) == ("SUCCESSFUL", 2)


def test_it_ends_with_the_process_that_holds_its_standard_input(work):
    process = work("--until-stdin-closes", stdin=subprocess.PIPE)
    assert process.poll() is None
    process.stdin.close()
    assert process.wait(PATIENCE) is not None


class TestBesideTheServer:
    @pytest.fixture
    def children(self, monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
        """The processes that `start` began: each ends when its standard input does."""
        began: list[subprocess.Popen[bytes]] = []
        popen = subprocess.Popen

        def begin(command: list[str], **options: Any) -> subprocess.Popen[bytes]:
            assert command[1:3] == [str(ROOT / "manage.py"), "work"]
            began.append(popen([sys.executable, "-c", "import sys; sys.stdin.read()"], **options))
            return began[-1]

        monkeypatch.setattr(subprocess, "Popen", begin)
        return began

    def test_a_worker_runs_as_long_as_the_server(self, children):
        with start.worker(reload=False):
            [child] = children
            assert child.poll() is None
        assert child.returncode == 0

    def test_it_ends_when_the_server_breaks_or_is_told_to_end(self, children):
        with pytest.raises(ZeroDivisionError), start.worker(reload=False):
            sum([1]) / 0
        with pytest.raises(SystemExit), start.worker(reload=True):
            signal.raise_signal(signal.SIGTERM)
        assert [child.returncode for child in children] == [0, 0]

    def test_one_that_does_not_listen_is_killed(self, monkeypatch):
        monkeypatch.setattr(start, "WORKER_ENDS_WITHIN", 0.1)
        popen = subprocess.Popen
        deaf = [sys.executable, "-c", "import time; time.sleep(600)"]
        monkeypatch.setattr(subprocess, "Popen", lambda command, **options: popen(deaf, **options))
        with start.worker(reload=False):
            pass


def test_the_worker_says_who_it_is(caplog, transactional_db):
    with caplog.at_level(logging.INFO):
        call_command("work", once=True)
    assert f"{socket.gethostname()[:40]}/{os.getpid()}/" in caplog.text
