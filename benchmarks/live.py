"""How fast a change reaches everybody who has the map open, and what an open page costs.

    python benchmarks/live.py                     # SQLite, then a PostgreSQL of its own
    python benchmarks/live.py --clients 100 --edits 60 --only sqlite

One server process on a scratch database; 500 event streams on one journey, held by another process;
edits through the page's own address. Measured is the time from sending an edit to its arrival at
every client; whether each heard of every revision, or of a later one; the server's memory; and how
long it takes to stop with all streams open. Goals: p95 under 100 ms, under 60 KB a client, stopped
within 5 s. The peer in the same run: as many clients that ask for the revision once a second.
"""

import argparse
import asyncio
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import uvloop

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.postgres import Cluster, find_programs  # noqa: E402
from tests.servers import Server, serving  # noqa: E402

MAP = "/w/live/journeys/live/"
DURABLE = "-c listen_addresses=''"
PEER_EDITS = 3
GOALS = "goals: p95 < 100 ms, < 60 KB a client, stopped < 5 s, none lost"
Arrivals = list[list[tuple[int, float]]]
"""For every client, which revision it heard of and when."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--clients", type=int, default=500)
    parser.add_argument("--edits", type=int, default=45)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--no-peer", action="store_true", help="leave out the clients that ask")
    asked = parser.parse_args()
    print(f"{asked.clients} clients, {asked.edits} edits; {GOALS}")
    for name in ("sqlite", "postgresql"):
        if asked.only in (None, name):
            with scratch(name) as (url, folder):
                measure(name, url, folder, asked)


@contextmanager
def scratch(name: str) -> Iterator[tuple[str, Path]]:
    """Give the address of an empty database and a folder, both gone in the end."""
    with tempfile.TemporaryDirectory() as folder:
        if name == "sqlite":
            yield f"sqlite:///{folder}/live.sqlite3", Path(folder)
            return
        programs = find_programs()
        if programs is None:
            sys.exit("No PostgreSQL found.")
        cluster = Cluster(programs, DURABLE)
        cluster.start()
        try:
            yield cluster.url.rpartition("/")[0] + "/postgres", Path(folder)
        finally:
            cluster.stop()


def measure(name: str, url: str, folder: Path, asked: argparse.Namespace) -> None:
    """Print what one database's server does."""
    environment = {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "cxjourney.settings",
        "SECRET_KEY": "servers",
        "VAR_DIR": str(folder),
    }
    prepare = [sys.executable, str(Path(__file__)), "prepare"]
    made = json.loads(subprocess.check_output(prepare, env=os.environ | environment))
    with serving(url, folder) as [server]:
        edit(server, made, 0)
        before = memory(server)
        found = run(server, made, asked, "listen")
        held = found["memory"] - before
        stopped = found["stopped"]
        print(f"{name}: {summary(found)}")
        print(
            f"  {before / 1024:.0f} MB -> {found['memory'] / 1024:.0f} MB: "
            f"{held / asked.clients:.1f} KB a client; {found['threads']} threads; "
            f"{found['cpu'] / asked.edits:.3f} CPU s an edit; stopped in {stopped:.2f} s"
        )
    if not asked.no_peer:
        with serving(url, folder) as [server]:
            edit(server, made, 0)
            # So many keep a server busy beyond its limits: every edit waits for seconds.
            asked.edits = min(asked.edits, PEER_EDITS)
            print(f"  peer, asking every second: {summary(run(server, made, asked, 'ask'))}")


def run(
    server: Server, made: dict[str, Any], asked: argparse.Namespace, way: str
) -> dict[str, Any]:
    """Let clients listen or ask in a process of their own, edit, and return what they noted."""
    command = [sys.executable, str(Path(__file__)), way, str(server.port), str(asked.clients)]
    clients = subprocess.Popen(
        [*command, *made["sessions"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert clients.stdin
    assert clients.stdout
    assert clients.stdout.readline() == "ready\n"
    time.sleep(3)
    found: dict[str, Any] = {"memory": memory(server), "threads": threads(server)}
    begun = cpu(server)
    found["sent"] = []
    for number in range(asked.edits):
        found["sent"].append(edit(server, made, number + 1))
        time.sleep(0.2)
    time.sleep(2 if way == "listen" else 10)
    found["cpu"] = cpu(server) - begun
    found["stopped"] = server.stop()
    clients.stdin.close()
    found["arrivals"] = json.loads(clients.stdout.read())
    clients.wait()
    return found


def edit(server: Server, made: dict[str, Any], number: int) -> tuple[int, float]:
    """Reword a card; return the revision that it made, and when it was sent."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = {
        "Cookie": f"sessionid={made['sessions'][0]}; csrftoken={'c' * 32}",
        "X-CSRFToken": "c" * 32,
        "HX-Request": "true",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    card = made["cards"][number % len(made["cards"])]
    body = urlencode({"text": f"Waits, for the {number}th time, {time.time()}"})
    sent = time.monotonic()
    connection.request("POST", f"{MAP}cards/{card}/", body, headers)
    response = connection.getresponse()
    content = response.read()
    assert response.status == 200, (response.status, content[:500])
    connection.close()
    return int(response.headers["X-Own-Revision"]), sent


def summary(found: dict[str, Any]) -> str:
    """Return the times from an edit to each client, and how many never heard of it."""
    times, lost = [], 0
    for revision, sent in found["sent"]:
        for client in found["arrivals"]:
            came = next((when for heard, when in client if heard >= revision), None)
            if came is None:
                lost += 1
            else:
                times.append(1000 * (came - sent))
    p95 = statistics.quantiles(times, n=20)[-1]
    return (
        f"p50 {statistics.median(times):.1f} ms, p95 {p95:.1f} ms, max {max(times):.1f} ms; "
        f"{len(times):,} deliveries, {lost} lost"
    )


def memory(server: Server) -> int:
    """Return the resident memory of a server in KB."""
    return int(_status(server, "VmRSS"))


def threads(server: Server) -> int:
    return int(_status(server, "Threads"))


def _status(server: Server, name: str) -> str:
    lines = Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    return next(line.split()[1] for line in lines if line.startswith(f"{name}:"))


def cpu(server: Server) -> float:
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# ---------------------------------------------------------------- the clients' process


async def hold(way: str, port: int, count: int, sessions: Sequence[str]) -> None:
    """Hold so many clients until the standard input closes; print what each noted."""
    arrivals: Arrivals = [[] for _ in range(count)]
    ready = [asyncio.Event() for _ in range(count)]
    client = listen if way == "listen" else ask
    tasks = []
    for number in range(count):
        session = sessions[number % len(sessions)]
        work = client(port, session, arrivals[number], ready[number], number / count)
        tasks.append(asyncio.create_task(work))
        if number % 10 == 0:
            await asyncio.sleep(0.02)
    await asyncio.gather(*(each.wait() for each in ready))
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    print(json.dumps(arrivals))


def _request(path: str, session: str) -> bytes:
    return (
        f"GET {MAP}{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: sessionid={session}\r\n"
        "HX-Request: true\r\nAccept-Encoding: gzip\r\n\r\n"
    ).encode()


class Stream(asyncio.Protocol):
    """One event stream, read only afterwards: the clients share a core with one another."""

    def __init__(self) -> None:
        self.ready = asyncio.Event()
        self.chunks: list[tuple[float, bytes]] = []

    def data_received(self, data: bytes) -> None:
        """Note when something came."""
        self.chunks.append((time.monotonic(), data))
        self.ready.set()

    def changes(self) -> Iterator[tuple[int, float]]:
        """Yield the revision of every event that tells of a change, and when its end came."""
        rest = b""
        for when, data in self.chunks:
            *events, rest = (rest + data).split(b"\n\n")
            for event in events:
                _, found, told = event.partition(b"event: changed\ndata: ")
                if found:
                    yield json.loads(told)["revision"], when


async def listen(
    port: int, session: str, noted: list[tuple[int, float]], ready: asyncio.Event, offset: float
) -> None:
    """Hold an event stream; note the revision of every event that tells of a change."""
    loop = asyncio.get_running_loop()
    transport, stream = await loop.create_connection(Stream, "127.0.0.1", port)
    transport.write(_request("live/", session))
    await stream.ready.wait()
    ready.set()
    try:
        await asyncio.Event().wait()
    finally:
        noted.extend(stream.changes())


async def ask(
    port: int, session: str, noted: list[tuple[int, float]], ready: asyncio.Event, offset: float
) -> None:
    """Ask for the revision once a second; note every one that is new."""
    await asyncio.sleep(offset)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    known = 0
    try:
        while True:
            begun = time.monotonic()
            writer.write(_request("parts/", session))
            head = await reader.readuntil(b"\r\n\r\n")
            fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
            await reader.readexactly(int(fields[b"content-length"]))
            revision = int(fields[b"x-revision"])
            if known and revision > known:
                noted.append((revision, time.monotonic()))
            known = revision
            ready.set()
            await asyncio.sleep(max(0.0, begun + 1 - time.monotonic()))
    except (ConnectionError, asyncio.IncompleteReadError):
        pass


# ---------------------------------------------------------------- the data


def prepare() -> None:
    """Make a journey of 150 cards and twenty people who look at it; print what clients need."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from journeys.models import LaneKind, Membership, User
    from tests import factories as make

    call_command("migrate", verbosity=0)
    workspace = make.make_workspace(slug="live")
    journey = make.make_journey(workspace, slug="live")
    lanes = [make.make_lane(journey, kind=kind) for kind in list(LaneKind) if kind.holds_cards][:5]
    steps = [make.make_step(make.make_stage(journey)) for _ in range(6) for _ in range(5)]
    cards = [make.make_card(lane, step).pk for lane in lanes for step in steps]
    sessions = []
    for number in range(20):
        user = User.objects.create(email=f"live-{number}@example.com", name=f"Person {number}")
        Membership.objects.create(workspace=workspace, user=user, role="editor")
        client = Client()
        client.force_login(user)
        sessions.append(client.cookies["sessionid"].value)
    print(json.dumps({"cards": cards, "sessions": sessions}))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["prepare"]:
            prepare()
        case [("listen" | "ask") as way, port, count, *sessions]:
            uvloop.run(hold(way, int(port), int(count), sessions))
        case _:
            main()
