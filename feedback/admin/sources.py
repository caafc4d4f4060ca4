"""The admin page of sources."""

from django.contrib import admin

from feedback.models import Source
from journeys.admin.base import WorkspaceContentAdmin
from journeys.admin.filters import OwnRelatedFilter


@admin.register(Source)
class SourceAdmin(WorkspaceContentAdmin):
    """Where feedback comes from."""

    audits_settings = True
    list_display = ["name", "workspace", "kind"]
    list_filter = [("workspace", OwnRelatedFilter), "kind"]
    search_fields = ["name"]
    fields = [
        "workspace",
        "name",
        "kind",
        "comments_kept_months",
        "identities_kept_months",
    ]
