"""Presenting a journey to a room, stage by stage."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from journeys.access import journey_to_see
from journeys.maps.build import build_map
from journeys.maps.filters import MapFilterForm
from journeys.maps.slides import deck


@require_GET
def journey_present(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """Show one slide of a journey: the one numbered `stage`, from 1 for the title.

    All slides are in the page, so that a script can turn them without asking again.
    """
    journey = journey_to_see(request, workspace, slug)
    form = MapFilterForm(request.GET, today=timezone.now().date())
    filters = form.filters
    found = build_map(journey, filters=filters)
    slides = deck(found)
    asked = request.GET.get("stage", "")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 5 else 1
    number = max(1, min(number, slides.count))
    query = filters.query()
    context = {
        "workspace": journey.workspace,
        "journey": journey,
        "map": found,
        "deck": slides,
        "number": number,
        "personas": journey.personas.all(),
        "query": query,
        "filters": filters,
        "previous": number - 1 if number > 1 else None,
        "following": number + 1 if number < slides.count else None,
        "problems": form.problems,
    }
    return render(request, "journeys/journey_present.html", context)
