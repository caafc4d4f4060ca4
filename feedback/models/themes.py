"""What comments are about, by keywords that admins keep."""

from django.db import models

from journeys.models import Workspace
from journeys.models.workspaces import WorkspaceContentQuerySet


class ThemeQuerySet(WorkspaceContentQuerySet["Theme"]):
    """Themes, by workspace."""


class Theme(models.Model):
    """A subject of comments: whoever uses one of its keywords talks about it."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="themes")
    name = models.CharField(max_length=60)
    keywords = models.TextField(
        help_text="One word or phrase per line; case is ignored, * stands for any ending."
    )

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="theme_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
