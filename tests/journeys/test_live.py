"""The doorbell, the streams that it wakes, who is here, and the addresses of both."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from time import monotonic, sleep
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection, transaction
from django.db.models import F
from django.test import AsyncClient

from journeys.editing import editing
from journeys.live import hub as hubs
from journeys.live import presence as presences
from journeys.live import streams
from journeys.live.hub import Hub, events, hub
from journeys.live.messages import LONGEST, Changed, Gone, Here, Sign, WhoIsHere, decode, encode
from journeys.live.messages import _fitting as fitting
from journeys.live.presence import MOST_SHOWN, Presence
from journeys.live.streams import Stream
from journeys.models import Card, Journey, Role
from tests.factories import make_card, make_journey, make_lane, make_member, make_stage, make_step

ADA = Sign("aaaaaaaaaaaa", 1, "Ada", "A", "")
PATIENCE = 30
"""Seconds after which something that should have been heard is taken for lost."""


def parsed(event: bytes) -> tuple[str, Any]:
    """Return the name and the data of an event."""
    fields = dict(line.split(": ", 1) for line in event.decode().strip().splitlines())
    return fields["event"], json.loads(fields["data"])


@pytest.fixture
def journey():
    found = make_journey()
    step = make_step(make_stage(found))
    for _ in range(2):
        make_card(make_lane(found), step)
    return found


def reword(journey, editor, card, text="Anew"):
    with editing(journey, by=editor) as edit:
        edit.change(edit.get(Card, card.pk), text=text)


def cell(card):
    return f"cell-{card.lane_id}-{card.step_id}"


@asynccontextmanager
async def page(journey: Journey) -> AsyncIterator[Callable[[], Awaitable[Any]]]:
    """Open a stream; give what waits for its next change."""

    async def may_stay() -> bool:
        return True

    async with aclosing(events(journey.pk, ADA, may_stay=may_stay)) as stream:
        assert parsed(await anext(stream))[0] == "revision"
        async with asyncio.timeout(PATIENCE):
            await hub().listening.wait()

        async def next_change() -> Any:
            async with asyncio.timeout(PATIENCE):
                while not (event := await anext(stream)).startswith(b"event: changed"):
                    pass
                return parsed(event)[1]

        yield next_change


@pytest.mark.django_db(transaction=True)
class TestRinging:
    def test_a_change_is_heard_with_its_revision_and_what_it_touched(self, journey):
        editor, card = make_member(journey.workspace), Card.objects.first()

        def edit() -> None:
            reword(journey, editor, card)
            connection.close()

        async def listen():
            async with page(journey) as next_change:
                await asyncio.to_thread(edit)
                return await next_change()

        assert asyncio.run(listen()) == {"revision": 1, "first": 1, "targets": [cell(card)]}

    def test_a_change_that_is_taken_back_rings_nobody(self, journey):
        editor = make_member(journey.workspace)
        first, second = Card.objects.order_by("pk")

        def edit() -> None:
            with transaction.atomic():
                reword(journey, editor, first)
                transaction.set_rollback(True)
            reword(journey, editor, second)
            connection.close()

        async def listen():
            async with page(journey) as next_change:
                await asyncio.to_thread(edit)
                return await next_change()

        assert asyncio.run(listen())["targets"] == [cell(second)]

    def test_nobody_hears_of_another_journey(self, journey):
        other = make_journey()

        def change() -> None:
            for each in (other, journey):
                with each.changing():
                    pass
            connection.close()

        async def listen():
            async with page(journey) as next_change:
                await asyncio.to_thread(change)
                return await next_change()

        assert asyncio.run(listen()) == {"revision": 1, "first": 1, "targets": ["map"]}

    def test_what_nobody_announced_is_found_by_looking(self, journey):
        """Another process on SQLite; on PostgreSQL, a connection that broke off meanwhile."""

        def change_silently() -> None:
            Journey.objects.update(revision=F("revision") + 3)
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE application_name = 'cxjourney live'"
                    )
            connection.close()

        async def listen():
            async with page(journey) as next_change:
                await asyncio.to_thread(change_silently)
                return await next_change()

        assert asyncio.run(listen()) == {"revision": 3, "first": 1, "targets": ["map"]}

    def test_a_page_that_comes_back_is_told_first_what_the_revision_is(self, journey):
        Journey.objects.update(revision=7)

        async def first():
            async with aclosing(events(journey.pk, ADA, may_stay=None)) as stream:
                return parsed(await anext(stream))

        name, data = asyncio.run(first())
        assert (name, data["revision"], len(data["stream"])) == ("revision", 7, 12)

    def test_the_stream_ends_when_the_person_may_not_stay(self, journey, monkeypatch):
        monkeypatch.setattr(hubs, "CHECK_SECONDS", 0.0)
        monkeypatch.setattr(hubs, "SWEEP_SECONDS", 0.01)
        monkeypatch.setattr(streams, "KEEP_ALIVE_SECONDS", 0.0)

        async def may_stay() -> bool:
            return False

        async def listen():
            return [event async for event in events(journey.pk, ADA, may_stay=may_stay)]

        assert asyncio.run(listen())[0].startswith(b"retry:")
        assert not asyncio.run(is_anybody_left())

    def test_the_stream_ends_when_the_server_is_told_to_stop(self, journey):
        async def listen():
            async with aclosing(events(journey.pk, ADA, may_stay=None)) as stream:
                await anext(stream)
                hub().let_go()
                return [event async for event in stream if event.startswith(b"event: changed")]

        assert asyncio.run(listen()) == []

    def test_who_leaves_while_the_process_still_connects_leaves_no_connection(self, journey):
        if connection.vendor != "postgresql":
            pytest.skip("SQLite has no connections that listen")

        async def come_and_go():
            async with aclosing(events(journey.pk, ADA, may_stay=None)) as stream:
                await anext(stream)

        asyncio.run(come_and_go())
        until = monotonic() + PATIENCE
        while listening := are_listening():
            assert monotonic() < until, listening
            sleep(0.05)


def are_listening() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = 'cxjourney live'"
        )
        return cursor.fetchone()[0]


async def is_anybody_left() -> bool:
    return any(each.watched() for each in hubs._hubs.values())


class TestSlowPages:
    def test_what_a_page_did_not_take_is_joined_into_one_message(self):
        stream = Stream()
        stream.begin(4)
        for revision in range(5, 5000):
            stream.changed(revision, [f"cell-{revision}-1"])
        stream.here(b"event: here\n\n")
        stream.here(b"event: here\ndata: 2\n\n")
        changed, here = stream.take()
        assert parsed(changed) == ("changed", {"revision": 4999, "first": 5, "targets": ["map"]})
        assert here == b"event: here\ndata: 2\n\n"
        assert list(stream.take()) == []

    def test_what_came_before_the_first_revision_was_read_is_not_told_again(self):
        stream = Stream()
        stream.changed(3, ["cell-1-1"])
        stream.begin(3)
        assert list(stream.take()) == []

    def test_what_came_just_after_it_was_read_is(self):
        stream = Stream()
        stream.changed(4, ["cell-1-1"])
        stream.begin(3)
        assert parsed(*stream.take())[1] == {"revision": 4, "first": 4, "targets": ["cell-1-1"]}


class TestMessages:
    @pytest.mark.parametrize(
        "message",
        [
            Changed(1, 2, ("cell-1-1", "map")),
            Here(1, (ADA,)),
            Gone(1, ("aaaaaaaaaaaa",)),
            WhoIsHere(1, "process"),
        ],
    )
    def test_every_message_comes_out_as_it_went_in(self, message):
        assert decode(encode(message)) == message

    @pytest.mark.parametrize("text", ["", "[]", "{}", '["Changed"]', '["Here",1,[[1]]]', "7"])
    def test_anything_else_is_refused(self, text):
        with pytest.raises(ValueError, match=r".*"):
            decode(text)

    def test_too_many_parts_are_the_whole_map(self):
        many = Changed(1, 2, tuple(f"cell-{n}-{n}" for n in range(1000)))
        assert list(fitting(many)) == [Changed(1, 2, ("map",))]

    def test_many_people_are_told_in_pieces(self):
        many = Here(1, tuple(ADA._replace(person=n, name="Ada " * 20) for n in range(500)))
        pieces = list(fitting(many))
        assert all(len(encode(piece)) <= LONGEST for piece in pieces)
        signs = [sign for piece in pieces if isinstance(piece, Here) for sign in piece.signs]
        assert signs == list(many.signs)


class TestPresence:
    def people(self, presence: Presence) -> list[Any]:
        return parsed(presence.event())[1]["people"]

    def test_a_person_with_two_pages_shows_once_where_they_work(self):
        presence = Presence()
        presence.note([ADA._replace(place="card-5"), ADA._replace(stream="b" * 12)])
        assert self.people(presence) == [
            {"id": 1, "name": "Ada", "initials": "A", "place": "card-5"}
        ]

    def test_who_closes_the_page_is_gone_at_once(self):
        presence = Presence()
        presence.note([ADA])
        presence.drop([ADA.stream])
        assert self.people(presence) == []

    def test_who_gives_no_sign_is_gone_within_half_a_minute(self, monkeypatch):
        presence, now = Presence(), 100.0
        monkeypatch.setattr(presences, "monotonic", lambda: now)
        presence.note([ADA])
        now += 20
        presence.drop_silent()
        assert len(self.people(presence)) == 1
        now += 30 - 20 - hubs.SWEEP_SECONDS
        presence.drop_silent()
        assert self.people(presence) == []

    def test_a_crowd_is_counted(self):
        presence = Presence()
        presence.note(ADA._replace(stream=str(n), person=n) for n in range(2000))
        data = parsed(presence.event())[1]
        assert len(data["people"]) == MOST_SHOWN
        assert data["more"] == presences.MOST_SIGNS - MOST_SHOWN

    def test_pages_of_a_journey_see_each_other(self, monkeypatch):
        async def meet():
            home = Hub()
            home._several = False
            monkeypatch.setattr(home, "_start", lambda: None)
            monkeypatch.setattr(home, "_stop", lambda: None)
            first = home.join(1, ADA)
            second = home.join(1, ADA._replace(person=2, name="Bob"))
            seen = []
            for leaving in (second, first):
                async with asyncio.timeout(PATIENCE):
                    await first._woken.wait()
                seen += [parsed(event)[1]["people"] for event in first.take()]
                home.leave(1, leaving)
                first._woken.clear()
            return [[person["name"] for person in people] for people in seen]

        assert asyncio.run(meet())[0] == ["Ada", "Bob"]


@pytest.mark.django_db
class TestAddresses:
    def path(self, journey: Journey, more: str = "") -> str:
        return f"{journey.get_absolute_url()}live/{more}"

    def stream(self, journey: Journey, user: Any = None) -> Any:
        client = AsyncClient()
        if user is not None:
            client.force_login(user)
        return async_to_sync(client.get)(self.path(journey), headers={"Accept-Encoding": "gzip"})

    @pytest.mark.parametrize("role", [Role.OWNER, Role.EDITOR, Role.VIEWER])
    def test_every_member_may_listen(self, journey, role):
        response = self.stream(journey, make_member(journey.workspace, role))
        assert (response.status_code, response["Content-Type"]) == (200, "text/event-stream")

    def test_nothing_on_the_way_may_keep_or_pack_it(self, journey):
        response = self.stream(journey, make_member(journey.workspace))
        assert "no-cache" in response["Cache-Control"]
        assert response["X-Accel-Buffering"] == "no"
        assert response["Content-Encoding"] == "identity"
        assert not response.has_header("ETag")

    def test_strangers_find_nothing(self, journey, client):
        client.force_login(make_member(make_journey().workspace))
        assert client.get(self.path(journey)).status_code == 404
        assert client.post(self.path(journey, "here/")).status_code == 404

    def test_signing_in_is_required(self, journey, client):
        assert self.stream(journey).status_code == 302
        assert client.post(self.path(journey, "here/")).status_code == 302

    def test_a_server_without_streams_says_so_and_its_pages_do_not_ask(self, journey, client):
        client.force_login(make_member(journey.workspace))
        assert client.get(self.path(journey)).status_code == 501
        page = client.get(journey.get_absolute_url()).content.decode()
        assert "data-parts=" in page
        assert "data-live=" not in page

    def test_a_page_knows_its_stream_and_its_revision(self, journey):
        client = AsyncClient()
        client.force_login(make_member(journey.workspace, Role.VIEWER))
        page = async_to_sync(client.get)(journey.get_absolute_url()).content.decode()
        assert f'data-live="{self.path(journey)}"' in page
        assert 'data-revision="0"' in page
        assert "data-may-edit" not in page

    def test_a_viewer_may_say_that_they_are_here(self, journey, client):
        client.force_login(make_member(journey.workspace, Role.VIEWER))
        sign = {"stream": "a" * 12, "place": ""}
        assert client.post(self.path(journey, "here/"), sign).status_code == 204
        assert client.get(self.path(journey, "here/")).status_code == 405

    @pytest.mark.parametrize(
        ("stream", "place", "status"),
        [
            ("a" * 12, "cell-3-7", 204),
            ("a" * 12, "card-5", 204),
            ("a" * 12, "<b>", 400),
            ("a" * 12, "card-" + "5" * 50, 400),
            ("", "card-5", 400),
            ("a" * 13, "", 400),
        ],
    )
    def test_a_sign_names_a_stream_and_a_place(self, journey, client, stream, place, status):
        client.force_login(make_member(journey.workspace))
        sign = {"stream": stream, "place": place}
        assert client.post(self.path(journey, "here/"), sign).status_code == status
