"""SQLite: what other processes change is found by looking at the revisions."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Protocol

from journeys.live.aside import aside

logger = logging.getLogger(__name__)

EVERY = 0.5
GRACE = 0.1
"""How much later than its commit a change of this process may be announced, in seconds."""


class Watchers(Protocol):
    """Who is told of the revisions."""

    def watched(self) -> list[int]:
        """Return the journeys that somebody looks at."""

    def is_behind(self, revisions: Mapping[int, int]) -> bool:
        """True where somebody does not know of one of these revisions."""

    def catch_up(self, revisions: Mapping[int, int]) -> None:
        """Tell those who do not know of these revisions."""

    def connected(self) -> None:
        """Know that messages are heard from now on."""


async def poll(watchers: Watchers) -> None:
    """Look twice a second; changes of this process are announced before that, and not again."""
    watchers.connected()
    while True:
        await asyncio.sleep(EVERY)
        try:
            revisions = await aside(_revisions, watchers.watched())
        except Exception:
            logger.warning("The revisions could not be read; trying again.", exc_info=True)
            continue
        if watchers.is_behind(revisions):
            await asyncio.sleep(GRACE)
            watchers.catch_up(revisions)


def _revisions(journeys: Sequence[int]) -> dict[int, int]:
    from journeys.models import Journey

    found = Journey.objects.filter(pk__in=journeys).values_list("pk", "revision")
    return dict(found)
