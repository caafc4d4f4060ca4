"""The journey as JSON: what comes back whole, and beside it what was measured."""

import json

from django.core.serializers.json import DjangoJSONEncoder

from journeys.exports.material import Material, Rendered
from journeys.exports.options import ExportOptions
from journeys.maps.data import as_data


def render(material: Material, options: ExportOptions) -> Rendered:
    """Return the journey as UTF-8 JSON, with the map's figures where they are wanted."""
    data = dict(material.content)
    if options.metrics:
        data["figures"] = as_data(material.map)
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    return Rendered(f"{text}\n".encode())
