"""No page reads all answers: what PostgreSQL plans for the queries of the pages with numbers.

Guards against what only shows with millions of answers, without measuring time: a sequential scan
of the answers, or a slice that has to visit the table because the covering index lacks a column.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from journeys.models import Journey, LaneKind, Role
from tests.factories import (
    make_channel,
    make_journey,
    make_lane,
    make_member,
    make_segment,
    make_source,
    make_stage,
    make_step,
    make_team,
    make_touchpoint,
    make_workspace,
)
from touchpoints.models import Touchpoint

pytestmark = pytest.mark.django_db

LARGE = ("feedback_feedbackrecord", "feedback_observation")
ROWS = 20_000


@pytest.fixture
def journey() -> Journey:
    """One of ten journeys of a workspace with 20,000 answers and observations of a year."""
    if connection.vendor != "postgresql":
        pytest.skip("is about PostgreSQL's planner")
    workspace = make_workspace()
    channel, segment = make_channel(workspace, name="Web"), make_segment(workspace, name="Business")
    team, source = make_team(workspace), make_source(workspace)
    for _ in range(10):
        journey = make_journey(workspace)
        for kind in (LaneKind.FEEDBACK, LaneKind.FRICTION, LaneKind.FEELING):
            make_lane(journey, kind=kind)
        stage = make_stage(journey)
        for _ in range(4):
            make_touchpoint(make_step(stage), channel=channel, team=team)
    first = Touchpoint.objects.earliest("pk").pk
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO feedback_feedbackrecord (source_id, touchpoint_id, metric, score, comment,"
            " occurred_at, segment_id, channel_id, external_id, recorded_at) "
            "SELECT %s, %s + n %% 40, (ARRAY['csat', 'ces', 'nps'])[1 + n %% 3], 1 + n / 7 %% 5, "
            "CASE n %% 50 WHEN 0 THEN 'Long wait' ELSE '' END, "
            "%s::timestamptz - n * interval '26 minutes', "
            "CASE n / 40 %% 3 WHEN 0 THEN %s::bigint END, %s, n::text, now() "
            "FROM generate_series(1, %s) n",
            [source.pk, first, timezone.now(), segment.pk, channel.pk, ROWS],
        )
        cursor.execute(
            "INSERT INTO feedback_observation "
            "(source_id, touchpoint_id, kind, hit, occurred_at, external_id, recorded_at) "
            "SELECT %s, %s + n %% 40, 'repeat', n %% 9 = 0, "
            "%s::timestamptz - n * interval '26 minutes', n::text, now() "
            "FROM generate_series(1, %s) n",
            [source.pk, first, timezone.now(), ROWS],
        )
        cursor.execute("ANALYZE")
    return journey


def scans(query: str) -> Iterator[dict[str, Any]]:
    """Yield the parts of a query's plan that read a large table."""

    def below(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield node
        for each in node.get("Plans", ()):
            yield from below(each)

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {query}".replace("%", "%%"), [])
        found = cursor.fetchone()[0]
    plan = json.loads(found) if isinstance(found, str) else found
    return (node for node in below(plan[0]["Plan"]) if node.get("Relation Name") in LARGE)


def asked(client, address: str) -> list[str]:
    """Return the queries of a page that read a large table."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    statements = [query["sql"] for query in queries]
    return [sql for sql in statements if any(f"{table}" in sql for table in LARGE)]


@pytest.fixture
def pages(journey) -> dict[str, str]:
    workspace = journey.workspace
    page = journey.get_absolute_url()
    touchpoint = Touchpoint.objects.filter(step__stage__journey=journey).earliest("pk")
    evidence = reverse("feedback:touchpoint_evidence", args=[workspace.slug, touchpoint.pk])
    return {
        "map": page,
        "map, all time": f"{page}?period=all",
        "map of a segment": f"{page}?segment=Business",
        "map of a channel": f"{page}?channel=Web",
        "map of a segment in a channel": f"{page}?segment=Business&channel=Web",
        "evidence": f"{evidence}?metric=csat",
        "evidence of a segment": f"{evidence}?metric=csat&segment=Business",
        "evidence of friction": f"{evidence}?metric=friction",
        "dashboard": f"{page}dashboard/",
        "dashboard, all time": f"{page}dashboard/?period=all",
        "dashboard of the workspace": reverse(
            "feedback:workspace_dashboard", args=[workspace.slug]
        ),
        "list of journeys": workspace.get_absolute_url(),
        "list of teams": reverse("feedback:team_list", args=[workspace.slug]),
        "team": workspace.teams.get().get_absolute_url(),
        "API": reverse("api:journey-map", args=[journey.pk]),
    }


def test_no_page_reads_all_answers_or_observations(client, journey, pages):
    client.force_login(make_member(journey.workspace, Role.VIEWER))
    read_whole = [
        (name, sql)
        for name, address in pages.items()
        for sql in asked(client, address)
        for scan in scans(sql)
        if scan["Node Type"] == "Seq Scan" or "Index Cond" not in _condition(scan)
    ]
    assert read_whole == []


def _condition(scan: dict[str, Any]) -> dict[str, Any]:
    """Return the part of a scan that says where in the index it looks."""
    return scan["Plans"][0] if scan["Node Type"] == "Bitmap Heap Scan" else scan


COUNTED = [
    "map",
    "map of a segment",
    "map of a channel",
    "dashboard",
    "dashboard, all time",
    "dashboard of the workspace",
    "list of journeys",
    "list of teams",
    "team",
]


@pytest.mark.parametrize("name", COUNTED)
def test_only_daily_counts_are_read(client, journey, pages, name):
    client.force_login(make_member(journey.workspace, Role.VIEWER))
    assert asked(client, pages[name]) == []


def test_a_segment_in_a_channel_is_read_from_the_covering_index_alone(client, journey, pages):
    client.force_login(make_member(journey.workspace, Role.VIEWER))
    [query] = asked(client, pages["map of a segment in a channel"])
    with connection.cursor() as cursor:
        # Without a VACUUM, which no transaction can have, the planner thinks little of the index.
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    assert {(scan["Node Type"], scan["Index Name"]) for scan in scans(query)} == {
        ("Index Only Scan", "record_covering")
    }
