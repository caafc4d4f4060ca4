"""Erasing a person and merging touchpoints, in a browser."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from feedback.models import Identity
from feedback.privacy.respondents import respondent_for
from journeys.models import Role, User
from tests.browser.conftest import PHONE, WIDE
from tests.factories import make_member, make_record, make_step, make_touchpoint
from touchpoints.models import Touchpoint

pytestmark = pytest.mark.django_db(transaction=True)

AXE = True
"""axe sets inline styles while it looks, which our policy forbids and reports."""

OpenPage = Callable[..., Page]
Violations = Callable[[Page], list[str]]


@pytest.fixture
def touchpoint() -> Touchpoint:
    touchpoint = make_touchpoint(title="Inflight wifi")
    workspace = touchpoint.step.stage.journey.workspace
    jo = respondent_for(workspace, "jo@example.com")
    Identity.objects.create(respondent=jo, email="jo@example.com")
    make_record(touchpoint, respondent=jo, comment="It was slow")
    return touchpoint


@pytest.fixture
def admin(touchpoint: Touchpoint) -> User:
    return make_member(touchpoint.step.stage.journey.workspace, Role.ADMIN)


@pytest.mark.parametrize(("viewport", "scheme"), [(WIDE, "light"), (PHONE, "dark")])
def test_a_person_is_looked_for_and_erased_by_keyboard(
    open_page: OpenPage, axe_violations: Violations, admin: User, viewport: Any, scheme: str
) -> None:
    page = open_page(
        reverse("admin:feedback_erasure_add"),
        user=admin,
        viewport=viewport,
        color_scheme=scheme,
        errors_expected=AXE,
    )
    assert axe_violations(page) == []
    page.get_by_label("E-mail address").fill("jo@example.com")
    page.get_by_label("E-mail address").press("Enter")
    page.get_by_role("heading", name="What erasing would do").wait_for()
    assert page.get_by_text("Identities deleted: 1").is_visible()
    assert "jo" not in page.url
    assert axe_violations(page) == []
    page.get_by_role("button", name="Erase now").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Erased: identities deleted: 1").wait_for()
    assert axe_violations(page) == []
    assert not Identity.objects.exists()


@pytest.mark.parametrize(("viewport", "scheme"), [(WIDE, "dark"), (PHONE, "light")])
def test_two_touchpoints_become_one(
    open_page: OpenPage, axe_violations: Violations, admin: User, touchpoint: Touchpoint,
    viewport: Any, scheme: str,
) -> None:  # fmt: skip
    into = make_touchpoint(make_step(touchpoint.step.stage), title="Wifi")
    address = reverse("admin:touchpoints_touchpoint_change", args=[touchpoint.pk])
    page = open_page(
        address, user=admin, viewport=viewport, color_scheme=scheme, errors_expected=AXE
    )
    page.get_by_role("link", name="Merge …").click()
    page.get_by_label("Merge into").wait_for()
    assert axe_violations(page) == []
    page.get_by_label("Merge into").select_option(str(into.pk))
    page.get_by_role("button", name="See what would move").click()
    page.get_by_text("Answers and comments: 1").wait_for()
    assert axe_violations(page) == []
    page.get_by_role("button", name="Merge").click()
    page.get_by_text("Merged “Inflight wifi” into “Wifi”").wait_for()
    page.goto(page.url.split("/admin/")[0] + evidence(touchpoint))
    page.get_by_role("link", name="Wifi", exact=True).wait_for()
    assert axe_violations(page) == []


def evidence(touchpoint: Touchpoint) -> str:
    workspace = touchpoint.step.stage.journey.workspace
    return reverse("feedback:touchpoint_evidence", args=[workspace.slug, touchpoint.pk])
