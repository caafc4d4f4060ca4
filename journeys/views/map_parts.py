"""The parts of a map that a page fetches again, after an edit of its own or of somebody else."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from journeys.access import journey_and_rights
from journeys.editing import Edit
from journeys.live.doorbell import WHOLE_MAP
from journeys.maps.drawn import draw
from journeys.maps.filters import MapFilterForm, MapFilters
from journeys.models import Journey
from journeys.pages import wants_fragment
from journeys.views.edit_bar import edit_bar
from journeys.views.journeys import rendered_view


@require_GET
def map_parts(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """Return the parts named by `part`, one <template> each, as they are now."""
    # Before anything else is read: what is drawn can only be newer than it says.
    journey, _may_edit = journey_and_rights(request, workspace, slug)
    return parts_response(request, journey, request.GET.getlist("part"))


def edited(request: HttpRequest, journey: Journey, edit: Edit, *, focus: str = "") -> HttpResponse:
    """Answer an edit: with the parts that differ now, or, without scripts, with the way back.

    `focus` is the id of the element that the person goes on with.
    """
    if not wants_fragment(request):
        return redirect(f"{journey.get_absolute_url()}#{focus}".rstrip("#"))
    response = parts_response(request, journey, edit.touched() if edit.rows else [])
    if focus:
        response["X-Focus"] = focus
    if edit.rows:
        response["X-Own-Revision"] = str(journey.revision)
    return response


def parts_response(request: HttpRequest, journey: Journey, names: list[str]) -> HttpResponse:
    """Return parts of the map; `X-Revision` says at least how new they are: as new as `journey`."""
    filters = filters_of(request)
    if WHOLE_MAP in names:
        drawn = [rendered_view("journey_map", journey, filters, [])]
    else:
        context = {
            "may_edit": journey.may_edit,
            "may_comment": journey.may_comment,
            "workspace": journey.workspace,
            "map_address": journey.get_absolute_url(),
        }
        drawn = list(draw(journey, filters=filters, names=names, context=context)) if names else []
    if journey.may_edit:
        drawn.append(edit_bar(request, journey))
    response = HttpResponse("".join(f"<template>{html}</template>" for html in drawn))
    response["X-Revision"] = str(journey.revision)
    return response


def filters_of(request: HttpRequest) -> MapFilters:
    """Return the filters of the page that asks, from the address it stands at."""
    query = urlsplit(request.headers.get("HX-Current-URL", "")).query
    return MapFilterForm(QueryDict(query), today=timezone.now().date()).filters
