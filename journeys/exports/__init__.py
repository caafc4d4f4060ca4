"""Files made from a map. A format is one small module that draws a finished JourneyMap."""

from collections.abc import Callable
from dataclasses import dataclass

from journeys.exports import json
from journeys.maps import JourneyMap


@dataclass(frozen=True, slots=True)
class Exported:
    """A finished file."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Format:
    """How one kind of file is made."""

    extension: str
    content_type: str
    render: Callable[[JourneyMap], bytes]


FORMATS = {"json": Format("json", "application/json", json.render)}


def export_map(found: JourneyMap, fmt: str) -> Exported:
    """Return the map as a file; raises KeyError for a format that is not in FORMATS."""
    kind = FORMATS[fmt]
    return Exported(f"{found.slug}.{kind.extension}", kind.content_type, kind.render(found))
