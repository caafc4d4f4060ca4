"""Columns that several of the admin's lists share."""

from typing import Any

from django.contrib import admin

from journeys.models import Journey


class OnTouchpoint:
    """What hangs on a touchpoint, listed with its map."""

    @admin.display
    def journey(self, obj: Any) -> Journey:
        """Return the map on which the touchpoint stands."""
        journey: Journey = obj.touchpoint.step.stage.journey
        return journey
