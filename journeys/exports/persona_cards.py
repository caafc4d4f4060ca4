"""Persona cards by themselves: as PDF, as pictures, as slides. Of a journey, or of one persona."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from journeys.exports import Exported, Format
from journeys.exports.material import Material, PersonaCard, Rendered
from journeys.exports.options import ExportOptions
from journeys.exports.posters import rendered
from journeys.exports.slides import CONTENT_TYPE
from journeys.exports.wording import day
from journeys.maps.drawing import Drawing

NOBODY = "This journey has no personas: the file has one page that says so."
_DAY_ONE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class _Cards:
    """Which personas a file is about, and what is written at the foot of its pages."""

    personas: tuple[PersonaCard, ...]
    title: str
    foot: tuple[str, ...]

    def drawing(self, options: ExportOptions) -> Drawing:
        from journeys.maps.persona_layout import persona_cards

        return persona_cards(
            self.personas, paper=options.page, language=options.language, title=self.title,
            foot=self.foot,
        )  # fmt: skip


def _pdf(cards: _Cards, options: ExportOptions) -> Rendered:
    from journeys.exports import pdf

    drawing = cards.drawing(options)
    return rendered(pdf.paint(drawing, created=options.on), drawing)


def _pngs(cards: _Cards, options: ExportOptions) -> Rendered:
    drawing = cards.drawing(options)
    return rendered(_zipped(cards, drawing, options), drawing)


def _picture(drawing: Drawing, options: ExportOptions, page: int) -> bytes:
    from journeys.exports import png

    return png.paint(drawing, megapixels=options.megapixels, page=page)


def _zipped(cards: _Cards, drawing: Drawing, options: ExportOptions) -> bytes:
    """Return a picture of each page, zipped; the same bytes for the same cards."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_STORED) as zipped:
        for place, name in enumerate(_names(cards, drawing)):
            zipped.writestr(ZipInfo(f"{name}.png", _DAY_ONE), _picture(drawing, options, place))
    return file.getvalue()


def _names(cards: _Cards, drawing: Drawing) -> list[str]:
    """Return a name for each page: the persona's, with a number from its second page on."""
    names: list[str] = []
    for page in drawing.pages:
        slug = page.blocks[0].key.partition("/")[0] if cards.personas else "no-personas"
        again = sum(name == slug or name.startswith(f"{slug} ") for name in names)
        names.append(f"{slug} {again + 1}" if again else slug)
    return names


def _pptx(cards: _Cards, options: ExportOptions) -> Rendered:
    from journeys.exports.slides.whole import persona_slides

    return persona_slides(cards.personas, options, title=cards.title, foot=cards.foot)


def _cards_of(material: Material, options: ExportOptions) -> _Cards:
    found = material.map
    title = f"Personas of {found.title}"
    return _Cards(material.personas, title, (found.title, found.workspace, day(options.on)))


def _draw(material: Material, options: ExportOptions) -> Drawing:
    return _cards_of(material, options).drawing(options)


def _of_journey(
    render: Callable[[_Cards, ExportOptions], Rendered],
) -> Callable[[Material, ExportOptions], Rendered]:
    def made(material: Material, options: ExportOptions) -> Rendered:
        cards = _cards_of(material, options)
        done = render(cards, options)
        return done if cards.personas else Rendered(done.content, (*done.notes, NOBODY))

    return made


FORMATS = (
    Format(
        "personas-pdf", "Persona cards (PDF)", "pdf", "application/pdf", _of_journey(_pdf),
        "print", "-personas", draw=_draw,
    ),
    Format(
        "personas-png", "Persona cards (pictures)", "zip", "application/zip", _of_journey(_pngs),
        "print", "-personas", draw=_draw,
    ),
    Format(
        "personas-pptx", "Persona cards (slides)", "pptx", CONTENT_TYPE, _of_journey(_pptx),
        "slides", "-personas",
    ),
)  # fmt: skip


def persona_file(persona: PersonaCard, key: str, options: ExportOptions) -> Exported:
    """Return the card of one persona; `key` is that of a format above.

    A picture comes by itself, and only a card of several pages as a zip. Raises KeyError for
    another format.
    """
    kind = {each.key: each for each in FORMATS}[key]
    cards = _Cards((persona,), persona.name, (persona.name, day(options.on)))
    if key == "personas-png":
        drawing = cards.drawing(options)
        if len(drawing.pages) == 1:
            done = rendered(_picture(drawing, options, 0), drawing)
            return Exported(f"{persona.slug}.png", "image/png", done.content, done.notes)
        done = rendered(_zipped(cards, drawing, options), drawing)
    else:
        done = {"personas-pdf": _pdf, "personas-pptx": _pptx}[key](cards, options)
    name = f"{persona.slug}.{kind.extension}"
    return Exported(name, kind.content_type, done.content, done.notes)
