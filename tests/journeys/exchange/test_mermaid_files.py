"""Mermaid files as they are brought in: through the one door for all files, to a map."""

from io import BytesIO

import pytest

from journeys.exchange.problems import FileRefused
from journeys.exchange.reading import read
from journeys.exchange.writing import write
from journeys.models import Card, EmotionAssessment, Step
from tests.factories import make_workspace

MORNING = b"journey\n  title Morning\n  section Home\n    Make tea: 5: Me\n    Wait: 9: Me\n"


@pytest.mark.django_db
@pytest.mark.parametrize(("actors", "cards"), [("personas", 0), ("teams", 2)])
def test_a_diagram_becomes_a_map(actors, cards):
    found = read("morning.mmd", BytesIO(MORNING), actors=actors)
    made = write(make_workspace(), found.content, by=None)
    steps = Step.objects.filter(stage__journey=made.journey)
    assert [step.title for step in steps.order_by("position")] == ["Make tea", "Wait"]
    assert EmotionAssessment.objects.filter(step__in=steps).count() == 1
    assert Card.objects.filter(lane__journey=made.journey).count() == cards
    assert any("Line 5" in note for note in found.notes)


def test_what_is_no_diagram_is_refused_with_its_line():
    with pytest.raises(FileRefused, match="Line 2"):
        read("morning.mmd", BytesIO(b"journey\nsection Phase 1: Buy\n"))


@pytest.mark.django_db
@pytest.mark.parametrize(("actors", "refused"), [("personas", ["06", "08", "09"]), ("teams", [])])
def test_every_collected_file_is_written_or_refused_with_the_reason(shared, actors, refused):
    workspace = make_workspace()
    reasons = {}
    for path in sorted((shared / "data" / "mermaid").glob("*.mmd")):
        try:
            found = read(path.name, BytesIO(path.read_bytes()), actors=actors)
        except FileRefused as refusal:
            reasons[path.name[:2]] = str(refusal)
            continue
        made = write(workspace, found.content, by=None)
        tasks = len(found.content.get("steps", []))
        assert Step.objects.filter(stage__journey=made.journey).count() == tasks
    assert list(reasons) == refused
    assert all(reason.startswith("Line ") for reason in reasons.values())
