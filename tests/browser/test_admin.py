"""The admin in a real browser: every page by axe's rules, and the scripts at work."""

import json

import pytest
from django.contrib.admin.models import LogEntry

from journeys.models import (
    Channel,
    Journey,
    Membership,
    Persona,
    PersonaTrait,
    Role,
    User,
    Workspace,
)
from tests.browser.conftest import PHONE, WIDE
from tests.factories import (
    make_channel,
    make_journey,
    make_member,
    make_persona,
    make_stage,
    make_workspace,
)
from tests.journeys.admin_pages import address
from tests.test_admin_access import MAKERS, MODELS

pytestmark = pytest.mark.django_db(transaction=True)
# Axe itself writes styles into the page, which the content security policy reports.
AXE = True
SIZES = pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace(name="Northwind", slug="northwind")


@pytest.fixture
def owner(workspace: Workspace) -> User:
    return make_member(workspace, Role.OWNER)


def persona_pages(workspace: Workspace, owner: User) -> list[str]:
    persona = make_persona(workspace, name="Maya", role="Buyer", goals="One\nTwo")
    PersonaTrait.objects.create(persona=persona, name="Patience", score=2)
    make_channel(workspace, name="Web")
    LogEntry.objects.log_actions(owner.pk, [persona], 2, "Role: (empty) → “Buyer”")
    own = [address(persona, page) for page in ("change", "history", "delete")]
    lists = [address(Persona, page) for page in ("changelist", "add", "import", "export")]
    return ["/admin/", *lists, f"{lists[0]}?q=ma&use=unused", *own]


@SIZES
def test_the_persona_pages_break_no_rule(open_page, axe_violations, workspace, owner, size) -> None:
    paths = persona_pages(workspace, owner)
    broken = {}
    page = open_page(paths[0], user=owner, viewport=size, errors_expected=AXE)
    for path in paths:
        page.goto(path)
        if found := axe_violations(page, both_schemes=size == WIDE):
            broken[path] = found
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, f"{path} scrolls sideways"
    assert broken == {}


def test_no_page_hurts_the_content_security_policy(open_page, workspace, owner) -> None:
    page = open_page("/admin/", user=owner)
    paths = persona_pages(workspace, owner)
    paths += [address(MAKERS[model](workspace)) for model in MODELS]
    for path in paths:
        page.goto(path)


def test_every_list_and_form_breaks_no_rule(open_page, axe_violations, workspace, owner) -> None:
    """In one look: all are made of the same templates, which the pages above show in the others."""
    paths = []
    for model in MODELS:
        obj = MAKERS[model](workspace)
        if isinstance(obj, Journey):
            make_stage(obj)
        paths += [address(model, "changelist"), address(obj)]
    broken = {}
    page = open_page("/admin/", user=owner, errors_expected=AXE)
    for path in paths:
        page.goto(path)
        if found := axe_violations(page):
            broken[path] = found
    assert broken == {}


def test_a_file_is_previewed_and_imported(open_page, axe_violations, workspace, owner, tmp_path):
    make_persona(workspace, name="Maya", slug="maya", role="Buyer")
    rows = [
        {"workspace": "northwind", "slug": "maya", "role": "IT buyer", "name": "Maya"},
        {"workspace": "northwind", "slug": "new", "role": "", "name": "New"},
    ]
    file = tmp_path / "personas.json"
    file.write_text(json.dumps(rows), encoding="utf-8")
    page = open_page(address(Persona, "import"), user=owner, errors_expected=AXE)
    page.set_input_files("input[type=file]", file)
    page.click("text=Preview")
    assert page.inner_text("del") == "Buyer"
    assert axe_violations(page) == []
    assert Persona.objects.count() == 1
    page.click("text=Import all of it")
    assert "Imported: 1 new, 1 changed" in page.inner_text(".messagelist")
    file.write_text(json.dumps([rows[0] | {"role": 7 * "too long " * 3}]), encoding="utf-8")
    page.goto(address(Persona, "import"))
    page.set_input_files("input[type=file]", file)
    page.click("text=Preview")
    assert "Row 1, role: has 188 characters" in page.inner_text("[role=alert]")
    assert axe_violations(page) == []


def test_a_persona_is_made_and_copied_by_hand(open_page, workspace, owner) -> None:
    make_channel(workspace, name="Web")
    page = open_page(address(Persona, "add"), user=owner)
    page.select_option("#id_workspace", label="Northwind")
    page.fill("#id_name", "Maya Ortiz")
    page.locator("#id_role").focus()
    assert page.input_value("#id_slug") == "maya-ortiz"
    page.get_by_label("Web", exact=True).check()
    page.click("text=Add another Trait")
    page.fill("[aria-label='Name, row 1']", "Patience")
    page.fill("[aria-label='Score, row 1']", "2")
    page.click("input[name=_continue]")
    assert "was added successfully" in page.inner_text(".messagelist")
    assert "Patience" in page.inner_text(".persona-preview")
    page.click("button:has-text('Duplicate')")
    assert page.input_value("#id_name") == "Maya Ortiz (copy)"
    assert Persona.objects.get(slug="maya-ortiz-2").preferred_channels.get() == (
        Channel.objects.get(name="Web")
    )


def test_a_suggestion_is_found_by_typing(open_page, workspace, owner) -> None:
    journey = make_journey(workspace)
    member = make_member(workspace)
    User.objects.filter(pk=member.pk).update(name="Ana Lima")
    page = open_page(address(journey), user=owner)
    box = page.locator("[role=combobox][aria-label^='Owner']")
    box.click()
    search = page.locator(".select2-search__field")
    search.fill("ana")
    page.click(f"text=Ana Lima ({member.email})")
    page.click("input[name=_save]")
    journey.refresh_from_db()
    assert journey.owner == member


def test_a_member_is_invited_by_hand(open_page, workspace, owner) -> None:
    page = open_page(address(workspace), user=owner)
    page.click("text=Add another Member")
    page.fill("[aria-label='E-mail address, row 2']", "new@example.com")
    page.select_option("[aria-label='Role, row 2']", "admin")
    page.click("input[name=_save]")
    assert "was changed successfully" in page.inner_text(".messagelist")
    assert Membership.objects.get(user__email="new@example.com").role == Role.ADMIN
