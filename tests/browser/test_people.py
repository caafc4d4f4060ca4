"""Being invited, coming in, and second factors, in a real browser under the strict policy."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from playwright.sync_api import Page, expect

from journeys.models import Membership, Role, User
from tests.browser.conftest import PHONE
from tests.factories import make_member, make_user, make_workspace

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "a long and winding road"


def code_of(secret: str, ahead: int = 0) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + ahead))


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/account/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def prove_again(page: Page, password: str) -> None:
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Go on").click()


def test_from_an_invitation_to_signing_in_with_an_app(
    open_page, axe_violations, settings, live_server, mailoutbox
):
    settings.SITE_URL = live_server.url
    air = make_workspace(name="Air", slug="air")
    admin = open_page("/w/air/people/", user=make_member(air, Role.OWNER))
    assert axe_violations(admin, both_schemes=True) == []
    admin.get_by_label("E-mail addresses").fill("maya@example.com, nonsense")
    admin.get_by_label("Role", exact=True).select_option("editor")
    admin.get_by_role("button", name="Invite", exact=True).click()
    expect(admin.get_by_role("status")).to_contain_text("nonsense This is no e-mail address.")
    expect(admin.get_by_role("row", name="maya@example.com")).to_contain_text("Editor")
    assert axe_violations(admin) == []

    link = re.search(r"http\S+/account/invitation/\S+", mailoutbox[0].body)[0]
    page = open_page(link.removeprefix(live_server.url), viewport=PHONE)
    assert axe_violations(page) == []
    page.get_by_label("Your name").fill("Maya Rao")
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_role("button", name="Make the account and join").click()
    expect(page).to_have_url(f"{live_server.url}/w/air/journeys/")

    page.goto("/account/second-factor/totp/activate/")
    assert axe_violations(page) == []
    prove_again(page, PASSWORD)
    assert axe_violations(page) == []
    secret = page.locator("#secret").inner_text()
    page.get_by_label("Code that the app shows").fill(code_of(secret, -1))
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert axe_violations(page) == []
    for path in ("/account/", "/account/second-factor/", "/account/sessions/", "/account/email/"):
        page.goto(path)
        assert axe_violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], path
    page.get_by_label("Account of Maya Rao").click()
    page.get_by_role("button", name="Sign out").click()

    sign_in(page, "maya@example.com", PASSWORD)
    expect(page.get_by_role("heading", name="Your second factor")).to_be_visible()
    assert axe_violations(page) == []
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(f"{live_server.url}/w/air/journeys/")


def test_signs_in_with_a_passkey_alone(open_page, axe_violations, live_server, settings):
    make_member(make_workspace(slug="air"))
    user = make_user(email="ben@example.com", password=PASSWORD)
    # Passkeys belong to names, not to numbers such as 127.0.0.1.
    base = live_server.url.replace("127.0.0.1", "localhost")
    page = open_page("/account/reset/done/")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    page.goto(f"{base}/account/login/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto(f"{base}/account/second-factor/webauthn/add/")
    prove_again(page, PASSWORD)
    assert axe_violations(page) == []
    page.get_by_label("Name").fill("Laptop")
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert Authenticator.objects.get(user=user, type="webauthn").wrap().name == "Laptop"
    page.goto(f"{base}/account/second-factor/webauthn/")
    expect(page.get_by_text("Signs in alone")).to_be_visible()
    assert axe_violations(page) == []

    page.get_by_label(f"Account of {user}").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Welcome, ben@example.com")).to_be_visible()

    # And as the second factor after a password.
    page.get_by_label(f"Account of {user}").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Welcome, ben@example.com")).to_be_visible()


def test_the_people_of_a_workspace_fit_a_phone_and_leave(open_page, axe_violations, live_server):
    air = make_workspace(name="Air", slug="air")
    make_member(air, Role.OWNER)
    member = make_member(air, Role.ADMIN)
    page = open_page("/w/air/people/", user=member, viewport=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert axe_violations(page) == []
    page.locator("summary", has_text="Leave").click()
    page.get_by_role("button", name="Leave Air").click()
    expect(page).to_have_url(f"{live_server.url}/")
    assert not Membership.objects.filter(user=member).exists()
    assert User.objects.filter(pk=member.pk).exists()
