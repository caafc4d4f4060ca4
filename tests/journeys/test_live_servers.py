"""Event streams of real servers: across processes, and how they end."""

import http.client
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as current
from django.db import connection
from django.test import Client

from journeys.models import Card, Journey
from tests.factories import make_card, make_journey, make_lane, make_member
from tests.servers import GRACE, PATIENCE, Server, database_url, serving

TOKEN = "c" * 32


class Page:
    """What a browser does with an open map: it listens, gives signs and edits."""

    def __init__(self, server: Server, journey: Journey, session: str) -> None:
        self.server, self.path = server, journey.get_absolute_url()
        self.headers = {
            "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            "HX-Request": "true",
            "Accept-Encoding": "gzip",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        self.connection.request("GET", f"{self.path}live/", headers=self.headers)
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200
        self.people: list[Any] = []
        """Who was here when that was last heard, whatever was listened for."""
        self.name = self.hear("revision")["stream"]

    def hear(self, wanted: str) -> Any:
        """Return the data of the next event of a sort. Raises EOFError where the stream ends."""
        name = ""
        while line := self.answer.readline().decode():
            if line.startswith("event: "):
                name = line[7:].strip("\n")
            elif line.startswith("data: "):
                data = json.loads(line[6:])
                if name == "here":
                    self.people = data["people"]
                if name == wanted:
                    return data
        raise EOFError(f"The stream ended before “{wanted}”.")

    def hear_of_people(self, count: int) -> list[Any]:
        """Return the people as soon as there are so many."""
        while len(self.people) != count:
            self.hear("here")
        return self.people

    def post(self, address: str, **values: Any) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
        connection.request("POST", f"{self.path}{address}", urlencode(values), self.headers)
        status = connection.getresponse().status
        connection.close()
        return status


@pytest.fixture
def journey(transactional_db: None) -> Journey:
    found = make_journey()
    make_card(make_lane(found))
    return found


@pytest.fixture
def servers(journey: Journey, tmp_path: Path) -> Iterator[list[Server]]:
    """Two of them, on one database."""
    for name in ("Ada", "Bob"):
        user = make_member(journey.workspace)
        user.name = name
        user.save()
    journey.sessions = [_session(member) for member in journey.workspace.memberships.all()]  # type: ignore[attr-defined]
    secret = current.SECRET_KEY
    with serving(database_url(), tmp_path, count=2, SECRET_KEY=secret) as two:
        yield two


def _session(membership: Any) -> str:
    client = Client()
    client.force_login(membership.user)
    return client.cookies["sessionid"].value


def test_what_happens_in_one_process_is_heard_in_the_other(journey, servers):
    card = Card.objects.get()
    ada, bob = map(Page, servers, [journey, journey], journey.sessions)
    assert ada.post(f"cards/{card.pk}/", text="Waits at the gate") == 200
    cell = f"cell-{card.lane_id}-{card.step_id}"
    there = [cell] if connection.vendor == "postgresql" else ["map"]
    assert ada.hear("changed") == {"revision": 1, "first": 1, "targets": [cell]}
    assert bob.hear("changed") == {"revision": 1, "first": 1, "targets": there}
    if connection.vendor == "postgresql":
        people = bob.hear_of_people(2)
        assert {person["name"] for person in people} == {"Ada", "Bob"}
        # A sign of life may be taken by any of the processes.
        bob.server, own = ada.server, bob.server
        assert bob.post("live/here/", stream=bob.name, place=f"card-{card.pk}") == 204
        while {"Bob": f"card-{card.pk}"} not in [
            {person["name"]: person["place"]} for person in ada.people
        ]:
            ada.hear("here")
        bob.connection.close()
        bob.answer.close()
        assert [person["name"] for person in ada.hear_of_people(1)] == ["Ada"]
        bob.server = own


def test_a_server_with_open_streams_lets_go_in_time(journey, servers):
    server = servers[0]
    pages = [Page(server, journey, journey.sessions[0]) for _ in range(20)]
    ended = threading.Event()

    def read_to_the_end() -> None:
        pages[0].answer.read()
        ended.set()

    waiting = threading.Thread(target=read_to_the_end)
    waiting.start()
    assert server.stop() < GRACE
    assert ended.wait(PATIENCE)
    waiting.join()
