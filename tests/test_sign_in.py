"""Second factors, lockout, sessions, single sign-on and the first owner of a fresh server."""

import base64
import json
import re
import time
from io import StringIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth import hashers
from django.core import signing
from django.core.cache import caches
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from cxjourney.sign_in.sessions import device
from cxjourney.sign_in.single_sign_on import SingleSignOn
from journeys.models import AuditEntry, AuditKind, Invitation, Membership, Role, User, Workspace
from journeys.sealing import seal, unseal
from tests.factories import make_member, make_user, make_workspace

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXP"
NEW = "a long and winding road"
SHARED = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
    },
    "noted": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}


@pytest.fixture
def shared_cache(settings) -> None:
    """The cache of production: what several processes count in."""
    settings.CACHES = SHARED


def sign_in(client: Client, email: str, password: Any = "secret", **headers: Any) -> Any:  # noqa: S107
    return client.post("/account/login/", {"login": email, "password": password}, **headers)


def is_in(client: Client) -> bool:
    return client.get("/account/")["Content-Type"].startswith("text/html") and (
        client.get("/account/").status_code == 200
    )


def code(ahead: int = 0) -> str:
    counter = int(time.time()) // 30 + ahead
    return totp.format_hotp_value(totp.hotp_value(SECRET, counter))


def with_app(**values: Any) -> User:
    user = make_user(**values)
    totp.TOTP.activate(user, SECRET)
    return user


def said(kind: AuditKind) -> list[str]:
    return list(AuditEntry.objects.filter(kind=kind).order_by("pk").values_list("text", flat=True))


class TestSecondFactor:
    def test_the_password_alone_opens_nothing(self, client: Client) -> None:
        user = with_app()
        assert sign_in(client, user.email)["Location"] == "/account/second-factor/authenticate/"
        assert not is_in(client)

    def test_a_code_of_the_app_lets_in(self, client: Client) -> None:
        user = with_app()
        sign_in(client, user.email)
        client.post("/account/second-factor/authenticate/", {"code": code()})
        assert is_in(client)

    def test_a_wrong_code_does_not(self, client: Client) -> None:
        user = with_app()
        sign_in(client, user.email)
        wrong = f"{(int(code()) + 1) % 1_000_000:06}"
        answer = client.post("/account/second-factor/authenticate/", {"code": wrong})
        assert "This code is not right" in answer.content.decode()
        assert not is_in(client)
        assert said(AuditKind.SIGN_IN_FAILED) == [f"A second factor of {user.email} was wrong."]

    @pytest.mark.usefixtures("shared_cache")
    def test_a_code_is_taken_once(self, client: Client) -> None:
        user, same = with_app(), code()
        for expected in (True, False):
            browser = Client()
            sign_in(browser, user.email)
            browser.post("/account/second-factor/authenticate/", {"code": same})
            assert is_in(browser) is expected

    @pytest.mark.usefixtures("shared_cache")
    def test_guessing_codes_ends_after_five(self, client: Client) -> None:
        user = with_app()
        sign_in(client, user.email)
        for _ in range(5):
            client.post("/account/second-factor/authenticate/", {"code": "abc"})
        answer = client.post("/account/second-factor/authenticate/", {"code": code()})
        assert "Too many attempts failed" in answer.content.decode()
        assert not is_in(client)

    def test_a_recovery_code_works_once(self, client: Client) -> None:
        user = with_app()
        recovery = RecoveryCodes.activate(user).get_unused_codes()[0]
        for expected in (True, False):
            browser = Client()
            sign_in(browser, user.email)
            browser.post("/account/second-factor/authenticate/", {"code": recovery})
            assert is_in(browser) is expected

    def test_is_set_up_after_proving_who_one_is(
        self, client: Client, mailoutbox: list[EmailMessage], django_capture_on_commit_callbacks
    ) -> None:
        user = make_user()
        sign_in(client, user.email)
        page = "/account/second-factor/totp/activate/"
        asked = client.get(page)
        assert asked["Location"].startswith("/account/again/?next=")
        client.post(asked["Location"], {"password": "secret"})
        secret = re.search(r'id="secret">(\w+)<', client.get(page).content.decode())
        assert secret
        first = totp.hotp_value(secret[1], int(time.time()) // 30)
        with django_capture_on_commit_callbacks(execute=True):
            client.post(page, {"code": totp.format_hotp_value(first)})
        kept = Authenticator.objects.get(user=user, type="totp")
        assert secret[1] not in str(kept.data)
        assert f"{user.email} set up: authenticator app." in said(AuditKind.CREDENTIALS)
        assert "authenticator app was set up" in mailoutbox[0].body
        client.post("/account/second-factor/totp/deactivate/")
        assert not Authenticator.objects.filter(user=user).exists()
        assert f"{user.email} removed: authenticator app." in said(AuditKind.CREDENTIALS)

    def test_the_operator_removes_it_for_who_lost_everything(self, client: Client) -> None:
        user = with_app()
        sign_in(client, user.email)
        client.post("/account/second-factor/authenticate/", {"code": code()})
        call_command("remove_second_factor", user.email.upper(), stdout=StringIO())
        assert not is_in(client)
        assert sign_in(client, user.email)["Location"] == "/"
        for email, words in ((user.email, "no second factor"), ("x@example.com", "Nobody")):
            with pytest.raises(CommandError, match=words):
                call_command("remove_second_factor", email)

    def test_the_admin_asks_for_it_too(self, client: Client) -> None:
        user = with_app(is_superuser=True, is_staff=True)
        asked = client.get("/admin/", follow=True)
        assert asked.redirect_chain[-1][0].startswith("/account/login/")
        posted = client.post("/admin/login/", {"username": user.email, "password": "secret"})
        assert posted["Location"].startswith("/account/login/")
        assert client.get("/admin/").status_code == 302

    def test_secrets_are_sealed_by_the_secret_key(self, settings) -> None:
        sealed = seal("JBSWY3DP")
        assert "JBSWY3DP" not in sealed
        assert unseal(sealed) == "JBSWY3DP"
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
        assert unseal(sealed) == "JBSWY3DP"
        settings.SECRET_KEY_FALLBACKS = []
        with pytest.raises(ValueError, match="another SECRET_KEY"):
            unseal(sealed)


class TestSecondFactorRequired:
    @pytest.fixture(autouse=True)
    def required(self, settings) -> None:
        settings.REQUIRE_SECOND_FACTOR = True

    def test_leads_to_where_one_is_set_up(self, client: Client) -> None:
        user = make_member(make_workspace(slug="air"))
        sign_in(client, user.email)
        assert client.get("/w/air/journeys/")["Location"] == "/account/second-factor/"
        assert client.post("/w/air/tokens/new/").status_code == 403
        assert client.get("/api/journeys/").status_code == 403
        assert client.get("/account/second-factor/").status_code == 200

    def test_lets_in_who_has_one(self, client: Client) -> None:
        user = with_app()
        workspace = make_workspace(slug="air")
        Membership.objects.create(user=user, workspace=workspace)
        sign_in(client, user.email)
        client.post("/account/second-factor/authenticate/", {"code": code()})
        assert client.get("/w/air/journeys/").status_code == 200

    def test_keeps_the_last_one(self, client: Client) -> None:
        user = with_app()
        sign_in(client, user.email)
        client.post("/account/second-factor/authenticate/", {"code": code()})
        client.post("/account/again/", {"password": "secret"})
        answer = client.post("/account/second-factor/totp/deactivate/")
        assert "Add another one first" in answer.content.decode()
        assert Authenticator.objects.filter(user=user, type="totp").exists()


@pytest.mark.usefixtures("shared_cache")
class TestLockout:
    def test_five_failures_close_an_address_in_every_process(self, client: Client) -> None:
        user = make_user()
        for _ in range(5):
            sign_in(client, user.email, "wrong")
        answer = sign_in(Client(), user.email, REMOTE_ADDR="198.51.100.7")
        assert "Too many attempts failed" in answer.content.decode()
        # What they count in is a table of the database, not the memory of a process.
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM shared_cache WHERE cache_key LIKE %s", ["%login%"])
            assert cursor.fetchone()[0] > 0

    def test_an_unknown_address_is_closed_alike(self, client: Client) -> None:
        for _ in range(5):
            sign_in(client, "nobody@example.com", "wrong")
        answer = sign_in(client, "nobody@example.com", "wrong").content.decode()
        assert "Too many attempts failed" in answer

    def test_others_sign_in_meanwhile(self, client: Client) -> None:
        user, other = make_user(), make_user()
        for _ in range(5):
            sign_in(client, user.email, "wrong")
        assert sign_in(Client(), other.email)["Location"] == "/"

    def test_one_place_gets_no_further_with_many_addresses(self, client: Client) -> None:
        for number in range(20):
            sign_in(client, f"p{number}@example.com", "wrong")
        answer = sign_in(client, make_user().email)
        assert "Too many attempts failed" in answer.content.decode()

    def test_a_page_that_is_asked_too_often_says_so(self, client: Client) -> None:
        answers = [client.post("/account/reset/", {"email": "maya@example.com"}) for _ in range(6)]
        assert answers[-1].status_code == 429
        assert "Too many attempts" in answers[-1].content.decode()


class TestNobodyLearnsWhoHasAnAccount:
    def test_an_unknown_address_is_hashed_for_like_a_known_one(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hashed: list[str] = []
        encode = hashers.MD5PasswordHasher.encode

        def counted(self: Any, password: str, salt: str) -> str:
            hashed.append(password)
            return str(encode(self, password, salt))

        make_user(email="maya@example.com")
        monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", counted)
        sign_in(client, "maya@example.com", "wrong")
        known = len(hashed)
        sign_in(client, "nobody@example.com", "wrong")
        assert known == len(hashed) - known == 1

    def test_signing_up_is_closed_for_all(self, client: Client) -> None:
        assert "Accounts come with an invitation" in client.get("/account/signup/").content.decode()
        posted = client.post("/account/signup/", {"email": "maya@example.com", "password1": NEW})
        assert posted.status_code == 405
        assert not User.objects.exists()


class TestChangingTheAddress:
    @pytest.fixture
    def user(self, client: Client) -> User:
        user = make_user(email="maya@example.com")
        sign_in(client, user.email)
        client.post("/account/again/", {"password": "secret"})
        return user

    def ask(self, client: Client, email: str) -> Any:
        return client.post("/account/email/", {"email": email, "action_add": "1"}, follow=True)

    def test_counts_once_its_mail_was_answered(
        self, client: Client, user: User, mailoutbox: list[EmailMessage]
    ) -> None:
        self.ask(client, "new@example.com")
        user.refresh_from_db()
        assert user.email == "maya@example.com"
        [mail] = [each for each in mailoutbox if each.to == ["new@example.com"]]
        found = re.search(r"http://testserver(/account/email/\S+/)", str(mail.body))
        assert found
        client.get(found[1])
        user.refresh_from_db()
        assert user.email == "maya@example.com"
        client.post(found[1])
        user.refresh_from_db()
        assert user.email == "new@example.com"
        assert sign_in(Client(), "new@example.com")["Location"] == "/"
        assert any("was maya@example.com before" in each for each in said(AuditKind.CREDENTIALS))

    def test_an_address_that_was_given_up_signs_nobody_in(
        self, client: Client, user: User, mailoutbox: list[EmailMessage]
    ) -> None:
        User.objects.update(email="new@example.com")
        sign_in(client, "maya@example.com")
        browser = Client()
        sign_in(browser, "maya@example.com")
        assert not is_in(browser)
        browser.post("/account/reset/", {"email": "maya@example.com"})
        assert mailoutbox == []

    def test_to_somebody_elses_is_refused_or_never_confirmed(
        self, client: Client, user: User
    ) -> None:
        make_user(email="ben@example.com")
        self.ask(client, "ben@example.com")
        user.refresh_from_db()
        assert user.email == "maya@example.com"
        assert User.objects.filter(email="ben@example.com").count() == 1


class TestSessions:
    FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

    @pytest.mark.parametrize(
        ("agent", "words"),
        [
            (FIREFOX, "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Mobile Safari/604.1",
                "Safari on iPhone",
            ),
            ("curl/8.5", "An unknown browser"),
            ("", "An unknown browser"),
        ],
    )
    def test_are_named_by_their_device(self, agent: str, words: str) -> None:
        assert device(agent) == words

    @pytest.fixture
    def two(self) -> tuple[Client, Client, User]:
        user = make_user()
        here, there = Client(), Client(HTTP_USER_AGENT=self.FIREFOX)
        for browser in (here, there):
            sign_in(browser, user.email)
        return here, there, user

    def test_are_listed_and_ended_one_by_one(self, two: tuple[Client, Client, User]) -> None:
        here, there, user = two
        assert "Firefox on Linux" in here.get("/account/sessions/").content.decode()
        other = UserSession.objects.get(user=user, user_agent=self.FIREFOX)
        here.post(f"/account/sessions/{other.pk}/end/")
        assert is_in(here)
        assert not is_in(there)

    def test_are_ended_everywhere_else(self, two: tuple[Client, Client, User]) -> None:
        here, there, _ = two
        here.post("/account/sessions/end/")
        assert is_in(here)
        assert not is_in(there)

    def test_of_others_are_not_there(self, two: tuple[Client, Client, User]) -> None:
        _, there, user = two
        stranger = Client()
        sign_in(stranger, make_user().email)
        for session in UserSession.objects.filter(user=user):
            assert stranger.post(f"/account/sessions/{session.pk}/end/").status_code == 404
        assert is_in(there)

    def test_end_elsewhere_with_a_new_password(self, two: tuple[Client, Client, User]) -> None:
        here, there, _ = two
        fields = {"oldpassword": "secret", "password1": NEW, "password2": NEW}
        here.post("/account/password/", fields)
        assert is_in(here)
        assert not is_in(there)

    def test_all_end_with_a_password_by_mail(
        self, two: tuple[Client, Client, User], mailoutbox: list[EmailMessage]
    ) -> None:
        here, there, user = two
        visitor = Client()
        visitor.post("/account/reset/", {"email": user.email})
        link = re.search(r"http://testserver(/account/reset/\S+/)", str(mailoutbox[0].body))
        assert link
        form = visitor.get(link[1])["Location"]
        visitor.post(form, {"password1": NEW, "password2": NEW})
        assert not is_in(here)
        assert not is_in(there)

    def test_note_that_they_are_in_use(self, settings, client: Client) -> None:
        settings.SESSION_NOTED_SECONDS = 300
        settings.CACHES = SHARED | {
            "noted": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
        }
        caches["noted"].clear()
        browser = Client()
        sign_in(browser, make_user().email)
        long_ago = UserSession.objects.get().last_seen_at.replace(year=2020)
        UserSession.objects.update(last_seen_at=long_ago)
        browser.get("/account/", REMOTE_ADDR="198.51.100.7")
        session = UserSession.objects.get()
        assert session.last_seen_at > long_ago
        assert session.ip == "198.51.100.7"
        caches["noted"].clear()


def test_comings_and_goings_are_written_down(client: Client) -> None:
    user = make_user()
    sign_in(client, user.email, "not-the-secret")
    sign_in(client, user.email)
    client.post("/account/logout/")
    assert said(AuditKind.SIGN_IN_FAILED) == [f"Somebody failed to sign in as {user.email}."]
    assert said(AuditKind.SIGN_IN) == [f"{user.email} signed in by password."]
    assert said(AuditKind.SIGN_OUT) == [f"{user.email} signed out."]
    assert "not-the-secret" not in str(list(AuditEntry.objects.values()))


# ---------------------------------------------------------------- single sign-on

PROVIDER = "https://id.example.com"


class FakeProvider:
    """Answers what a provider would, and remembers what it was asked."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {
            "sub": "42",
            "email": "maya@example.com",
            "email_verified": True,
            "name": "Maya Rao",
        }
        self.reachable = True
        self.asked: list[dict[str, Any]] = []

    def __enter__(self) -> "FakeProvider":
        return self

    def __exit__(self, *args: object) -> None:
        pass

    def get(self, url: str, **options: Any) -> requests.Response:
        if not self.reachable:
            raise requests.ConnectionError
        return self.answer(
            {
                "issuer": PROVIDER,
                "authorization_endpoint": f"{PROVIDER}/authorize",
                "token_endpoint": f"{PROVIDER}/token",
                "userinfo_endpoint": f"{PROVIDER}/userinfo",
                "jwks_uri": f"{PROVIDER}/keys",
            }
            if url.endswith("openid-configuration")
            else self.claims
        )

    def request(self, method: str, url: str, *, data: dict[str, Any], **rest: Any) -> Any:
        self.asked.append(data)
        claims = {"iss": PROVIDER, "aud": "us", "exp": time.time() + 60} | self.claims
        token = jwt.encode(claims, "k" * 32, algorithm="HS256")
        return self.answer({"access_token": "t", "id_token": token, "token_type": "Bearer"})

    def answer(self, data: dict[str, Any]) -> requests.Response:
        response = requests.Response()
        response.status_code = 200
        response.headers["content-type"] = "application/json"
        response._content = json.dumps(data).encode()
        return response


class TestSingleSignOn:
    @pytest.fixture(autouse=True)
    def provider(self, settings, monkeypatch: pytest.MonkeyPatch) -> FakeProvider:
        settings.OIDC_NAME, settings.OIDC_SERVER_URL = "Example ID", PROVIDER
        app = {
            "provider_id": "sso",
            "name": "Example ID",
            "client_id": "us",
            "secret": "s",
            "settings": {"server_url": PROVIDER, "verified_email": False},
        }
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}
        }
        provider = FakeProvider()
        monkeypatch.setattr(SingleSignOn, "get_requests_session", lambda self: provider)
        return provider

    def come_in(self, client: Client, next_page: str = "") -> Any:
        started = client.post("/account/oidc/sso/login/", {"next": next_page})
        asked = parse_qs(urlsplit(started["Location"]).query)
        return client.get(
            "/account/oidc/sso/login/callback/", {"code": "c", "state": asked["state"][0]}
        )

    def test_is_offered(self, client: Client) -> None:
        assert "Sign in with Example ID" in client.get("/account/login/").content.decode()

    def test_asks_with_state_and_a_challenge(self, client: Client) -> None:
        started = client.post("/account/oidc/sso/login/")
        assert started["Location"].startswith(f"{PROVIDER}/authorize?")
        asked = parse_qs(urlsplit(started["Location"]).query)
        assert asked["code_challenge_method"] == ["S256"]
        assert asked["redirect_uri"] == ["http://testserver/account/oidc/sso/login/callback/"]
        assert len(asked["state"][0]) >= 16

    def test_an_answer_that_nobody_asked_for_lets_nobody_in(self, client: Client) -> None:
        make_user(email="maya@example.com")
        answer = client.get("/account/oidc/sso/login/callback/", {"code": "c", "state": "made up"})
        assert "Signing in did not work" in answer.content.decode()
        assert not is_in(client)

    def test_a_stranger_gets_no_account(self, client: Client) -> None:
        answer = self.come_in(client)
        assert answer.status_code == 403
        assert "You have no account here yet" in answer.content.decode()
        assert not User.objects.exists()

    def test_who_was_invited_gets_one_and_joins(
        self, client: Client, mailoutbox: list[EmailMessage]
    ) -> None:
        workspace = make_workspace(slug="air")
        inviter = Client()
        inviter.force_login(make_member(workspace, role=Role.OWNER))
        inviter.post("/w/air/people/invite/", {"emails": "maya@example.com", "role": "viewer"})
        found = re.search(r"http://testserver(/account/invitation/\S+/)", str(mailoutbox[0].body))
        assert found
        assert self.come_in(client, found[1])["Location"] == found[1]
        client.post(found[1])
        user = User.objects.get(email="maya@example.com")
        assert user.name == "Maya Rao"
        assert not user.has_usable_password()
        assert Membership.objects.get(user=user).role == "viewer"
        assert Invitation.objects.get().accepted_at
        assert said(AuditKind.SIGN_IN) == ["maya@example.com signed in by single sign-on."]

    def test_where_the_provider_is_trusted_a_stranger_sees_whom_to_ask(
        self, settings, client: Client
    ) -> None:
        settings.OIDC_CREATES_ACCOUNTS = True
        self.come_in(client)
        assert (
            "Any owner or admin of a workspace can invite you" in client.get("/").content.decode()
        )

    def test_addresses_of_other_domains_stay_out(self, settings, client: Client) -> None:
        settings.OIDC_CREATES_ACCOUNTS, settings.OIDC_DOMAINS = True, ["corp.example"]
        assert "may not come in" in self.come_in(client).content.decode()
        assert not User.objects.exists()

    def test_who_has_an_account_keeps_it_and_its_password(self, client: Client) -> None:
        user = make_user(email="maya@example.com")
        self.come_in(client)
        assert is_in(client)
        user.refresh_from_db()
        assert user.check_password("secret")
        assert SocialAccount.objects.get().user == user

    def test_an_unproved_address_is_never_connected(
        self, settings, client: Client, provider: FakeProvider
    ) -> None:
        settings.OIDC_CREATES_ACCOUNTS = True
        make_user(email="maya@example.com")
        EmailAddress.objects.create(
            user=User.objects.get(), email="maya@example.com", verified=True, primary=True
        )
        provider.claims["email_verified"] = False
        answer = self.come_in(client)
        assert "Your address is not confirmed" in answer.content.decode()
        assert not is_in(client)
        assert not SocialAccount.objects.exists()

    def test_does_not_go_round_a_second_factor(self, client: Client) -> None:
        with_app(email="maya@example.com")
        assert self.come_in(client)["Location"] == "/account/second-factor/authenticate/"
        assert not is_in(client)

    def test_an_account_that_is_switched_off_stays_out(self, client: Client) -> None:
        make_user(email="maya@example.com", is_active=False)
        self.come_in(client)
        assert not is_in(client)

    def test_a_provider_that_cannot_be_reached_is_said_in_words(
        self, client: Client, provider: FakeProvider
    ) -> None:
        provider.reachable = False
        answer = client.post("/account/oidc/sso/login/", follow=True)
        assert "Signing in did not work" in answer.content.decode()

    def test_without_settings_there_is_none(self, settings, client: Client) -> None:
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}
        assert client.post("/account/oidc/sso/login/").status_code == 404
        assert "Example ID" not in client.get("/account/login/").content.decode()


# ---------------------------------------------------------------- the first owner


class TestFirstOwner:
    FIELDS = {
        "name": "Olga Ozols",
        "email": "Olga@example.com",
        "password": NEW,
        "workspace": "Northwind",
    }

    def link(self) -> str:
        out = StringIO()
        call_command("first_owner", stdout=out)
        return out.getvalue().split("http://testserver")[1].strip()

    def test_is_made_by_the_operators_link(self, client: Client) -> None:
        answer = client.post(self.link(), self.FIELDS)
        assert answer["Location"] == "/w/northwind/journeys/"
        user = User.objects.get()
        assert (user.email, user.is_superuser) == ("olga@example.com", True)
        assert Workspace.objects.get().memberships.get().role == "owner"
        assert client.get("/w/northwind/journeys/").status_code == 200

    def test_the_link_works_once_and_there_is_no_other(self, client: Client) -> None:
        link = self.link()
        client.post(link, self.FIELDS)
        assert Client().get(link).status_code == 404
        assert Client().post(link, self.FIELDS).status_code == 404
        with pytest.raises(CommandError, match="Somebody can sign in already"):
            call_command("first_owner")

    def test_nobody_without_the_link_gets_there(self, client: Client) -> None:
        forged = base64.urlsafe_b64encode(b'"first owner"').decode().strip("=")
        other = signing.dumps("first owner", salt="another")
        for token in ("x", forged, other):
            assert client.get(f"/account/first-owner/{token}/").status_code == 404

    def test_a_day_later_it_works_no_more(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        link = self.link()
        now = time.time()
        monkeypatch.setattr("django.core.signing.time.time", lambda: now + 24 * 3600 + 60)
        assert client.get(link).status_code == 404

    def test_visitors_are_told_how(self, client: Client) -> None:
        assert "manage.py first_owner" in client.get("/account/signup/").content.decode()
        make_user()
        assert "first_owner" not in client.get("/account/signup/").content.decode()
