"""A journey with three touchpoints, and a short way to import a few lines onto it."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from feedback.imports import Report, import_file, read_mapping
from journeys.models import Journey
from tests.factories import make_channel, make_journey, make_stage, make_step, make_touchpoint

WIDE = """
layout = "wide"
[source]
name = "Survey"
[columns]
id = "ID"
segment = "Plan"
[time]
fixed = 2026-03-10
[answers]
metric = "csat"
not_applicable = [0, "n/a"]
[[touchpoints]]
column = "Booking"
comment = "Why"
[[touchpoints]]
column = "Boarding"
"""
LONG = """
layout = "long"
[source]
name = "Survey"
[columns]
id = "ID"
touchpoint = "Where"
metric = "What"
score = "Score"
comment = "Why"
channel = "Through"
[time]
column = "When"
[answers]
metric = "csat"
not_applicable = [0, "n/a"]
"""

Importer = Callable[..., Report]


@pytest.fixture
def journey(db: None) -> Journey:
    """A journey with the touchpoints Booking and Boarding on the web, and Boarding in the app."""
    journey = make_journey(slug="flight")
    web, app = (make_channel(journey.workspace, name=name) for name in ("Web", "App"))
    stage = make_stage(journey)
    make_touchpoint(make_step(stage, title="Book"), title="Booking", channel=web)
    board = make_step(stage, title="Board")
    make_touchpoint(board, title="Boarding", channel=web)
    make_touchpoint(board, title="Scanning", channel=app)
    return journey


@pytest.fixture
def import_text(journey: Journey) -> Importer:
    """Import a text of CSV onto the journey by a mapping, the wide one above if none is given."""

    def import_text(text: str | bytes, mapping: str = WIDE, **options: Any) -> Report:
        content = text.encode() if isinstance(text, str) else text
        given: dict[str, Any] = {"workspace": journey.workspace, "slug": journey.slug} | options
        return import_file(io.BytesIO(content), mapping=read_mapping(mapping), **given)

    return import_text
