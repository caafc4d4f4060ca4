"""A journey's map as a file over the API, in every format that the page offers."""

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from journeys.api_problems import problems
from journeys.auditing import audit
from journeys.exports import Exported, formats
from journeys.exports.bounds import Busy, drawing_here
from journeys.exports.choices import LANGUAGES, MEGAPIXELS, ORIENTATIONS, Choices, ExportForm
from journeys.exports.making import make
from journeys.exports.options import PAPERS
from journeys.maps.filters import MapFilterForm
from journeys.models import ApiToken, AuditKind, Journey

WAIT = 30
"""Seconds that a call waits for the one before it, in the same process."""
REST = 2
"""A process that makes one file after another leaves two thirds of its time to maps."""
LONGEST_HEADER = 4000
"""Characters; proxies refuse answers whose headers are much longer."""


class ExportReportSerializer(serializers.Serializer[Any]):
    """What a file would be, and what to know about it."""

    filename = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField(help_text="In bytes.")
    notes = serializers.ListField(
        child=serializers.CharField(),
        help_text="Sentences: characters that no font draws, what the format cannot hold.",
    )


class ExportProblemsSerializer(serializers.Serializer[Any]):
    """What is wrong with the choices or the filters, a sentence each."""

    detail = serializers.ListField(child=serializers.CharField())


def _choice(name: str, values: list[Any], description: str) -> OpenApiParameter:
    return OpenApiParameter(name, str, enum=[str(each) for each in values], description=description)


def described(filters: tuple[str, ...], name: OpenApiParameter) -> Callable[[Any], Any]:
    """Return the decorator that describes the call: its choices, its filters, its answers."""
    switches = ["on", "off"]
    choices = [
        _choice("format", list(formats()), "The first one, if nothing is said."),
        _choice("paper", list(PAPERS), "Of what is drawn on sheets; a3."),
        _choice("orientation", list(ORIENTATIONS), "landscape"),
        _choice("tiled", switches, "At reading size, over as many sheets as it takes; off."),
        _choice("language", list(LANGUAGES), "Of the map's own texts; en."),
        _choice("metrics", switches, "on"),
        _choice("comments", switches, "off"),
        _choice("megapixels", list(MEGAPIXELS), "Of a picture; 8."),
        _choice("report", switches, "Answer with the notes instead of the file; off."),
    ]
    files: dict[Any, Any] = {
        (200, kind.content_type): OpenApiResponse(OpenApiTypes.BINARY, description="The file.")
        for kind in formats().values()
        if kind.content_type != "application/json"
    }
    files[200, "application/json"] = OpenApiResponse(
        OpenApiTypes.OBJECT, description="The file as JSON, or the report on it."
    )
    refused = problems({404: "No such journey, or not yours.", 503: "Another file is being made."})
    return extend_schema(
        tags=["Journeys"],
        parameters=[name, *choices, *(OpenApiParameter(each, str) for each in filters)],
        responses={
            **files,
            400: OpenApiResponse(
                ExportProblemsSerializer, description="A choice or a filter that nobody knows."
            ),
            **refused,
        },
    )


def export_response(request: Request, journey: Journey) -> HttpResponseBase:
    """Return the file that a call asks for, with its notes in `X-Export-Notes`.

    One at a time is made in a process, with a rest between two: the maps that it shows shall not
    wait for files.
    """
    form = ExportForm(request.query_params, Choices.usual())
    map_form = MapFilterForm(request.query_params, today=timezone.now().date())
    filters, report = map_form.filters, request.query_params.get("report", "off")
    wrong = [*form.problems, *map_form.problems]
    if report not in {"on", "off"}:
        wrong.append(f"There is no report “{report}”. Choose from: on, off.")
    if wrong:
        return Response({"detail": wrong}, status=400)
    try:
        with drawing_here(wait=WAIT, rest=REST):
            made = make(journey, form.choices, filters)
    except Busy:
        detail = "Another file is being made; try again in a moment."
        return Response({"detail": detail}, status=503, headers={"Retry-After": "5"})
    if report == "on":
        return Response(_report(made))
    audit(
        AuditKind.EXPORT,
        f"Took a file, {formats()[form.choices.format].label}, of “{journey.title}” over the API.",
        by=request.user,
        workspace=journey.workspace,
        request=request._request,
        format=form.choices.format,
        journeys=[journey.pk],
        token=request.auth.pk if isinstance(request.auth, ApiToken) else None,
    )
    headers = {
        "Content-Disposition": content_disposition_header(True, made.filename) or "attachment",
        "X-Export-Notes": _in_a_header(made.notes),
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(made.content, content_type=made.content_type, headers=headers)


def _report(made: Exported) -> dict[str, Any]:
    return {
        "filename": made.filename,
        "content_type": made.content_type,
        "size": len(made.content),
        "notes": list(made.notes),
    }


def _in_a_header(notes: tuple[str, ...]) -> str:
    """Return the notes as a JSON list in ASCII; too long a list ends by saying what is missing."""
    kept: list[str] = []
    for number, note in enumerate(notes):
        more = f"{len(notes) - number} more: ask with report=on"
        if len(json.dumps([*kept, note, more])) > LONGEST_HEADER:
            return json.dumps([*kept, more])
        kept.append(note)
    return json.dumps(kept)
