"""Fields that take JSON's own types and nothing that could be meant: "7" is not the number 7."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
# Clocks are wrong and time zones are mistaken for each other, but by no more than a day.
AHEAD = timedelta(days=1)
LARGEST_ID = 2**63 - 1


class Text(serializers.CharField):
    """A text; a number or a boolean is refused, and null is no text."""

    def to_internal_value(self, data: Any) -> str:
        """Return the text without blanks around it; raises ValidationError."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class WholeNumber(serializers.IntegerField):
    """A whole number; 7.0 is one, and "7" and true are not."""

    def to_internal_value(self, data: Any) -> int:
        """Return the number; raises ValidationError."""
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        if isinstance(data, float) and not data.is_integer():
            self.fail("invalid")
        return int(data)


class Seconds(serializers.FloatField):
    """A duration in seconds: a number from 0 to a hundred years."""

    default_error_messages = {"invalid": "A number of seconds is required."}

    def to_internal_value(self, data: Any) -> float:
        """Return the seconds; raises ValidationError."""
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        try:
            seconds = float(data)
        except OverflowError:
            self.fail("invalid")
        if not math.isfinite(seconds):
            self.fail("invalid")
        return seconds


class YesOrNo(serializers.BooleanField):
    """true or false; "yes", 1 and null are refused."""

    def to_internal_value(self, data: Any) -> bool:
        """Return it as it is; raises ValidationError."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Choice(serializers.ChoiceField):
    """One of some words."""

    def to_internal_value(self, data: Any) -> str:
        """Return the word; raises ValidationError."""
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        return str(super().to_internal_value(data))


@extend_schema_field(OpenApiTypes.DATETIME)
class Moment(serializers.Field[datetime, Any, str, Any]):
    """A moment in ISO 8601 with its offset from UTC."""

    default_error_messages = {
        "invalid": "Not a moment such as 2026-03-10T12:00:00Z.",
        "naive": "Without an offset such as Z or +02:00, the moment is not certain.",
        "future": "Lies in the future.",
        "past": "Lies before 1990.",
    }

    def to_internal_value(self, data: Any) -> datetime:
        """Return the moment in UTC; raises ValidationError."""
        if not isinstance(data, str) or len(data) > 40:
            self.fail("invalid")
        try:
            moment = parse_datetime(data)
            if moment is None:
                self.fail("invalid")
            if moment.tzinfo is None:
                self.fail("naive")
            moment = moment.astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail("invalid")
        if moment < EARLIEST:
            self.fail("past")
        if moment > timezone.now() + AHEAD:
            self.fail("future")
        return moment

    def to_representation(self, value: datetime) -> str:
        """Return it in UTC."""
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


@extend_schema_field(
    {
        "oneOf": [
            {"type": "integer", "minimum": 1, "description": "The touchpoint's id."},
            {
                "type": "object",
                "properties": {
                    "journey": {"type": "string", "description": "The slug of the journey."},
                    "title": {
                        "type": "string",
                        "description": "The touchpoint's title, or its step's, whatever the case.",
                    },
                    "channel": {
                        "type": "string",
                        "description": "Where several have that title: the one in this channel.",
                    },
                },
                "required": ["journey", "title"],
                "additionalProperties": False,
            },
        ],
        "description": "Where it belongs: an id, or a journey and a title.",
    }
)
class TouchpointRef(serializers.Field[Any, Any, Any, Any]):
    """An id, or {"journey": slug, "title": title, "channel": name}; looked up later, in bulk."""

    default_error_messages = {
        "invalid": 'An id, or an object such as {{"journey": "trip", "title": "Desk"}}.',
        "missing": "“{name}” is missing.",
        "unknown": "“{name}” is not known here; there are journey, title and channel.",
        "text": "“{name}” must be a text that is not empty.",
    }
    KEYS = ("journey", "title", "channel")

    def to_internal_value(self, data: Any) -> int | tuple[str, str, str]:
        """Return the id, or journey, title and channel ("" for any)."""
        if isinstance(data, int) and not isinstance(data, bool) and 0 < data <= LARGEST_ID:
            return data
        if not isinstance(data, dict):
            self.fail("invalid")
        for key in data:
            if key not in self.KEYS:
                self.fail("unknown", name=key)
        for key in ("journey", "title"):
            if key not in data:
                self.fail("missing", name=key)
        values = {key: data.get(key, "-") for key in self.KEYS}
        for key, value in values.items():
            if not isinstance(value, str) or not value.strip() or "\x00" in value:
                self.fail("text", name=key)
        return data["journey"].strip(), data["title"].strip(), data.get("channel", "").strip()

    def to_representation(self, value: Any) -> Any:
        """Return it as it came."""
        return value
