"""The map as slides of native, editable shapes, tables and charts (PPTX)."""

from journeys.exports import Format
from journeys.exports.material import Material, Rendered
from journeys.exports.options import ExportOptions
from journeys.exports.slides.deck import Deck
from journeys.exports.slides.findings import add_frictions, add_handoffs, add_stage_metrics
from journeys.exports.slides.overview import add_overview, add_title
from journeys.exports.slides.people import add_persona
from journeys.exports.slides.remarks import add_remarks
from journeys.exports.slides.stages import add_stages

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def render(material: Material, options: ExportOptions) -> Rendered:
    """Return the slides of a journey."""
    found = material.map
    as_of = [f"v{found.revision}", f"{options.on:%-d %B %Y}"]
    foot = [found.title, found.workspace, " · ".join(as_of + ["simulated data"] * found.simulated)]
    deck = Deck(found.title, options, foot=foot)
    add_title(deck, material, options)
    add_overview(deck, material)
    add_stages(deck, material)
    for persona in material.personas:
        add_persona(deck, persona)
    add_stage_metrics(deck, material)
    add_frictions(deck, material)
    add_handoffs(deck, material)
    add_remarks(deck, material.remarks)
    return Rendered(deck.content())


FORMATS = (Format("pptx", "Slides (PowerPoint)", "pptx", CONTENT_TYPE, render),)
