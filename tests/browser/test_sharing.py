"""A link to a journey, from making it to ending it, with outsiders on both ends of a screen."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from journeys.models import Comment, LaneKind, ShareLink
from tests.browser.conftest import PHONE, WIDE
from tests.factories import make_card, make_lane, make_member, make_share_link, make_trip

PAGE = "/w/northwind/journeys/trip/share/"


@pytest.fixture
def trip(transactional_db):
    trip = make_trip()
    step = trip.stages.get().steps.get()
    make_card(trip.lanes.get(kind=LaneKind.THINKING), step, text="Nobody told me")
    make_lane(trip, kind=LaneKind.FEELING)
    return trip


def path_of(link) -> str:
    return f"/share/{link.token}/"


def test_from_making_a_link_to_ending_it(trip, open_page):
    page = open_page("/w/northwind/journeys/trip/", user=make_member(trip.workspace))
    page.get_by_role("link", name="Share", exact=True).click()
    page.get_by_role("link", name="Make the first link").click()
    page.get_by_label("For whom, or what for").fill("Agency")
    page.get_by_label("Look and comment").check()
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_label("Link", exact=True)).to_be_visible()
    link = ShareLink.objects.get()
    assert page.get_by_label("Link", exact=True).input_value() == link.address

    guest = open_page(path_of(link), java_script_enabled=False)
    expect(guest.get_by_text("Queues <b>twice</b>").first).to_be_visible()
    expect(guest.get_by_text("Nobody told me")).to_have_count(0)
    step = trip.stages.get().steps.get()
    lane = trip.lanes.get(kind=LaneKind.DOING)
    cell = guest.locator(f"#cell-{lane.pk}-{step.pk}")
    cell.hover()
    cell.get_by_role("link", name="Comment").click()
    guest.get_by_label("Your name").fill("Kim")
    guest.get_by_label("Your comment").fill("Why twice?")
    guest.get_by_role("button", name="Comment", exact=True).click()
    expect(guest.get_by_role("status")).to_contain_text("Your comment is there")
    assert Comment.objects.get().guest_name == "Kim"

    page.reload()
    expect(page.get_by_text("opened 1 ×")).to_be_visible()
    expect(page.get_by_text("1 comment", exact=True)).to_be_visible()
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("leads nowhere any more")).to_be_visible()
    gone = open_page(path_of(link), errors_expected=True)
    expect(gone.get_by_role("heading")).to_contain_text("leads nowhere")


@pytest.mark.parametrize("viewport", [PHONE, WIDE], ids=["phone", "wide"])
def test_outsiders_see_the_map_where_it_fits_and_a_story_where_not(trip, open_page, viewport):
    link = make_share_link(trip)
    page = open_page(path_of(link), viewport=viewport)
    shown, other = ("article", "table") if viewport == PHONE else ("table", "article")
    expect(page.locator(f"main {shown}").first).to_be_visible()
    expect(page.locator(f"main {other}").first).to_be_hidden()


@pytest.mark.parametrize("viewport", [PHONE, WIDE], ids=["phone", "wide"])
def test_pages_are_accessible_and_fit(trip, open_page, axe_violations, viewport):
    link = make_share_link(trip, allows="comment", origins="https://example.com")
    locked = make_share_link(trip, password="open sesame")
    Comment.objects.create(journey=trip, link=link, guest_name="Kim", text="Why?")
    mine = open_page(PAGE, user=make_member(trip.workspace), viewport=viewport)
    visitor = open_page(path_of(link), viewport=viewport)
    # axe runs as a script, which the pages of a link allow to nobody.
    for page, paths in (
        (mine, [PAGE, f"{PAGE}new/", f"{PAGE}{link.pk}/", f"{PAGE}{link.pk}/edit/"]),
        (
            visitor,
            [
                path_of(locked),
                *(f"{path_of(link)}{each}" for each in ("", "?as=story", "comments/", "embed/")),
                f"{path_of(link)}comments/at/",
            ],
        ),
    ):
        for path in paths:
            page.goto(path)
            assert axe_violations(page, both_schemes=True) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport[0], path


def test_a_password_opens_it_on_a_phone(trip, open_page):
    link = make_share_link(trip, password="open sesame", expires_on=timezone.localdate())
    page = open_page(path_of(link), viewport=PHONE, java_script_enabled=False)
    page.get_by_label("Password").fill("open sesame")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("heading", name="Business trip")).to_be_visible()


def test_sites_that_are_named_show_it_and_others_do_not(trip, open_page, live_server):
    link = make_share_link(trip, origins=live_server.url)
    page = open_page(path_of(link), errors_expected=True)
    snippet = (
        f'<iframe src="{live_server.url}{path_of(link)}embed/" title="Trip" width="900" '
        'height="500" sandbox="allow-same-origin"></iframe>'
    )
    for host, shown in ((live_server.url, 1), ("http://elsewhere.example", 0)):
        page.route(
            f"{host}/host-page",
            lambda route: route.fulfill(content_type="text/html", body=snippet),
        )
        page.goto(f"{host}/host-page")
        heading = page.frame_locator("iframe").get_by_role("heading", name="Business trip")
        expect(heading).to_have_count(shown)
