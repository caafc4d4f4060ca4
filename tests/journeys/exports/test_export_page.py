"""The page of choices: who sees it, what it offers, what it remembers, what it previews."""

import pytest
from django.urls import reverse

from journeys.exports import formats
from journeys.models import Export, Role
from tests.factories import make_journey, make_member, make_user, make_workspace

pytestmark = pytest.mark.django_db


def address(journey):
    return f"{journey.get_absolute_url()}export/"


def set_address(journey):
    return reverse("journeys:workspace_export", args=[journey.workspace.slug])


def addresses(journey):
    return [address(journey), set_address(journey)]


class TestAccess:
    @pytest.mark.parametrize("role", Role)
    def test_every_member_may_take_a_map_away(self, client, journey, role):
        client.force_login(make_member(journey.workspace, role))
        assert [client.get(page).status_code for page in addresses(journey)] == [200, 200]

    def test_a_stranger_is_told_that_it_does_not_exist(self, client, journey):
        client.force_login(make_member(make_workspace(), Role.OWNER))
        previews = [f"{address(journey)}page-1.svg", f"{address(journey)}page.html?format=html"]
        pages = [*addresses(journey), *previews]
        assert [client.get(page).status_code for page in pages] == [404, 404, 404, 404]
        assert [client.post(page).status_code for page in addresses(journey)] == [404, 404]
        assert not Export.objects.exists()

    def test_who_is_signed_out_is_asked_to_sign_in(self, client, journey):
        for page in addresses(journey):
            assert client.get(page)["Location"].startswith("/account/login/")

    def test_the_map_and_the_list_lead_to_it(self, client, journey, viewer):
        shown = client.get(f"{journey.get_absolute_url()}?period=30d").content.decode()
        assert f'href="{address(journey)}?period=30d"' in shown
        assert (
            set_address(journey)
            in client.get(journey.workspace.get_absolute_url()).content.decode()
        )
        presented = client.get(f"{journey.get_absolute_url()}present/").content.decode()
        assert f'href="{address(journey)}"' in presented


class TestChoices:
    def test_all_formats_are_offered(self, client, journey, viewer):
        shown = client.get(address(journey)).content.decode()
        assert [key for key in formats() if f'name="format" value="{key}"' not in shown] == []

    def test_the_address_carries_the_filters_of_the_map(self, client, journey, viewer):
        page = client.get(f"{address(journey)}?period=30d&hide=thinking&paper=a1&comments=on")
        asked = page.context["asked"]
        assert (asked.filters.period.key, asked.filters.hidden) == ("30d", {"thinking"})
        assert (asked.choices.options.paper, asked.choices.options.comments) == ("a1", True)

    def test_a_ticked_lane_is_in_it_and_another_is_not(self, client, journey, viewer):
        page = client.get(f"{address(journey)}?hide=doing&hide=thinking&show=doing")
        assert page.context["asked"].filters.hidden == {"thinking"}

    def test_what_nobody_knows_is_refused_with_what_there_is(self, client, journey, viewer):
        page = client.post(address(journey), {"format": "json", "paper": "b5"})
        assert page.status_code == 422
        said = page.content.decode()
        assert "There is no paper “b5”" in said
        assert "tabloid" in said
        assert not Export.objects.exists()

    def test_the_last_choices_are_remembered_for_each_person(self, client, journey, viewer):
        chosen = {"format": "json", "paper": "tabloid", "orientation": "portrait", "tiled": "on"}
        client.post(address(journey), chosen | {"metrics": "off", "comments": ["off", "on"]})
        kept = client.get(address(journey)).context["options"]
        assert (kept.paper, kept.orientation, kept.tiled) == ("tabloid", "portrait", True)
        assert (kept.metrics, kept.comments) == (False, True)
        client.force_login(make_member(journey.workspace))
        assert client.get(address(journey)).context["options"].paper == "a3"

    def test_a_format_that_exists_no_more_is_forgotten(self, client, journey, viewer):
        viewer.export_choices = {"format": "wordstar", "paper": "a1"}
        viewer.save()
        page = client.get(address(journey))
        assert page.context["choices"].format in formats()
        assert page.context["options"].paper == "a1"
        assert page.context["asked"].problems == []

    def test_it_says_that_small_numbers_stay_hidden(self, client, journey, viewer):
        assert "fewer than 5 people stay hidden" in client.get(address(journey)).content.decode()


class TestPreview:
    def test_a_change_of_a_choice_draws_the_preview_alone(self, client, journey, viewer):
        asked = f"{address(journey)}?format=json&period=all&hide=doing&hide=thinking&show=doing"
        answer = client.get(asked, headers={"HX-Request": "true", "HX-Target": "preview"})
        text = answer.content.decode()
        assert "<html" not in text
        assert "Queues &lt;b&gt;twice&lt;/b&gt;" in text or "&quot;schema&quot;" in text
        replaced = answer["HX-Replace-Url"]
        assert "period=all" in replaced
        assert "hide=thinking" in replaced
        assert "hide=doing" not in replaced
        assert "csrf" not in replaced

    def test_without_scripts_a_button_shows_it(self, client, journey, viewer):
        answer = client.post(address(journey), {"format": "json", "preview": "1"})
        assert answer.status_code == 302
        assert not Export.objects.exists()
        shown = client.get(answer["Location"]).content.decode()
        assert "&quot;title&quot;: &quot;Business trip&quot;" in shown
        assert "csrfmiddlewaretoken" not in answer["Location"]


class TestSeveral:
    def test_other_workspaces_journeys_are_not_offered(self, client, journey, viewer):
        other = make_journey(title="Elsewhere")
        shown = client.get(set_address(journey)).content.decode()
        assert "Business trip" in shown
        assert other.title not in shown
        answer = client.post(set_address(journey), {"journey": other.slug, "format": "json"})
        assert answer.status_code == 422
        assert "Choose at least one journey." in answer.content.decode()

    def test_the_first_one_chosen_is_previewed(self, client, journey, viewer):
        make_journey(journey.workspace, title="Another", slug="another")
        asked = f"{set_address(journey)}?journey=trip&format=json"
        answer = client.get(asked, headers={"HX-Request": "true", "HX-Target": "preview"})
        assert "Business trip" in answer.content.decode()


@pytest.mark.parametrize("journeys", [1, 6])
def test_the_page_takes_the_same_queries_for_any_number_of_exports(
    client, journey, viewer, journeys, django_assert_max_num_queries
):
    for _ in range(journeys):
        client.post(address(journey), {"format": "json"})
    client.get(address(journey))
    with django_assert_max_num_queries(34):
        client.get(address(journey))


def test_a_superuser_takes_any_map_away(client, journey):
    client.force_login(make_user(is_superuser=True))
    assert client.post(address(journey), {"format": "json"}).status_code == 302


class TestOpened:
    def test_an_html_page_is_shown_as_it_opens_in_a_frame_that_may_do_nothing(
        self, client, journey, viewer
    ):
        page = client.get(f"{address(journey)}?format=html&preview=1")
        framed = f'src="{address(journey)}page.html?format=html'
        assert framed in page.content.decode()
        assert "frame-src 'self'" in page["Content-Security-Policy"]
        opened = client.get(f"{address(journey)}page.html?format=html")
        assert opened.content.startswith(b"<!doctype html>")
        assert opened["X-Frame-Options"] == "SAMEORIGIN"
        for rule in ("default-src 'none'", "sandbox", "frame-ancestors 'self'"):
            assert rule in opened["Content-Security-Policy"]

    @pytest.mark.parametrize("key", ["pdf", "json", "markdown"])
    def test_no_other_format_opens(self, client, journey, viewer, key):
        assert client.get(f"{address(journey)}page.html?format={key}").status_code == 404

    def test_persona_cards_are_drawn(self, client, journey, viewer):
        page = client.get(f"{address(journey)}?format=personas-pdf&preview=1")
        assert "page-1.svg" in page.content.decode()
