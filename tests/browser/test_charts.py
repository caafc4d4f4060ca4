"""Charts in a real browser: drawn where there is something, read by keys, taken away as files."""

import csv
import re
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from feedback.models import FeedbackRecord
from journeys.models import LaneKind, Role
from tests.browser.conftest import PHONE, WIDE
from tests.factories import (
    make_channel,
    make_journey,
    make_lane,
    make_member,
    make_segment,
    make_source,
    make_stage,
    make_step,
    make_touchpoint,
    make_workspace,
)

pytestmark = pytest.mark.django_db(transaction=True)

PLOTLY = "plotly.min.js"


@pytest.fixture
def journey():
    """Two stages, answered every other day by two segments in two channels."""
    workspace = make_workspace(slug="w", name="Northwind")
    journey = make_journey(workspace, title="Business trip", slug="trip")
    for kind in (LaneKind.TOUCHPOINTS, LaneKind.FEEDBACK):
        make_lane(journey, kind=kind)
    segments = [make_segment(workspace, name=name) for name in ("Business", "Leisure")]
    channels = [make_channel(workspace, name=name) for name in ("App", "Desk")]
    source, now = make_source(workspace), timezone.now()
    for stage, touchpoint in (("Book", "Online booking"), ("Airport", "Gate")):
        place = make_touchpoint(make_step(make_stage(journey, title=stage)), title=touchpoint)
        FeedbackRecord.objects.bulk_create(
            FeedbackRecord(
                source=source, touchpoint=place, metric=metric, score=1 + (day + n) % 5,
                occurred_at=now - timedelta(days=day), segment=segments[n % 2],
                channel=channels[n // 2 % 2],
            )
            for day in range(1, 120, 2)
            for n in range(8)
            for metric in (("csat",) if n % 3 else ("csat", "ces"))
        )  # fmt: skip
    return journey


def dashboard(journey) -> str:
    return f"{journey.get_absolute_url()}dashboard/"


def drawn(page: Page, key: str):
    """The drawing of a chart, once Plotly has made it."""
    plot = page.locator(f"#chart-{key} [data-chart-plot]")
    expect(plot.locator(".main-svg").first).to_be_attached()
    return plot


def test_names_are_no_markup(open_page, journey):
    journey.stages.filter(title="Book").update(title="<b>Book</b>")
    page = open_page(dashboard(journey), user=make_member(journey.workspace))
    expect(drawn(page, "distribution")).to_contain_text("<b>Book</b>")


def test_arrows_read_the_points(open_page, journey):
    page = open_page(dashboard(journey), user=make_member(journey.workspace))
    plot = drawn(page, "over_time")
    said = page.locator("#chart-over_time [data-chart-said]")
    plot.focus()
    plot.press("ArrowRight")
    expect(said).to_contain_text("Book, ")
    first = said.text_content()
    plot.press("ArrowRight")
    expect(said).not_to_have_text(first)
    plot.press("ArrowUp")
    expect(said).to_contain_text("the whole journey, ")
    expect(said).to_contain_text(", n ")
    heat = drawn(page, "segments")
    heat.focus()
    read = page.locator("#chart-segments [data-chart-said]")
    heat.press("ArrowRight")
    expect(read).to_contain_text("Online booking, Business: ")
    heat.press("ArrowRight")
    expect(read).to_contain_text("Online booking, Leisure: ")
    heat.press("ArrowDown")
    expect(read).to_contain_text("Gate, Leisure: ")


def test_a_picture_is_saved(open_page, journey, tmp_path: Path):
    page = open_page(dashboard(journey), user=make_member(journey.workspace))
    drawn(page, "control")
    with page.expect_download() as waiting:
        page.locator("#chart-control [data-chart-png]").click()
    assert waiting.value.suggested_filename == "control.png"
    waiting.value.save_as(tmp_path / "control.png")
    head = (tmp_path / "control.png").read_bytes()[:24]
    assert head.startswith(b"\x89PNG")
    # Twice the size on the screen, so that it is sharp on paper.
    assert int.from_bytes(head[16:20], "big") > 600


def test_the_file_holds_what_the_table_says(open_page, journey):
    page = open_page(dashboard(journey), user=make_member(journey.workspace))
    chart = page.locator("#chart-distribution")
    drawn(page, "distribution")
    chart.locator("summary").click()
    with page.expect_download() as waiting:
        chart.get_by_role("link", name="CSV").click()
    head, *rows = csv.reader(StringIO(waiting.value.path().read_text("utf-8-sig")))
    assert chart.locator("thead th").all_text_contents() == head
    told = [row.locator("th, td").all_text_contents() for row in chart.locator("tbody tr").all()]
    assert [row[0] for row in told] == [row[0] for row in rows]
    for shown, row in zip(told, rows, strict=True):
        numbers = [float(cell.removesuffix(" %").replace(",", "")) for cell in shown[1:]]
        assert numbers == [pytest.approx(float(cell), abs=0.051) for cell in row[1:]]


def test_another_view_is_drawn_in_place(open_page, journey):
    page = open_page(dashboard(journey), user=make_member(journey.workspace))
    drawn(page, "over_time")
    page.evaluate("window.stayed = true")
    page.get_by_role("link", name="Airport").click()
    expect(page.locator("#chart-over_time h3")).to_have_text("CSAT of Airport")
    drawn(page, "over_time")
    assert "stage=" in page.url
    page.locator("#filter-segment").select_option("Business")
    expect(page).to_have_url(re.compile("segment=Business"))
    expect(page.locator("#filter-segment")).to_have_value("Business")
    drawn(page, "over_time")
    assert page.evaluate("window.stayed")
    # The table is behind its summary again, and the link of the view shows the same.
    expect(page.locator("#chart-over_time [data-chart-table]")).not_to_have_attribute("open", "")
    page.reload()
    expect(page.locator("#chart-over_time h3")).to_have_text("CSAT of Airport")


def test_without_scripts_tables_stand_open(open_page, journey):
    page = open_page(
        dashboard(journey), user=make_member(journey.workspace), java_script_enabled=False
    )
    expect(page.locator("#chart-over_time table")).to_be_visible()
    page.get_by_role("link", name="Airport").click()
    expect(page.locator("#chart-over_time h3")).to_have_text("CSAT of Airport")
    page.locator("#filter-period").select_option("30d")
    page.get_by_role("button", name="Apply").click()
    assert "period=30d" in page.url


def test_plotly_comes_only_where_a_chart_is_drawn(open_page, journey):
    user = make_member(journey.workspace, Role.OWNER)
    touchpoint = journey.stages.first().steps.first().touchpoints.first()
    quiet = make_journey(journey.workspace, title="Quiet", slug="quiet")
    trip = journey.get_absolute_url()
    page = open_page("/", user=user)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    without = [
        "/", "/w/w/journeys/", trip, f"{trip}outline/", f"{trip}export/", f"{trip}history/",
        f"{trip}present/", f"/w/w/touchpoints/{touchpoint.pk}/evidence/?metric=csat",
        "/w/w/personas/", "/w/w/teams/", "/w/w/imports/", "/w/w/surveys/", "/admin/",
        dashboard(quiet), f"{dashboard(journey)}?segment=Mars",
    ]  # fmt: skip
    for path in without:
        asked.clear()
        assert page.goto(path).status == 200, path
        has_drawings = page.locator("[data-chart-plot]").count() > 0
        assert any(PLOTLY in url for url in asked) == has_drawings, path
        assert not has_drawings or path.endswith("Mars"), path
    for path in (dashboard(journey), "/w/w/dashboard/"):
        asked.clear()
        page.goto(path)
        drawn(page, "over_time")
        assert sum(PLOTLY in url for url in asked) == 1


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_no_dashboard_breaks_a_rule(open_page, axe_violations, journey, size):
    empty = make_journey(journey.workspace, title="Empty", slug="empty")
    stage = journey.stages.first().pk
    broken = {}
    page = open_page("/account/password/", user=make_member(journey.workspace), viewport=size)
    for path in (
        dashboard(journey), f"{dashboard(journey)}?stage={stage}&metric=ces&segment=Mars",
        dashboard(empty), "/w/w/dashboard/",
    ):  # fmt: skip
        page.goto(path)
        if page.locator("#chart-over_time [data-chart-plot]").count():
            drawn(page, "over_time")
        if found := axe_violations(page, both_schemes=size == WIDE):
            broken[path] = found
        # What is wide scrolls inside its chart, never the page.
        assert page.evaluate("document.querySelector('main').scrollWidth <= innerWidth"), path
    assert broken == {}
