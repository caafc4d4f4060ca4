"""The whole path on real answers: file → import → database → map page, outline, JSON, export.

Every figure is compared with one that was computed independently from the same file.
"""

import json
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Avg, Count, Q, Sum
from django.test import Client

from feedback.metrics.scales import CSAT
from feedback.models import FeedbackRecord, ScoreCount
from journeys.models import Journey, LaneKind
from tests.factories import make_user
from tests.feedback.imports.airline import Airline, airline, import_airline
from touchpoints.models import Touchpoint

__all__ = ["airline"]
pytestmark = pytest.mark.django_db

CLASSES = ("Business", "Economy", "Economy Plus")
SCORES = range(1, 6)


def mean(counts: Sequence[int]) -> float:
    """Return the mean of scores 1 to 5 that were given so often."""
    return sum(s * n for s, n in zip(SCORES, counts, strict=True)) / sum(counts)


def test_every_passenger_and_rating_arrives(airline: Airline) -> None:
    rated = sum(column["n_rated_1_5"] for column in airline.oracle["touchpoints"].values())
    assert airline.report.rows == airline.oracle["rows"]
    assert airline.report.created == rated
    assert FeedbackRecord.objects.on_journey(airline.journey).count() == rated
    passengers = FeedbackRecord.objects.values("external_id").distinct().count()
    assert passengers == airline.oracle["rows"]


def test_zero_is_counted_by_itself_and_never_a_score(airline: Airline) -> None:
    zeros = {
        name: column["counts"]["0"]
        for name, column in airline.oracle["touchpoints"].items()
        if column["counts"]["0"]
    }
    assert airline.report.not_applicable == zeros
    assert not FeedbackRecord.objects.filter(score=0).exists()
    assert airline.report.blank == 0


def test_the_daily_counts_of_each_touchpoint_are_the_oracle_s(airline: Airline) -> None:
    sums = {f"n{s}": Sum(f"c{s}") for s in range(11)}
    found = ScoreCount.objects.values("touchpoint__title", "metric").annotate(**sums)
    rows: list[dict[str, Any]] = [dict(row) for row in found]
    assert {row["metric"] for row in rows} == {CSAT.key}
    assert len(rows) == len(airline.oracle["touchpoints"]) == 14
    for row in rows:
        expected = airline.oracle["touchpoints"][row["touchpoint__title"]]
        counts = [row[f"n{s}"] for s in SCORES]
        assert counts == [expected["counts"][str(s)] for s in SCORES]
        assert sum(row[f"n{s}"] for s in range(11)) == expected["n_rated_1_5"]
        assert round(mean(counts), 6) == expected["mean_excl_0"]
        top, bottom = sum(counts[3:]), sum(counts[:2])
        assert round(100 * top / sum(counts), 6) == expected["top2box_pct_excl_0"]
        assert round(100 * bottom / sum(counts), 6) == expected["bottom2box_pct_excl_0"]


@pytest.mark.parametrize("name", CLASSES)
def test_each_class_has_the_oracle_s_figures(airline: Airline, name: str) -> None:
    rows = (
        FeedbackRecord.objects.filter(segment__name=name)
        .values("touchpoint__title")
        .annotate(n=Count("pk"), mean=Avg("score"), top=Count("pk", filter=Q(score__gte=4)))
        .order_by()
    )
    expected = airline.oracle["touchpoints_by_class"][name]
    assert len(rows) == len(expected)
    for row in rows:
        figures = expected[row["touchpoint__title"]]
        assert row["n"] == figures["n"]
        assert round(row["mean"], 6) == figures["mean"]
        assert round(100 * row["top"] / row["n"], 6) == figures["top2"]


def test_the_journey_has_four_stages_and_a_step_for_each_touchpoint(airline: Airline) -> None:
    stages = airline.journey.stages.all()
    assert [stage.title for stage in stages] == ["Book", "Airport", "On board", "After"]
    assert all(stage.goal for stage in stages)
    touchpoints = list(Touchpoint.objects.on_map().filter(step__stage__journey=airline.journey))
    assert len({touchpoint.step_id for touchpoint in touchpoints}) == len(touchpoints) == 14
    assert all(touchpoint.team for touchpoint in touchpoints)
    assert {a.team == b.team for a, b in pairwise(touchpoints)} == {True, False}
    kinds = {lane.kind for lane in airline.journey.lanes.all()}
    assert kinds >= {
        LaneKind.TOUCHPOINTS, LaneKind.FEELING, LaneKind.FEEDBACK, LaneKind.FRICTION
    }  # fmt: skip
    assert airline.journey.revision == 1


def test_importing_the_file_again_changes_nothing(airline: Airline, shared) -> None:
    records, counts = (
        list(model.objects.order_by("pk").values()) for model in (FeedbackRecord, ScoreCount)
    )
    again = import_airline(shared, airline.journey.workspace).report
    assert (again.created, again.updated, again.unchanged) == (0, 0, airline.report.created)
    assert not again.changes
    assert list(FeedbackRecord.objects.order_by("pk").values()) == records
    assert list(ScoreCount.objects.order_by("pk").values()) == counts
    assert Journey.objects.get(pk=airline.journey.pk).revision == 1


@pytest.fixture
def visitor(client: Client) -> Client:
    client.force_login(make_user(is_superuser=True))
    return client


def scores(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The feedback lane of a map's JSON, by touchpoint."""
    [lane] = [lane for lane in found["lanes"] if lane["kind"] == "feedback"]
    return {item["label"]: item for cell in lane["cells"] for item in cell["items"]}


def printed(value: float, digits: int = 0) -> str:
    """A figure of the oracle as it is printed: rounded half away from zero."""
    return str(Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def text_of(html: str) -> str:
    """What stands on a page, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace(
        "\N{NARROW NO-BREAK SPACE}", " "
    )


def test_the_map_json_has_every_count_mean_and_box(visitor: Client, airline: Airline) -> None:
    found = visitor.get(f"/api/journeys/{airline.journey.pk}/map/?period=all").json()
    assert len(found["stages"]) == 4
    shown = scores(found)
    assert shown.keys() == airline.oracle["touchpoints"].keys()
    for name, expected in airline.oracle["touchpoints"].items():
        score = shown[name]
        assert score["counts"] == {s: n for s, n in expected["counts"].items() if s != "0"}
        assert score["metric"]["n"] == expected["n_rated_1_5"]
        assert round(score["mean"], 6) == expected["mean_excl_0"]
        assert round(score["top_box"], 6) == expected["top2box_pct_excl_0"]
        assert round(score["bottom_box"], 6) == expected["bottom2box_pct_excl_0"]
        assert round(score["metric"]["value"], 6) == expected["top2box_pct_excl_0"]


@pytest.mark.parametrize("name", CLASSES)
def test_the_map_json_of_a_class(visitor: Client, airline: Airline, name: str) -> None:
    address = f"/api/journeys/{airline.journey.pk}/map/"
    shown = scores(visitor.get(address, {"period": "all", "segment": name}).json())
    for touchpoint, expected in airline.oracle["touchpoints_by_class"][name].items():
        score = shown[touchpoint]
        assert score["metric"]["n"] == expected["n"]
        assert round(score["mean"], 6) == expected["mean"]
        assert round(score["top_box"], 6) == expected["top2"]


def test_the_map_page_prints_them(visitor: Client, airline: Airline) -> None:
    html = visitor.get(f"{airline.journey.get_absolute_url()}?period=all").content.decode()
    row = html[html.index('<tr class="lane lane-feedback">') :]
    cells = [text_of(cell) for cell in row[: row.index("</tr>")].split("<td")[1:]]
    names = [touchpoint["label"] for touchpoint in feedback_in_order(visitor, airline)]
    assert len(cells) == len(names) == 14
    for name, cell in zip(names, cells, strict=True):
        expected = airline.oracle["touchpoints"][name]
        assert f" {printed(expected['top2box_pct_excl_0'])} % " in cell
        assert f"n {expected['n_rated_1_5']:,}" in cell


def feedback_in_order(visitor: Client, airline: Airline) -> list[dict[str, Any]]:
    found = visitor.get(f"/api/journeys/{airline.journey.pk}/map/?period=all").json()
    return list(scores(found).values())


@pytest.mark.parametrize("name", ["", *CLASSES])
def test_the_outline_prints_count_mean_and_boxes(
    visitor: Client, airline: Airline, name: str
) -> None:
    address = f"{airline.journey.get_absolute_url()}outline/"
    page = visitor.get(address, {"period": "all", "segment": name})
    html = page.content.decode()
    assert html.count('class="story-lane story-feedback"') == 14
    blocks = {}
    for article in html.split("<article")[1:]:
        [title] = re.findall(r'class="tp[^>]*><b>([^<]+)', article)
        lane = article[article.index("story-feedback") :]
        blocks[title] = text_of(lane[: lane.index("</dd>")])
    for touchpoint, figures in oracle_of(airline, name).items():
        block = blocks[touchpoint]
        assert f"n {figures['n']:,}" in block
        assert f"mean {printed(figures['mean'], 2)} " in block
        assert f"top scores {printed(figures['top2'], 1)} %" in block
        if "bottom2" in figures:
            assert f"low scores {printed(figures['bottom2'], 1)} %" in block


def oracle_of(airline: Airline, name: str) -> dict[str, dict[str, float]]:
    if name:
        return airline.oracle["touchpoints_by_class"][name]
    return {
        touchpoint: {
            "n": figures["n_rated_1_5"],
            "mean": figures["mean_excl_0"],
            "top2": figures["top2box_pct_excl_0"],
            "bottom2": figures["bottom2box_pct_excl_0"],
        }
        for touchpoint, figures in airline.oracle["touchpoints"].items()
    }


def test_the_exported_file_is_the_same_map(
    visitor: Client, airline: Airline, tmp_path: Path
) -> None:
    file = tmp_path / "map.json"
    call_command("export_map", airline.journey.slug, filter="period=all", output=file)
    address = f"/api/journeys/{airline.journey.pk}/map/?period=all"
    assert json.loads(file.read_text())["figures"] == visitor.get(address).json()
