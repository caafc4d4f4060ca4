"""Dashboards: the numbers of a journey, and of a workspace, as interactive charts."""

from hashlib import sha256

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from feedback.charts import render_charts
from feedback.dashboards.choice import Choice
from feedback.dashboards.journey import Dashboard, JourneyDashboard
from feedback.dashboards.workspace import WorkspaceDashboard, WorkspaceFigures, page_of
from journeys.access import journey_to_see, signed_in, workspace_to_see
from journeys.maps.filters import PERIOD_LABELS
from journeys.models import Workspace
from journeys.pages import wants_fragment


@require_GET
def journey_dashboard(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """Show a journey's metrics under the same filters as its map."""
    journey = journey_to_see(request, workspace, slug)
    choice = Choice.read(request.GET, today=timezone.now().date())
    found = JourneyDashboard(journey, choice, user=signed_in(request)).read()
    context = {"workspace": journey.workspace, "journey": journey, **_context(request, found)}
    charts = (*found.charts, *found.beside)
    response = render_charts(request, "feedback/journey_dashboard.html", context, charts)
    return _pushed(request, response, found.choice.query())


@require_GET
def workspace_dashboard(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show how a workspace's journeys go; kept for DASHBOARD_CACHE_SECONDS."""
    home = workspace_to_see(request, workspace)
    found = _kept(request, home)
    query = "&".join(part for part in (found.choice.query(), _page(found.page)) if part)
    context = {
        "workspace": home,
        **_context(request, found),
        "query": query,
        "pager": [
            (number, "&".join(p for p in (found.choice.query(journey=None), _page(number)) if p))
            for number in range(1, found.pages + 1)
        ],
    }
    response = render_charts(request, "feedback/workspace_dashboard.html", context, found.charts)
    return _pushed(request, response, query)


def _kept(request: HttpRequest, workspace: Workspace) -> WorkspaceFigures:
    """Return the figures of a view, which are the same for all members."""
    choice = Choice.read(request.GET, today=timezone.now().date())
    page = page_of(request.GET.get("page", ""))
    asked = repr((workspace.pk, choice, choice.problems, page))
    key = f"dashboard:{sha256(asked.encode()).hexdigest()}"
    found: WorkspaceFigures | None = caches["pages"].get(key)
    if found is None:
        found = WorkspaceDashboard(workspace, choice, user=request.user, page=page).read()
        caches["pages"].set(key, found, settings.DASHBOARD_CACHE_SECONDS)
    return found


def _page(number: int) -> str:
    return f"page={number}" if number > 1 else ""


def _context(request: HttpRequest, found: Dashboard | WorkspaceFigures) -> dict[str, object]:
    """Return what the filters and the list beside the first chart need."""
    return {
        "found": found,
        "choice": found.choice,
        "filters": found.choice.filters,
        "periods": PERIOD_LABELS,
        "query": found.choice.query(),
        "map_query": found.choice.filters.query(),
        "problems": found.choice.problems,
        "address": request.path,
    }


def _pushed(request: HttpRequest, response: HttpResponse, query: str) -> HttpResponse:
    """Let the address bar show the view, where only a part of the page was asked for."""
    if wants_fragment(request):
        response["HX-Push-Url"] = f"{request.path}?{query}".rstrip("?")
    return response
