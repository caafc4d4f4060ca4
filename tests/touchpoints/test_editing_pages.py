"""The forms of touchpoints and handoffs, as people meet them: roles, refusals, new names."""

import pytest

from journeys.models import Change, Channel, LaneKind, Role
from tests.factories import (
    make_channel,
    make_handoff,
    make_journey,
    make_lane,
    make_member,
    make_record,
    make_stage,
    make_step,
    make_touchpoint,
    make_workspace,
)
from touchpoints.models import Handoff, Team, Touchpoint

pytestmark = pytest.mark.django_db

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def journey():
    found = make_journey(make_workspace(slug="air"), slug="trip")
    for kind in (LaneKind.TOUCHPOINTS, LaneKind.HANDOFFS, LaneKind.FEELING):
        make_lane(found, kind=kind)
    return found


@pytest.fixture
def desk(journey):
    step = make_step(make_stage(journey), title="Check in")
    return make_touchpoint(step, title="Desk", channel=make_channel(journey.workspace, name="Desk"))


@pytest.fixture
def gate(desk):
    return make_touchpoint(make_step(desk.step.stage, title="Board"), title="Gate")


@pytest.fixture
def editor(client, journey):
    client.force_login(make_member(journey.workspace))
    return client


def at(path):
    return f"/w/air/journeys/trip/{path}"


def filled(touchpoint, **changes):
    """What the form of a touchpoint sends."""
    sent = {
        "title": touchpoint.title,
        "channel": touchpoint.channel_id,
        "team": touchpoint.team_id,
        "icon": "",
        "importance": 3,
        "side": "frontstage",
    }
    return sent | changes


class TestWhoMay:
    @pytest.mark.parametrize(
        ("role", "expected"), [(Role.VIEWER, 403), (Role.EDITOR, 302), (Role.OWNER, 302)]
    )
    def test_by_role(self, client, desk, gate, role, expected):
        handoff = make_handoff(desk, gate)
        client.force_login(make_member(desk.step.stage.journey.workspace, role))
        for path, sent in (
            (f"touchpoints/{gate.pk}/", filled(gate, title="Gates")),
            (f"handoffs/{handoff.pk}/", {"from_team": desk.team_id, "to_team": gate.team_id}),
            (f"handoffs/{handoff.pk}/remove/", {}),
            (f"touchpoints/{gate.pk}/archive/", {}),
            (f"touchpoints/{gate.pk}/restore/", {}),
        ):
            assert client.post(at(path), sent).status_code == expected, path
        page = client.get(at("touchpoints/archived/"))
        assert page.status_code == (403 if expected == 403 else 200)

    def test_strangers_find_nothing(self, client, desk):
        client.force_login(make_member(make_workspace(), Role.OWNER))
        new, merge = f"touchpoints/new/?step={desk.step_id}", f"touchpoints/{desk.pk}/merge/"
        paths = (f"touchpoints/{desk.pk}/", new, "touchpoints/archived/", "handoffs/new/", merge)
        assert {client.get(at(path)).status_code for path in paths} == {404}

    def test_a_touchpoint_of_another_journey_is_not_found(self, editor, journey, desk):
        other = make_touchpoint(make_step(make_stage(make_journey(journey.workspace))))
        assert editor.get(at(f"touchpoints/{other.pk}/")).status_code == 404
        assert editor.get(at(f"handoffs/new/?from={desk.pk}&to={other.pk}")).status_code == 404


class TestTouchpoints:
    def test_added_in_a_new_channel_by_a_new_team(self, editor, desk):
        sent = {"title": "Kiosk", "channel": "", "channel_new": "Kiosk", "team_new": "Self service",
                "icon": "app", "importance": 4, "side": "frontstage"}  # fmt: skip
        answer = editor.post(at(f"touchpoints/new/?step={desk.step_id}"), sent, headers=FRAGMENT)
        made = Touchpoint.objects.get(title="Kiosk")
        assert (made.channel.name, made.team.name, made.icon) == ("Kiosk", "Self service", "app")
        assert made.team.slug == "self-service"
        assert made.team.hue != desk.team.hue
        assert answer["X-Focus"] == f"touchpoint-{made.pk}"
        assert f'id="touchpoint-{made.pk}"' in answer.content.decode()
        assert "icons.svg#app" in answer.content.decode()

    def test_a_name_that_is_known_is_what_it_names(self, editor, desk, gate):
        desks = make_channel(desk.step.stage.journey.workspace, name="Counter")
        count = Channel.objects.count()
        sent = filled(gate, channel_new=" counter ", team_new=desk.team.name.upper())
        editor.post(at(f"touchpoints/{gate.pk}/"), sent)
        gate.refresh_from_db()
        assert (gate.channel, gate.team) == (desks, desk.team)
        assert (Channel.objects.count(), Team.objects.count()) == (count, 2)

    def test_a_channel_that_is_taken_is_refused_and_the_words_are_kept(self, editor, desk):
        sent = filled(desk, title="Second desk")
        answer = editor.post(at(f"touchpoints/new/?step={desk.step_id}"), sent)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "“Desk” stands at “Check in” in the channel “Desk” already" in page
        assert "Second desk" in page
        assert not Change.objects.exists()

    def test_both_texts_are_shown_where_somebody_else_wrote_meanwhile(self, editor, desk):
        sent = filled(desk, title="Mine", was="What I saw")
        answer = editor.post(at(f"touchpoints/{desk.pk}/"), sent)
        assert answer.status_code == 409
        assert "Mine" in answer.content.decode()
        assert "Desk" in answer.content.decode()

    def test_moved_to_another_step(self, editor, desk, gate):
        editor.post(at(f"touchpoints/{desk.pk}/move/"), {"step": gate.step_id, "before": gate.pk})
        here = Touchpoint.objects.on_map().filter(step=gate.step_id)
        assert list(here) == [desk, gate]

    def test_copying_asks_where_to(self, editor, desk, gate):
        asked = editor.get(at(f"touchpoints/{desk.pk}/copy/"))
        assert "Board" in asked.content.decode()
        editor.post(at(f"touchpoints/{desk.pk}/copy/"), {"step": gate.step_id})
        assert Touchpoint.objects.get(step=gate.step_id, title="Desk").copy_of == desk

    def test_splitting_asks_for_a_channel(self, editor, desk):
        assert editor.get(at(f"touchpoints/{desk.pk}/split/")).status_code == 200
        editor.post(at(f"touchpoints/{desk.pk}/split/"), {"channel_new": "App"})
        new = Touchpoint.objects.get(channel__name="App")
        assert (new.step, new.title, new.team) == (desk.step, "Desk", desk.team)

    def test_archived_ones_are_listed_and_come_back(self, editor, desk):
        answer = editor.post(at(f"touchpoints/{desk.pk}/archive/"), headers=FRAGMENT)
        assert answer["X-Focus"].startswith("cell-")
        assert "Desk" in editor.get(at("touchpoints/archived/")).content.decode()
        editor.post(at(f"touchpoints/{desk.pk}/restore/"))
        assert desk in Touchpoint.objects.current()
        assert "Nothing was archived" in editor.get(at("touchpoints/archived/")).content.decode()


class TestMerging:
    def test_says_what_moves_and_offers_the_one_beside_it(self, editor, desk, gate):
        kiosk = make_touchpoint(desk.step, title="Kiosk")
        make_record(desk)
        page = editor.get(at(f"touchpoints/{desk.pk}/merge/")).content.decode()
        assert "1 answer" in page
        assert "cannot be undone" in page
        assert f'<option value="{kiosk.pk}" selected>' in page
        answer = editor.post(
            at(f"touchpoints/{desk.pk}/merge/"), {"into": kiosk.pk}, headers=FRAGMENT
        )
        assert 'id="view"' in answer.content.decode()
        assert answer["X-Focus"] == f"touchpoint-{kiosk.pk}"
        desk.refresh_from_db()
        assert (desk.merged_into, kiosk.feedback_records.count()) == (kiosk, 1)
        refused = editor.post(at(f"touchpoints/{desk.pk}/restore/"))
        assert refused.status_code == 409
        assert "was merged into" in refused.content.decode()

    def test_viewers_may_not(self, client, desk, gate):
        client.force_login(make_member(desk.step.stage.journey.workspace, Role.VIEWER))
        sent = {"into": gate.pk}
        assert client.post(at(f"touchpoints/{desk.pk}/merge/"), sent).status_code == 403

    def test_alone_on_the_map_there_is_nothing_to_merge_with(self, editor, desk):
        assert editor.get(at(f"touchpoints/{desk.pk}/merge/")).status_code == 409


class TestHandoffs:
    def test_drawn_between_the_owners(self, editor, desk, gate):
        answer = editor.post(at("handoffs/new/"), {"from": desk.pk, "to": gate.pk})
        made = Handoff.objects.get()
        assert answer["Location"].endswith(f"#handoff-{made.pk}")
        assert (made.from_team, made.to_team) == (desk.team, gate.team)

    def test_the_form_prefills_the_owners_and_offers_the_others_by_step(self, editor, desk, gate):
        page = editor.get(at(f"handoffs/new/?from={desk.pk}")).content.decode()
        assert f'<option value="{desk.team_id}" selected>' in page
        assert "Board" in page
        assert f'<option value="{desk.pk}">Desk' not in page
        sent = {"to": gate.pk, "what_moves": "The bag", "agreed_wait_minutes": 5}
        editor.post(at(f"handoffs/new/?from={desk.pk}"), sent)
        made = Handoff.objects.get()
        assert (made.what_moves, made.agreed_wait_minutes) == ("The bag", 5)

    def test_of_one_team_it_is_refused_until_another_is_named(self, editor, desk, gate):
        Touchpoint.objects.update(team=desk.team)
        address = at(f"handoffs/new/?from={desk.pk}&to={gate.pk}")
        answer = editor.post(address, {"what_moves": ""})
        assert answer.status_code == 422
        assert "A handoff goes from one team to another" in answer.content.decode()
        assert editor.post(address, {"to_team_new": "Ramp"}).status_code == 302
        assert Handoff.objects.get().to_team.name == "Ramp"

    def test_where_no_touchpoint_is_it_says_what_to_do_first(self, editor, desk):
        empty = make_step(desk.step.stage)
        for query in (f"?step={empty.pk}", f"?from={desk.pk}"):
            answer = editor.get(at(f"handoffs/new/{query}"))
            assert answer.status_code == 409
            assert "Add touchpoints to" in answer.content.decode()

    def test_without_owners_it_asks_for_teams(self, editor, desk, gate):
        Touchpoint.objects.update(team=None)
        answer = editor.post(at("handoffs/new/"), {"from": desk.pk, "to": gate.pk})
        assert "Nobody owns “Desk” yet" in answer.content.decode()

    def test_a_second_one_of_a_pair_is_refused(self, editor, desk, gate):
        make_handoff(desk, gate)
        answer = editor.post(at("handoffs/new/"), {"from": desk.pk, "to": gate.pk})
        assert answer.status_code == 422
        assert "hands over to “Gate” already" in answer.content.decode()
        assert editor.get(at(f"handoffs/new/?from={desk.pk}&to={gate.pk}")).status_code == 409

    def test_described_and_removed_its_counts_are_left(self, editor, desk, gate):
        handoff = make_handoff(desk, gate, released=9)
        sent = {"what_moves": "Seat", "from_team": desk.team_id, "to_team": gate.team_id}
        answer = editor.post(at(f"handoffs/{handoff.pk}/"), sent, headers=FRAGMENT)
        assert f'id="handoff-{handoff.pk}"' in answer.content.decode()
        handoff.refresh_from_db()
        assert (handoff.what_moves, handoff.released) == ("Seat", 9)
        editor.post(at(f"handoffs/{handoff.pk}/remove/"))
        assert not Handoff.objects.current().exists()

    def test_the_map_links_to_its_form_for_editors_only(self, client, desk, gate):
        handoff = make_handoff(desk, gate)
        workspace = desk.step.stage.journey.workspace
        link = f'href="/w/air/journeys/trip/handoffs/{handoff.pk}/"'
        for role, shown in ((Role.EDITOR, True), (Role.VIEWER, False)):
            client.force_login(make_member(workspace, role))
            assert (link in client.get(at("")).content.decode()) is shown
