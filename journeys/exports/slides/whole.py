"""All slides of a file in their order: of a journey, or of personas alone."""

from collections.abc import Sequence

from journeys.exports.material import Material, PersonaCard, Rendered
from journeys.exports.options import ExportOptions
from journeys.exports.slides.deck import Deck
from journeys.exports.slides.findings import add_frictions, add_handoffs, add_stage_metrics
from journeys.exports.slides.overview import add_overview, add_title
from journeys.exports.slides.people import add_persona
from journeys.exports.slides.remarks import add_remarks
from journeys.exports.slides.stages import add_stages
from journeys.exports.slides.writing import say
from journeys.exports.wording import day
from journeys.maps.theme import INK_3


def journey_slides(material: Material, options: ExportOptions) -> Rendered:
    """Return the slides of a journey."""
    found = material.map
    as_of = [f"v{found.revision}", day(options.on)]
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


def persona_slides(
    personas: Sequence[PersonaCard], options: ExportOptions, *, title: str, foot: Sequence[str]
) -> Rendered:
    """Return slides of personas alone; one that says so where there are none."""
    deck = Deck(title, options, foot=foot)
    for persona in personas:
        add_persona(deck, persona)
    if not personas:
        with deck.sheet(title) as sheet:
            sheet.box(sheet.room, say("This journey has no personas yet.", 13, INK_3))
    return Rendered(deck.content())
