"""The airline journey: 5,195 real passengers on 14 touchpoints, by the mapping of the docs.

A test that looks at it asks for the fixture, which imports once per module and takes it back:

    from tests.feedback.imports.airline import Airline, airline

    @pytest.mark.django_db
    def test_something(airline: Airline) -> None: ...
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from feedback.imports import Mapping, Report, import_file, read_mapping
from journeys.models import Journey, Workspace
from tests.factories import make_workspace

EXAMPLE = Path(__file__).resolve().parents[3] / "docs" / "examples" / "airline.toml"
FOLDER = Path("data", "airline")


class Airline(NamedTuple):
    """The imported journey, what the import reported, and what was counted independently."""

    journey: Journey
    report: Report
    oracle: dict[str, Any]


def airline_mapping() -> Mapping:
    """Read the mapping of the docs; answers are divided by the passengers' class."""
    return read_mapping(EXAMPLE.read_text(encoding="utf-8"))


def import_airline(
    shared: Path, workspace: Workspace | None = None, *, slug: str = "flight"
) -> Airline:
    """Import the file into a workspace, a new one if none is named; takes some seconds."""
    workspace = workspace or make_workspace(name="Airline", slug="airline")
    with (shared / FOLDER / "passengers.csv").open("rb") as file:
        report = import_file(file, mapping=airline_mapping(), workspace=workspace, slug=slug)
    oracle = json.loads((shared / FOLDER / "oracle.json").read_text(encoding="utf-8"))
    return Airline(Journey.objects.get(workspace=workspace, slug=slug), report, oracle)


@pytest.fixture(scope="module")
def airline(
    shared: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Airline]:
    """The airline journey, for all tests of a module. What a test changes is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield import_airline(shared)
        transaction.set_rollback(True)
