"""The map as JSON."""

import json

from django.core.serializers.json import DjangoJSONEncoder

from journeys.exports.material import Material, Rendered
from journeys.exports.options import ExportOptions
from journeys.maps.data import as_data


def render(material: Material, options: ExportOptions) -> Rendered:
    """Return the map as UTF-8 JSON."""
    data = as_data(material.map)
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    return Rendered(text.encode())
