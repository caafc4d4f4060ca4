"""What docs/importing.md shows works as it stands there."""

import re
from pathlib import Path

import pytest

from feedback.imports import Mapping, read_mapping
from journeys.models import Journey
from tests.factories import make_channel, make_step, make_touchpoint
from tests.feedback.imports.airline import EXAMPLE
from tests.feedback.imports.conftest import Importer

TEXT = (Path(EXAMPLE).parents[1] / "importing.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Return the code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


def csv_block(line: str) -> str:
    """Return the code block in which a line begins so."""
    parts = re.split(r"^```\w*$", TEXT, flags=re.MULTILINE)
    return next(part.strip() for part in parts if f"\n{line}" in part)


def test_the_wide_example(import_text: Importer, journey: Journey) -> None:
    app = make_channel(journey.workspace)
    step = journey.stages.get().steps.first()
    make_touchpoint(step, title="Boarding with the app", channel=app)
    report = import_text(csv_block("1001,"), blocks("toml")[0])
    assert (report.created, report.not_applicable) == (3, {"Boarding": 1})


def test_the_long_example(import_text: Importer, journey: Journey) -> None:
    make_touchpoint(make_step(journey.stages.get()), title="Help line")
    assert import_text(csv_block("77;"), blocks("toml")[1]).created == 2


@pytest.mark.parametrize("field", ["id", "segment", "channel", "touchpoint", "metric", "comment"])
def test_every_column_is_in_the_table_of_keys(field: str) -> None:
    assert field in Mapping.__dataclass_fields__
    assert f"| `{field}`" in TEXT


def test_the_journey_example_is_understood() -> None:
    head = 'layout = "wide"\nsource.name = "S"\ntime.fixed = 2026-03-10\nanswers.metric = "csat"\n'
    mapping = read_mapping(head + blocks("toml")[2])
    assert mapping.journey
    assert mapping.touchpoints[0].stage == mapping.journey.stages[0].title
