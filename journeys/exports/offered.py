"""The formats of this app, in the order in which they are offered."""

from journeys.exports import Format, json

FORMATS = (Format("json", "JSON", "json", "application/json", json.render),)
