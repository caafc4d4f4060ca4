"""What this app adds to what can be taken away: the report on friction and handoffs."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from feedback.reporting.figures import report
from journeys.exports import Format
from journeys.exports.material import Material, Rendered
from journeys.exports.options import ExportOptions
from journeys.exports.posters import rendered
from journeys.maps.drawing import Drawing
from journeys.maps.filters import MapFilters
from journeys.models import Journey

KEY = "friction_report"
REPORT_HAS_METRICS = "The report is about metrics, so it has them although they are switched off."


def gather(journey: Journey, filters: MapFilters, options: ExportOptions) -> Mapping[str, Any]:
    """Fetch the scores and all that they were computed from."""
    return {KEY: report(journey, filters)}


def draw(material: Material, options: ExportOptions) -> Drawing:
    """Return the pages of the report."""
    from feedback.reporting.pages import draw as draw_report

    return draw_report(material.extra[KEY], material.map, options)


def render(material: Material, options: ExportOptions) -> Rendered:
    """Return the report as PDF."""
    from journeys.exports import pdf

    drawing = draw(material, options)
    made = rendered(pdf.paint(drawing, created=options.on), drawing)
    return made if options.metrics else replace(made, notes=(REPORT_HAS_METRICS, *made.notes))


FORMATS = (
    Format(
        "friction-pdf",
        "Friction and handoffs",
        "pdf",
        "application/pdf",
        render,
        "print",
        "-friction",
        draw=draw,
        gather=gather,
    ),
)
