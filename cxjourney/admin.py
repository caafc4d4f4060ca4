"""The admin site: open to whoever administers a workspace, not only to staff."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest


class JourneyAdminSite(AdminSite):
    """Django's admin, for the owners and admins of workspaces."""

    site_header = "cxjourney admin"
    site_title = "cxjourney admin"
    index_title = "Personas and libraries"

    def has_permission(self, request: HttpRequest) -> bool:
        """Let in superusers, and everybody who administers at least one workspace."""
        from journeys.models import Workspace

        return Workspace.objects.administered_by(request.user).exists()


class JourneyAdminConfig(AdminConfig):
    """Puts our site in the place of Django's own."""

    default_site = "cxjourney.admin.JourneyAdminSite"
