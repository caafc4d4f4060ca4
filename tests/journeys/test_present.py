"""Presenting: one slide for the title, one for each stage, one for where it gets stuck."""

import re

import pytest
from django.utils import timezone

from journeys.maps import MapFilters, build_map
from journeys.maps.slides import deck
from journeys.models import LaneKind, Role
from tests.factories import (
    NOON,
    make_card,
    make_handoff,
    make_journey,
    make_lane,
    make_member,
    make_persona,
    make_record,
    make_stage,
    make_step,
    make_touchpoint,
    make_user,
    make_workspace,
)

pytestmark = pytest.mark.django_db
ADDRESS = "/w/air/journeys/trip/present/"
KINDS = (
    LaneKind.TOUCHPOINTS, LaneKind.DOING, LaneKind.PAIN_POINTS, LaneKind.HANDOFFS,
    LaneKind.FEEDBACK, LaneKind.FRICTION,
)  # fmt: skip


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    """Every test happens on the day of the answers."""
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture
def journey():
    found = make_journey(
        make_workspace(slug="air", simulated=True), title="Trip", slug="trip", goal="Arrive rested"
    )
    found.personas.add(make_persona(found.workspace, name="Maya", quote="Just get me there."))
    lanes = {kind: make_lane(found, kind=kind) for kind in KINDS}
    ends = []
    for title in ("Book", "Fly"):
        step = make_step(make_stage(found, title=title, goal=f"{title} well"), title=f"{title} it")
        make_card(lanes[LaneKind.DOING], step, text=f"Does {title}")
        ends.append(make_touchpoint(step, title=f"Desk {title}"))
    for severity in (1, 4, None, 2, 3):
        make_card(lanes[LaneKind.PAIN_POINTS], step, text=f"Pain {severity}", severity=severity)
    make_handoff(*ends, released=20, accepted=20, returned=0, observed_wait_minutes=5)
    make_handoff(
        ends[1], ends[0], released=20, accepted=10, returned=10, agreed_wait_minutes=5,
        breached=10, observed_wait_minutes=60,
    )  # fmt: skip
    for score in (5, 5, 4, 5, 1):
        make_record(ends[0], metric="csat", score=score, occurred_at=NOON)
    return found


@pytest.fixture
def member(client, journey):
    user = make_member(journey.workspace, Role.VIEWER)
    client.force_login(user)
    return user


def shown(client, query=""):
    """Return the one slide that is not hidden."""
    html = client.get(f"{ADDRESS}{query}").content.decode()
    slides = re.findall(r"<section class=\"slide.*?</section>", html, re.DOTALL)
    (slide,) = [each for each in slides if " hidden>" not in each.split(">")[0] + ">"]
    return slide, html


def test_begins_with_title_persona_goal_and_headline(client, member):
    slide, html = shown(client)
    for text in ("Trip", "Arrive rested", "Maya", "Just get me there.", "CSAT", "±"):
        assert text in slide
    assert "1 of 4" in html
    assert "Simulated data" in html


def test_shows_each_stage_by_its_address(client, member):
    slide, html = shown(client, "?stage=3&zoom=70")
    for text in ("Fly", "Fly well", "Does Fly", "Desk Fly"):
        assert text in slide
    assert "Does Book" not in slide
    assert "3 of 4" in html
    assert 'href="?stage=2&amp;zoom=70"' in html
    assert 'href="?stage=4&amp;zoom=70"' in html


def test_ends_with_what_gets_stuck(client, member):
    slide, html = shown(client, "?stage=4")
    assert "Where it gets stuck" in slide
    assert "CSAT" not in slide
    assert 'rel="next" data-turn="1" aria-disabled="true"' in html


@pytest.mark.parametrize(
    ("asked", "number"), [("0", 1), ("99", 4), ("-1", 1), ("x", 1), ("", 1), ("99999", 1), ("²", 1)]
)
def test_an_address_beyond_the_slides_shows_the_nearest(client, member, asked, number):
    assert f"{number} of 4" in shown(client, f"?stage={asked}")[1]


def test_the_worst_stands_first(journey):
    found = build_map(journey, filters=MapFilters.default(NOON.date()))
    slides = deck(found)
    last = slides.stages[-1]
    assert [pain.text for _, pain in last.pains] == ["Pain 4", "Pain 3", "Pain 2"]
    assert last.more_pains == 2
    assert [link.return_rate for _, link in slides.handoffs] == [0.5, 0]


def test_lanes_that_are_hidden_are_on_no_slide(client, member):
    html = client.get(f"{ADDRESS}?hide=doing&hide=pain_points").content.decode()
    assert "Does Book" not in html
    assert "What hurts most" not in html
    assert "Desk Book" in html


def test_the_way_back_keeps_the_view(client, member):
    html = client.get(f"{ADDRESS}?zoom=70&stage=2").content.decode()
    assert 'href="/w/air/journeys/trip/?zoom=70" data-leave' in html
    assert (
        f'href="{ADDRESS}?zoom=70"' in client.get("/w/air/journeys/trip/?zoom=70").content.decode()
    )


def test_an_empty_journey_has_two_slides(client, member, journey):
    make_journey(journey.workspace, slug="empty")
    html = client.get("/w/air/journeys/empty/present/").content.decode()
    assert "1 of 2" in html
    assert "no stages yet" in html


def test_strangers_see_nothing(client, journey):
    client.force_login(make_user())
    assert client.get(ADDRESS).status_code == 404
