"""The pages that `benchmarks/map_scale.py` measures, on one database; prints JSON."""

import json
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import django
import duckdb

django.setup()

from django.core.cache import caches  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from feedback.evidence import Window  # noqa: E402
from feedback.slices import Slice, moments, slice_counts  # noqa: E402
from journeys.maps import MapFilters  # noqa: E402
from journeys.models import Journey, Membership, Role, User  # noqa: E402
from touchpoints.models import Touchpoint  # noqa: E402

ROUNDS, WARM_UP = 15, 3

KEPT = ", its figures kept"

Timed = tuple[float, float]
"""Milliseconds: the median, and the fastest, which other programs disturbed least."""

Measured = dict[str, float | Timed]


def main() -> None:
    journey = Journey.objects.select_related("workspace").get(slug="journey-1")
    found = {"pace of the machine before": timed(pace)} | pages(journey)
    found |= {"pace of the machine after": timed(pace)}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found | {"peak memory of the server, MB": peak} | question(journey)))


def timed(call: Callable[[], object]) -> Timed:
    for _ in range(WARM_UP):
        call()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        call()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times), min(times)


def pace() -> None:
    """Do what takes the same work each time: figures compare where this took equally long."""
    for _ in range(100):
        sum({str(n): n for n in range(1000)}.values())


def pages(journey: Journey) -> Measured:
    workspace = journey.workspace
    user, _ = User.objects.get_or_create(email="viewer@example.com")
    Membership.objects.get_or_create(workspace=workspace, user=user, role=Role.VIEWER)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    page = journey.get_absolute_url()
    touchpoint = Touchpoint.objects.filter(step__stage__journey=journey).order_by("pk")[20]
    stage = touchpoint.step.stage_id
    evidence = reverse("feedback:touchpoint_evidence", args=[workspace.slug, touchpoint.pk])
    whole = reverse("feedback:workspace_dashboard", args=[workspace.slug])
    addresses = {
        "page: map": page,
        "page: map, all time": f"{page}?period=all",
        "page: evidence": f"{evidence}?metric=csat",
        "page: list of journeys": workspace.get_absolute_url(),
        "page: team": reverse("feedback:team_detail", args=[workspace.slug, "team-1"]),
        "page: list of teams": reverse("feedback:team_list", args=[workspace.slug]),
        "page: dashboard of a journey": f"{page}dashboard/",
        f"page: dashboard of a journey{KEPT}": f"{page}dashboard/",
        "page: dashboard of a journey, one stage": f"{page}dashboard/?stage={stage}",
        f"page: dashboard of a journey, one stage{KEPT}": f"{page}dashboard/?stage={stage}",
        "page: dashboard of a journey, all time": f"{page}dashboard/?period=all",
        "page: dashboard of the workspace": whole,
        f"page: dashboard of the workspace{KEPT}": whole,
        "page: map as JSON": reverse("api:journey-map", args=[journey.pk]),
        "sliced: map, one segment": f"{page}?segment=Business",
        "sliced: map, one channel": f"{page}?channel=Phone",
        "sliced: map, segment and channel": f"{page}?segment=Business&channel=Phone",
        "sliced: map, one segment, compared with nothing": f"{page}?segment=Business&compare=none",
        "sliced: map, one segment, all time": f"{page}?segment=Business&period=all",
        "sliced: evidence, one segment": f"{evidence}?metric=csat&segment=Business",
    }

    def get(address: str, *, keeps: bool = False) -> None:
        if not keeps:
            caches["pages"].clear()
        response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)

    return {
        name: timed(partial(get, address, keeps=name.endswith(KEPT)))
        for name, address in addresses.items()
    }


def question(journey: Journey) -> Measured:
    """Ask only what a filtered map asks of the answers, of our database and of DuckDB."""
    filters = replace(MapFilters.default(timezone.now().date()), segment="Business")
    window, asked = Window.of(filters, None), Slice.of(filters, journey.workspace)
    assert asked is not None
    touchpoints = Touchpoint.objects.filter(step__stage__journey=journey)
    ids = list(touchpoints.values_list("pk", flat=True))
    ours: list[tuple[object, ...]] = []
    answers = 0
    for pk, metric, piece, sizes, scores in slice_counts(ids, window, asked):
        place, own = (pk, metric, piece), asked.cell
        answers += sum(sizes.values())
        ours += [(*place, score, *own, n) for score, n in enumerate(scores) if n]
        ours += [(*place, None, *cell, n) for cell, n in sizes.items() if cell != own]
    found: Measured = {
        "query of the slice": timed(lambda: list(slice_counts(ids, window, asked))),
        "answers that it is about": float(answers),
    }
    if connection.vendor != "postgresql":
        return found
    with tempfile.TemporaryDirectory() as folder:
        _write_parquet(Path(folder))
        for order in ("by time", "by touchpoint"):
            for threads in (1, 2):
                duck = duckdb.connect(config={"threads": threads})
                statement = _duckdb_sql(f"{folder}/{order}.parquet", ids, window, asked.cell[0])
                theirs = duck.execute(statement).fetchall()
                # The same question has the same answer.
                assert sorted(map(repr, theirs)) == sorted(map(repr, ours))
                found[f"DuckDB, Parquet {order}, {threads} threads"] = timed(
                    lambda duck=duck, sql=statement: duck.execute(sql).fetchall()  # type: ignore[misc]
                )
    return found


def _write_parquet(folder: Path) -> None:
    """Write the answers in the order in which they came, and in that of our index."""
    columns = "touchpoint_id, metric, occurred_at, segment_id, channel_id, score"
    connection.ensure_connection()
    source = (
        f"COPY (SELECT {columns} FROM feedback_feedbackrecord "
        "WHERE NOT partial AND score IS NOT NULL ORDER BY id) TO STDOUT (FORMAT csv, HEADER)"
    )
    with (
        (folder / "answers.csv").open("wb") as file,
        connection.cursor() as cursor,
        cursor.cursor.copy(source) as rows,
    ):
        for block in rows:
            file.write(block)
    duck = duckdb.connect()
    read = f"FROM read_csv('{folder}/answers.csv')"
    for name, order in (("by time", ""), ("by touchpoint", "ORDER BY ALL")):
        duck.execute(f"COPY (SELECT {columns} {read} {order}) TO '{folder}/{name}.parquet'")


def _duckdb_sql(file: str, ids: list[int], window: Any, segment: int | None) -> str:
    """Return the same question: the same pieces, everybody by segment, the slice by score."""
    spans = list(moments(window))
    pieces = " ".join(
        f"WHEN occurred_at < TIMESTAMPTZ '{until.isoformat()}' THEN {piece}"
        for piece, _, until in spans
    )
    return (
        f"SELECT touchpoint_id, metric, CASE {pieces} END, "
        f"CASE WHEN segment_id = {segment} THEN score END, segment_id, count(*) FROM '{file}' "
        f"WHERE touchpoint_id IN ({', '.join(map(str, ids))}) "
        f"AND occurred_at >= TIMESTAMPTZ '{spans[0][1].isoformat()}' "
        f"AND occurred_at < TIMESTAMPTZ '{spans[-1][2].isoformat()}' GROUP BY ALL"
    )


if __name__ == "__main__":
    main()
