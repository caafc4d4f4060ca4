"""The admin pages of cases: rules may be kept here, too; cases are only read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from feedback.models import Case, CaseRule
from journeys.admin.base import WorkspaceContentAdmin
from journeys.admin.filters import OwnRelatedFilter


@admin.register(CaseRule)
class CaseRuleAdmin(WorkspaceContentAdmin):
    """Which answers open a case."""

    list_display = ["name", "workspace", "metric", "at_most", "due_days", "active"]
    list_filter = [("workspace", OwnRelatedFilter), "active", "metric"]
    search_fields = ["name"]
    autocomplete_fields = ["journey", "team"]
    filter_horizontal = ["touchpoints"]
    fields = [
        *("workspace", "name", "metric", "at_most", "journey", "touchpoints", "contactable"),
        *("fresh_days", "team", "owner", "due_days", "escalate_days", "escalate_to", "active"),
    ]


@admin.register(Case)
class CaseAdmin(WorkspaceContentAdmin):
    """Customers to be answered: opened by rules, changed step by step on their pages."""

    list_display = ["__str__", "workspace", "state", "team", "owner", "opened_at", "due_at"]
    list_select_related = ("team", "owner")
    list_filter = [("workspace", OwnRelatedFilter), "state", "opened_at"]
    search_fields = ("root_cause",)
    fields = [
        *("workspace", "state", "rule", "team", "owner", "opened_at", "due_at", "escalated_at"),
        *("metric", "score", "contacted_at", "contact_way", "resolved_at", "root_cause"),
        *("told_at", "told_way", "recovery_score", "closed_at", "forgotten_at"),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let nobody: a case opens from an answer."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody: the steps on its page keep its history."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody: the figures count it; a person’s words go by an erasure."""
        return False
