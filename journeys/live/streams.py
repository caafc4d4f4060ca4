"""One open page: what it has yet to be told."""

import asyncio
import secrets
from collections.abc import Iterable, Iterator
from time import monotonic

from journeys.live.events import changed_event
from journeys.live.messages import WHOLE_MAP

KEEP_ALIVE_SECONDS = 15.0
MOST_TARGETS = 100


class Stream:
    """What one page has yet to be told, in a bounded space.

    A page that takes its messages slowly finds several of them joined into one.
    """

    def __init__(self) -> None:
        self.id = secrets.token_urlsafe(9)
        self.told = 0
        """The newest revision that the page knows of, or is about to be told."""
        self.ended = False
        self._first: int | None = None
        self._targets: set[str] = set()
        self._here = b""
        self._woken = asyncio.Event()
        self._taken_at = monotonic()

    def begin(self, revision: int) -> None:
        """Take it that the page is told this revision first of all."""
        if revision >= self.told:
            self._first = None
            self._targets.clear()
        self.told = max(self.told, revision)

    def changed(self, revision: int, targets: Iterable[str], *, since: int | None = None) -> None:
        """Remember a new revision, and those from `since` on that came before it."""
        first = revision if since is None else since
        self._first = first if self._first is None else min(self._first, first)
        self.told = max(self.told, revision)
        self._targets.update(targets)
        if WHOLE_MAP in self._targets or len(self._targets) > MOST_TARGETS:
            self._targets = {WHOLE_MAP}
        self._woken.set()

    def catch_up(self, revision: int) -> None:
        """Tell of a revision whose message may have been lost."""
        if revision > self.told:
            self.changed(revision, [WHOLE_MAP], since=self.told + 1)

    def here(self, event: bytes) -> None:
        """Remember who is here now."""
        self._here = event
        self._woken.set()

    def end(self) -> None:
        """Let go of the page."""
        self.ended = True
        self._woken.set()

    def stir(self, now: float) -> None:
        """Wake a page that was told nothing for a while, so that the network keeps it open."""
        if now - self._taken_at >= KEEP_ALIVE_SECONDS:
            self._woken.set()

    async def wait(self) -> None:
        """Return once there is something to tell, or after a while of silence."""
        await self._woken.wait()

    def take(self) -> Iterator[bytes]:
        """Yield the events that wait, and forget them."""
        self._woken.clear()
        self._taken_at = monotonic()
        if self._first is not None:
            event = changed_event(self._first, self.told, tuple(sorted(self._targets)))
            self._first, self._targets = None, set()
            yield event
        if self._here:
            event, self._here = self._here, b""
            yield event
