"""The finished map as JSON: every number at full precision, beside the words on the page."""

import json
from dataclasses import asdict
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from journeys.maps import JourneyMap

SCHEMA = "cxjourney/map/1"


def as_data(found: JourneyMap) -> dict[str, Any]:
    """Return the map as plain dictionaries and lists, with the version of their shape."""
    return {"schema": SCHEMA, **asdict(found)}


def render(found: JourneyMap) -> bytes:
    """Return the map as UTF-8 JSON; what is not known is null, never 0."""
    text = json.dumps(as_data(found), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    return text.encode()
