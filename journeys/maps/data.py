"""The finished map as plain data: every number at full precision, beside the words on the page."""

from dataclasses import asdict
from typing import Any

from journeys.maps.grid import JourneyMap

SCHEMA = "cxjourney/map/1"


def as_data(found: JourneyMap) -> dict[str, Any]:
    """Return the map as dictionaries and lists, with the version of their shape.

    What is not known is None, never 0.
    """
    return {"schema": SCHEMA, **asdict(found)}
