"""A persona's page: who sees it, and what stands on it."""

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from journeys.models import Persona, PersonaTrait, Role, User, Workspace
from tests.factories import (
    make_channel,
    make_journey,
    make_member,
    make_persona,
    make_segment,
    make_user,
    make_workspace,
)

pytestmark = pytest.mark.django_db

EDIT = "Edit persona"


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace(slug="air", name="Northwind Air")


@pytest.fixture
def maya(workspace: Workspace) -> Persona:
    persona = make_persona(
        workspace, name="Maya", slug="maya", role="Frequent flyer", photo="personas/x.png",
        quote="I mind learning of it at the gate.", summary="Flies twice a month.",
        age_range="35–44", occupation="Account manager", location="Hamburg",
        goals="Arrive rested\n\nLose no receipt", needs="Wifi", pain_points="Gate changes",
        buying_behaviour="Compares two sites.",
        segment=make_segment(workspace, name="Business travel"),
    )  # fmt: skip
    persona.preferred_channels.add(make_channel(workspace, name="App"))
    PersonaTrait.objects.create(
        persona=persona, name="Patience", low_label="calm", high_label="hurried", score=4
    )
    journey = make_journey(workspace, title="Business trip", slug="trip", state="future")
    journey.personas.add(persona)
    return persona


def opened(client: Client, user: User, slug: str = "maya") -> Any:
    client.force_login(user)
    return client.get(f"/w/air/personas/{slug}/")


class TestWhoSeesIt:
    @pytest.mark.parametrize("role", Role)
    def test_every_member(
        self, client: Client, workspace: Workspace, maya: Persona, role: Role
    ) -> None:
        response = opened(client, make_member(workspace, role))
        assert response.status_code == 200
        assert (EDIT in response.content.decode()) is role.administers

    def test_a_superuser(self, client: Client, maya: Persona) -> None:
        assert EDIT in opened(client, make_user(is_superuser=True)).content.decode()

    def test_a_stranger_learns_nothing(self, client: Client, maya: Persona) -> None:
        stranger = make_member(make_workspace(), Role.OWNER)
        assert opened(client, stranger).status_code == 404

    def test_not_under_another_workspaces_address(self, client: Client, maya: Persona) -> None:
        user = make_member(maya.workspace)
        make_workspace(slug="other").memberships.create(user=user, role=Role.OWNER)
        client.force_login(user)
        assert client.get("/w/other/personas/maya/").status_code == 404

    def test_signed_out_people_sign_in_first(self, client: Client, maya: Persona) -> None:
        response = client.get("/w/air/personas/maya/")
        assert response["Location"] == "/account/login/?next=/w/air/personas/maya/"


class TestWhatItSays:
    def test_everything_that_is_known(
        self, client: Client, workspace: Workspace, maya: Persona
    ) -> None:
        html = opened(client, make_member(workspace)).content.decode()
        for said in (
            "Frequent flyer", "“I mind learning of it at the gate.”", "Flies twice a month.",
            "35–44", "Account manager", "Hamburg", "<li>Arrive rested</li><li>Lose no receipt</li>",
            "<li>Wifi</li>", "<li>Gate changes</li>", "Compares two sites.", "App",
            "Segment <b>Business travel</b>", 'alt="Photo of Maya"',
        ):  # fmt: skip
            assert said in html
        assert '<a href="/w/air/journeys/trip/">Business trip</a>' in html
        assert '<span class="quiet">future</span>' in html

    @pytest.mark.parametrize(("score", "x"), [(1, 8), (3, 180), (5, 352)])
    def test_a_trait_is_drawn_between_its_poles_and_said_in_words(
        self, client: Client, workspace: Workspace, maya: Persona, score: int, x: int
    ) -> None:
        maya.traits.update(score=score)
        html = opened(client, make_member(workspace)).content.decode()
        assert f'cx="{x}"' in html
        assert f'<b>Patience</b> <span class="quiet">{score} of 5</span>' in html
        assert re.search(r"1 means </span>calm.*5 means </span>hurried", html, re.DOTALL)

    def test_what_is_not_known_takes_no_room(self, client: Client, workspace: Workspace) -> None:
        make_persona(workspace, name="Luis", slug="luis")
        html = opened(client, make_member(workspace), "luis").content.decode()
        assert re.findall(r"<h2>(.*?)</h2>", html) == ["Journeys"]
        assert "No map takes Luis’s view yet." in html

    def test_journeys_of_other_workspaces_stay_unknown(
        self, client: Client, workspace: Workspace, maya: Persona
    ) -> None:
        make_journey(title="Secret plan").personas.add(maya)
        assert "Secret plan" not in opened(client, make_member(workspace)).content.decode()


class TestCompleteness:
    def test_names_what_is_missing_to_who_can_add_it(
        self, client: Client, workspace: Workspace, maya: Persona
    ) -> None:
        Persona.objects.update(quote="", age_range="")
        html = opened(client, make_member(workspace, Role.ADMIN)).content.decode()
        assert "82 % complete. Still missing: quote, age range." in html
        assert "missing" not in opened(client, make_member(workspace)).content.decode()

    def test_is_silent_where_nothing_is(
        self, client: Client, workspace: Workspace, maya: Persona
    ) -> None:
        html = opened(client, make_member(workspace, Role.ADMIN)).content.decode()
        assert "missing" not in html


def test_costs_the_same_whatever_is_known(
    client: Client,
    workspace: Workspace,
    maya: Persona,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.force_login(make_member(workspace, Role.ADMIN))
    for turn in range(2):
        # Session, person, persona, channels, traits, journeys, notices, roles.
        with django_assert_num_queries(8):
            client.get("/w/air/personas/maya/")
        for number in range(5):
            make_journey(workspace).personas.add(maya)
            maya.preferred_channels.add(make_channel(workspace))
            PersonaTrait.objects.create(persona=maya, name=f"Trait {turn}{number}", score=2)


class TestCard:
    @pytest.mark.parametrize(
        ("ending", "begins"), [("pdf", b"%PDF"), ("png", b"\x89PNG"), ("pptx", b"PK")]
    )
    def test_is_taken_away_by_members(
        self, client: Client, workspace: Workspace, maya: Persona, ending: str, begins: bytes
    ) -> None:
        client.force_login(make_member(workspace, Role.VIEWER))
        response = client.get(f"/w/air/personas/maya/card.{ending}")
        assert response.getvalue().startswith(begins)
        assert f'filename="maya.{ending}"' in response["Content-Disposition"]
        assert f"card.{ending}" in client.get("/w/air/personas/maya/").content.decode()

    def test_strangers_learn_nothing(self, client: Client, maya: Persona) -> None:
        client.force_login(make_user())
        assert client.get("/w/air/personas/maya/card.pdf").status_code == 404

    def test_there_is_no_other_kind(
        self, client: Client, workspace: Workspace, maya: Persona
    ) -> None:
        client.force_login(make_member(workspace))
        assert client.get("/w/air/personas/maya/card.exe").status_code == 404
