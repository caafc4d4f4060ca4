"""The gallery of personas: who sees it, what a card says, how it is searched, what it costs."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from journeys.models import Role, User, Workspace
from tests.factories import (
    make_journey,
    make_member,
    make_persona,
    make_segment,
    make_user,
    make_workspace,
)

pytestmark = pytest.mark.django_db

ADD = "/admin/journeys/persona/add/?workspace="


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace(slug="air", name="Northwind Air")


def opened(client: Client, user: User, query: str = "", **headers: str) -> Any:
    client.force_login(user)
    return client.get(f"/w/air/personas/{query}", headers=headers)


def names(response: Any) -> list[str]:
    return [persona.name for persona in response.context["personas"]]


class TestWhoSeesIt:
    @pytest.mark.parametrize("role", Role)
    def test_every_member(self, client: Client, workspace: Workspace, role: Role) -> None:
        make_persona(workspace, name="Maya")
        make_persona(name="Somebody else's")
        response = opened(client, make_member(workspace, role))
        assert names(response) == ["Maya"]
        assert (f"{ADD}{workspace.pk}" in response.content.decode()) is role.administers

    def test_a_superuser(self, client: Client, workspace: Workspace) -> None:
        assert opened(client, make_user(is_superuser=True)).status_code == 200

    def test_a_stranger_learns_nothing(self, client: Client, workspace: Workspace) -> None:
        stranger = make_member(make_workspace(), Role.OWNER)
        assert opened(client, stranger).status_code == 404

    def test_signed_out_people_sign_in_first(self, client: Client, workspace: Workspace) -> None:
        response = client.get("/w/air/personas/")
        assert response["Location"] == "/account/login/?next=/w/air/personas/"


class TestCard:
    def test_says_who_and_where_used(self, client: Client, workspace: Workspace) -> None:
        persona = make_persona(
            workspace, name="Maya", slug="maya", role="Frequent flyer", quote="Again?",
            segment=make_segment(workspace, name="Business travel"),
        )  # fmt: skip
        for _ in range(2):
            make_journey(workspace).personas.add(persona)
        html = opened(client, make_member(workspace)).content.decode()
        assert '<a href="/w/air/personas/maya/">Maya</a>' in html
        assert "Frequent flyer" in html
        assert "“Again?”" in html
        assert "On 2 journeys · Business travel" in html

    def test_shows_a_photo_or_the_first_letter(self, client: Client, workspace: Workspace) -> None:
        make_persona(workspace, name="élan", slug="elan")
        make_persona(workspace, name="Maya", slug="maya", photo="personas/x.png")
        html = opened(client, make_member(workspace)).content.decode()
        assert '<span class="portrait" aria-hidden="true">É</span>' in html
        assert html.count("<img") == 1
        assert 'src="/w/air/personas/maya/photo/?v=' in html


class TestSearch:
    @pytest.fixture(autouse=True)
    def _personas(self, workspace: Workspace) -> None:
        segment = make_segment(workspace, name="Business travel")
        make_persona(workspace, name="Maya", role="Frequent flyer", segment=segment)
        make_persona(workspace, name="Özlem", quote="Who pays for this?")

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", ["Maya", "Özlem"]),
            ("?q=maya", ["Maya"]),
            ("?q=özl", ["Özlem"]),
            ("?q=PAYS", ["Özlem"]),
            ("?q=business+flyer", ["Maya"]),
            ("?q=nobody", []),
        ],
    )
    def test_finds_every_word_that_a_card_says(
        self, client: Client, workspace: Workspace, query: str, found: list[str]
    ) -> None:
        assert names(opened(client, make_member(workspace), query)) == found

    def test_no_match_says_so_and_leads_back(self, client: Client, workspace: Workspace) -> None:
        html = opened(client, make_member(workspace), "?q=<i>").content.decode()
        assert "has “&lt;i&gt;” in it" in html
        assert "Show all 2" in html

    def test_htmx_gets_the_cards_alone(self, client: Client, workspace: Workspace) -> None:
        member = make_member(workspace)
        response = opened(client, member, "?q=maya", hx_request="true")
        assert "<html" not in response.content.decode()
        assert "1 of 2 personas" in response.content.decode()
        assert response["HX-Replace-Url"] == "/w/air/personas/?q=maya"
        cleared = opened(client, member, "?q=", hx_request="true")
        assert cleared["HX-Replace-Url"] == "/w/air/personas/"


def test_an_empty_workspace_says_what_a_persona_is_for(
    client: Client, workspace: Workspace
) -> None:
    html = opened(client, make_member(workspace, Role.OWNER)).content.decode()
    assert "No personas yet" in html
    assert "Create the first persona" in html
    html = opened(client, make_member(workspace, Role.VIEWER)).content.decode()
    assert "An owner or admin of the workspace creates the first one" in html
    assert ADD not in html


def test_costs_the_same_for_1_and_10_personas(
    client: Client, workspace: Workspace, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(make_member(workspace))
    for count in (1, 9):
        for _ in range(count):
            make_journey(workspace).personas.add(
                make_persona(workspace, segment=make_segment(workspace))
            )
        # Session, person, workspace, personas, unread notices, and what the person administers.
        with django_assert_num_queries(6):
            client.get("/w/air/personas/")
