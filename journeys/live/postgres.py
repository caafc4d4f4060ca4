"""PostgreSQL: one connection of the process listens, beside those that requests use."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, Protocol

import psycopg
from django.db import connections

from journeys.live.messages import CHANNEL, Message, decode
from journeys.live.polling import Watchers

logger = logging.getLogger(__name__)

LOOK_AGAIN = 15.0
"""Seconds between two looks at the revisions, which also prove that the connection is alive."""
PATIENCE = 10.0
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 5.0


class Listeners(Watchers, Protocol):
    """Who is told what other processes say."""

    def deliver(self, messages: Sequence[Message]) -> None:
        """Take messages."""


async def listen(listeners: Listeners) -> None:
    """Listen for ever; after every break, tell what may have been missed."""
    pause = FIRST_PAUSE
    while True:
        try:
            async with await _connect() as connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                listeners.connected()
                pause = FIRST_PAUSE
                while True:
                    await _follow(connection, listeners)
        except (psycopg.Error, OSError) as problem:
            logger.warning("Listening for changes broke off, trying again: %s", problem)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


async def _follow(connection: psycopg.AsyncConnection[Any], listeners: Listeners) -> None:
    async with asyncio.timeout(PATIENCE):
        asked = await connection.execute(
            "SELECT id, revision FROM journeys_journey WHERE id = ANY(%s)", [listeners.watched()]
        )
        listeners.catch_up(dict(await asked.fetchall()))
    async for notice in connection.notifies(timeout=LOOK_AGAIN):
        try:
            listeners.deliver([decode(notice.payload)])
        except ValueError as problem:
            logger.warning("%s", problem)


async def _connect() -> psycopg.AsyncConnection[Any]:
    parameters = connections["default"].get_connection_params()
    # Django's own, for its own connections.
    for name in ("cursor_factory", "context"):
        parameters.pop(name, None)
    parameters |= {"autocommit": True, "connect_timeout": int(PATIENCE)}
    parameters.setdefault("application_name", "cxjourney live")
    return await psycopg.AsyncConnection.connect(**parameters)
