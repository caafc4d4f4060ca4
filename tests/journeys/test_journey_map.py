"""The map page and its outline: who sees them, what they say, what a link reproduces."""

import json

import pytest
from django.core.cache import caches
from django.core.management import CommandError, call_command

from journeys.models import LaneKind, Role
from tests.factories import (
    make_card,
    make_journey,
    make_lane,
    make_member,
    make_persona,
    make_stage,
    make_step,
    make_touchpoint,
    make_user,
    make_workspace,
)
from touchpoints.models import Touchpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey():
    found = make_journey(make_workspace(name="Northwind", simulated=True), title="Business trip")
    for kind in (LaneKind.TOUCHPOINTS, LaneKind.DOING, LaneKind.FEEDBACK):
        make_lane(found, kind=kind)
    stage = make_stage(found, title="Airport", goal="From kerb to seat")
    step = make_step(stage, title="Check in")
    make_touchpoint(step, title="Desk")
    make_card(found.lanes.get(kind="doing"), step, text="Queues <b>twice</b>")
    return found


@pytest.fixture
def member(journey):
    return make_member(journey.workspace, Role.VIEWER)


def pages(journey):
    return [journey.get_absolute_url(), f"{journey.get_absolute_url()}outline/"]


class TestAccess:
    @pytest.mark.parametrize("role", Role)
    def test_every_member_sees_it(self, client, journey, role):
        client.force_login(make_member(journey.workspace, role))
        assert [client.get(page).status_code for page in pages(journey)] == [200, 200]

    def test_a_superuser_sees_it(self, client, journey):
        client.force_login(make_user(is_superuser=True))
        assert client.get(journey.get_absolute_url()).status_code == 200

    def test_a_stranger_is_told_that_it_does_not_exist(self, client, journey):
        client.force_login(make_member(make_workspace(), Role.OWNER))
        assert [client.get(page).status_code for page in pages(journey)] == [404, 404]
        assert client.get("/w/nowhere/journeys/nothing/").status_code == 404

    def test_who_is_signed_out_is_sent_to_sign_in(self, client, journey):
        for page in pages(journey):
            response = client.get(page)
            assert response.status_code == 302
            assert response["Location"].startswith("/account/login/?next=")

    def test_only_reading_is_possible(self, client, journey, member):
        client.force_login(member)
        assert [client.post(page).status_code for page in pages(journey)] == [405, 405]


class TestWords:
    def test_both_views_say_the_same(self, client, journey, member):
        client.force_login(member)
        for page in pages(journey):
            text = client.get(page).content.decode()
            for words in ("Business trip", "Airport", "From kerb to seat", "Check in", "Desk"):
                assert words in text
            assert "Simulated data" in text
            assert "Queues &lt;b&gt;twice&lt;/b&gt;" in text
            assert "no evidence yet" in text

    def test_a_journey_without_stages_offers_the_first_step(self, client, journey, member):
        client.force_login(member)
        empty = make_journey(journey.workspace)
        for page in pages(empty):
            assert "has no stages yet" in client.get(page).content.decode()

    def test_a_map_without_touchpoints_says_what_comes_next(self, client, journey):
        client.force_login(make_member(journey.workspace))
        Touchpoint.objects.all().delete()
        caches["pages"].clear()
        said = [client.get(page).content.decode() for page in pages(journey)]
        assert (
            "with the + of a cell in the lane Touchpoints</span>; then bring in feedback."
            in said[0]
        )
        assert "Next: add touchpoints to the steps; then bring in feedback." in said[1]
        hidden = client.get(journey.get_absolute_url(), {"hide": "touchpoints"})
        assert "Next: add" not in hidden.content.decode()

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.COMMENTER])
    def test_who_may_not_edit_is_not_told_what_comes_next(self, client, journey, role):
        Touchpoint.objects.all().delete()
        client.force_login(make_member(journey.workspace, role))
        for page in pages(journey):
            assert "Next: add" not in client.get(page).content.decode()

    def test_with_a_touchpoint_nothing_is_said_of_what_comes_next(self, client, journey):
        client.force_login(make_member(journey.workspace))
        for page in pages(journey):
            assert "Next: add" not in client.get(page).content.decode()

    def test_htmx_gets_the_view_alone_and_the_address_to_show(self, client, journey, member):
        client.force_login(member)
        response = client.get(
            journey.get_absolute_url(),
            {"period": "90d", "segment": "", "compare": "none", "zoom": "80"},
            headers={"HX-Request": "true", "HX-Target": "view"},
        )
        assert response.content.decode().lstrip().startswith('<div id="view"')
        assert response["HX-Push-Url"] == f"{journey.get_absolute_url()}?compare=none&zoom=80"
        assert "HX-Request" in response["Vary"]

    def test_no_inline_script_or_style_and_a_strict_policy(self, client, journey, member):
        client.force_login(member)
        response = client.get(journey.get_absolute_url())
        text = response.content.decode()
        assert " style=" not in text
        assert "<style" not in text
        policy = response["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "script-src 'self'" in policy


class TestAddress:
    def test_hides_lanes_and_offers_them_again(self, client, journey, member):
        client.force_login(member)
        text = client.get(f"{journey.get_absolute_url()}?hide=doing").content.decode()
        assert "Queues" not in text
        assert 'Doing<span class="sr"> is hidden: show it</span>' in text

    def test_names_what_it_does_not_understand(self, client, journey, member):
        client.force_login(member)
        text = client.get(
            f"{journey.get_absolute_url()}?period=fortnight&zoom=7&segment=Mars&persona=nobody"
        ).content.decode()
        for asked in ("period “fortnight”", "zoom “7”", "segment “Mars”", "persona “nobody”"):
            assert asked in text

    def test_keeps_the_filters_in_every_link_of_the_view(self, client, journey, member):
        client.force_login(member)
        maya = make_persona(journey.workspace, slug="maya")
        journey.personas.add(maya)
        text = client.get(f"{journey.get_absolute_url()}?period=all&persona=maya").content.decode()
        assert "outline/?period=all&amp;persona=maya" in text
        assert "evidence/?period=all&amp;persona=maya" in text


class TestApi:
    def test_returns_the_finished_map(self, client, journey, member):
        client.force_login(member)
        found = client.get(f"/api/journeys/{journey.pk}/map/?period=all").json()
        assert found["schema"] == "cxjourney/map/1"
        assert [stage["title"] for stage in found["stages"]] == ["Airport"]
        feedback = next(lane for lane in found["lanes"] if lane["kind"] == "feedback")
        assert feedback["cells"][0]["items"][0]["metric"]["value"] is None

    def test_refuses_a_filter_it_does_not_know(self, client, journey, member):
        client.force_login(member)
        response = client.get(f"/api/journeys/{journey.pk}/map/?period=fortnight")
        assert response.status_code == 400
        assert "fortnight" in response.json()["detail"][0]

    def test_lists_only_what_the_caller_may_see(self, client, journey, member):
        make_journey()
        client.force_login(member)
        found = client.get("/api/journeys/").json()
        assert [(each["slug"], each["steps"]) for each in found["results"]] == [(journey.slug, 1)]

    def test_hides_journeys_from_strangers_and_the_signed_out(self, client, journey):
        for user, status in ((None, 401), (make_user(), 404)):
            if user:
                client.force_login(user)
            assert client.get(f"/api/journeys/{journey.pk}/map/").status_code == status


class TestExportMap:
    def test_writes_what_the_api_returns(self, client, journey, member, tmp_path):
        client.force_login(member)
        file = tmp_path / "map.json"
        call_command("export_map", journey.slug, format="json", filter="period=all", output=file)
        assert (
            json.loads(file.read_text())["figures"]
            == client.get(f"/api/journeys/{journey.pk}/map/?period=all").json()
        )

    def test_names_a_journey_that_is_not_there(self):
        with pytest.raises(CommandError, match="There is no journey “nothing”"):
            call_command("export_map", "nothing")

    def test_asks_which_of_two_workspaces_is_meant(self, journey):
        other = make_journey(make_workspace(slug="other"), slug=journey.slug)
        with pytest.raises(CommandError, match=r"add --workspace .*other"):
            call_command("export_map", other.slug)

    def test_refuses_a_filter_it_does_not_know(self, journey):
        with pytest.raises(CommandError, match="fortnight"):
            call_command("export_map", journey.slug, filter="period=fortnight")


class TestKeptPages:
    @pytest.fixture(autouse=True)
    def _keep_pages(self, settings):
        settings.CACHES = settings.CACHES | {
            "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
        }
        caches["pages"].clear()
        yield
        caches["pages"].clear()

    def test_a_second_look_asks_only_who_is_there_and_what_the_journey_is(
        self, client, journey, member, django_assert_num_queries
    ):
        client.force_login(member)
        client.get(journey.get_absolute_url())
        # Session, person, journey, roles for the menu, the bell's count, the steps that open it,
        # and its saved views, which are never kept.
        with django_assert_num_queries(7):
            response = client.get(journey.get_absolute_url())
        assert "From kerb to seat" in response.content.decode()

    def test_a_change_of_the_journey_shows_at_once(self, client, journey, member):
        client.force_login(member)
        client.get(journey.get_absolute_url())
        with journey.changing():
            journey.stages.update(title="Terminal")
        assert "Terminal" in client.get(journey.get_absolute_url()).content.decode()

    def test_a_kept_page_is_not_shown_to_strangers(self, client, journey, member):
        client.force_login(member)
        client.get(journey.get_absolute_url())
        client.force_login(make_user())
        assert client.get(journey.get_absolute_url()).status_code == 404

    def test_every_view_is_kept_by_itself(self, client, journey, member):
        client.force_login(member)
        addresses = ["", "?hide=doing", "?period=all", "?period=nonsense", "outline/"]
        for _ in range(2):
            pages = [client.get(journey.get_absolute_url() + each).content for each in addresses]
            assert len(set(pages)) == len(addresses)


def test_an_address_of_the_api_has_no_second_one_with_an_ending(client):
    journey = make_journey()
    client.force_login(make_member(journey.workspace))
    assert client.get(f"/api/journeys/{journey.pk}/map/").status_code == 200
    assert client.get(f"/api/journeys/{journey.pk}/map.json").status_code == 404
    assert client.get("/api/journeys.json").status_code == 404
