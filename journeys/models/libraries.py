"""Libraries of a workspace that every map shares: channels and segments."""

from django.db import models

from journeys.models.workspaces import Workspace, WorkspaceContentQuerySet


class ChannelQuerySet(WorkspaceContentQuerySet["Channel"]):
    """Channels, by workspace."""


class Channel(models.Model):
    """The medium of an interaction: web, app, phone, store, chat, mail …"""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="channels")
    name = models.CharField(max_length=60)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="channel_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class SegmentQuerySet(WorkspaceContentQuerySet["Segment"]):
    """Segments, by workspace."""


class Segment(models.Model):
    """A slice of the customers, as the feedback sources name it: "Business class", "Enterprise"."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="segments")
    name = models.CharField(max_length=80)

    objects = SegmentQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="segment_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
