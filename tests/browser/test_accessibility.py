"""No page breaks a rule of axe: light and dark, wide and on a phone, with the whole demo on it."""

import pytest
from playwright.sync_api import expect

from journeys.models import Journey, Membership, Persona, Role
from tests.browser.conftest import PHONE, WIDE
from tests.demo import load_small_demo
from tests.factories import make_journey, make_user, make_workspace
from touchpoints.models import Team, Touchpoint


def pages_of_the_demo() -> list[str]:
    """One address for every kind of page and for its awkward states."""
    journey = Journey.objects.get(workspace__slug="demo", slug="business-trip")
    touchpoint = Touchpoint.objects.filter(step__stage__journey=journey)[0]
    persona = Persona.objects.filter(workspace__slug="demo")[0]
    trip = journey.get_absolute_url()
    evidence = f"/w/demo/touchpoints/{touchpoint.pk}/evidence/"
    empty = make_journey(journey.workspace, title="Empty", slug="empty")
    return [
        "/",
        "/account/password/",
        "/w/demo/journeys/",
        "/w/demo/journeys/?state=future",
        "/w/demo/journeys/?q=nothing-like-it",
        trip,
        f"{trip}?period=365d&compare=none&hide=doing&zoom=70",
        f"{trip}?segment=Mars&period=fortnight",
        f"{trip}outline/",
        empty.get_absolute_url(),
        evidence,
        f"{evidence}?metric=friction",
        "/w/demo/personas/",
        persona.get_absolute_url(),
        "/w/demo/teams/",
        *[team.get_absolute_url() for team in Team.objects.filter(workspace__slug="demo")[:2]],
        "/w/demo/journeys/not-there/",
    ]


SIGNED_OUT = [
    "/account/login/",
    "/account/signup/",
    "/account/reset/",
    "/account/reset/sent/",
    "/account/reset/done/",
    "/account/invitation/not-there/",
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_no_page_breaks_a_rule(open_page, axe_violations, size):
    load_small_demo()
    workspace = Journey.objects.filter(workspace__slug="demo")[0].workspace
    user = make_user(name="Anna Klein")
    for each in (workspace, make_workspace()):
        Membership.objects.create(workspace=each, user=user, role=Role.OWNER)
    broken = {}
    for who, paths in ((user, pages_of_the_demo()), (None, SIGNED_OUT)):
        page = open_page("/account/login/", user=who, viewport=size, errors_expected=True)
        for path in paths:
            response = page.goto(path)
            expect(page.locator(".htmx-request")).to_have_count(0)
            found = [f"status {response.status}"] if response.status >= 500 else []
            if found := found + axe_violations(page, both_schemes=size == WIDE):
                broken[path] = found
    assert broken == {}
