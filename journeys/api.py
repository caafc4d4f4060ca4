"""Journeys over the API, read only: the list, one journey, and its finished map."""

from django.utils import timezone
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from journeys.exports.json import as_data
from journeys.maps import build_map
from journeys.maps.filters import MapFilterForm
from journeys.models import Journey, Workspace
from journeys.models.journeys import JourneyQuerySet


class JourneySerializer(serializers.ModelSerializer[Journey]):
    """A journey without its map."""

    workspace: serializers.SlugRelatedField[Workspace] = serializers.SlugRelatedField(
        "slug", read_only=True
    )
    stages = serializers.IntegerField(source="stage_count", read_only=True)
    steps = serializers.IntegerField(source="step_count", read_only=True)

    class Meta:
        model = Journey
        fields = [
            "id", "workspace", "slug", "title", "goal", "state", "review_by", "revision",
            "stages", "steps", "updated_at",
        ]  # fmt: skip


class JourneyViewSet(viewsets.ReadOnlyModelViewSet[Journey]):
    """Journeys of the workspaces that the caller may see."""

    serializer_class = JourneySerializer

    def get_queryset(self) -> JourneyQuerySet:
        """Start from what the caller may see; anything else does not exist."""
        journeys = Journey.objects.visible_to(self.request.user)
        return journeys.select_related("workspace", "owner").with_counts().order_by("title", "pk")

    @action(detail=True)
    def map(self, request: Request, pk: str) -> Response:
        """Return the finished map under the same filters as the page's address."""
        form = MapFilterForm(request.query_params, today=timezone.now().date())
        filters = form.filters
        if form.problems:
            return Response({"detail": form.problems}, status=400)
        found = build_map(self.get_object(), filters=filters)
        return Response(as_data(found))
