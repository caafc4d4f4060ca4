"""A laid-out map: pages of lines, shapes and single lines of text, ready to be painted.

Lengths are points (1/72 inch), x to the right and y down from a page's top left corner. Every text
is one line that was measured and broken before; who paints decides nothing and breaks nothing, so
that SVG, PDF and picture look alike.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Shape:
    """A rectangle; colours are "#rrggbb", empty for none."""

    x: float
    y: float
    width: float
    height: float
    fill: str = ""
    stroke: str = ""
    stroke_width: float = 0.5
    radius: float = 0
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: str
    width: float = 0.5
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """Lines through points, closed and filled where `fill` is given; each piece starts anew."""

    pieces: tuple[tuple[tuple[float, float], ...], ...]
    stroke: str = ""
    width: float = 1
    fill: str = ""
    opacity: float = 1
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text on its baseline; `x` is its left end, also where it reads from the right."""

    x: float
    y: float
    text: str
    size: float
    colour: str
    bold: bool = False
    italic: bool = False
    rtl: bool = False
    """The paragraph that the line belongs to reads from right to left."""
    width: float = 0
    """As measured."""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, scaled into a box without being cut or stretched."""

    x: float
    y: float
    width: float
    height: float
    key: str
    """Its name in Drawing.pictures."""
    alt: str = ""


Mark = Shape | Rule | Path | Text | Picture


@dataclass(frozen=True, slots=True)
class Block:
    """A box of the map with what is drawn in it, such as a card or a stage's head.

    No two blocks of a page overlap, and what a block holds lies inside it; a test holds the layout
    to both.
    """

    key: str
    """"stage-3", "step-5", "card-12", "lane-feeling": the ids of the map page."""
    x: float
    y: float
    width: float
    height: float
    marks: tuple[Mark, ...]
    text: str = ""
    """Everything that is written in it, whole."""


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet of paper: what lies behind, the blocks, and what lies above them."""

    width: float
    height: float
    blocks: tuple[Block, ...]
    behind: tuple[Mark, ...] = ()
    above: tuple[Mark, ...] = ()
    bookmarks: tuple[tuple[str, float, float], ...] = ()
    """(title, x, y) of what a reader may jump to."""
    clip: tuple[float, float, float, float] | None = None
    """x, y, width and height beyond which blocks are not painted: a tile's own part and overlap.
    `behind` and `above` are not clipped."""

    def marks(self) -> Iterator[Mark]:
        """Yield everything, in the order in which it is painted."""
        yield from self.behind
        for block in self.blocks:
            yield from block.marks
        yield from self.above


@dataclass(frozen=True, slots=True)
class Missing:
    """A character that no font at hand can draw, and where it stands."""

    character: str
    place: str
    """In words: "the card “Waits …” at Check-in"."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """All pages of one file."""

    title: str
    language: str
    """As in the HTML attribute lang: "en"."""
    pages: tuple[Page, ...]
    missing: tuple[Missing, ...] = ()
    notes: tuple[str, ...] = ()
    """What else whoever takes it away should know, in sentences."""
    pictures: dict[str, bytes] = field(default_factory=dict)
    """PNG or JPEG files by the key of Picture."""
