"""Signing in and out, changing a password, and getting a new one by mail."""

import re
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from tests.factories import make_member, make_user, make_workspace

pytestmark = pytest.mark.django_db

NEW = "a long and winding road"


class TestSigningIn:
    def sign_in(self, client: Client, email: str, password: str, **fields: str) -> Any:
        return client.post(
            "/account/login/", {"login": email, "password": password, **fields}, follow=True
        )

    def test_leads_to_the_page_that_was_asked_for(self, client: Client) -> None:
        workspace = make_workspace(slug="air")
        member = make_member(workspace)
        asked = client.get("/w/air/journeys/?state=future", follow=True)
        target = re.search(r'name="next" value="([^"]*)"', asked.content.decode())
        assert target is not None
        response = self.sign_in(client, member.email, "secret", next=target[1])
        assert response.redirect_chain == [("/w/air/journeys/?state=future", 302)]
        assert response.status_code == 200

    @pytest.mark.parametrize("typed", ["maya@example.com", "Maya@Example.COM"])
    def test_does_not_mind_the_case_of_the_address(self, client: Client, typed: str) -> None:
        user = make_user(email="maya@example.com")
        response = self.sign_in(client, typed, "secret")
        assert response.context["user"] == user

    @pytest.mark.parametrize(
        ("email", "password"), [("maya@example.com", "wrong"), ("nobody@example.com", "secret")]
    )
    def test_fails_without_saying_which_was_wrong(
        self, client: Client, email: str, password: str
    ) -> None:
        make_user(email="maya@example.com")
        response = self.sign_in(client, email, password)
        html = response.content.decode()
        assert not response.context["user"].is_authenticated
        assert "This e-mail address and password do not belong together." in html
        assert f'value="{email}"' in html
        assert f'value="{password}"' not in html

    def test_fails_for_an_account_that_was_switched_off(self, client: Client) -> None:
        make_user(email="maya@example.com", is_active=False)
        response = self.sign_in(client, "maya@example.com", "secret")
        assert "do not belong together" in response.content.decode()

    def test_never_leads_to_another_site(self, client: Client) -> None:
        user = make_user()
        response = self.sign_in(client, user.email, "secret", next="https://evil.example/")
        assert response.redirect_chain == [("/", 302)]

    def test_is_filled_in_by_password_managers(self, client: Client) -> None:
        html = client.get("/account/login/").content.decode()
        assert 'autocomplete="username"' in html
        assert 'autocomplete="current-password"' in html


def test_signing_out_needs_a_post_and_leads_to_signing_in(client: Client) -> None:
    client.force_login(make_user())
    assert client.get("/account/logout/").status_code == 405
    assert client.post("/account/logout/")["Location"] == "/account/login/"
    assert client.get("/")["Location"] == "/account/login/?next=/"


class TestChangingThePassword:
    def change(self, client: Client, old: str, first: str, second: str) -> Any:
        fields = {"oldpassword": old, "password1": first, "password2": second}
        return client.post("/account/password/", fields, follow=True)

    def test_keeps_the_person_signed_in(self, client: Client) -> None:
        user = make_user()
        client.force_login(user)
        response = self.change(client, "secret", NEW, NEW)
        assert "Your password is changed" in response.content.decode()
        user.refresh_from_db()
        assert user.check_password(NEW)
        assert client.get("/").status_code == 200

    @pytest.mark.parametrize(
        ("old", "first", "second", "said"),
        [
            ("wrong", NEW, NEW, "This is not your present password"),
            ("secret", NEW, f"{NEW}!", "You must type the same password each time"),
            ("secret", "12345678", "12345678", "This password is entirely numeric"),
        ],
    )
    def test_names_what_is_wrong_beside_the_field(
        self, client: Client, old: str, first: str, second: str, said: str
    ) -> None:
        user = make_user()
        client.force_login(user)
        html = self.change(client, old, first, second).content.decode()
        assert said in html
        assert 'aria-invalid="true"' in html
        user.refresh_from_db()
        assert user.check_password("secret")

    def test_is_for_signed_in_people(self, client: Client) -> None:
        response = client.get("/account/password/")
        assert response["Location"] == "/account/login/?next=/account/password/"


class TestResettingThePassword:
    @pytest.fixture
    def link(self, client: Client, mailoutbox: list[EmailMessage]) -> str:
        self.user = make_user(email="maya@example.com", name="Maya Rao")
        client.post("/account/reset/", {"email": "MAYA@example.com"})
        [mail] = mailoutbox
        found = re.search(r"http://testserver(/account/reset/\S+/)", str(mail.body))
        assert found is not None
        return found[1]

    def test_the_mail_says_what_it_is_for(self, link: str, mailoutbox: list[EmailMessage]) -> None:
        [mail] = mailoutbox
        assert mail.to == ["maya@example.com"]
        assert mail.subject == "Choose a new password for cxjourney"
        assert str(mail.body).startswith("Hello Maya,\n")
        assert "If you did not ask for it, do nothing" in str(mail.body)

    def test_the_link_works_once(self, client: Client, link: str) -> None:
        form = client.get(link, follow=True)
        assert "Choose a new password" in form.content.decode()
        address = form.redirect_chain[-1][0]
        done = client.post(address, {"password1": NEW, "password2": NEW}, follow=True)
        assert "Your new password is set" in done.content.decode()
        self.user.refresh_from_db()
        assert self.user.check_password(NEW)
        again = client.get(link, follow=True)
        assert "This link does not work" in again.content.decode()

    def test_a_bad_password_is_named_and_the_old_one_kept(self, client: Client, link: str) -> None:
        address = client.get(link, follow=True).redirect_chain[-1][0]
        answer = client.post(address, {"password1": "12345678", "password2": "12345678"})
        assert "This password is entirely numeric" in answer.content.decode()
        self.user.refresh_from_db()
        assert self.user.check_password("secret")

    @pytest.mark.parametrize("email", ["nobody@example.com", "off@example.com"])
    def test_an_unknown_address_gets_the_same_answer_and_no_mail(
        self, client: Client, mailoutbox: list[EmailMessage], email: str
    ) -> None:
        make_user(email="off@example.com", is_active=False)
        make_user(email="maya@example.com")
        unknown = client.post("/account/reset/", {"email": email}, follow=True)
        assert mailoutbox == []
        known = client.post("/account/reset/", {"email": "maya@example.com"}, follow=True)
        assert len(mailoutbox) == 1
        assert unknown.redirect_chain == known.redirect_chain == [("/account/reset/sent/", 302)]
        assert without_token(unknown) == without_token(known)

    def test_something_that_is_no_address_is_named(self, client: Client) -> None:
        html = client.post("/account/reset/", {"email": "maya"}).content.decode()
        assert "Enter a valid email address." in html
        assert 'aria-describedby="id_email_error"' in html

    def test_every_page_of_it_is_open_to_who_cannot_sign_in(self, client: Client) -> None:
        for path in ("", "sent/", "done/", "1-abc-def/"):
            assert client.get(f"/account/reset/{path}").status_code == 200


def without_token(response: Any) -> str:
    """Return the page without the token against forgery, which is new in every answer."""
    return re.sub(r"X-CSRFToken\": \"\w+", "", response.content.decode())
