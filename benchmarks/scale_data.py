"""A workspace with as many answers as somebody asks for, made inside the database itself.

40 touchpoints stand on the journey that is measured, 400 in the workspace; 3 metrics, 6 segments,
5 channels, 365 days up to today. One answer in twenty names no segment, one in fifty has a comment.
Which answer gets which values is arithmetic on its number: the same on every run and database.
The answers are spread evenly over the first journey alone, or over all ten.
"""

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from feedback.models import Source  # noqa: E402
from journeys.models import (  # noqa: E402
    Card,
    Channel,
    Journey,
    Lane,
    LaneKind,
    Segment,
    Stage,
    Step,
    User,
    Workspace,
)
from touchpoints.models import Handoff, Team, Touchpoint, TouchpointQuerySet  # noqa: E402

JOURNEYS, STAGES, STEPS = 10, 8, 5
DAYS = 365
SPANS = ("count", "week")
METRICS = (("nps", 0, 11), ("csat", 1, 5), ("ces", 1, 7))
LANES = (
    LaneKind.TOUCHPOINTS,
    LaneKind.DOING,
    LaneKind.THINKING,
    LaneKind.FEELING,
    LaneKind.FEEDBACK,
    LaneKind.FRICTION,
    LaneKind.HANDOFFS,
)


def main() -> None:
    """Load as many answers on as many journeys as the arguments say; print how long it took."""
    start = time.perf_counter()
    load_answers(make_workspace(), *map(int, sys.argv[1:]))
    print(json.dumps({"loading, seconds": time.perf_counter() - start}))


def make_workspace() -> Workspace:
    """Make ten journeys of forty touchpoints each, with teams, handoffs and cards."""
    workspace = Workspace.objects.create(name="Scale", slug="scale")
    channels = [
        Channel.objects.create(workspace=workspace, name=name)
        for name in ("Web", "App", "Phone", "Shop", "Mail")
    ]
    for name in ("Family", "Student", "Business", "Senior", "Partner", "New"):
        Segment.objects.create(workspace=workspace, name=name)
    teams = [
        Team.objects.create(workspace=workspace, name=f"Team {n}", slug=f"team-{n}")
        for n in range(1, 9)
    ]
    Source.objects.create(workspace=workspace, name="Survey", kind="survey")
    owner = User.objects.create_user("owner@example.com", "benchmark")
    for number in range(1, JOURNEYS + 1):
        journey = Journey.objects.create(
            workspace=workspace, title=f"Journey {number}", slug=f"journey-{number}", owner=owner
        )
        _fill(journey, channels, teams)
    return workspace


def _fill(journey: Journey, channels: list[Channel], teams: list[Team]) -> None:
    lanes = [
        Lane.objects.create(journey=journey, kind=kind, position=place)
        for place, kind in enumerate(LANES)
    ]
    before: tuple[Touchpoint, Team] | None = None
    numbers = count()
    for stage_number in range(STAGES):
        stage = Stage.objects.create(
            journey=journey, title=f"Stage {stage_number + 1}", position=stage_number
        )
        for position in range(STEPS):
            n = next(numbers)
            team = teams[n % len(teams)]
            step = Step.objects.create(stage=stage, title=f"Step {n + 1}", position=position)
            touchpoint = Touchpoint.objects.create(
                step=step,
                title=f"Touchpoint {n + 1}",
                channel=channels[n % len(channels)],
                team=team,
            )
            for lane in lanes[1:3]:
                Card.objects.create(lane=lane, step=step, text=f"What happens at step {n + 1}")
            if before and n % 4 == 0:
                Handoff.objects.create(
                    from_touchpoint=before[0],
                    to_touchpoint=touchpoint,
                    from_team=before[1],
                    to_team=team,
                )
            before = touchpoint, team


def load_answers(workspace: Workspace, answers: int, journeys: int = JOURNEYS) -> None:
    """Write the answers in the order of time, with the triggers off, and count them in one go.

    Afterwards the tables are as autovacuum leaves them: vacuumed and analysed.
    """
    asked = workspace.journeys.order_by("pk")[:journeys]
    touchpoints = Touchpoint.objects.filter(step__stage__journey__in=list(asked))
    with _without_triggers():
        _run(_answers_sql(workspace, touchpoints, answers))
        for name, part in (("score", ""), ("segment", "segment_id"), ("channel", "channel_id")):
            _run(_counts_sql(name, part))
            _run(_weeks_sql(name, part))
    counts = [f"{name}{span}" for name in ("score", "segment", "channel") for span in SPANS]
    for name in ("feedbackrecord", *counts):
        table = f"feedback_{name}"
        _run(f"VACUUM ANALYZE {table}" if _postgresql() else f"ANALYZE {table}")


def _answers_sql(workspace: Workspace, touchpoints: TouchpointQuerySet, answers: int) -> str:
    source = Source.objects.get(workspace=workspace)
    first_day = timezone.now().date() - timedelta(days=DAYS - 1)
    start = int(datetime.combine(first_day, datetime.min.time(), UTC).timestamp())
    moment = f"{start} + n * {DAYS * 86_400 - 60} / {answers}"
    metric = _scattered(1, len(METRICS))
    scores = " ".join(
        f"WHEN {place} THEN {low} + {_scattered(2, points)}"
        for place, (_, low, points) in enumerate(METRICS)
    )
    names = " ".join(f"WHEN {place} THEN '{name}'" for place, (name, _, _) in enumerate(METRICS))
    if _postgresql():
        numbers = f"generate_series(1::bigint, {answers}) AS numbers(n)"
        prefix, at, now = "", f"to_timestamp({moment})", "now()"
    else:
        numbers = "numbers"
        prefix = (
            "WITH RECURSIVE numbers(n) AS "
            f"(SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {answers}) "
        )
        at, now = f"datetime({moment}, 'unixepoch')", "datetime('now')"
    return (
        "INSERT INTO feedback_feedbackrecord (source_id, touchpoint_id, metric, score, comment, "
        "occurred_at, segment_id, channel_id, external_id, partial, language, recorded_at) "
        f"{prefix}SELECT {source.pk}, {_one_of(touchpoints, 3)}, "
        f"CASE {metric} {names} END, CASE {metric} {scores} END, "
        f"CASE WHEN {_scattered(4, 50)} = 0 THEN 'The wait was long: ' || n ELSE '' END, {at}, "
        f"CASE WHEN {_scattered(5, 20)} = 0 THEN NULL ELSE {_one_of(workspace.segments, 6)} END, "
        f"{_one_of(workspace.channels, 7)}, CAST(n AS varchar(20)), false, '', {now} "
        f"FROM {numbers}"
    )


def _scattered(salt: int, choices: int) -> str:
    """Return SQL for a number from 0 to `choices` - 1 that looks random beside the row's n."""
    mixed = f"((n * 2654435761 + {salt * 7919}) % 4294967296)"
    return f"({mixed} * ({mixed} / 65536 + {salt * 104729}) % 4294967291 / 4096 % {choices})"


def _one_of(rows: Any, salt: int) -> str:
    pks = sorted(rows.values_list("pk", flat=True))
    assert pks == list(range(pks[0], pks[0] + len(pks))), "ids without a gap"
    return f"{pks[0]} + {_scattered(salt, len(pks))}"


def _counts_sql(name: str, part: str) -> str:
    """Return the statement that fills a table of counts: of all, or of those who name a part."""
    day = "(occurred_at AT TIME ZONE 'UTC')::date" if _postgresql() else "date(occurred_at)"
    columns = ", ".join(f"c{score}" for score in range(11))
    sums = ", ".join(f"count(*) FILTER (WHERE score = {score})" for score in range(11))
    key, n, count, who = (
        (f", {part}", ", n", ", count(*)", f"{part} IS NOT NULL") if part else ("", "", "", "true")
    )
    return (
        f"INSERT INTO feedback_{name}count (touchpoint_id, metric, day{key}{n}, {columns}) "
        f"SELECT touchpoint_id, metric, {day} AS day{key}{count}, {sums} "
        f"FROM feedback_feedbackrecord WHERE {who} "
        f"GROUP BY touchpoint_id, metric, {day}{key} ORDER BY day, touchpoint_id, metric{key}"
    )


def _weeks_sql(name: str, part: str) -> str:
    """Return the statement that adds up the days of a table of counts by week."""
    week = "date_trunc('week', day)::date" if _postgresql() else "date(day, 'weekday 0', '-6 days')"
    keys = f"touchpoint_id, metric{part and f', {part}'}"
    columns = [*(["n"] if part else []), *(f"c{score}" for score in range(11))]
    return (
        f"INSERT INTO feedback_{name}week (day, {keys}, {', '.join(columns)}) "
        f"SELECT {week} AS week, {keys}, {', '.join(f'sum({column})' for column in columns)} "
        f"FROM feedback_{name}count GROUP BY week, {keys} ORDER BY week, {keys}"
    )


class _without_triggers:  # noqa: N801
    """The count triggers and the checks of references are off inside, and back afterwards."""

    def __enter__(self) -> None:
        if _postgresql():
            _run("SET session_replication_role = replica")
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master "
                "WHERE type = 'trigger' AND tbl_name = 'feedback_feedbackrecord'"
            )
            self.triggers = cursor.fetchall()
        for name, _ in self.triggers:
            _run(f"DROP TRIGGER {name}")

    def __exit__(self, *error: object) -> None:
        if _postgresql():
            _run("SET session_replication_role = origin")
            return
        for _, statement in self.triggers:
            _run(statement)


def _postgresql() -> bool:
    return connection.vendor == "postgresql"


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


if __name__ == "__main__":
    main()
