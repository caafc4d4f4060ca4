"""Who looks at a journey, and at what place: kept in memory, for as long as they give signs."""

from collections.abc import Iterable
from time import monotonic

from journeys.live.events import Person, here_event
from journeys.live.messages import Sign

FORGOTTEN_AFTER = 25.0
"""Seconds without a sign of life; pages give one every 20."""
MOST_SIGNS = 1000
MOST_SHOWN = 50


class Presence:
    """The people who look at one journey, by their open pages, in the order of their coming."""

    def __init__(self) -> None:
        self._signs: dict[str, tuple[Sign, float]] = {}

    def note(self, signs: Iterable[Sign]) -> None:
        """Take signs of life down."""
        now = monotonic()
        for sign in signs:
            if sign.stream in self._signs or len(self._signs) < MOST_SIGNS:
                self._signs[sign.stream] = sign, now

    def drop(self, streams: Iterable[str]) -> None:
        """Forget pages that were closed."""
        for stream in streams:
            self._signs.pop(stream, None)

    def drop_silent(self) -> None:
        """Forget pages that gave no sign of life for too long."""
        too_old = monotonic() - FORGOTTEN_AFTER
        self.drop([stream for stream, (_, seen) in self._signs.items() if seen < too_old])

    def latest(self, stream: str) -> Sign | None:
        """Return the newest sign of a page."""
        found = self._signs.get(stream)
        return found[0] if found else None

    def event(self) -> bytes:
        """Return what pages are told: each person once, where they were seen last."""
        people: dict[int, Person] = {}
        newest: dict[int, tuple[bool, float]] = {}
        for sign, seen in self._signs.values():
            rank = bool(sign.place), seen
            if sign.person not in people or rank > newest[sign.person]:
                people[sign.person] = {
                    "id": sign.person,
                    "name": sign.name,
                    "initials": sign.initials,
                    "place": sign.place,
                }
                newest[sign.person] = rank
        shown = list(people.values())
        return here_event(shown[:MOST_SHOWN], more=len(shown[MOST_SHOWN:]))
