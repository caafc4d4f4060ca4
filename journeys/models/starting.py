"""What a journey starts from, and how people like to look at it."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from journeys.models.journeys import Journey
from journeys.models.workspaces import Workspace, WorkspaceContentQuerySet


class JourneyTemplateQuerySet(WorkspaceContentQuerySet["JourneyTemplate"]):
    """A workspace's own templates."""


class JourneyTemplate(models.Model):
    """A map that a team starts from again and again: lanes, stages, steps and cards as texts."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="templates")
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=300, blank=True)
    content = models.JSONField(encoder=DjangoJSONEncoder)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="journey_templates"
    )
    at = models.DateTimeField(auto_now_add=True)

    objects = JourneyTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "title"], name="template_title_once"),
        ]

    def __str__(self) -> str:
        return self.title


class SavedViewQuerySet(WorkspaceContentQuerySet["SavedView"]):
    """Saved views, by workspace."""

    workspace_path = "journey__workspace"


class SavedView(models.Model):
    """Filters, hidden lanes and zoom of a map under a name; everybody who sees the map has it."""

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="saved_views")
    title = models.CharField(max_length=80)
    query = models.CharField(max_length=1000, blank=True, help_text="As in the address.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="saved_views"
    )
    at = models.DateTimeField(auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["journey_id", "title"]
        constraints = [
            models.UniqueConstraint(fields=["journey", "title"], name="saved_view_title_once"),
        ]

    def __str__(self) -> str:
        return self.title
