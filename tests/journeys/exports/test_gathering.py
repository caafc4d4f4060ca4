"""What a file is made of: what is on the map, and nothing of what stays behind."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from openpyxl import load_workbook
from xlsxwriter import Workbook

from journeys.exports import html
from journeys.exports.extra_tables import extra_tables
from journeys.exports.gathering import gather
from journeys.exports.material import Material
from journeys.exports.options import ExportOptions
from journeys.exports.xlsx_map import draw_map
from journeys.maps import MapFilters
from journeys.maps.grid import Card, Link, Metric
from journeys.models import LaneKind
from tests.factories import NOON, make_card, make_journey, make_lane, make_stage, make_step
from tests.journeys.exports.made import made_lane, made_map
from tests.journeys.exports.materials import picture

OPTIONS = ExportOptions(on=NOON.date())


@pytest.mark.django_db
def test_pictures_of_hidden_lanes_stay_behind() -> None:
    journey = make_journey()
    step = make_step(make_stage(journey))
    cards = [
        make_card(make_lane(journey, kind=kind), step, image=ContentFile(picture(), "desk.png"))
        for kind in (LaneKind.DOING, LaneKind.THINKING)
    ]
    shown, hidden = cards
    filters = MapFilters.default(NOON.date())
    whole = gather(journey, filters=filters, options=OPTIONS)
    assert set(whole.pictures) == {shown.pk, hidden.pk}
    key = next(lane.key for lane in whole.map.lanes if lane.id == hidden.lane_id)
    part = gather(journey, filters=replace(filters, hidden=frozenset({key})), options=OPTIONS)
    assert set(part.pictures) == {shown.pk}
    assert f"shot-{hidden.pk}".encode() not in html.render(part, OPTIONS).content


def test_a_touchpoint_never_has_the_picture_of_the_card_of_its_number() -> None:
    desk, card = Card(7, "Desk"), Card(7, "Waits", image_url="/7/")
    lanes = [made_lane("touchpoints", [desk], kind="touchpoints"), made_lane("cards", [card])]
    found = made_map([("Airport", ["Check in"])], lanes)
    file = BytesIO()
    with Workbook(file) as book:
        draw_map(book, Material(found, {7: picture()}), [])
    sheet: Any = load_workbook(file)["Map"]
    assert len(sheet._images) == 1


def test_each_figure_of_a_handoff_is_called_what_it_is() -> None:
    link = Link(
        1, "Ground", "Cabin", "Board", True, "Bags", 22.0, "22 min", "10 min", 0.1, False,
        quality=Metric("quality", "Quality", "45", 45.0),
    )  # fmt: skip
    found = made_map([("Airport", ["Gate"])], [made_lane("links", [link], kind="handoffs")])
    (table,) = extra_tables(Material(found), OPTIONS)
    assert [row[3:6] for row in table.rows] == [
        ("Ground → Cabin", "Observed wait, minutes", 22.0),
        ("Ground → Cabin", "Quality", 45.0),
    ]
