"""From a file to a number on the map in the browser: dropping, explaining, checking, waiting."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from feedback.imports.batches import ask_check, content
from feedback.imports.report import Report
from feedback.models import BatchState, FeedbackRecord, ImportBatch
from journeys.models import LaneKind
from tests.browser.conftest import PHONE, WIDE
from tests.factories import make_batch, make_lane, make_member, make_workspace
from tests.feedback.imports.desks import BAD, HEADER, MAPPING, make_desk

pytestmark = pytest.mark.databases

SCORES = (5, 5, 4, 4, 4, 2, 1, 5)


@pytest.fixture
def journey(transactional_db):
    journey = make_desk(make_workspace(name="Northwind", slug="northwind"), title="Business trip")
    for kind in (LaneKind.TOUCHPOINTS, LaneKind.FEEDBACK):
        make_lane(journey, kind=kind)
    return journey


@pytest.fixture
def user(journey):
    return make_member(journey.workspace)


def answers() -> bytes:
    day = (timezone.now() - timedelta(days=2)).date()
    rows = [f"R{number},{day},{score},\n" for number, score in enumerate(SCORES)]
    return (HEADER + "".join(rows)).encode()


def test_a_file_becomes_a_number_on_the_map(open_page, journey, user, axe_violations):
    page = open_page(journey.workspace.get_absolute_url(), user=user)
    # By keyboard: the menu opens, is walked through, closes and gives the focus back.
    menu = page.locator(".nav summary", has_text="Feedback")
    menu.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Surveys")).to_be_focused()
    assert axe_violations(page) == []
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    expect(page.get_by_role("link", name="Imports")).to_be_hidden()
    menu.click()
    page.get_by_role("link", name="Imports").click()
    page.get_by_role("link", name="Import the first file").click()
    expect(page.get_by_label("Choose a file")).to_be_attached()
    assert axe_violations(page) == []
    page.get_by_label("Choose a file").set_input_files(
        {"name": "desk.csv", "mimeType": "text/csv", "buffer": answers()}
    )
    expect(page.get_by_text("desk.csv (0.2 kB)")).to_be_visible()
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="What do the columns mean?")).to_be_visible()
    desk = page.get_by_role("group", name="Check-in desk")
    expect(desk.get_by_label("Read as")).to_have_value("score")
    expect(desk.get_by_label("Scale")).to_be_visible()
    # What only scores need goes with the score, without a script of ours.
    desk.get_by_label("Read as").select_option("ignore")
    expect(desk.get_by_label("Scale")).to_be_hidden()
    desk.get_by_label("Read as").select_option("score")
    desk.get_by_label("Scale").select_option("csat")
    page.get_by_label("Save this mapping as").fill("Desk survey")
    assert axe_violations(page) == []
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", name="Checked")).to_be_visible()
    expect(page.locator(".counts div", has_text="New answers").locator("strong")).to_have_text("8")
    assert axe_violations(page) == []
    page.get_by_role("button", name="Import 8 answers").click()
    expect(page.get_by_role("heading", name="Imported")).to_be_visible()
    assert axe_violations(page) == []
    assert FeedbackRecord.objects.count() == len(SCORES)
    page.get_by_role("link", name="Open the map").click()
    expect(page.locator("tr.lane-feedback")).to_contain_text("n 8")
    page.goto(reverse("feedback:import_list", args=["northwind"]))
    expect(page.get_by_role("row", name="desk.csv")).to_contain_text("done")
    expect(page.get_by_text("Desk survey", exact=True)).to_be_visible()
    assert axe_violations(page) == []


def test_progress_goes_on_while_one_is_away_and_can_be_cancelled(
    open_page, journey, user, axe_violations
):
    now = timezone.now()
    batch = make_batch(
        journey, state=BatchState.RUNNING, progress=0.2, rows=1000, mapping=MAPPING,
        started_at=now, heartbeat_at=now, check_report=content(Report("northwind", "trip")),
    )  # fmt: skip
    mine = ImportBatch.objects.filter(pk=batch.pk)
    page = open_page(batch.get_absolute_url(), user=user)
    bar = page.get_by_role("progressbar")
    expect(bar).to_have_attribute("value", "20")
    mine.update(progress=0.4, rows=2000)
    expect(bar).to_have_attribute("value", "40")
    expect(page.get_by_text("2,000 rows")).to_be_visible()
    # The focus stays where it is while the page renews itself.
    page.get_by_role("button", name="Cancel").focus()
    mine.update(progress=0.45)
    expect(bar).to_have_attribute("value", "45")
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    assert axe_violations(page) == []
    page.get_by_role("link", name="Imports", exact=True).first.click()
    expect(page.get_by_text("importing, 45 %")).to_be_visible()
    mine.update(progress=0.6)
    page.get_by_role("link", name="answers.csv").click()
    expect(bar).to_have_attribute("value", "60")
    # Longer than the page waits before it renews itself.
    page.get_by_role("button", name="Cancel").click(delay=1500)
    expect(page.get_by_text("It stops after the rows")).to_be_visible()
    mine.update(state=BatchState.CANCELLED, finished_at=timezone.now())
    expect(page.get_by_role("heading", name="Cancelled")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("Cancelled")
    expect(page).to_have_title("Cancelled · answers.csv")
    expect(page.get_by_role("button", name="Start again")).to_be_visible()
    assert axe_violations(page) == []


@pytest.mark.parametrize(("viewport", "scheme"), [(WIDE, "dark"), (PHONE, "light")])
def test_problems_are_listed_and_nothing_is_wider_than_the_page(
    open_page, journey, user, axe_violations, viewport, scheme
):
    batch = make_batch(journey, BAD)
    ask_check(batch, MAPPING)
    page = open_page(batch.get_absolute_url(), user=user, viewport=viewport, color_scheme=scheme)
    expect(page.get_by_role("heading", name="2 problems in 2 rows")).to_be_visible()
    expect(page.get_by_role("button", name="Import the good rows only: 1 answer")).to_be_visible()
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport[0]
    page.get_by_role("link", name="Correct the columns").click()
    expect(page.get_by_role("heading", name="What do the columns mean?")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport[0]
    assert axe_violations(page) == []
    with page.expect_download() as download:
        page.goto(batch.get_absolute_url())
        page.get_by_role("link", name="Download all 2 as CSV").click()
    assert download.value.suggested_filename == "problems-answers.csv"


def test_words_have_the_scores_of_the_scale_that_is_chosen(
    open_page, journey, user, axe_violations
):
    words = ["Good", "Bad", "Staff", "Queue"] * 2
    rows = [f"A{number},2026-03-01,{word},\n" for number, word in enumerate(words)]
    batch = make_batch(journey, HEADER + "".join(rows))
    address = reverse("feedback:import_mapping", args=["northwind", batch.pk])
    page = open_page(address, user=user)
    desk = page.get_by_role("group", name="Check-in desk")
    desk.get_by_label("Read as").select_option("score")
    good, staff = (desk.get_by_role("textbox", name=name) for name in ("Good", "Staff"))
    for metric, score in (("csat", "4"), ("csat2", "2"), ("nps", ""), ("csat3", "3")):
        desk.get_by_label("Scale").select_option(metric)
        expect(good).to_have_value(score)
        expect(staff).to_have_value("")
    assert axe_violations(page) == []
    staff.fill("1")
    desk.get_by_label("Scale").select_option("csat")
    expect(good).to_have_value("4")
    expect(staff).to_have_value("1")


def test_a_state_has_its_place_in_the_list_on_a_phone(open_page, journey, user):
    make_batch(journey, BAD)
    address = reverse("feedback:import_list", args=["northwind"])
    page = open_page(address, user=user, viewport=PHONE)
    state = page.get_by_text("columns to explain").bounding_box()
    new = page.get_by_role("cell", name="–").first.bounding_box()
    assert state["x"] + state["width"] <= new["x"] or state["y"] + state["height"] <= new["y"]


def test_the_pages_work_without_scripts(open_page, journey, user):
    address = reverse("feedback:import_new", args=["northwind"])
    page = open_page(address, user=user, java_script_enabled=False)
    page.get_by_label("Choose a file").set_input_files(
        {"name": "desk.csv", "mimeType": "text/csv", "buffer": answers()}
    )
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("button", name="Check the file").click()
    page.get_by_role("button", name="Import 8 answers").click()
    expect(page.get_by_role("heading", name="Imported")).to_be_visible()


def test_what_cannot_be_read_is_said_where_the_file_was_chosen(open_page, journey, user):
    page = open_page(reverse("feedback:import_new", args=["northwind"]), user=user)
    page.get_by_label("Choose a file").set_input_files(
        {"name": "report.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 and so on"}
    )
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("alert")).to_contain_text("is a PDF")
    expect(page.get_by_role("button", name="Upload")).to_be_enabled()
