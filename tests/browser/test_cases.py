"""From a low score to a closed case: by mouse, and with nothing but the keyboard."""

from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult
from playwright.sync_api import Page, expect

from cxjourney.worker import Worker
from feedback.models import Case, CaseState, EntryKind
from journeys.models import Role
from tests.browser.conftest import in_each_look
from tests.factories import (
    make_case,
    make_case_rule,
    make_customer,
    make_member,
    make_record,
    make_survey,
    make_touchpoint,
)

DATABASE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def survey(transactional_db, settings):
    settings.TASKS = DATABASE
    touchpoint = make_touchpoint(title="Gate")
    make_case_rule(touchpoint.step.stage.journey.workspace, name="Unhappy")
    return make_survey(touchpoint, privacy="identified")


@pytest.fixture
def editor(survey):
    return make_member(survey.source.workspace, Role.EDITOR)


def work() -> None:
    """Do what waits, as the worker does."""
    Worker(once=True).run()
    assert not DBTaskResult.objects.ready().exists()


def tab_to(page: Page, name: str, role: Any = "button") -> None:
    """Press Tab until the thing of that name has the focus."""
    target = page.get_by_role(role, name=name, exact=True).first
    for _ in range(90):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {name}")


def test_a_low_score_becomes_a_case_and_is_closed_by_mouse(survey, editor, open_page):
    customer = open_page(f"/s/{survey.token}/")
    customer.get_by_role("radio", name="1").check()
    customer.locator("[name=comment]").fill("Two hours, and nobody came.")
    customer.locator("[name=email]").fill("jo@example.com")
    customer.locator("[name=name]").fill("Jo Doe")
    customer.locator("[name=may_contact]").check()
    customer.get_by_role("button", name="Send").click()
    expect(customer.get_by_role("heading", name="Thank you", exact=True)).to_be_visible()
    work()

    page = open_page(f"/w/{survey.source.workspace.slug}/cases/", user=editor)
    page.get_by_role("link", name="Gate").click()
    expect(page.get_by_text("Two hours, and nobody came.")).to_be_visible()
    expect(page.get_by_text("jo@example.com")).to_have_count(0)
    page.get_by_label("Owner").select_option(str(editor.pk))
    page.get_by_role("button", name="Assign").click()
    expect(page.get_by_text("jo@example.com")).to_be_visible()
    page.get_by_label("What was said").first.fill("Apologised.")
    page.get_by_role("button", name="Contacted", exact=True).click()
    page.get_by_label("Root cause").fill("Process")
    page.get_by_label("What was done").fill("A second desk opens at noon.")
    page.get_by_role("button", name="Resolved").click()
    page.get_by_role("link", name="Write the follow-up").click()
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Send it to 1 customer").click()
    work()
    page.reload()
    expect(page.get_by_text("1 sent")).to_be_visible()
    page.get_by_role("navigation", name="Where you are").get_by_role(
        "link", name=str(Case.objects.get().pk), exact=True
    ).click()
    page.get_by_role("button", name="Close the case").click()
    expect(page.locator(".case-steps [aria-current=step]")).to_have_text("Closed")
    case = Case.objects.get()
    assert (case.state, case.told_way) == (CaseState.CLOSED, "mail")


def test_the_same_by_keyboard_alone(survey, editor, open_page):
    customer = open_page(f"/s/{survey.token}/")
    customer.keyboard.press("Tab")
    customer.keyboard.press("Space")
    expect(customer.get_by_role("radio", name="1")).to_be_checked()
    for name, typed in (("comment", "Nobody came."), ("email", "jo@example.com")):
        for _ in range(9):
            if customer.evaluate("document.activeElement.name") == name:
                break
            customer.keyboard.press("Tab")
        customer.keyboard.type(typed)
    for _ in range(9):
        if customer.evaluate("document.activeElement.name") == "may_contact":
            break
        customer.keyboard.press("Tab")
    customer.keyboard.press("Space")
    tab_to(customer, "Send")
    customer.keyboard.press("Enter")
    expect(customer.get_by_role("heading", name="Thank you", exact=True)).to_be_visible()
    work()

    page = open_page(f"/w/{survey.source.workspace.slug}/cases/", user=editor)
    tab_to(page, "Gate", "link")
    page.keyboard.press("Enter")
    tab_to(page, "Owner", "combobox")
    page.keyboard.type(str(editor))
    tab_to(page, "Assign")
    page.keyboard.press("Enter")
    tab_to(page, "What was said", "textbox")
    page.keyboard.type("Apologised.")
    tab_to(page, "Contacted")
    page.keyboard.press("Enter")
    tab_to(page, "Root cause", "combobox")
    page.keyboard.type("Process")
    tab_to(page, "What was done", "textbox")
    page.keyboard.type("A second desk.")
    tab_to(page, "Resolved")
    page.keyboard.press("Enter")
    tab_to(page, "Close the case")
    page.keyboard.press("Enter")
    expect(page.locator(".case-steps [aria-current=step]")).to_have_text("Closed")
    case = Case.objects.get()
    assert (case.state, case.owner, case.root_cause) == (CaseState.CLOSED, editor, "Process")


@in_each_look
def test_the_pages_are_accessible_and_fit(
    transactional_db, open_page, axe_violations, viewport, scheme
):
    touchpoint = make_touchpoint(title="Gate")
    workspace = touchpoint.step.stage.journey.workspace
    jo = make_customer(workspace, name="Jo Doe")
    case = make_case(make_record(touchpoint, score=1, respondent=jo, comment="Nobody came."))
    case.note(EntryKind.NOTE, "Tried twice", by=None)
    make_case_rule(workspace)
    owner = make_member(workspace, Role.OWNER)
    base = f"/w/{workspace.slug}/"
    page = open_page(f"{base}cases/", user=owner, viewport=viewport, color_scheme=scheme)
    for path in (
        *("cases/", f"cases/{case.pk}/", "cases/rules/", "cases/rules/new/", "cases/figures/"),
        *(f"follow-ups/new/?case={case.pk}", "customers/", f"customers/{jo.key}/"),
        "cases/?state=closed",
    ):
        page.goto(base + path)
        assert axe_violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport[0], path
