"""What a file will look like: its first pages as pictures, a page to open, its first lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import caches

from journeys.exports import formats, making
from journeys.exports.choices import Choices
from journeys.exports.posters import notes_of
from journeys.maps.drawing import Drawing
from journeys.maps.filters import MapFilters
from journeys.models import Journey

MOST_PAGES = 6
MOST_LINES = 60
MOST_CHARACTERS = 6000
PAGES_KEPT = 60
"""In seconds: until the browser has fetched them, and a little for the way back."""
HTML = "html"
TEXTS = {"json", "md", "mmd", HTML}
"""The endings of formats that people can read as they are, or that a browser opens."""


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """A page as a picture, numbered from 1; lengths in points."""

    number: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Preview:
    """The beginning of a file, and what its maker should know before making it."""

    pages: tuple[PreviewPage, ...] = ()
    page_count: int = 0
    opens: bool = False
    """True for an HTML page, which `opened` returns."""
    text: str = ""
    cut: bool = False
    """True where the text goes on."""
    notes: tuple[str, ...] = ()


def preview(journey: Journey, choices: Choices, filters: MapFilters) -> Preview:
    """Draw the first pages of a file, or its first lines; nothing of what is neither.

    The pages are kept for as long as a browser needs to fetch them by `picture`.
    """
    kind = formats()[choices.format]
    if kind.draw is None and kind.extension not in TEXTS:
        return Preview()
    material = making.gathered(journey, choices, filters)
    if kind.draw is None:
        made = kind.render(material, choices.options)
        if kind.extension == HTML:
            caches["pages"].set(_key(journey, choices, filters, 0), made.content, PAGES_KEPT)
            return Preview(opens=True, notes=(*making.notes_before(material), *made.notes))
        return _text(
            made.content.decode(errors="replace"), (*making.notes_before(material), *made.notes)
        )
    drawing = kind.draw(material, choices.options)
    shown = drawing.pages[:MOST_PAGES]
    for number in range(1, len(shown) + 1):
        _paint(drawing, number, _key(journey, choices, filters, number))
    return Preview(
        pages=tuple(
            PreviewPage(number, round(page.width), round(page.height))
            for number, page in enumerate(shown, start=1)
        ),
        page_count=len(drawing.pages),
        notes=(*making.notes_before(material), *notes_of(drawing)),
    )


def picture(journey: Journey, choices: Choices, filters: MapFilters, number: int) -> bytes | None:
    """Return a page as SVG, from 1; drawn again where nobody kept it; None beyond the last."""
    key = _key(journey, choices, filters, number)
    kept: bytes | None = caches["pages"].get(key)
    kind = formats()[choices.format]
    if kept is not None or kind.draw is None:
        return kept
    drawing = kind.draw(making.gathered(journey, choices, filters), choices.options)
    if not 1 <= number <= len(drawing.pages):
        return None
    return _paint(drawing, number, key)


def opened(journey: Journey, choices: Choices, filters: MapFilters) -> bytes | None:
    """Return the file as an HTML page; made again where nobody kept it; None for another format."""
    kind = formats()[choices.format]
    if kind.extension != HTML:
        return None
    kept: bytes | None = caches["pages"].get(_key(journey, choices, filters, 0))
    return kept or kind.render(making.gathered(journey, choices, filters), choices.options).content


def _paint(drawing: Drawing, number: int, key: str) -> bytes:
    from journeys.exports import svg

    painted = svg.paint(drawing, page=number - 1)
    caches["pages"].set(key, painted, PAGES_KEPT)
    return painted


def _text(text: str, notes: Sequence[str]) -> Preview:
    shown = "\n".join(text.split("\n")[:MOST_LINES])[:MOST_CHARACTERS]
    return Preview(text=shown, cut=len(shown) < len(text), notes=tuple(notes))


def _key(journey: Journey, choices: Choices, filters: MapFilters, number: int) -> str:
    """Return the name of a page in the cache: of the journey as it is, and of every choice."""
    asked = (journey.pk, journey.revision, choices.query(filters), filters.period.end, number)
    return f"export-page:{sha256(repr(asked).encode()).hexdigest()}"
