"""Taking a touchpoint off the map, and putting it back: its feedback is kept."""

from typing import Any

import pytest

from feedback.models import FeedbackRecord, ScoreCount
from journeys.maps import MapFilters, Period, build_map
from journeys.models import LaneKind, Role
from tests.factories import (
    NOON,
    make_channel,
    make_handoff,
    make_lane,
    make_member,
    make_record,
    make_step,
    make_touchpoint,
)
from touchpoints.models import CannotRestore, Handoff, Team, Touchpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def touchpoint() -> Touchpoint:
    return make_touchpoint(title="Inflight wifi")


def on_map(touchpoint: Touchpoint) -> str:
    journey = touchpoint.step.stage.journey
    return str(build_map(journey, filters=MapFilters(period=Period.until(NOON.date()))))


def test_it_leaves_the_map_and_comes_back_with_its_feedback(touchpoint: Touchpoint) -> None:
    journey = touchpoint.step.stage.journey
    for kind in (LaneKind.TOUCHPOINTS, LaneKind.FEEDBACK, LaneKind.HANDOFFS):
        make_lane(journey, kind=kind)
    handoff = make_handoff(touchpoint, what_moves="the password")
    for _ in range(5):
        make_record(touchpoint)
    shown = on_map(touchpoint)
    assert "Inflight wifi" in shown
    assert "the password" in shown
    touchpoint.archive()
    assert "Inflight wifi" not in on_map(touchpoint)
    assert "the password" not in on_map(touchpoint)
    assert handoff not in Handoff.objects.current()
    assert FeedbackRecord.objects.count() == 5
    touchpoint.restore()
    assert on_map(touchpoint).replace("revision=2", "revision=0") == shown
    journey.refresh_from_db()
    assert journey.revision == 2


def test_its_place_may_be_taken_and_then_it_cannot_come_back(touchpoint: Touchpoint) -> None:
    touchpoint.archive()
    make_touchpoint(touchpoint.step, channel=touchpoint.channel, title="Seat screen")
    with pytest.raises(CannotRestore, match="“Seat screen” stands at this step"):
        touchpoint.restore()
    touchpoint.refresh_from_db()
    assert touchpoint.archived_at is not None


def test_archived_twice_keeps_the_first_day(touchpoint: Touchpoint) -> None:
    touchpoint.archive()
    first = touchpoint.archived_at
    touchpoint.archive()
    assert touchpoint.archived_at == first


def test_a_team_counts_what_is_on_maps(touchpoint: Touchpoint) -> None:
    touchpoint.archive()
    team: Any = Team.objects.with_counts().get(pk=touchpoint.team_id)
    assert team.touchpoint_count == 0


def test_its_evidence_still_opens_and_says_so(client, touchpoint: Touchpoint) -> None:
    workspace = touchpoint.step.stage.journey.workspace
    client.force_login(make_member(workspace, Role.VIEWER))
    touchpoint.archive()
    page = client.get(f"/w/{workspace.slug}/touchpoints/{touchpoint.pk}/evidence/")
    assert page.status_code == 200
    assert "Its feedback is kept." in page.content.decode()


@pytest.mark.parametrize("change", ["rename", "move", "channel"])
def test_renaming_and_moving_keep_feedback_and_counts(touchpoint: Touchpoint, change: str) -> None:
    record = make_record(touchpoint, comment="Slow")
    before = list(ScoreCount.objects.values())
    changes: dict[str, dict[str, Any]] = {
        "rename": {"title": "Wifi on board"},
        "move": {"step": make_step(touchpoint.step.stage)},
        "channel": {"channel": make_channel(touchpoint.step.stage.journey.workspace)},
    }
    for name, value in changes[change].items():
        setattr(touchpoint, name, value)
    touchpoint.full_clean()
    touchpoint.save()
    assert list(touchpoint.feedback_records.all()) == [record]
    assert list(ScoreCount.objects.values()) == before
