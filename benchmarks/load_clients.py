"""The people of benchmarks/load.py: two hundred who click with pauses, a hundred open pages.

A process of its own. It reads what there is to click on from the standard input, and prints what
each answer took and what was acknowledged. The client is bare asyncio, because what it takes of the
processors is missing to the servers.
"""

import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import uvloop

CSRF = "c" * 32
FIRST_WAIT, LONGEST_WAIT = 1.0, 15.0
"""Seconds before what was not answered is sent again, doubled each time: as the editor does."""
PATIENCE = 30.0
"""Seconds after which a client gives up waiting for one answer."""
LAST_TRIES = 60.0
"""Seconds that everybody has after the end, to get answered what they have sent."""


@dataclass
class Noted:
    """What all clients saw."""

    times: dict[str, list[float]] = field(default_factory=dict)
    """By what was done: milliseconds from the first try to the answer."""
    made: dict[str, list[str]] = field(default_factory=lambda: {"edit": [], "feedback": []})
    """What the server said it had written: the tokens of edits, the ids of answers."""
    sent: dict[str, list[str]] = field(default_factory=lambda: {"edit": [], "feedback": []})
    tries_again: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    breaks: int = 0
    """How often an event stream broke off."""
    heard: dict[str, int] = field(default_factory=dict)
    """By journey: the least revision that an open page knows of in the end."""
    events: int = 0


class Broken(Exception):
    """No answer came, or one that says to come again; the text says which."""


class Line:
    """A connection that stays open between requests, to one server or, when it is gone, another."""

    def __init__(self, ports: list[int], first: int) -> None:
        self._ports, self._turn = ports, first
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body. Raises Broken, and goes to the next server then."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._ask(method, path, headers, body)
        except (OSError, EOFError, asyncio.IncompleteReadError) as problem:
            self.hang_up()
            self._turn += 1
            raise Broken(type(problem).__name__) from None

    async def _ask(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        reader, writer = await self._connected()
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept-Encoding: gzip"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if method == "POST":
            lines.append(f"Content-Length: {len(body)}")
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        status, found = await read_head(reader)
        content = b""
        if "content-length" in found:
            content = await reader.readexactly(int(found["content-length"]))
        elif found.get("transfer-encoding") == "chunked":
            async for chunk in chunks(reader):
                content += chunk
        if found.get("connection") == "close":
            self.hang_up()
        return status, found, content

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams and self._streams[0].at_eof():
            # The server closed it while nobody asked; a browser sees that, too.
            self.hang_up()
        if self._streams is None:
            port = self._ports[self._turn % len(self._ports)]
            self._streams = await asyncio.open_connection("127.0.0.1", port)
        return self._streams

    def hang_up(self) -> None:
        """Close it; the next request opens another."""
        if self._streams:
            self._streams[1].close()
        self._streams = None


async def read_head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    """Return the status and the headers, their names in lower case."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = dict(line.split(": ", 1) for line in head[1:-2])
    return int(head[0].split()[1]), {name.lower(): value for name, value in headers.items()}


async def chunks(reader: asyncio.StreamReader) -> Any:
    """Yield the pieces of a chunked body as they come."""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        yield await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readexactly(2)


class Person:
    """Somebody with a session who looks at maps, edits one, and whose program sends answers."""

    def __init__(self, plan: dict[str, Any], number: int, noted: Noted) -> None:
        self.plan, self.noted = plan, noted
        self.random = random.Random(number)
        self.journey = plan["journeys"][number % len(plan["journeys"])]
        self.line = Line(plan["ports"], number)
        self.cookies = f"sessionid={plan['sessions'][number]}; csrftoken={CSRF}"

    async def live(self, until: float) -> None:
        """Do one thing after another, with pauses as people make them."""
        low, high = self.plan["think"]
        await asyncio.sleep(self.random.uniform(0, high))
        while time.monotonic() < until:
            what = self.random.choices(["map", "edit", "feedback"], [70, 20, 10])[0]
            await getattr(self, f"do_{what}")()
            await asyncio.sleep(self.random.uniform(low, high))
        self.line.hang_up()

    async def do_map(self) -> None:
        """Open the map."""
        await self._insist("map", "GET", self.journey["path"], {"Cookie": self.cookies}, b"")

    async def do_edit(self) -> None:
        """Add a card or reword one, as the editor sends it."""
        token = str(uuid4())
        if self.random.random() < 0.25:
            lane, step = (self.random.choice(self.journey[name]) for name in ("lanes", "steps"))
            path, data = f"cards/new/?lane={lane}&step={step}", {"text": f"Added {token}"}
        else:
            card = self.random.choice(self.journey["cards"])
            path, data = f"cards/{card}/", {"text": f"Reworded {token}"}
        headers = {
            "Cookie": self.cookies,
            "X-CSRFToken": CSRF,
            "X-Edit-Id": token,
            "HX-Request": "true",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.noted.sent["edit"].append(token)
        body = urlencode(data).encode()
        if await self._insist("edit", "POST", self.journey["path"] + path, headers, body):
            self.noted.made["edit"].append(token)

    async def do_feedback(self) -> None:
        """Send one answer by the API, under an id of its own."""
        name = f"load-{uuid4()}"
        answer = {
            "touchpoint": self.random.choice(self.plan["touchpoints"]),
            "metric": "csat",
            "score": self.random.randint(1, 5),
            "external_id": name,
            "occurred_at": self.plan["now"],
            "source": "Load",
        }
        headers = {
            "Authorization": f"Bearer {self.plan['token']}",
            "Idempotency-Key": name,
            "Content-Type": "application/json",
        }
        self.noted.sent["feedback"].append(name)
        body = json.dumps(answer).encode()
        if await self._insist("feedback", "POST", "/api/feedback/", headers, body):
            self.noted.made["feedback"].append(name)

    async def _insist(
        self, kind: str, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> bool:
        """Send until it is answered; return whether it was done. Refusals are errors."""
        begun, wait = time.monotonic(), FIRST_WAIT
        while True:
            try:
                status, _, content = await self.line.ask(method, path, headers, body)
                if status >= 500:
                    raise Broken(str(status))
                break
            except Broken as reason:
                self.noted.tries_again[f"{kind}: {reason}"] += 1
                if time.monotonic() > self.plan["until"] + LAST_TRIES:
                    self.noted.errors[f"{kind}: given up"] += 1
                    return False
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT)
        self.noted.times.setdefault(kind, []).append(1000 * (time.monotonic() - begun))
        if status not in (200, 201):
            self.noted.errors[f"{kind}: {status} {content[:100]!r}"] += 1
        return status in (200, 201)


async def hold_stream(plan: dict[str, Any], number: int, noted: Noted, known: list[int]) -> None:
    """Keep an event stream open as a page does, and note the newest revision that it told."""
    journey = plan["journeys"][number % len(plan["journeys"])]
    turn = number
    while True:
        port = plan["ports"][turn % len(plan["ports"])]
        try:
            await _follow(port, journey["path"], plan["sessions"][number], noted, known)
        except (OSError, EOFError, asyncio.IncompleteReadError, Broken) as problem:
            if str(problem):
                noted.tries_again[f"stream: {problem}"] += not isinstance(problem, OSError)
        noted.breaks += 1
        turn += 1
        await asyncio.sleep(random.uniform(1, 3))


async def _follow(port: int, path: str, session: str, noted: Noted, known: list[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        lines = [f"GET {path}live/ HTTP/1.1", "Host: 127.0.0.1", f"Cookie: sessionid={session}"]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        status, _ = await read_head(reader)
        if status != 200:
            raise Broken(str(status))
        rest = b""
        async for chunk in chunks(reader):
            *events, rest = (rest + chunk).split(b"\n\n")
            for event in events:
                lines_of = dict(
                    line.split(": ", 1) for line in event.decode().split("\n") if ": " in line
                )
                if lines_of.get("event") in ("changed", "revision"):
                    noted.events += 1
                    known[0] = max(known[0], json.loads(lines_of["data"])["revision"])
    finally:
        writer.close()


async def play(plan: dict[str, Any]) -> Noted:
    """Let everybody do what they do for so many seconds; return what they noted."""
    noted = Noted()
    plan["until"] = time.monotonic() + plan["seconds"]
    known = [[0] for _ in range(plan["streams"])]
    streams = [
        asyncio.create_task(hold_stream(plan, number, noted, known[number]))
        for number in range(plan["streams"])
    ]
    people = (Person(plan, number, noted) for number in range(plan["people"]))
    await asyncio.gather(*(person.live(plan["until"]) for person in people))
    # Time to come back for a page whose server has just been killed.
    await asyncio.sleep(plan["linger"])
    for stream in streams:
        stream.cancel()
    await asyncio.gather(*streams, return_exceptions=True)
    for number, [revision] in enumerate(known):
        path = plan["journeys"][number % len(plan["journeys"])]["path"]
        noted.heard[path] = min(revision, noted.heard.get(path, revision))
    return noted


if __name__ == "__main__":
    print(json.dumps(uvloop.run(play(json.load(sys.stdin))).__dict__))
