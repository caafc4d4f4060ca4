"""Nobody can be worked out by comparing what different views and pages show."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback.evidence import Gathered, gather
from feedback.handoffs import Passing, explained_again
from feedback.metrics.rate import Rate
from feedback.models import FeedbackRecord, FrictionInput
from journeys.maps import MapFilters, Period
from journeys.models import Channel, LaneKind, Role, Segment
from tests.factories import (
    make_channel,
    make_handoff,
    make_lane,
    make_member,
    make_observation,
    make_segment,
    make_source,
    make_touchpoint,
)
from touchpoints.models import Touchpoint

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def touchpoint() -> Touchpoint:
    touchpoint = make_touchpoint(title="Inflight wifi")
    for kind in (LaneKind.TOUCHPOINTS, LaneKind.FEEDBACK, LaneKind.FRICTION):
        make_lane(touchpoint.step.stage.journey, kind=kind)
    return touchpoint


def answers(
    touchpoint: Touchpoint,
    count: int,
    days_ago: int,
    *,
    score: int = 4,
    segment: Segment | None = None,
    channel: Channel | None = None,
) -> None:
    source = make_source(touchpoint.step.stage.journey.workspace)
    FeedbackRecord.objects.bulk_create(
        FeedbackRecord(
            source=source, touchpoint=touchpoint, metric="csat", score=score, segment=segment,
            channel=channel, occurred_at=NOW - timedelta(days=days_ago, minutes=1),
        )
        for _ in range(count)
    )  # fmt: skip


def seen(touchpoint: Touchpoint, key: str = "90d", **slices: Any) -> Gathered:
    filters = MapFilters(period=Period.until(NOW.date(), key), **slices)
    workspace = touchpoint.step.stage.journey.workspace
    return gather([touchpoint], workspace=workspace, filters=filters)


def sizes(touchpoint: Touchpoint, **slices: str) -> dict[str, tuple[int | None, int | None]]:
    """How many answers each period shows, and the one before it; None for none."""
    found = {}
    for key in ("30d", "90d", "365d", "all"):
        evidence = seen(touchpoint, key, **slices)[touchpoint.pk]
        both = (evidence.now.scores.get("csat"), evidence.before.scores.get("csat"))
        now, before = (histogram.n if histogram else None for histogram in both)
        found[key] = (now, before)
    return found


class TestPeriods:
    def test_the_default_stays_and_a_shorter_one_goes_that_differs_by_few(
        self, touchpoint: Touchpoint
    ) -> None:
        answers(touchpoint, 12, 5)
        answers(touchpoint, 3, 70)
        assert sizes(touchpoint) == {
            "30d": (None, None), "90d": (15, None), "365d": (15, None), "all": (15, None),
        }  # fmt: skip

    def test_so_does_a_longer_one(self, touchpoint: Touchpoint) -> None:
        answers(touchpoint, 12, 5)
        answers(touchpoint, 3, 300)
        assert sizes(touchpoint) == {
            "30d": (12, None), "90d": (12, None), "365d": (None, None), "all": (None, None),
        }  # fmt: skip

    def test_a_few_from_years_ago_hide_all_time_and_leave_the_last_year(
        self, touchpoint: Touchpoint
    ) -> None:
        answers(touchpoint, 12, 5)
        answers(touchpoint, 12, 200)
        answers(touchpoint, 1, 3000)
        found = sizes(touchpoint)
        assert (found["365d"][0], found["all"][0]) == (24, None)

    def test_a_period_before_goes_that_would_leave_few(self, touchpoint: Touchpoint) -> None:
        answers(touchpoint, 20, 5)
        answers(touchpoint, 20, 45)
        answers(touchpoint, 2, 75)
        assert sizes(touchpoint)["30d"] == (20, None)
        assert sizes(touchpoint)["90d"] == (42, None)

    def test_nothing_goes_where_the_rest_is_large_enough(self, touchpoint: Touchpoint) -> None:
        for days_ago in (5, 45, 75, 120, 300, 600, 900):
            answers(touchpoint, 10, days_ago)
        assert sizes(touchpoint) == {
            "30d": (10, 10), "90d": (30, 10), "365d": (50, 10), "all": (70, None),
        }  # fmt: skip

    def test_a_segment_is_treated_alike(self, touchpoint: Touchpoint) -> None:
        segment = make_segment(touchpoint.step.stage.journey.workspace, name="Gold")
        answers(touchpoint, 12, 5, segment=segment)
        answers(touchpoint, 3, 70, segment=segment)
        for days_ago in (5, 45, 70):
            answers(touchpoint, 30, days_ago)
        assert sizes(touchpoint)["30d"][0] == 42
        assert sizes(touchpoint, segment="Gold") == {
            "30d": (None, None), "90d": (15, None), "365d": (15, None), "all": (15, None),
        }  # fmt: skip

    def test_nor_are_the_others_given_away_beside_the_total(self, touchpoint: Touchpoint) -> None:
        segment = make_segment(touchpoint.step.stage.journey.workspace, name="Gold")
        for days_ago, gold, others in ((5, 12, 30), (70, 10, 2)):
            answers(touchpoint, gold, days_ago, segment=segment)
            answers(touchpoint, others, days_ago)
        assert (sizes(touchpoint)["30d"][0], sizes(touchpoint)["90d"][0]) == (42, 54)
        # 54 - 42 of all and 22 - 12 of Gold would leave the two others of the time between.
        assert sizes(touchpoint, segment="Gold")["90d"][0] == 22
        assert sizes(touchpoint, segment="Gold")["30d"][0] is None

    def test_events_and_friction_are_treated_alike(self, touchpoint: Touchpoint) -> None:
        for days_ago, base in ((5, 40), (70, 3)):
            FrictionInput.objects.create(
                touchpoint=touchpoint, kind="error", hits=2, base=base,
                day=NOW.date() - timedelta(days=days_ago),
            )  # fmt: skip
        month, quarter = (seen(touchpoint, key)[touchpoint.pk] for key in ("30d", "90d"))
        assert quarter.now.rates["error"].base == 43
        assert month.now.rates == {}
        assert month.friction.observed is None

    def test_so_are_answers_about_a_handoff(self, touchpoint: Touchpoint) -> None:
        """Beside the written count of 30, two are told of as little as in another period one."""
        step = touchpoint.step
        busy, quiet = (
            make_handoff(make_touchpoint(step), touchpoint, explained_again_asked=30)
            for _ in range(2)
        )
        for handoff, days_ago, count in ((busy, 5, 6), (busy, 70, 1), (quiet, 5, 2)):
            for _ in range(count):
                make_observation(
                    touchpoint, kind="explain", handoff=handoff,
                    occurred_at=NOW - timedelta(days=days_ago),
                )  # fmt: skip
        answers(touchpoint, 5, 80)
        month, quarter, ever = (
            explained_again([touchpoint.pk], seen(touchpoint, key).window, 5)
            for key in ("30d", "90d", "all")
        )
        assert quarter == ever == {busy.pk: Rate(7, 7), quiet.pk: None}
        assert month == {busy.pk: None, quiet.pk: None}
        hidden = Passing(quiet, None, 5)
        assert hidden.counted["reexplain"] == Rate(0, 30)

    def test_the_default_period_asks_nothing_more(self, touchpoint: Touchpoint) -> None:
        counts = {}
        for key in ("30d", "90d"):
            with CaptureQueriesContext(connection) as queries:
                seen(touchpoint, key)
            counts[key] = len(queries)
        assert counts["30d"] == counts["90d"] + 1


class TestSegments:
    def shown(self, touchpoint: Touchpoint, table: dict[str, int]) -> dict[str, bool]:
        """Answer as `table` says, "" being of no segment; return which segments are shown."""
        workspace = touchpoint.step.stage.journey.workspace
        for name, count in table.items():
            segment = make_segment(workspace, name=name) if name else None
            answers(touchpoint, count, 5, segment=segment)
        return {
            name: "csat" in seen(touchpoint, segment=name)[touchpoint.pk].now.scores
            for name in table
            if name
        }

    def test_of_two_equally_large_ones_exactly_one_covers_a_small_one(
        self, touchpoint: Touchpoint
    ) -> None:
        shown = self.shown(touchpoint, {"A": 7, "B": 7, "C": 3})
        assert shown == {"A": False, "B": True, "C": False}

    def test_those_of_no_segment_cover_a_small_one_first(self, touchpoint: Touchpoint) -> None:
        shown = self.shown(touchpoint, {"A": 7, "": 7, "C": 3})
        assert shown == {"A": True, "C": False}


class TestSegmentByChannel:
    def test_the_rest_of_a_row_or_column_gives_nobody_away(self, touchpoint: Touchpoint) -> None:
        workspace = touchpoint.step.stage.journey.workspace
        segments = [make_segment(workspace, name=name) for name in "AB"]
        channels = [make_channel(workspace, name=name) for name in "XYZ"]
        table = {"AX": 40, "AY": 2, "BX": 50, "BY": 60, "AZ": 30, "BZ": 20}
        for segment in segments:
            for channel in channels:
                count = table[segment.name + channel.name]
                answers(touchpoint, count, 5, segment=segment, channel=channel)
        shown = {}
        for cell in table:
            found = seen(touchpoint, segment=cell[0], channel=cell[1])[touchpoint.pk]
            shown[cell] = "csat" in found.now.scores
        # AY is too small; AZ and BY would give it away, and BZ would give those away.
        assert shown == {
            "AX": True, "AY": False, "AZ": False, "BX": True, "BY": False, "BZ": False,
        }  # fmt: skip


class TestEverySurface:
    """A touchpoint that 4 people answered: no page, file or answer of the API tells how."""

    @pytest.fixture
    def surfaces(self, client: Client, touchpoint: Touchpoint, tmp_path: Path) -> dict[str, str]:
        journey = touchpoint.step.stage.journey
        workspace = journey.workspace
        other = make_touchpoint(touchpoint.step, team=touchpoint.team)
        answers(touchpoint, 4, 5, score=1)
        answers(other, 37, 5, score=5)
        client.force_login(make_member(workspace, Role.VIEWER))
        team = touchpoint.team
        assert team is not None
        pages = {
            "map": journey.get_absolute_url(),
            "outline": journey.get_absolute_url() + "?view=outline",
            "atlas": workspace.get_absolute_url(),
            "teams": reverse("feedback:team_list", args=[workspace.slug]),
            "team": team.get_absolute_url(),
            "evidence": reverse(
                "feedback:touchpoint_evidence", args=[workspace.slug, touchpoint.pk]
            ),
            "api": f"/api/journeys/{journey.pk}/map/",
        }
        found = {}
        for name, address in pages.items():
            answer = client.get(address)
            assert answer.status_code == 200, name
            found[name] = re.sub(r"<[^>]+>", " ", answer.content.decode())
        file = tmp_path / "map.json"
        call_command("export_map", journey.slug, workspace=workspace.slug, output=file)
        found["export"] = file.read_text()
        return found

    def test_keeps_the_four_to_itself(self, surfaces: dict[str, str]) -> None:
        for name, said in surfaces.items():
            # 4 and 37 together.
            assert not re.search(r"\b41\b", said), name
        for name in ("map", "outline", "atlas", "team", "api"):
            assert "37" in surfaces[name], name

    def test_file_and_api_say_the_same(self, surfaces: dict[str, str]) -> None:
        api, export = (json.loads(surfaces[name]) for name in ("api", "export"))
        assert api["lanes"] == export["figures"]["lanes"]
        assert api["stages"] == export["figures"]["stages"]
