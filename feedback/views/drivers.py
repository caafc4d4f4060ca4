"""Key drivers: which touchpoints' scores go along with the overall one of a journey."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from feedback.charts import render_charts
from feedback.driving.jobs import ask
from feedback.driving.page import Asked, as_context, drivers_page, read_asked
from journeys.access import journey_to_see
from journeys.maps.filters import PERIOD_LABELS, MapFilterForm
from journeys.pages import wants_fragment


@require_GET
def journey_drivers(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """Show a journey's key drivers; while the worker computes them, the fragment asks again.

    Once it has, the whole page is asked for: Plotly is there only where something is drawn.
    """
    asked = _asked(request, workspace, slug)
    page = drivers_page(asked)
    segments = list(asked.journey.workspace.segments.values_list("name", flat=True))
    context = as_context(asked, page) | {"periods": PERIOD_LABELS, "segments": segments}
    response = render_charts(request, "feedback/journey_drivers.html", context, page.charts)
    if wants_fragment(request) and not (page.kept and page.kept.is_working):
        response["HX-Refresh"] = "true"
    return response


@require_POST
def journey_drivers_compute(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """Let the background worker compute what the address asks for, and go back to the page."""
    asked = _asked(request, workspace, slug)
    if asked.chosen is not None and asked.in_background:
        ask(
            asked.journey,
            asked.chosen.choice.outcome,
            period=asked.filters.period.key,
            segment=asked.filters.segment,
            end=asked.filters.period.end,
            answers=asked.answers,
        )
    address = reverse("feedback:journey_drivers", args=[workspace, slug])
    return redirect(f"{address}?{request.GET.urlencode()}".rstrip("?"))


def _asked(request: HttpRequest, workspace: str, slug: str) -> Asked:
    journey = journey_to_see(request, workspace, slug)
    form = MapFilterForm(request.GET, today=timezone.now().date())
    filters = form.filters
    return read_asked(journey, request.user, filters, request.GET.get("outcome", ""), form.problems)
