"""From an alert to its explanation to a snooze: by mouse, and by keyboard alone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from feedback.alerting.watching import watch_workspace
from feedback.alerting.weeks import first_watched, last_sunday
from feedback.models import AlertHook, AlertState
from journeys.models import Role
from tests.browser.conftest import PHONE
from tests.factories import (
    make_journey,
    make_member,
    make_stage,
    make_step,
    make_team,
    make_touchpoint,
    make_workspace,
)
from tests.feedback.test_alerts_watch import FINE, LOW, answers


@pytest.fixture
def alert(transactional_db):
    """A fall at the gate that today's watch finds."""
    home = make_workspace(name="Northwind", slug="northwind")
    journey = make_journey(home, title="Business trip", slug="trip")
    team = make_team(home, name="Ground", slug="ground")
    gate = make_touchpoint(make_step(make_stage(journey)), title="Gate", team=team)
    today = timezone.now().date()
    start = first_watched(today)
    weeks = ((last_sunday(today) - start).days + 1) // 7
    answers(gate, start - timedelta(weeks=26), [FINE] * (26 + weeks - 6) + [LOW] * 6)
    [found] = watch_workspace(home, timezone.now(), tells=False).opened
    return found


@pytest.fixture
def admin(alert):
    return make_member(alert.workspace, Role.ADMIN)


def test_alert_explanation_snooze(alert, admin, open_page):
    page = open_page("/w/northwind/journeys/", user=admin)
    page.get_by_text("Understand").click()
    page.get_by_role("link", name="Alerts 1 open").click()
    page.get_by_role("link", name="Gate: 60").click()
    # Plotly is large, and machines that test are busy.
    expect(page.get_by_role("application")).to_have_count(2, timeout=30_000)
    expect(page.get_by_text("calls about")).to_be_visible()
    page.get_by_text("Snooze …").click()
    until = timezone.now().date() + timedelta(days=21)
    page.get_by_label("Until").fill(until.isoformat())
    page.get_by_label("Note").first.fill("The gate is rebuilt.")
    page.get_by_role("button", name="Snooze", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Snoozed until")
    expect(page.get_by_text("The gate is rebuilt.")).to_be_visible()
    alert.refresh_from_db()
    assert (alert.state, alert.snoozed_until) == (AlertState.SNOOZED, until)
    expect(page.locator(".nav .count")).to_have_count(0)


def test_alert_explanation_snooze_by_keyboard(alert, admin, open_page):
    page = open_page("/w/northwind/alerts/", user=admin)
    tab_to(page, "Gate: 60")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{alert.get_absolute_url()}")
    tab_to(page, "Snooze …")
    page.keyboard.press("Enter")
    # The day that is offered will do: on to the note, past the parts of the date.
    tab_to(page, "note")
    page.keyboard.type("Known.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Snoozed until")
    alert.refresh_from_db()
    assert (alert.state, alert.note) == (AlertState.SNOOZED, "Known.")
    tab_to(page, "Open it again")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Open again")


def test_the_chart_is_read_by_arrow_keys(alert, admin, open_page):
    page = open_page(alert.get_absolute_url(), user=admin)
    chart = page.get_by_role("application").last
    chart.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#chart-evidence [data-chart-said]")).to_contain_text("For a rise")


def test_no_page_breaks_a_rule(alert, admin, open_page, axe_violations):
    hook = AlertHook.objects.create(
        workspace=alert.workspace, name="Chat", url="https://chat.example/"
    )
    listed = "/w/northwind/alerts/"
    for path in (listed, alert.get_absolute_url(), hook.get_absolute_url()):
        page = open_page(path, user=admin)
        assert axe_violations(page, both_schemes=True) == []
    for path in (listed, alert.get_absolute_url()):
        page = open_page(path, user=admin, viewport=PHONE)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def tab_to(page, words: str) -> None:
    """Press Tab until what has the focus says the words, or is named so."""
    for _ in range(60):
        page.keyboard.press("Tab")
        said = page.evaluate(
            "document.activeElement.innerText || document.activeElement.name || ''"
        )
        if said.strip().startswith(words):
            return
    raise AssertionError(f"Nothing that says “{words}” takes the focus.")
