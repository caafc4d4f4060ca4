"""The libraries that every map of a workspace shares: channels and segments."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from journeys.admin.base import WorkspaceContentAdmin
from journeys.admin.filters import OwnRelatedFilter
from journeys.admin.resources import ChannelResource
from journeys.admin.transfer import TransferMixin
from journeys.models import Channel, Journey, Segment


class LibraryAdmin(WorkspaceContentAdmin):
    """Something with a name that every map of the workspace offers as a filter."""

    list_display = ["name", "workspace", "persona_count"]
    list_filter = [("workspace", OwnRelatedFilter)]
    search_fields = ["name"]
    ordering = ["name"]
    fields = ["workspace", "name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count the personas along."""
        queryset: QuerySet[Any] = super().get_queryset(request)
        counted: QuerySet[Any] = queryset.annotate(persona_count=Count("personas"))
        return counted

    def journeys_showing(self, obj: Any) -> Iterable[int]:
        """Every map of the workspace offers it in its filter bar."""
        return Journey.objects.filter(workspace=obj.workspace_id).values_list("pk", flat=True)

    @admin.display(description="personas", ordering="persona_count")
    def persona_count(self, obj: Any) -> int:
        """Return how many personas name it."""
        return int(obj.persona_count)


@admin.register(Channel)
class ChannelAdmin(TransferMixin, LibraryAdmin):
    """The media of interactions."""

    resource_classes = [ChannelResource]


@admin.register(Segment)
class SegmentAdmin(LibraryAdmin):
    """Slices of the customers."""
