"""Outcome metrics over the API: read them, and send their points, known by their periods."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from math import isfinite
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_field,
    extend_schema_view,
    inline_serializer,
)
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from feedback.api.document import FatesSerializer
from feedback.api.requests import (
    JSON,
    LINES,
    MOST_RECORDS,
    body_of,
    many_records,
    refuse_unknown_parameters,
)
from feedback.models import OutcomeMetric, OutcomePoint
from feedback.models.outcomes import OutcomeMetricQuerySet
from feedback.outcomes.formulas import formula_of, interval_of
from feedback.outcomes.points import Draft, Given, Refused, draft_of, write_points
from feedback.push.fields import Text, WholeNumber
from feedback.push.records import StrictSerializer
from feedback.push.results import REFUSED, Errors
from feedback.push.write import SKIPPED, read_record
from journeys.access import signed_in
from journeys.api_problems import problems
from journeys.api_tokens import confined
from journeys.models import TokenScope, Workspace


class Number(serializers.FloatField):
    """A number; "7", true and what no number holds are refused."""

    def to_internal_value(self, data: Any) -> float:
        """Return the number; raises ValidationError."""
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        try:
            number = float(data)
        except OverflowError:
            self.fail("invalid")
        if not isfinite(number):
            self.fail("invalid")
        return number


_ONE_OR_MANY = {
    "oneOf": [{"type": "number"}, {"type": "array", "items": {"type": "number"}}],
}


@extend_schema_field({"type": "object", "additionalProperties": _ONE_OR_MANY})
class Inputs(serializers.DictField):
    """Numbers by name, or lists of them."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return the inputs; raises ValidationError for texts, even of digits."""
        found = super().to_internal_value(data)
        for key, value in found.items():
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, bool) or not isinstance(each, int | float):
                    raise serializers.ValidationError(f"“{key}” is a number, or a list of them.")
        return found


class OutcomePointSerializer(StrictSerializer):
    """One point: a period, both days included, and its value or its inputs."""

    start = serializers.DateField(help_text="First day of the period.")
    end = serializers.DateField(help_text="Last day of the period.")
    value = Number(required=False, help_text="Of a metric that is not computed.")
    n = WholeNumber(
        required=False,
        min_value=0,
        max_value=2_147_483_647,
        help_text="Customers behind a value that is not computed.",
    )
    inputs = Inputs(required=False, help_text="What it is computed from, by the metric's inputs.")
    note = Text(required=False, allow_blank=True, max_length=300)


class ShownPointSerializer(serializers.ModelSerializer[OutcomePoint]):
    """A point as it is kept, with its 95 % interval where there is one."""

    low = serializers.SerializerMethodField()
    high = serializers.SerializerMethodField()

    class Meta:
        model = OutcomePoint
        fields = ["start", "end", "value", "low", "high", "n", "inputs", "note"]

    def get_low(self, point: OutcomePoint) -> float | None:
        """Return the lower end of the interval."""
        interval = interval_of(point.metric, point)
        return interval[0] if interval else None

    def get_high(self, point: OutcomePoint) -> float | None:
        """Return the upper end of the interval."""
        interval = interval_of(point.metric, point)
        return interval[1] if interval else None


class OutcomeMetricSerializer(serializers.ModelSerializer[OutcomeMetric]):
    """A metric: what it is, what it aims at, where it stands."""

    workspace: Any = serializers.SlugRelatedField("slug", read_only=True)
    owner: Any = serializers.StringRelatedField(allow_null=True)
    team: Any = serializers.StringRelatedField(allow_null=True)
    journey = serializers.SlugField(
        source="home.slug", read_only=True, default=None, allow_null=True
    )
    stage: Any = serializers.StringRelatedField(allow_null=True)
    step: Any = serializers.StringRelatedField(allow_null=True)
    inputs = serializers.SerializerMethodField()

    class Meta:
        model = OutcomeMetric
        fields = [
            "id", "workspace", "name", "kind", "unit", "direction", "timing", "target", "owner",
            "team", "source", "source_url", "journey", "stage", "step", "inputs",
        ]  # fmt: skip

    def get_inputs(self, metric: OutcomeMetric) -> list[str]:
        """Return the names of what its values are computed from; none of a series of one's own."""
        formula = formula_of(metric)
        return [each.key for each in formula.inputs] if formula else []


class OutcomeSeriesSerializer(OutcomeMetricSerializer):
    """A metric with all of its points, the oldest first."""

    points = serializers.SerializerMethodField()

    class Meta(OutcomeMetricSerializer.Meta):
        fields = [*OutcomeMetricSerializer.Meta.fields, "points"]

    @extend_schema_field(ShownPointSerializer(many=True))
    def get_points(self, metric: OutcomeMetric) -> Any:
        """Return the points."""
        points = list(metric.points.order_by("end", "start"))
        for point in points:
            point.metric = metric
        return ShownPointSerializer(points, many=True).data


_ID = OpenApiParameter("id", int, OpenApiParameter.PATH)
_NOT_THERE = {404: "No such metric, or not yours."}
_EXAMPLE = {
    "records": [
        {
            "start": "2026-03-01",
            "end": "2026-03-31",
            "inputs": {"customers_at_start": 412, "customers_lost": 7},
        }
    ]
}


@extend_schema_view(
    list=extend_schema(
        operation_id="list_outcomes",
        tags=["Outcomes"],
        responses={200: OutcomeMetricSerializer(many=True), **problems({404: "No such page."})},
    ),
    retrieve=extend_schema(
        operation_id="read_outcome",
        tags=["Outcomes"],
        parameters=[_ID],
        responses={200: OutcomeSeriesSerializer, **problems(_NOT_THERE)},
    ),
)
class OutcomeViewSet(viewsets.ReadOnlyModelViewSet[OutcomeMetric]):
    """Outcome metrics of the workspaces that the caller may see; archived ones are left out."""

    token_scope = TokenScope.READ

    def get_queryset(self) -> OutcomeMetricQuerySet:
        """Start from what the caller may see; anything else does not exist."""
        metrics = OutcomeMetric.objects.visible_to(self.request.user)
        return confined(metrics, self.request).current().with_places().order_by("name", "pk")

    def get_serializer_class(self) -> type[OutcomeMetricSerializer]:
        """Return the points along with a single metric only."""
        return OutcomeMetricSerializer if self.action == "list" else OutcomeSeriesSerializer

    @extend_schema(
        operation_id="put_outcome_points",
        tags=["Outcomes"],
        parameters=[_ID],
        request={
            JSON: inline_serializer(
                "OutcomePoints", {"records": OutcomePointSerializer(many=True)}
            ),
            LINES: str,
        },
        examples=[OpenApiExample("Points", _EXAMPLE, request_only=True, media_type=JSON)],
        responses={
            200: OpenApiResponse(FatesSerializer, description="All points are kept."),
            422: OpenApiResponse(FatesSerializer, description="Nothing was written."),
            **problems(
                {
                    400: "The body or a parameter is not what it should be.",
                    **_NOT_THERE,
                    413: f"More than 20 MB, or more than {MOST_RECORDS:,} points.",
                    415: "Another content type than those above.",
                }
            ),
        },
    )
    @action(detail=True, methods=["put"], token_scope=TokenScope.FEEDBACK)
    def points(self, request: Request, pk: str) -> Response:
        """Keep points, all or none: one is known by its period, so that it may be sent again."""
        refuse_unknown_parameters(request, set())
        metric = self.get_object()
        if not Workspace.objects.edited_by(request.user).filter(pk=metric.workspace_id).exists():
            raise PermissionDenied("Your role in this workspace is to look only.")
        read = _read(metric, many_records(request, body_of(request)), timezone.localdate())
        if any(errors for _, errors in read):
            fates = [(REFUSED if errors else SKIPPED, errors) for _, errors in read]
            return Response(_answer(fates), status=422)
        drafts = [draft for draft, _ in read if draft]
        outcomes = write_points(metric, drafts, by=signed_in(request._request))
        return Response(_answer([(outcome.value, {}) for outcome in outcomes]))


def _answer(fates: Sequence[tuple[str, Errors]]) -> dict[str, Any]:
    counts = Counter(status for status, _ in fates)
    results = [
        {"index": index, "status": status} | ({"errors": errors} if errors else {})
        for index, (status, errors) in enumerate(fates)
    ]
    return {"counts": dict(sorted(counts.items())), "results": results}


def _read(
    metric: OutcomeMetric, records: Sequence[object], today: date
) -> list[tuple[Draft | None, Errors]]:
    serializer = OutcomePointSerializer()
    seen: set[tuple[date, date]] = set()
    read: list[tuple[Draft | None, Errors]] = []
    for record in records:
        values, errors = read_record(serializer, record)
        if errors:
            read.append((None, errors))
            continue
        try:
            draft = draft_of(metric, Given(**values), today=today)
        except Refused as refused:
            read.append((None, {key or "record": each for key, each in refused.errors.items()}))
            continue
        twice = draft.period in seen
        seen.add(draft.period)
        read.append((draft, {"start": ["This period is there twice."]} if twice else {}))
    return read
