"""What the API's own document says about the addresses that take records."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    inline_serializer,
)
from rest_framework import serializers

from feedback.api.requests import JSON, LINES, MOST_RECORDS
from feedback.push.records import FeedbackSerializer, SentSerializer
from feedback.push.results import REFUSED
from feedback.push.write import SKIPPED
from feedback.recording import Outcome
from journeys.api_problems import problems

FATES = [*(outcome.value for outcome in Outcome), REFUSED]
_EXAMPLES: dict[str, dict[str, Any]] = {
    "FeedbackSerializer": {
        "touchpoint": {"journey": "business-trip", "title": "Check-in desk"},
        "metric": "csat",
        "score": 4,
        "comment": "Friendly, but slow.",
        "occurred_at": "2026-03-10T12:00:00Z",
        "external_id": "answer-4711",
        "segment": "Business travel",
        "source": "Airport survey",
    },
    "ObservationSerializer": {
        "touchpoint": 12,
        "kind": "wait",
        "seconds": 340,
        "occurred_at": "2026-03-10T12:00:00Z",
        "external_id": "ticket-4711",
        "source": "Help desk",
        "source_kind": "ticket",
    },
}


class FateSerializer(serializers.Serializer[Any]):
    """What became of a record."""

    status = serializers.ChoiceField(choices=FATES)
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="Of a refused record: the reasons, by field.",
    )


class NumberedFateSerializer(FateSerializer):
    """What became of a record of a call; `index` counts from 0."""

    index = serializers.IntegerField(min_value=0)
    status = serializers.ChoiceField(choices=[*FATES, SKIPPED])


class FatesSerializer(serializers.Serializer[Any]):
    """What became of all records of a call, in their order."""

    counts = serializers.DictField(child=serializers.IntegerField(min_value=1))
    results = NumberedFateSerializer(many=True)


WORKSPACE = OpenApiParameter(
    "workspace",
    str,
    description="Slug of the workspace. A token has one; a session must name it.",
)
ALL_OR_NOTHING = OpenApiParameter(
    "all_or_nothing",
    {"type": "string", "enum": ["0", "1", "true", "false"]},
    description="1: nothing is written where any record is refused.",
)
KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]+$"},
    OpenApiParameter.HEADER,
    description=(
        "Makes a call repeatable: within 24 hours, the same key with the same content gets the "
        "same answer and writes nothing again. With a token only."
    ),
)
_REFUSALS = {
    400: "The body, a parameter or the key is not what it should be.",
    404: "No such workspace, or not yours.",
    409: "The Idempotency-Key was used with other content.",
    413: f"More than 20 MB, or more than {MOST_RECORDS:,} records.",
    415: "Another content type than those above.",
}

_Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def single_document(record: type[SentSerializer], what: str) -> _Decorator:
    """Describe an address that takes one record."""
    return extend_schema(
        operation_id=f"send_{what}",
        tags=["Feedback"],
        request={JSON: record},
        parameters=[WORKSPACE, KEY],
        examples=[OpenApiExample("A record", _EXAMPLES[record.__name__], request_only=True)],
        responses={
            201: OpenApiResponse(FateSerializer, description="Written: it is new."),
            200: OpenApiResponse(FateSerializer, description="It was there: updated or unchanged."),
            422: OpenApiResponse(FateSerializer, description="Refused; nothing was written."),
            **problems(_REFUSALS),
        },
    )


def bulk_document(record: type[SentSerializer], what: str) -> _Decorator:
    """Describe an address that takes many records."""
    name = "Answers" if record is FeedbackSerializer else "Observations"
    example = _EXAMPLES[record.__name__]
    return extend_schema(
        operation_id=f"send_{what}",
        tags=["Feedback"],
        request={
            JSON: inline_serializer(name, {"records": record(many=True)}),
            LINES: OpenApiTypes.STR,
        },
        parameters=[WORKSPACE, ALL_OR_NOTHING, KEY],
        examples=[
            OpenApiExample("Records", {"records": [example]}, request_only=True, media_type=JSON),
        ],
        responses={
            200: OpenApiResponse(FatesSerializer, description="All records are good."),
            207: OpenApiResponse(FatesSerializer, description="Some were refused."),
            422: OpenApiResponse(FatesSerializer, description="Nothing was written."),
            **problems(_REFUSALS),
        },
    )
