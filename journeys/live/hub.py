"""The open pages of one process, and how they are told what happens to their journeys.

Everything here runs in one event loop. The first page that opens starts what listens for messages,
the last that closes ends it.
"""

import asyncio
import logging
import random
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from time import monotonic

from django.db import connection

from journeys.live import polling, postgres
from journeys.live.aside import aside
from journeys.live.events import KEEP_ALIVE, first_event
from journeys.live.inboxes import close_inbox, open_inbox
from journeys.live.messages import Changed, Gone, Here, Message, Sign, WhoIsHere, send
from journeys.live.presence import Presence
from journeys.live.stopping import when_stopping
from journeys.live.streams import Stream
from journeys.models import Journey

logger = logging.getLogger(__name__)

CHECK_SECONDS = 40.0
"""How often a page's permission is asked anew; for a quiet page some 15 s later."""
SWEEP_SECONDS = 2.5
GATHER_SECONDS = 0.05
"""How long messages to other processes wait for others to go with them."""


class Room:
    """The pages that show one journey in this process, and who looks at it in all of them."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self.presence = Presence()
        self.here = b""
        self.telling: asyncio.TimerHandle | None = None

    def tell_here(self) -> None:
        """Tell every page who is here, if that is another than it was told."""
        self.telling = None
        event = self.presence.event()
        if event != self.here:
            self.here = event
            for stream in self.streams:
                stream.here(event)


class Hub:
    """All open pages of one event loop."""

    def __init__(self) -> None:
        self.name = secrets.token_urlsafe(6)
        self.stopping = False
        self.listening = asyncio.Event()
        """Set while messages of other processes are heard."""
        self._loop = asyncio.get_running_loop()
        self._rooms: dict[int, Room] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._outbox: list[Message] = []
        self._sending: asyncio.Task[None] | None = None
        self._several = connection.vendor == "postgresql"

    # ------------------------------------------------------------ pages come and go

    def join(self, journey: int, sign: Sign) -> Stream:
        """Open a page's stream; `sign` says whose it is."""
        if not self._rooms:
            self._start()
        stream, is_first = Stream(), journey not in self._rooms
        room = self._rooms.setdefault(journey, Room())
        room.streams.add(stream)
        if self.stopping:
            stream.end()
        elif room.here:
            stream.here(room.here)
        if is_first:
            self._say(WhoIsHere(journey, self.name))
        self._say(Here(journey, (sign._replace(stream=stream.id),)))
        return stream

    def leave(self, journey: int, stream: Stream) -> None:
        """Close it."""
        room = self._rooms[journey]
        room.streams.remove(stream)
        self._say(Gone(journey, (stream.id,)))
        if not room.streams:
            if room.telling:
                room.telling.cancel()
            del self._rooms[journey]
        if not self._rooms:
            self._stop()

    def _start(self) -> None:
        open_inbox(self._loop, self.deliver)
        listen = postgres.listen if self._several else polling.poll
        self._tasks = [self._loop.create_task(work) for work in (listen(self), self._sweep())]
        when_stopping(self._loop, self.let_go)

    def _stop(self) -> None:
        close_inbox(self._loop)
        self.listening.clear()
        for task in self._tasks:
            task.cancel()
        # One that was cancelled while it connected holds its connection as long as it is held.
        self._tasks.clear()

    def let_go(self) -> None:
        """End every stream: the server stops, and the pages come back to the next one."""
        self.stopping = True
        for room in self._rooms.values():
            for stream in room.streams:
                stream.end()

    # ------------------------------------------------------------ messages arrive

    def deliver(self, messages: Sequence[Message]) -> None:
        """Hand messages to the pages that they are for."""
        for message in messages:
            room = self._rooms.get(message.journey)
            if room is None:
                continue
            match message:
                case Changed(revision=revision, targets=targets):
                    for stream in room.streams:
                        stream.changed(revision, targets)
                case Here(signs=signs):
                    room.presence.note(signs)
                    self._tell_here_soon(room)
                case Gone(streams=streams):
                    room.presence.drop(streams)
                    self._tell_here_soon(room)
                case WhoIsHere(process=asking) if asking != self.name:
                    self._say_here(message.journey, room)

    def watched(self) -> list[int]:
        """Return the journeys that somebody looks at."""
        return list(self._rooms)

    def catch_up(self, revisions: Mapping[int, int]) -> None:
        """Tell the pages that do not know of these revisions to fetch the whole map."""
        for journey, revision in revisions.items():
            for stream in self._rooms[journey].streams if journey in self._rooms else ():
                stream.catch_up(revision)

    def is_behind(self, revisions: Mapping[int, int]) -> bool:
        """True where some page does not know of one of these revisions."""
        return any(
            stream.told < revision
            for journey, revision in revisions.items()
            if journey in self._rooms
            for stream in self._rooms[journey].streams
        )

    def connected(self) -> None:
        """Ask the other processes who is with them, and tell them who is here."""
        self.listening.set()
        for journey, room in self._rooms.items():
            self._say(WhoIsHere(journey, self.name))
            self._say_here(journey, room)

    # ------------------------------------------------------------ who is here

    def _tell_here_soon(self, room: Room) -> None:
        # Where hundreds look, many come and go at a time.
        wait = 0.1 + len(room.streams) / 500
        room.telling = room.telling or self._loop.call_later(wait, room.tell_here)

    def _say_here(self, journey: int, room: Room) -> None:
        signs = (room.presence.latest(stream.id) for stream in room.streams)
        self._say(Here(journey, tuple(sign for sign in signs if sign)))

    def _say(self, message: Message) -> None:
        self.deliver([message])
        if self._several:
            self._outbox.append(message)
            if self._sending is None:
                self._sending = self._loop.create_task(self._send())

    async def _send(self) -> None:
        await asyncio.sleep(GATHER_SECONDS)
        messages, self._outbox, self._sending = self._outbox, [], None
        try:
            await aside(send, *messages)
        except Exception:
            # Nothing is lost but the knowledge of who is here, until their next sign of life.
            logger.warning("Other processes could not be told who is here.", exc_info=True)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            now = monotonic()
            for room in self._rooms.values():
                room.presence.drop_silent()
                self._tell_here_soon(room)
                for stream in room.streams:
                    stream.stir(now)


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    """Return the hub of the running event loop."""
    loop = asyncio.get_running_loop()
    for closed in [each for each in _hubs if each.is_closed()]:
        del _hubs[closed]
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]


@asynccontextmanager
async def _joined(journey: int, sign: Sign) -> AsyncIterator[Stream]:
    home = hub()
    stream = home.join(journey, sign)
    try:
        yield stream
    finally:
        home.leave(journey, stream)


async def events(
    journey: int, sign: Sign, *, may_stay: Callable[[], Awaitable[bool]]
) -> AsyncGenerator[bytes, None]:
    """Yield what a page is told of a journey, until it may not stay or the server stops."""
    async with _joined(journey, sign) as stream:
        # Read after joining: whatever comes later is heard.
        revision = await aside(_revision, journey)
        stream.begin(revision)
        yield first_event(revision, stream.id, retry=random.randint(1000, 3000))  # noqa: S311
        check_at = monotonic() + CHECK_SECONDS * random.uniform(0.7, 1)  # noqa: S311
        while not stream.ended:
            await stream.wait()
            for event in list(stream.take()) or [KEEP_ALIVE]:
                yield event
            if monotonic() >= check_at:
                if not await may_stay():
                    return
                check_at = monotonic() + CHECK_SECONDS


def _revision(journey: int) -> int:
    return Journey.objects.values_list("revision", flat=True).get(pk=journey)
