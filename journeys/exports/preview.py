"""What a file will look like: its first pages as pictures, or the first lines of its text."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from journeys.exports import formats
from journeys.exports.choices import Choices
from journeys.exports.making import gathered
from journeys.maps.filters import MapFilters
from journeys.models import Journey

MOST_PAGES = 4
MOST_LINES = 60
MOST_CHARACTERS = 6000
PAGES_KEPT = 60
"""In seconds: until the browser has fetched them, and a little for the way back."""
TEXTS = {"json", "md", "mmd", "html"}
"""The endings of formats that people can read as they are."""


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """A page as a picture; `key` is where the picture is fetched."""

    number: int
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Preview:
    """The beginning of a file, and what its maker should know before making it."""

    pages: tuple[PreviewPage, ...] = ()
    page_count: int = 0
    text: str = ""
    cut: bool = False
    """True where the text goes on."""
    notes: tuple[str, ...] = ()


def preview(journey: Journey, choices: Choices, filters: MapFilters) -> Preview:
    """Draw the first pages of a file; `picture` has them for as long as a browser needs."""
    kind = formats()[choices.format]
    if kind.draw is None and kind.extension not in TEXTS:
        return Preview()
    material = gathered(journey, choices, filters)
    if kind.draw is None:
        made = kind.render(material, choices.options)
        return _text(made.content.decode(errors="replace"), (*material.map.notices, *made.notes))
    raise NotImplementedError


def picture(journey: Journey, choices: Choices, filters: MapFilters, number: int) -> bytes | None:
    """Return a page of a preview as SVG, drawn again where nobody kept it; None beyond the last."""
    return None


def _text(text: str, notes: Sequence[str]) -> Preview:
    shown = "\n".join(text.split("\n")[:MOST_LINES])[:MOST_CHARACTERS]
    return Preview(text=shown, cut=len(shown) < len(text), notes=tuple(notes))


def _key(journey: Journey, choices: Choices, filters: MapFilters, number: int) -> str:
    asked = (journey.pk, journey.revision, choices.query(filters), filters.period.end, number)
    return f"export-preview:{sha256(repr(asked).encode()).hexdigest()}"
