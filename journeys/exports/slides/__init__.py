"""The map as slides of native, editable shapes, tables and charts (PPTX)."""

from journeys.exports import Format
from journeys.exports.material import Material, Rendered
from journeys.exports.options import ExportOptions

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def render(material: Material, options: ExportOptions) -> Rendered:
    """Return the slides of a journey."""
    from journeys.exports.slides.whole import journey_slides

    return journey_slides(material, options)


FORMATS = (Format("pptx", "Slides (PowerPoint)", "pptx", CONTENT_TYPE, render, "slides"),)
