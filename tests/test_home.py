"""Where people land, what the menu offers them, and what they read where there is nothing."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from journeys.models import Role, User
from tests.factories import make_journey, make_member, make_membership, make_user, make_workspace

pytestmark = pytest.mark.django_db

ADMIN_LINK = '<a href="/admin/">Admin</a>'


def test_a_member_of_one_workspace_lands_in_it(client: Client) -> None:
    client.force_login(make_member(make_workspace(slug="air")))
    make_workspace()
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, "/w/air/journeys/")


def test_a_member_of_several_chooses_among_those(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = make_user()
    for name in ("Northwind Air", "Contoso"):
        make_membership(make_workspace(name=name, simulated=name == "Contoso"), user=user)
    make_journey(user.memberships.get(workspace__name="Contoso").workspace)
    make_workspace(name="Somebody else's")
    client.force_login(user)
    # Session, person, workspaces, unread notices, and for the menu what the person administers.
    with django_assert_num_queries(5):
        html = client.get("/").content.decode()
    assert html.index("Contoso") < html.index("Northwind Air")
    assert "1 journey · 0 personas" in html
    assert html.count("Simulated data") == 1
    assert "Somebody else" not in html


def test_who_is_invited_nowhere_learns_who_can_invite(client: Client) -> None:
    user = make_user(name="Noor Body", email="noor@example.com")
    make_workspace(name="Somebody else's")
    client.force_login(user)
    html = client.get("/").content.decode()
    assert "Welcome, Noor" in html
    assert "owner or admin of a workspace can invite you" in html
    assert "noor@example.com" in html
    assert "Somebody else" not in html


def test_a_superuser_of_an_empty_server_begins_with_a_workspace(client: Client) -> None:
    client.force_login(make_user(is_superuser=True))
    assert 'href="/admin/journeys/workspace/add/"' in client.get("/").content.decode()


def test_signed_out_people_sign_in_first(client: Client) -> None:
    assert client.get("/")["Location"] == "/account/login/?next=/"


class TestAdminLink:
    @pytest.mark.parametrize("role", Role)
    def test_is_shown_to_who_administers_a_workspace(self, client: Client, role: Role) -> None:
        workspace = make_workspace()
        assert self.offered(client, make_member(workspace, role)) is role.administers

    def test_is_shown_to_a_superuser_and_costs_nothing(
        self, client: Client, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        user = make_user(is_superuser=True)
        client.force_login(user)
        # Session, person, unread notices.
        with django_assert_num_queries(3):
            assert ADMIN_LINK in client.get("/account/password/").content.decode()

    def test_is_not_shown_to_strangers(self, client: Client) -> None:
        assert not self.offered(client, make_user())

    def test_costs_one_query(
        self, client: Client, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        client.force_login(make_member(make_workspace(), Role.ADMIN))
        # Session, person, unread notices, and the roles.
        with django_assert_num_queries(4):
            client.get("/account/password/")

    def offered(self, client: Client, user: User) -> bool:
        client.force_login(user)
        return ADMIN_LINK in client.get("/account/password/").content.decode()


class TestErrorPages:
    def test_what_is_not_there_says_so(self, client: Client) -> None:
        client.force_login(make_user(email="noor@example.com"))
        response = client.get("/w/nowhere/journeys/")
        assert response.status_code == 404
        assert "There is no such page, or it is not yours to see" in response.content.decode()
        assert "noor@example.com" in response.content.decode()

    def test_also_to_signed_out_people(self, client: Client) -> None:
        response = client.get("/nowhere/")
        assert response.status_code == 404
        assert "There is no such page" in response.content.decode()

    def test_a_stale_form_is_refused_in_words(self) -> None:
        response = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "a@b.cd"})
        assert response.status_code == 403
        assert "This form was too old to be believed" in response.content.decode()

    def test_a_wrong_name_of_the_server_is_refused_in_words(self, client: Client) -> None:
        response = client.get("/account/login/", headers={"host": "evil.example"})
        assert response.status_code == 400
        assert "did not understand this request" in response.content.decode()

    def test_a_crash_says_what_to_do(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        def crash(*args: object) -> None:
            raise RuntimeError("secret detail")

        monkeypatch.setattr("cxjourney.views.Workspace.objects.visible_to", crash)
        client.force_login(make_user())
        client.raise_request_exception = False
        response = client.get("/")
        assert response.status_code == 500
        assert "Something broke on our side" in response.content.decode()
        assert "secret" not in response.content.decode()
        assert "Content-Security-Policy" in response.headers
