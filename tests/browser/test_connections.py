"""Connecting a tool in a browser: a token, a webhook, its questions; and no rule of axe broken."""

import json

import pytest
from playwright.sync_api import expect

from feedback.models import FeedbackRecord, Webhook
from journeys.models import Role
from tests.browser.conftest import PHONE
from tests.factories import (
    make_api_token,
    make_delivery,
    make_journey,
    make_member,
    make_source,
    make_stage,
    make_step,
    make_touchpoint,
    make_webhook,
    make_workspace,
)

BODY = {
    "event": "responseFinished",
    "data": {
        "id": "r-1",
        "finished": True,
        "createdAt": "2026-03-10T12:00:00Z",
        "data": {"q-nps": 9, "q-why": "Quick and friendly"},
    },
}


@pytest.fixture
def webhook(transactional_db):
    journey = make_journey(make_workspace(name="Northwind", slug="northwind"))
    make_touchpoint(make_step(make_stage(journey), title="Check-in"), title="Desk")
    source = make_source(journey.workspace, name="Check-in survey")
    found = make_webhook(journey, source=source, provider="formbricks")
    make_delivery(found, body=json.dumps(BODY))
    return found


@pytest.fixture
def admin(webhook):
    return make_member(webhook.journey.workspace, Role.ADMIN)


def test_questions_get_a_meaning_and_what_waited_is_recorded(webhook, admin, open_page):
    page = open_page("/w/northwind/webhooks/", user=admin)
    page.get_by_role("link", name="Check-in survey").click()
    page.get_by_label("Touchpoint", exact=True).select_option(index=1)
    page.get_by_label("Meaning of q-nps").select_option("nps")
    page.get_by_label("Meaning of q-why").select_option("comment")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    page.get_by_role("button", name="Read 1 unrecorded again").click()
    expect(page.get_by_role("status")).to_contain_text("1 of 1")
    record = FeedbackRecord.objects.get()
    assert (record.score, record.comment) == (9, "Quick and friendly")


def test_a_token_is_made_with_the_keyboard_and_shown_once(webhook, admin, open_page):
    page = open_page("/w/northwind/tokens/", user=admin)
    page.get_by_label("Name").fill("Night job")
    page.get_by_label("Send feedback and observations").focus()
    page.keyboard.press("Space")
    page.get_by_label("Name").press("Enter")
    secret = page.locator("#secret")
    expect(secret).to_contain_text("cxj_")
    page.goto("/w/northwind/tokens/")
    expect(secret).to_have_count(0)
    expect(page.get_by_role("row", name="Night job")).to_be_visible()


def test_no_page_breaks_a_rule(webhook, admin, open_page, axe_violations):
    make_api_token(admin, webhook.journey.workspace)
    one = f"/w/northwind/webhooks/{Webhook.objects.get().pk}/"
    for options in ({}, {"viewport": PHONE, "color_scheme": "dark"}):
        page = open_page("/w/northwind/tokens/", user=admin, **options)
        for path in ("/w/northwind/tokens/", "/w/northwind/webhooks/", one, "/api/docs/"):
            page.goto(path)
            assert axe_violations(page) == [], path
