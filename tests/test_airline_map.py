"""The whole path on real answers: file → import → database → map page, outline, JSON, export.

Every figure is compared with one that was computed independently from the same file.
"""

import json
import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.factories import make_user
from tests.feedback.imports.airline import Airline, airline, import_airline

__all__ = ["airline"]
pytestmark = pytest.mark.django_db

CLASSES = ("Business", "Economy", "Economy Plus")


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


def test_importing_the_file_twice_changes_nothing(
    visitor: Client, airline: Airline, shared: Path
) -> None:
    address = f"/api/journeys/{airline.journey.pk}/map/?period=all"
    before = visitor.get(address).json()
    again = import_airline(shared, airline.journey.workspace, slug=airline.journey.slug)
    assert (again.report.created, again.report.updated) == (0, 0)
    assert visitor.get(address).json() == before
