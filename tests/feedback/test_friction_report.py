"""The report on friction and handoffs: every score can be computed again from its pages."""

import re
from io import BytesIO

import pypdfium2
import pytest
from django.utils import timezone

from feedback.exports import KEY, REPORT_HAS_METRICS, draw, gather
from feedback.metrics.friction import DEFAULT
from feedback.reporting.figures import report
from journeys.exports import export
from journeys.exports.choices import Choices
from journeys.exports.making import gathered, make
from journeys.exports.options import PAPERS, ExportOptions
from journeys.maps import MapFilters, Period
from journeys.maps.drawing import Text
from journeys.maps.grid import Heat
from journeys.models import Journey
from tests.demo import load_small_demo
from tests.factories import (
    make_friction_assessment,
    make_friction_formula,
    make_friction_input,
    make_handoff,
    make_journey,
    make_record,
    make_stage,
    make_step,
    make_touchpoint,
    make_workspace,
)

pytestmark = pytest.mark.django_db

ALL = MapFilters(Period.until(timezone.now().date(), "all"))


@pytest.fixture
def journey():
    return make_journey(make_workspace(name="Northwind"), title="Business trip", slug="trip")


@pytest.fixture
def step(journey):
    """A step of a journey whose "all time" reaches back to the factories' noon."""
    found = make_step(make_stage(journey, title="Airport"), title="Check in")
    make_record(make_touchpoint(found, title="Zzz"))
    return found


def words(found: bytes) -> str:
    """Return all text of a PDF, on one line."""
    document = pypdfium2.PdfDocument(BytesIO(found))
    pages = (page.get_textpage().get_text_bounded() for page in document)
    return re.sub(r"\s+", " ", " ".join(pages))


def made(journey, **options):
    return make(journey, Choices("friction-pdf", ExportOptions(paper="a4", **options)), ALL)


def lines(journey, **options) -> str:
    """Return the texts of the drawing's blocks, as they were written."""
    choices = Choices("friction-pdf", ExportOptions(**options))
    drawing = draw(gathered(journey, choices, ALL), choices.options)
    return "\n".join(block.text for page in drawing.pages for block in page.blocks)


def test_a_score_can_be_computed_again_from_the_page(journey, step):
    touchpoint = make_touchpoint(step, title="Desk")
    for score in (2, 3, 3, 4, 5, 5, 6, 7):
        make_record(touchpoint, metric="ces", score=score)
    make_friction_input(touchpoint, kind="abandon", hits=30, base=120)
    make_friction_input(touchpoint, kind="error", hits=7, base=200)
    for severity in (1, 2, 2):
        make_friction_assessment(touchpoint, severity=severity)
    text = lines(journey)
    mean = float(re.search(r"mean ([\d.]+) of 7 in 8 answers", text)[1])
    severities = {"effort": (7 - mean) / 6, "abandon": 30 / 120 / 0.40, "error": 7 / 200 / 0.20}
    weights = {key: DEFAULT.weights[key] for key in severities}
    bases = {"effort": 8.0, "abandon": 120.0, "error": 200.0}
    covered = sum(weights.values())
    measured = 100 * sum(weights[key] * severities[key] for key in weights) / covered
    rho = sum(weights[key] * bases[key] / (bases[key] + 20) for key in weights)
    assessed = 100 * (5 / 3) / 4
    friction = rho * measured + (1 - rho) * assessed
    assert "30 of 120 abandoned" in text
    assert "7 of 200 met an error" in text
    assert f"= {measured:.1f}; Σw {covered:.2f}, ρ {rho:.2f}" in text
    assert f"Assessed 100 · 1.67 / 4 = {assessed:.1f} by 3 people" in text
    assert f"= {friction:.1f}." in text
    assert "low base" in text


def test_the_formula_in_force_stands_in_it(journey, step):
    make_friction_formula(
        journey.workspace, version=7, effort_weight=0.5, abandon_weight=0.2, wait_weight=0.1,
        repeat_weight=0.1, error_weight=0.1,
    )  # fmt: skip
    text = lines(journey)
    assert "Friction, version 7" in text
    assert re.search(r"Effort 0\.50 \(high", text)


def test_what_few_were_counted_for_is_hidden_and_in_no_score(journey, step):
    touchpoint = make_touchpoint(step, title="Desk")
    make_friction_input(touchpoint, kind="abandon", hits=3, base=4)
    text = lines(journey)
    assert "hidden: counted for fewer than 5 customers" in text
    assert "3 of 4" not in text
    assert "No friction score: no data." in text


def test_a_handoff_can_be_computed_again_from_the_page(journey, step):
    desk, gate = (make_touchpoint(step, title=title) for title in ("Desk", "Gate"))
    make_handoff(
        desk, gate, what_moves="The boarded list", agreed_wait_minutes=10,
        observed_wait_minutes=20, released=100, accepted=90, breached=45, returned=10,
        explained_again=20, explained_again_asked=80,
    )  # fmt: skip
    text = lines(journey)
    # log2(20 / 10) / log2(8), late 45 / 90, never taken up 10 / 100, asked 20 / 80, back 10 / 100
    lost = 0.25 / 3 + 0.15 * 1 + 0.20 * 0.5 + 0.25 * 0.5 + 0.15 * 0.5
    assert f"= {100 - 100 * lost:.1f}, disjointed" in text
    assert "The boarded list" in text
    assert "median 20 min of 90, agreed 10 min" in text
    assert "10 of 100" in text


def test_a_handoff_of_few_is_hidden(journey, step):
    desk, gate = (make_touchpoint(step, title=title) for title in ("Desk", "Gate"))
    make_handoff(desk, gate, released=4, accepted=3, returned=2, observed_wait_minutes=33)
    text = lines(journey)
    assert "2 of 4" not in text
    assert "33 min" not in text
    assert "hidden: counted for fewer than 5 customers" in text
    assert "hidden: fewer than 5 waited" in text


def test_the_worst_come_first_and_the_unknown_last(journey, step):
    for title, hits in (("Easy", 1), ("Hard", 40), ("Middling", 15)):
        touchpoint = make_touchpoint(step, title=title)
        make_friction_input(touchpoint, hits=hits, base=100)
        make_friction_assessment(touchpoint)
    titles = [each.title for each in report(journey, ALL).touchpoints]
    assert titles == ["Hard", "Middling", "Easy", "Zzz"]


def test_an_empty_map_has_a_report(journey):
    text = words(made(journey).content)
    assert "There are no touchpoints on this map." in text
    assert "There are no handoffs on this map." in text


def test_switched_off_metrics_are_noted(journey):
    assert REPORT_HAS_METRICS in made(journey, metrics=False).notes
    assert REPORT_HAS_METRICS not in made(journey).notes


def test_rendering_asks_no_database(journey, step, django_assert_num_queries):
    make_friction_input(make_touchpoint(step), hits=10, base=100)
    choices = Choices("friction-pdf", ExportOptions())
    material = gathered(journey, choices, ALL)
    with django_assert_num_queries(0):
        export(material, "friction-pdf", choices.options)


@pytest.mark.parametrize("touchpoints", [1, 9])
def test_it_takes_the_same_queries_for_any_number_of_touchpoints(
    journey, step, touchpoints, django_assert_num_queries
):
    made = [make_touchpoint(step) for _ in range(touchpoints + 1)]
    for each in made:
        make_record(each, metric="ces")
        make_friction_input(each)
    make_handoff(made[0], made[1])
    with django_assert_num_queries(10):
        gather(journey, ALL, ExportOptions())[KEY]


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
def test_nothing_overlaps_and_nothing_is_cut_off(journey, step, paper, orientation):
    long = "Wartungsarbeitenankündigung und noch viel mehr davon, " * 2
    for number in range(12):
        touchpoint = make_touchpoint(step, title=f"{number} {long}"[:120])
        make_friction_input(touchpoint, hits=number, base=100)
    first, second = step.touchpoints.order_by("pk")[:2]
    make_handoff(first, second, what_moves="Was alles übergeben wird. " * 11)
    options = ExportOptions(paper=paper, orientation=orientation)
    choices = Choices("friction-pdf", options)
    for page in draw(gathered(journey, choices, ALL), options).pages:
        below = 0.0
        for block in page.blocks:
            assert block.y >= below - 0.01
            below = block.y + block.height
            for mark in (each for each in block.marks if isinstance(each, Text)):
                assert mark.x >= block.x - 0.01
                assert mark.x + mark.width <= block.x + block.width + 0.01
                assert block.y <= mark.y <= below
        assert below <= page.height - 40


def test_the_pdf_of_the_demo_says_what_the_map_says():
    load_small_demo()
    journey = Journey.objects.select_related("workspace", "owner").get(slug="business-trip")
    filters = MapFilters.default(timezone.now().date())
    choices = Choices("friction-pdf", ExportOptions(paper="a4", orientation="portrait"))
    found = make(journey, choices, filters)
    text = words(found.content)
    material = gathered(journey, choices, filters)
    [lane] = [lane for lane in material.map.lanes if lane.form == "heat"]
    items = [item for cell in lane.cells for item in cell.items]
    shown = {heat.label: heat.metric.text for heat in items if isinstance(heat, Heat)}
    assert [label for label in shown if label not in text] == []
    scored = {each.title: each.metric.text for each in material.extra[KEY].touchpoints}
    assert shown.items() <= scored.items()
    assert found.filename == "business-trip-friction.pdf"
    document = pypdfium2.PdfDocument(BytesIO(found.content))
    assert "The formulas" in [entry.get_title() for entry in document.get_toc()]
