"""What whoever takes a map away can choose."""

from dataclasses import dataclass, field
from datetime import date

PAPERS = {
    "a0": (2384, 3370), "a1": (1684, 2384), "a2": (1191, 1684), "a3": (842, 1191),
    "a4": (595, 842), "letter": (612, 792), "legal": (612, 1008), "tabloid": (792, 1224),
}  # fmt: skip
"""Width and height in points, upright."""


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """The choices, all with a value that suits most; a format takes what means something to it."""

    paper: str = "a3"
    """A key of PAPERS."""
    orientation: str = "landscape"
    """landscape · portrait"""
    tiled: bool = False
    """Draw at reading size over as many sheets as it takes; else only where one sheet cannot."""
    metrics: bool = True
    comments: bool = False
    language: str = "en"
    """Of the map's own texts, for readers aloud and for hyphens; the words around are English."""
    megapixels: float = 8
    """Of a picture."""
    on: date = field(default_factory=date.today)
    """The date on the sheet and in the file."""

    @property
    def page(self) -> tuple[float, float]:
        """Return the width and height of a sheet in points."""
        short, long = PAPERS[self.paper]
        return (long, short) if self.orientation == "landscape" else (short, long)
