"""The audit log in a browser: by keyboard, on a phone, in the dark."""

from typing import Any

import pytest

from journeys.models import AuditKind, Role
from tests.browser.conftest import PHONE, WIDE
from tests.factories import make_audit_entry, make_member, make_workspace


@pytest.mark.parametrize(("viewport", "scheme"), [(WIDE, "light"), (PHONE, "dark")])
def test_it_is_accessible_and_searched_by_keyboard(
    open_page: Any, axe_violations: Any, viewport: Any, scheme: Any
) -> None:
    workspace = make_workspace(slug="northwind")
    make_audit_entry(workspace, actor_name="Ana Ruiz <ana@example.com>")
    make_audit_entry(workspace, kind=AuditKind.TOKEN, text="Made the API token “Desk”.")
    page = open_page(
        "/w/northwind/audit/",
        user=make_member(workspace, Role.ADMIN),
        viewport=viewport,
        color_scheme=scheme,
    )
    assert axe_violations(page) == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= viewport[0]
    page.get_by_role("textbox", name="Person").fill("ana")
    page.keyboard.press("Enter")
    page.wait_for_url("**person=ana**")
    assert page.locator("tbody tr").count() == 1
