"""The admin page of outcome metrics; their points have pages of their own, which keep a history."""

from collections.abc import Iterable

from django.contrib import admin
from django.db import models

from feedback.models import OutcomeMetric
from journeys.admin.base import WorkspaceContentAdmin
from journeys.admin.filters import OwnRelatedFilter


@admin.register(OutcomeMetric)
class OutcomeMetricAdmin(WorkspaceContentAdmin):
    """What a metric is, whose it is, and where it stands."""

    formfield_overrides = {
        **WorkspaceContentAdmin.formfield_overrides,
        models.URLField: {"assume_scheme": "https"},
    }
    list_display = ["name", "workspace", "kind", "unit", "target", "owner", "team", "archived_at"]
    list_select_related = ("owner", "team")
    list_filter = [("workspace", OwnRelatedFilter), "kind", "timing"]
    search_fields = ["name", "source"]
    autocomplete_fields = ["owner", "team", "journey", "stage", "step"]
    readonly_fields = ["archived_at", "created_at"]
    fieldsets = [
        (None, {"fields": ["workspace", "name", "kind", "unit"]}),
        ("Aim", {"fields": ["direction", "timing", "target"]}),
        ("Whose, and from where", {"fields": ["owner", "team", "source", "source_url"]}),
        (
            "Stands on",
            {
                "description": "One of the three, or none for the whole workspace.",
                "fields": ["journey", "stage", "step"],
            },
        ),
        (None, {"fields": ["archived_at", "created_at"]}),
    ]

    def journeys_showing(self, obj: OutcomeMetric) -> Iterable[int]:
        """Return the journey that it stands on."""
        return [obj.home.pk] if obj.home else []
