"""Journeys over the API, read only: the list, one journey, its finished map, and that as a file."""

from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from journeys.api_export import described, export_response
from journeys.api_problems import problems
from journeys.api_tokens import confined
from journeys.maps import build_map
from journeys.maps.data import as_data
from journeys.maps.filters import MapFilterForm
from journeys.models import Journey, TokenScope, Workspace
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


FILTERS = ("period", "segment", "channel", "persona", "compare", "hide", "zoom")
NOT_THERE = {404: "No such journey, or not yours."}
_ID = OpenApiParameter("id", int, OpenApiParameter.PATH)


class FilterProblemsSerializer(serializers.Serializer[Any]):
    """What is wrong with the filters, a sentence each."""

    detail = serializers.ListField(child=serializers.CharField())


@extend_schema_view(
    list=extend_schema(
        tags=["Journeys"],
        responses={200: JourneySerializer(many=True), **problems({404: "No such page."})},
    ),
    retrieve=extend_schema(
        tags=["Journeys"],
        parameters=[_ID],
        responses={200: JourneySerializer, **problems(NOT_THERE)},
    ),
)
class JourneyViewSet(viewsets.ReadOnlyModelViewSet[Journey]):
    """Journeys of the workspaces that the caller may see."""

    serializer_class = JourneySerializer
    token_scope = TokenScope.READ

    def get_queryset(self) -> JourneyQuerySet:
        """Start from what the caller may see; anything else does not exist."""
        journeys = confined(Journey.objects.visible_to(self.request.user), self.request)
        return journeys.select_related("workspace", "owner").with_counts().order_by("title", "pk")

    @described(FILTERS, _ID)
    @action(detail=True)
    def export(self, request: Request, pk: str) -> HttpResponseBase:
        """Return the map as a file; its notes stand in the header X-Export-Notes as JSON."""
        return export_response(request, self.get_object())

    @extend_schema(
        tags=["Journeys"],
        parameters=[_ID, *(OpenApiParameter(name, str) for name in FILTERS)],
        responses={
            200: OpenApiResponse(OpenApiTypes.OBJECT, description="See docs/api.md."),
            400: OpenApiResponse(FilterProblemsSerializer, description="A filter nobody knows."),
            **problems(NOT_THERE),
        },
    )
    @action(detail=True)
    def map(self, request: Request, pk: str) -> Response:
        """Return the finished map under the same filters as the page's address."""
        form = MapFilterForm(request.query_params, today=timezone.now().date())
        filters = form.filters
        if form.problems:
            return Response({"detail": form.problems}, status=400)
        found = build_map(self.get_object(), filters=filters)
        return Response(as_data(found))
