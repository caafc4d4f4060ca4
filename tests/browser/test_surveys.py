"""What a customer does on a survey's pages, by keyboard and on a phone; what the team sees."""

import re

import pytest
from playwright.sync_api import expect

from feedback.models import FeedbackRecord
from tests.browser.conftest import in_each_look
from tests.factories import make_handoff, make_member, make_survey


@pytest.fixture
def survey(transactional_db, live_server):
    handoff = make_handoff()
    return make_survey(
        handoff.to_touchpoint,
        metric="nps",
        languages=["en", "de", "ar"],
        privacy="identified",
        handoff=handoff,
        kiosk=True,
        allowed_origins=live_server.url,
    )


def test_a_customer_answers_by_keyboard_alone_and_without_scripts(survey, open_page):
    page = open_page(f"/s/{survey.token}/", java_script_enabled=False)
    page.keyboard.press("Tab")
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="8")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("Friendly at the desk.")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Send").press("Enter")
    expect(page.get_by_role("heading", name="Thank you", exact=True)).to_be_visible()
    record = FeedbackRecord.objects.get()
    assert (record.score, record.comment) == (8, "Friendly at the desk.")
    code = page.locator("code").inner_text()
    page.get_by_role("link", name="Delete an answer").click()
    page.get_by_label("Your receipt code").fill(code)
    page.get_by_role("button", name="Delete an answer").click()
    expect(page.get_by_role("heading", name="Your answer is deleted.")).to_be_visible()
    assert not FeedbackRecord.objects.exists()


@in_each_look
def test_the_public_pages_are_accessible_and_fit(
    survey, open_page, axe_violations, viewport, scheme
):
    page = open_page(f"/s/{survey.token}/?score=9", viewport=viewport, color_scheme=scheme)
    for path in ("?score=9", "?lang=ar", "kiosk/", "embed/", "../forget/", "thanks/"):
        page.goto(f"/s/{survey.token}/{path}")
        assert axe_violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport[0], path
    page.goto(f"/s/{survey.token}/")
    for target in page.locator(".point, .send, .tick").all():
        assert target.bounding_box()["height"] >= 44


def test_a_kiosk_returns_to_the_question_by_itself(survey, open_page):
    page = open_page(f"/s/{survey.token}/kiosk/")
    page.get_by_role("button", name="10").click()
    expect(page.get_by_role("heading", name="Thank you", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="10")).to_be_visible(timeout=15_000)
    assert FeedbackRecord.objects.get().score == 10


def test_an_embedded_survey_is_as_high_as_it_needs_and_shows_elsewhere_nothing(
    survey, open_page, live_server
):
    page = open_page(f"/s/{survey.token}/", errors_expected=True)
    snippet = (
        f'<iframe src="{live_server.url}/s/{survey.token}/embed/" title="Survey" '
        'width="600" height="50" data-cxjourney-survey></iframe>'
        f'<script src="{live_server.url}/static/js/survey-embed.js"></script>'
    )
    for host, allowed in ((live_server.url, True), ("http://elsewhere.example", False)):
        page.route(
            f"{host}/host-page",
            lambda route: route.fulfill(content_type="text/html", body=snippet),
        )
        page.goto(f"{host}/host-page")
        frame = page.frame_locator("iframe")
        if allowed:
            frame.get_by_role("radio", name="9").check()
            expect(page.locator("iframe")).to_have_attribute("height", re.compile(r"\d{3,}"))
            frame.get_by_role("button", name="Send").click()
            expect(frame.get_by_role("heading", name="Thank you", exact=True)).to_be_visible()
        else:
            expect(frame.get_by_role("button", name="Send")).to_have_count(0)
    assert FeedbackRecord.objects.count() == 1


@in_each_look
def test_the_teams_pages_are_accessible_and_fit(
    survey, open_page, axe_violations, viewport, scheme
):
    workspace = survey.source.workspace
    base = f"/w/{workspace.slug}/surveys/"
    page = open_page(base, user=make_member(workspace), viewport=viewport, color_scheme=scheme)
    for path in ("", "new/", f"{survey.pk}/", f"{survey.pk}/edit/", f"{survey.pk}/invite/"):
        page.goto(base + path)
        assert axe_violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport[0], path
