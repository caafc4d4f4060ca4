"""The map as drawn: on paper as PDF, as a picture, and as SVG.

What draws is loaded on first use, here as for slides and persona cards: it takes some .7 s, which
a command that draws nothing should not pay.
"""

from collections.abc import Iterable, Mapping, Sequence
from unicodedata import name

from journeys.exports import Format
from journeys.exports.material import Material, Rendered
from journeys.exports.options import ExportOptions
from journeys.maps.drawing import Drawing, Missing

_PLACES = 3
"""Named of those where the same character is missing; the others are counted."""
_CHARACTERS = 3
"""Up to so many have a sentence each; more, as of a whole script, are told by their places."""


def _on_paper(material: Material, options: ExportOptions) -> Drawing:
    return _drawn(material, options, one_sheet=False)


def _on_one_sheet(material: Material, options: ExportOptions) -> Drawing:
    return _drawn(material, options, one_sheet=True)


def _drawn(material: Material, options: ExportOptions, *, one_sheet: bool) -> Drawing:
    from journeys.maps.layout.poster import poster

    return poster(
        material.map,
        options,
        pictures=material.pictures,
        remarks=material.remarks,
        one_sheet=one_sheet,
    )


def _pdf(material: Material, options: ExportOptions) -> Rendered:
    from journeys.exports import pdf

    drawing = _on_paper(material, options)
    return rendered(pdf.paint(drawing, created=options.on), drawing)


def _picture(material: Material, options: ExportOptions) -> Rendered:
    from journeys.exports import png

    drawing = _on_one_sheet(material, options)
    return rendered(png.paint(drawing, megapixels=options.megapixels), drawing)


def _vectors(material: Material, options: ExportOptions) -> Rendered:
    from journeys.exports import svg

    drawing = _on_one_sheet(material, options)
    return rendered(svg.paint(drawing), drawing)


FORMATS = (
    Format("pdf", "PDF poster", "pdf", "application/pdf", _pdf, "print", draw=_on_paper),
    Format("png", "Picture (PNG)", "png", "image/png", _picture, "print", draw=_on_one_sheet),
    Format(
        "svg", "Vector graphic (SVG)", "svg", "image/svg+xml", _vectors, "print", draw=_on_one_sheet
    ),
)


def rendered(content: bytes, drawing: Drawing) -> Rendered:
    """Return a painted drawing with what its reader should know."""
    return Rendered(content, notes_of(drawing))


def notes_of(drawing: Drawing) -> tuple[str, ...]:
    """Return a drawing's own notes, and which characters are missing where."""
    return (*drawing.notes, *_missing(drawing.missing))


def _missing(missing: Iterable[Missing]) -> list[str]:
    """Return a sentence for each of a few characters, else one sentence for each place."""
    places: dict[str, list[str]] = {}
    for each in missing:
        places.setdefault(each.character, []).append(each.place)
    if len(places) > _CHARACTERS:
        return _by_place(places)
    return [
        f"No font at hand can draw “{character}” ({_called(character)}): "
        f"a box stands in its place in {_listed(found)}."
        for character, found in places.items()
    ]


def _by_place(places: Mapping[str, Sequence[str]]) -> list[str]:
    """Return how many characters are missing, and each of them once, at the first of its places."""
    first: dict[str, str] = {}
    for character, found in places.items():
        first[found[0]] = first.get(found[0], "") + character
    return [
        f"No font at hand can draw {len(places)} characters: a box stands in place of each.",
        *(f"Boxes in {place}: {characters}" for place, characters in first.items()),
    ]


def _called(character: str) -> str:
    """Return a character's number and name as Unicode writes them."""
    return f"U+{ord(character):04X} {name(character, '')}".strip()


def _listed(places: list[str]) -> str:
    named = list(dict.fromkeys(places))
    more = len(named) - _PLACES
    if more > 0:
        return f"{', '.join(named[:_PLACES])} and {more} more place{'s' if more > 1 else ''}"
    return " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))
