"""Dashboards: the numbers of a journey, and of a workspace, as interactive charts."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from feedback.charts import taken_away
from feedback.dashboards.choice import Choice
from feedback.dashboards.drawn import DrawnJourney, DrawnWorkspace, draw_journey, draw_workspace
from feedback.dashboards.journey import JourneyDashboard
from feedback.dashboards.workspace import WorkspaceDashboard, page_of, query_of
from journeys.access import journey_to_see, signed_in, workspace_to_see
from journeys.maps.filters import PERIOD_LABELS
from journeys.models import Workspace
from journeys.pages import render_page, wants_fragment

_Drawn = TypeVar("_Drawn", DrawnJourney, DrawnWorkspace)


@require_GET
def journey_dashboard(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """Show a journey's metrics under the filters of its map; kept for DASHBOARD_CACHE_SECONDS."""
    journey, user = journey_to_see(request, workspace, slug), signed_in(request)
    choice = Choice.read(request.GET, today=timezone.now().date())
    found = _kept(
        lambda: draw_journey(JourneyDashboard(journey, choice, user=user).read()),
        (journey.pk, journey.revision, user.pk, choice, choice.problems),
    )
    context = {"journey": journey, **_context(request, journey.workspace, found)}
    return _page(request, "feedback/journey_dashboard.html", context, found.choice.query())


@require_GET
def workspace_dashboard(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show how a workspace's journeys go; kept for DASHBOARD_CACHE_SECONDS."""
    home, user = workspace_to_see(request, workspace), signed_in(request)
    choice = Choice.read(request.GET, today=timezone.now().date())
    page = page_of(request.GET.get("page", ""))
    found = _kept(
        lambda: draw_workspace(WorkspaceDashboard(home, choice, user=user, page=page).read()),
        (home.pk, choice, choice.problems, page),
    )
    pager = [
        (number, query_of(found.choice, number, journey=None))
        for number in range(1, found.pages + 1)
    ]
    context = {**_context(request, home, found), "pager": pager}
    query = query_of(found.choice, found.page)
    return _page(request, "feedback/workspace_dashboard.html", context, query)


def _kept(read: Callable[[], _Drawn], asked: tuple[object, ...]) -> _Drawn:
    """Return what a view shows: what is kept for who asks the same, else drawn anew."""
    key = f"dashboard:{sha256(repr(asked).encode()).hexdigest()}"
    found: _Drawn | None = caches["pages"].get(key)
    if found is None:
        found = read()
        caches["pages"].set(key, found, settings.DASHBOARD_CACHE_SECONDS)
    return found


def _context(
    request: HttpRequest, workspace: Workspace, found: DrawnJourney | DrawnWorkspace
) -> dict[str, Any]:
    """Return what stands around the figures: the head and the filters."""
    return {
        "workspace": workspace,
        "found": found,
        "choice": found.choice,
        "filters": found.choice.filters,
        "periods": PERIOD_LABELS,
        "map_query": found.choice.filters.query(),
        "problems": found.choice.problems,
        "address": request.path,
        "draws": found.draws,
    }


def _page(request: HttpRequest, template: str, context: dict[str, Any], query: str) -> HttpResponse:
    """Render a dashboard, or the table that `?csv=` asks for.

    The address bar shows the view, where only a part of the page was asked for.
    """
    if "csv" in request.GET:
        response = taken_away(request, context["workspace"], context["found"].charts)
    else:
        response = render_page(request, template, context)
    if wants_fragment(request):
        response["HX-Push-Url"] = f"{request.path}?{query}".rstrip("?")
    return response
