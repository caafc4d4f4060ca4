"""The workbook as another program reads it: openpyxl knows nothing of how it was written."""

from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from journeys.exports.options import ExportOptions
from journeys.models import Card
from tests.factories import (
    NOON,
    make_card,
    make_emotion_assessment,
    make_lane,
    make_record,
    make_stage,
    make_step,
    make_touchpoint,
)
from tests.journeys.exchange.test_round_trip import taken_away

pytestmark = pytest.mark.django_db

TEXTS = ("=1+1", "@airline thanks", "-5 minutes", "+49", "Waits at the desk")


@pytest.fixture
def journey() -> Any:
    step = make_step(make_stage(title="Airport"), title="Check in")
    journey = step.stage.journey
    lane = make_lane(journey)
    for kind in ("feedback", "friction", "feeling", "touchpoints"):
        make_lane(journey, kind=kind)
    for position, text in enumerate(TEXTS):
        make_card(lane, step, text=text, position=position)
    make_emotion_assessment(step, score=-1.5)
    touchpoint = make_touchpoint(step, title="Desk")
    for _ in range(10):
        make_record(touchpoint)
    return journey


def book(journey: Any, **options: Any) -> Any:
    file = taken_away(journey, "xlsx", ExportOptions(on=NOON.date(), **options))
    return load_workbook(BytesIO(file.content))


def test_the_map_shows_every_card_whole_under_frozen_heads(journey) -> None:
    sheet = book(journey)["Map"]
    texts = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    assert all(card.text in texts for card in Card.objects.all())
    assert "Airport" in texts
    assert "Desk" in texts
    assert sheet.freeze_panes == "B8"


def test_nothing_is_a_formula(journey) -> None:
    for sheet in book(journey).worksheets:
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row), sheet.title


def test_texts_are_guarded_and_not_damaged(journey) -> None:
    sheet = book(journey)["Cards"]
    [column] = [cell.column for cell in sheet[1] if cell.value == "Text"]
    cells = [sheet.cell(row, column) for row in range(2, 2 + len(TEXTS))]
    assert tuple(cell.value for cell in cells) == TEXTS
    assert [bool(cell.quotePrefix) for cell in cells] == [True, True, True, True, False]


def test_tidy_sheets_have_filters_frozen_heads_numbers_and_dates(journey) -> None:
    sheet = book(journey)["Feelings"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:G2")
    row = {head.value: cell.value for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert row["Score"] == -1.5
    assert row["Assessed on"] == datetime.combine(NOON.date(), datetime.min.time())


def test_metrics_stand_with_their_base_and_interval_or_not_at_all(journey) -> None:
    heads, *rows = book(journey, metrics=True)["Metrics"].iter_rows(values_only=True)
    found = [dict(zip(heads, row, strict=True)) for row in rows]
    assert any(row["Metric"].startswith("CSAT") for row in found)
    assert "Metrics" not in book(journey, metrics=False).sheetnames
    assert "Comments" not in book(journey).sheetnames
