"""Do two web processes hold two hundred people, and does every write survive what kills them?

    python benchmarks/load.py                    # five minutes, nothing is killed
    python benchmarks/load.py --kill             # a web process every 20 s, PostgreSQL once
    python benchmarks/load.py --backup           # backed up meanwhile, restored, compared
    python benchmarks/load.py --minutes 1 --people 50

A PostgreSQL of its own that keeps what it was told, two uvicorn processes, one worker, all on this
machine's loopback; the demo and fifteen journeys of 150 cards. 200 people, each with a session,
open maps (70 %), edit (20 %) and send answers by the API (10 %), with pauses of 10 to 60 seconds as
people make them; 100 pages hold event streams. Half talk to each process, and go to the other one
where theirs is gone. What was not answered is sent again under the same id, as the editor and a
careful program do. In the end every acknowledged edit must be in the change log once and every
acknowledged answer in the database once, with the daily counts right and every open page up to
date.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.postgres import Cluster, find_programs  # noqa: E402
from tests.servers import Server, free_port  # noqa: E402

MANAGE = [sys.executable, str(ROOT / "manage.py")]
KILL_EVERY = 20.0
LINGER = 8


def main() -> None:
    """Prepare, play, check; the exit status is 1 where anything was lost or broke."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--streams", type=int, default=100)
    parser.add_argument("--think", type=float, nargs=2, default=[10, 60], metavar="SECONDS")
    parser.add_argument("--kill", action="store_true", help="kill what serves, again and again")
    parser.add_argument("--backup", action="store_true", help="back up meanwhile, and restore")
    asked = parser.parse_args()
    programs = find_programs()
    if programs is None:
        sys.exit("It needs PostgreSQL.")
    # Durable: a database that forgets on purpose would prove nothing.
    cluster = Cluster(programs, "-c listen_addresses=''")
    cluster.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            problems = measure(cluster, Path(folder), asked)
    finally:
        cluster.stop()
    print("\n".join(problems) or "Nothing was lost, nothing came twice, nothing broke.")
    sys.exit(bool(problems))


def measure(cluster: Cluster, folder: Path, asked: argparse.Namespace) -> list[str]:
    """Print what was measured; return what is wrong."""
    os.environ |= {
        "DATABASE_URL": cluster.url.rpartition("/")[0] + "/postgres",
        "DJANGO_SETTINGS_MODULE": "cxjourney.settings",
        "PATH": f"{cluster.programs}:{os.environ['PATH']}",
        "SECRET_KEY": "load",
        "SECURE_SSL_REDIRECT": "false",
        "SITE_URL": "http://127.0.0.1:8000",
        "VAR_DIR": str(folder),
    }
    manage("migrate", "-v0")
    manage("collectstatic", "--no-input", "-v0")
    manage("load_demo")
    import django

    django.setup()
    from benchmarks.load_data import prepare

    plan = prepare(asked.people)
    plan |= {
        "people": asked.people,
        "streams": asked.streams,
        "think": asked.think,
        "seconds": 60 * asked.minutes,
        "linger": LINGER,
        "now": datetime.now(UTC).isoformat(),
    }
    with serving(folder) as web:
        plan["ports"] = web.ports
        noted, said = play(plan, web, cluster, folder, asked)
    report(noted, plan["seconds"])
    problems = said + wrong(noted, calm=not asked.kill)
    if asked.backup:
        problems += restored(cluster, folder)
    return problems


def manage(*arguments: str, **environment: str) -> str:
    """Run a command of manage.py and return what it said. Raises CalledProcessError."""
    done = subprocess.run(
        [*MANAGE, *arguments], env=os.environ | environment, capture_output=True, text=True
    )
    if done.returncode:
        print(done.stdout[-2000:], done.stderr[-2000:], sep="\n")
    done.check_returncode()
    return done.stdout


class Web:
    """Two web processes, which may be killed and come back on the same ports."""

    def __init__(self, folder: Path) -> None:
        self.environment = os.environ | {"VAR_DIR": str(folder)}
        self.ports = [free_port(), free_port()]
        self.servers = [Server(self.environment, port=port) for port in self.ports]
        self.killed = 0
        for server in self.servers:
            server.wait_until_it_answers()

    def kill_one(self) -> None:
        """Kill one of them without a warning, and start it again at once, as systemd does."""
        number = self.killed % 2
        self.servers[number].process.send_signal(signal.SIGKILL)
        self.servers[number].process.wait()
        self.servers[number] = Server(self.environment, port=self.ports[number])
        self.killed += 1


@contextmanager
def serving(folder: Path) -> Iterator[Web]:
    """Run two web processes and a worker."""
    web = Web(folder)
    with (folder / "worker.log").open("wb") as log:
        worker = subprocess.Popen([*MANAGE, "work"], stdout=log, stderr=log)
    try:
        yield web
    finally:
        worker.terminate()
        worker.wait()
        for server in web.servers:
            server.stop()


def play(
    plan: dict[str, Any], web: Web, cluster: Cluster, folder: Path, asked: argparse.Namespace
) -> tuple[dict[str, Any], list[str]]:
    """Let the clients play while the rest happens; return what they noted, and what went wrong."""
    said: list[str] = []
    over = threading.Event()
    work = []
    if asked.kill:
        work.append(threading.Thread(target=kill, args=(web, cluster, plan["seconds"], over)))
    if asked.backup:
        half = plan["seconds"] / 2
        work.append(threading.Thread(target=back_up, args=(folder, half, over, said)))
    for thread in work:
        thread.start()
    clients = [sys.executable, str(ROOT / "benchmarks" / "load_clients.py")]
    done = subprocess.run(clients, input=json.dumps(plan), stdout=subprocess.PIPE, text=True)
    over.set()
    for thread in work:
        thread.join()
    done.check_returncode()
    if not asked.kill:
        said += tracebacks(folder)
    return json.loads(done.stdout), said


def kill(web: Web, cluster: Cluster, seconds: float, over: threading.Event) -> None:
    """Kill a web process every 20 seconds, and the database once, at half time."""
    begun, fallen = time.monotonic(), False
    while not over.wait(KILL_EVERY) and time.monotonic() < begun + seconds:
        web.kill_one()
        if not fallen and time.monotonic() > begun + seconds / 2 - KILL_EVERY / 2:
            fallen = True
            cluster.restart()
    print(f"Killed: {web.killed} web processes; PostgreSQL: {'once' if fallen else 'never'}.")


def back_up(folder: Path, after: float, over: threading.Event, said: list[str]) -> None:
    """Make a backup in the middle of it all."""
    over.wait(after)
    begun = time.monotonic()
    try:
        told = manage("backup", "--to", str(folder / "backup.tar"))
    except subprocess.CalledProcessError:
        said.append("The backup failed.")
        return
    print(f"Backed up under load in {time.monotonic() - begun:.1f} s: {told.splitlines()[-1]}")


def tracebacks(folder: Path) -> list[str]:
    """Return what the processes wrote to their logs that looks like an error."""
    found = []
    for log in folder.glob("*.log"):
        bad = [line for line in log.read_text(errors="replace").splitlines() if " ERROR " in line]
        found += [f"{log.name}: {len(bad)} errors, first: {bad[0]}"] if bad else []
    return found


def report(noted: dict[str, Any], seconds: float) -> None:
    """Print the times by kind, and what had to be sent again."""
    count = sum(map(len, noted["times"].values()))
    print(f"{count:,} requests, {count / seconds:.1f} a second")
    for kind, times in sorted(noted["times"].items()):
        cuts = statistics.quantiles(times, n=100)
        print(
            f"  {kind:9}{len(times):7,}  p50 {cuts[49]:6.0f} ms  p95 {cuts[94]:6.0f} ms"
            f"  p99 {cuts[98]:6.0f} ms  max {max(times):6.0f} ms"
        )
    print(f"  streams: {noted['events']:,} events, {noted['breaks']} breaks")
    for reason, often in sorted(noted["tries_again"].items()):
        print(f"  sent again: {reason} × {often}")


def wrong(noted: dict[str, Any], *, calm: bool) -> list[str]:
    """Return what the database does not have as the clients were told."""
    from feedback import recounting
    from feedback.models import FeedbackRecord
    from journeys.models import Change, Journey

    changes = Counter(Change.objects.exclude(token="").values_list("token", flat=True))
    load = FeedbackRecord.objects.filter(external_id__startswith="load-")
    answers = Counter(load.values_list("external_id", flat=True))
    problems = [f"error: {reason} × {often}" for reason, often in noted["errors"].items()]
    for kind, there in (("edit", changes), ("feedback", answers)):
        made, sent = set(noted["made"][kind]), set(noted["sent"][kind])
        twice = sum(often > 1 for often in there.values())
        print(f"{kind}: {len(made):,} acknowledged, {len(there):,} in the database")
        if lost := made - set(there):
            problems.append(f"{kind}: {len(lost)} acknowledged ones are lost")
        if twice:
            problems.append(f"{kind}: {twice} are there more than once")
        if unknown := set(there) - sent:
            problems.append(f"{kind}: {len(unknown)} nobody sent")
        if calm and (more := set(there) - made):
            problems.append(f"{kind}: {len(more)} were written without an answer")
    problems += twice_or_lost_cards(set(noted["made"]["edit"]))
    problems += [f"{found.table}: counts wrong" for found in recounting.check() if found.wrong]
    for path, revision in noted["heard"].items():
        now = Journey.objects.get(slug=path.split("/")[4], workspace__slug=path.split("/")[2])
        if now.revision != revision:
            problems.append(f"{path}: a page knows of {revision}, the map has {now.revision}")
    if calm:
        problems += [f"sent again: {why} × {n}" for why, n in noted["tries_again"].items()]
        problems += [f"{noted['breaks']} streams broke"] if noted["breaks"] else []
    return problems


def twice_or_lost_cards(made: set[str]) -> list[str]:
    """Return what is wrong with the cards: each that was added is there once.

    The log says what each change wrote, so a card must say what its last change wrote.
    """
    from journeys.models import Card, Change

    last: dict[int, str] = {}
    added = Counter[str]()
    for change in Change.objects.filter(token__in=made).order_by("journey", "revision"):
        for row in change.rows:
            if row["part"] == "card" and "text" in row["after"]:
                last[row["id"]] = row["after"]["text"]
                added[change.token] += row["before"] is None
    texts = dict(Card.objects.values_list("pk", "text"))
    problems = []
    if more := [token for token, often in added.items() if often > 1]:
        problems.append(f"{len(more)} edits added a card twice")
    # An edit that was made without an answer may have reworded it once more.
    differ = [pk for pk, text in last.items() if not _wrote(texts.get(pk, ""), text, made)]
    if differ:
        problems.append(f"{len(differ)} cards do not say what was last written")
    return problems


def _wrote(now: str, last: str, made: set[str]) -> bool:
    return now == last or (bool(now) and now.rpartition(" ")[2] not in made)


def restored(cluster: Cluster, folder: Path) -> list[str]:
    """Restore the backup made under load, which proves itself; and one of now, to compare maps."""
    problems = []
    manage("backup", "--to", str(folder / "after.tar"))
    for name in ("backup", "after"):
        elsewhere = empty_database(cluster, folder, name)
        begun = time.monotonic()
        try:
            said = manage("restore", "--from", str(folder / f"{name}.tar"), **elsewhere)
        except subprocess.CalledProcessError:
            problems.append(f"{name}.tar could not be restored.")
            continue
        print(f"{name}.tar restored in {time.monotonic() - begun:.1f} s:\n{said.rstrip()}")
    here, there = figures(), figures(**elsewhere)
    for before, after in zip(here, there, strict=True):
        if before != after:
            pairs = enumerate(zip(before, after, strict=False))
            at = next((n for n, (one, other) in pairs if one != other), 0)
            around = slice(max(at - 300, 0), at + 80)
            problems.append(
                f"a map differs after the restore: {before.partition(' ')[0]}:\n"
                f"  {before[around]}\n  {after[around]}"
            )
    print(f"{len(here)} maps with their metrics are the same after the restore: {here == there}")
    return problems


def empty_database(cluster: Cluster, folder: Path, name: str) -> dict[str, str]:
    """Make an empty database and folder; return the environment that names them."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
    return {
        "DATABASE_URL": f"{cluster.url.rpartition('/')[0]}/{name}",
        "ERASURE_LOG": str(folder / "erasures.jsonl"),
        "VAR_DIR": str(folder / f"restored-{name}"),
    }


def figures(**environment: str) -> list[str]:
    """Return a line for each map of a database: its address, and all that it shows."""
    command = "from benchmarks.load_data import figures; figures()"
    # The order of sets is that of hashes, which differ from process to process.
    return manage("shell", "-v0", "-c", command, PYTHONHASHSEED="0", **environment).splitlines()


if __name__ == "__main__":
    main()
