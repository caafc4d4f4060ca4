"""The admin's view of the audit log: of the own workspaces, of all for a superuser; read only."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from journeys.admin.base import WorkspaceContentAdmin
from journeys.admin.filters import OwnRelatedFilter
from journeys.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(WorkspaceContentAdmin):
    """What happened, as it was written down; sign-ins belong to no workspace."""

    list_display = ["at", "kind", "text", "actor_name", "workspace", "address"]
    list_filter = ["kind", ("workspace", OwnRelatedFilter), "at"]
    search_fields = ["text", "actor_name"]
    search_help_text = "Search in what happened, and in names and addresses of people."
    fields = ["at", "kind", "text", "actor_name", "workspace", "address", "facts"]
    ordering = ["-at", "-pk"]
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let nobody: only what happens makes one."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody: it is a log."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody: `manage.py forget_audit` is the one way out."""
        return False
