"""The admin pages of opportunities and of what they are weighed by; the app's own pages do more."""

from django.contrib import admin

from feedback.models import Criterion, Opportunity
from journeys.admin.base import WorkspaceContentAdmin
from journeys.admin.filters import OwnRelatedFilter


@admin.register(Opportunity)
class OpportunityAdmin(WorkspaceContentAdmin):
    """Opportunities. Their state is changed on their pages, which note who did so."""

    list_display = ["title", "workspace", "journey", "state", "impact", "effort", "owner", "team"]
    list_select_related = ("journey", "owner", "team")
    list_filter = [("workspace", OwnRelatedFilter), ("journey", OwnRelatedFilter), "state"]
    search_fields = ["title", "problem"]
    autocomplete_fields = ["workspace", "journey", "team"]
    filter_horizontal = ["touchpoints"]
    readonly_fields = ["state", "shipped_on", "created_by", "created_at"]
    fields = [
        "workspace",
        "title",
        "problem",
        "journey",
        "touchpoints",
        "impact",
        "effort",
        "owner",
        "team",
        "state",
        "shipped_on",
        "created_by",
        "created_at",
    ]


@admin.register(Criterion)
class CriterionAdmin(WorkspaceContentAdmin):
    """What a workspace weighs its opportunities by."""

    list_display = ["name", "workspace", "weight", "counts_against"]
    list_filter = [("workspace", OwnRelatedFilter)]
    search_fields = ["name"]
    fields = ["workspace", "name", "hint", "weight", "counts_against"]
