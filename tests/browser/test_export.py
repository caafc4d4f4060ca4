"""Taking a map away in a real browser: by keyboard, from the map to a file on the disk."""

import pytest
from playwright.sync_api import expect

from journeys.exports import formats
from journeys.models import Export, ExportState, Role
from tests.browser.conftest import LOOKS
from tests.factories import make_member, make_trip

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 20_000
"""Milliseconds for the first drawing, which unpacks the fonts."""


@pytest.fixture
def journey():
    return make_trip()


@pytest.fixture
def user(journey):
    return make_member(journey.workspace, Role.VIEWER)


def address(journey):
    return f"{journey.get_absolute_url()}export/?format=json"


def test_from_the_map_to_a_file_by_keyboard(open_page, journey, user, tmp_path):
    page = open_page(f"{journey.get_absolute_url()}?period=30d", user=user)
    page.get_by_role("link", name="Export").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/export/?period=30d")
    expect(page.locator("#period")).to_have_value("30d")
    # A picture that is still coming when the page is left would count as an error.
    expect(page.locator(".htmx-request")).to_have_count(0, timeout=PATIENCE)
    page.locator("[name=format][value=markdown]").focus()
    page.keyboard.press("Space")
    preview = page.get_by_role("region", name="Beginning of the file")
    expect(preview).to_contain_text("Last 30 days", timeout=PATIENCE)
    page.locator("#period").focus()
    page.keyboard.press("End")
    expect(preview).to_contain_text("All time")
    expect(page.locator("#period")).to_be_focused()
    page.wait_for_url("**period=all**")
    expect(page.locator(".htmx-request")).to_have_count(0)
    page.get_by_role("button", name="Make the file").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/exports/*/")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download").press("Enter")
    assert waiting.value.suggested_filename == "trip.md"
    waiting.value.save_as(tmp_path / "trip.md")
    text = (tmp_path / "trip.md").read_text("utf-8")
    assert "Business trip" in text
    assert "All time" in text


def test_a_lane_that_is_left_out_leaves_the_preview(open_page, journey, user):
    page = open_page(address(journey), user=user)
    expect(page.locator("#preview pre")).to_contain_text("Business trip", timeout=PATIENCE)
    page.get_by_text("Lanes", exact=True).click()
    page.get_by_label("Thinking").uncheck()
    page.wait_for_url("**hide=thinking**")
    page.reload()
    expect(page.get_by_label("Thinking")).not_to_be_checked()
    expect(page.get_by_label("Doing")).to_be_checked()


def test_progress_survives_leaving_and_ends_by_itself(open_page, journey, user, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    page = open_page(address(journey), user=user)
    page.get_by_role("button", name="Make the file").click()
    expect(page.get_by_role("heading", name="Waiting to start")).to_be_visible()
    page.goto(address(journey))
    # The list of exports stands below it, and moves down as it comes.
    expect(page.locator("#preview pre")).to_contain_text("Business trip", timeout=PATIENCE)
    page.get_by_role("link", name="Business trip").last.click()
    [export] = Export.objects.all()
    export.move(ExportState.RUNNING, out_of={ExportState.QUEUED}, progress=0.4)
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "40")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="Cancelled")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    # No worker runs in this test, so the page makes it.
    expect(page.get_by_role("heading", name="Ready")).to_be_visible(timeout=PATIENCE)


def test_without_scripts_it_works_by_buttons(open_page, journey, user):
    page = open_page(address(journey), user=user, java_script_enabled=False)
    page.get_by_role("button", name="Show preview").click()
    expect(page.locator("#preview pre")).to_contain_text("Business trip", timeout=PATIENCE)
    page.get_by_role("button", name="Make the file").click()
    expect(page.get_by_role("heading", name="Ready")).to_be_visible()


def test_no_page_breaks_a_rule(open_page, axe_violations, journey, user, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    exports = []
    for state in ExportState:
        export = Export.objects.create(by=user, choices={"format": "json"}, state=state)
        export.journeys.add(journey)
        exports.append(export.get_absolute_url())
    pages = [
        *(f"{journey.get_absolute_url()}export/?format={key}" for key in formats()),
        "/w/northwind/export/",
        *exports,
    ]
    broken = {}
    for size, scheme in LOOKS:
        page = open_page("/", user=user, viewport=size, color_scheme=scheme)
        for path in pages:
            page.goto(path)
            expect(page.locator(".htmx-request")).to_have_count(0)
            wide = page.evaluate("document.documentElement.scrollWidth")
            found = [f"{wide} px wide"] if wide > size[0] else []
            if found := found + axe_violations(page):
                broken[path, size[0], scheme] = found
    assert broken == {}
