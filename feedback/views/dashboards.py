"""Dashboards: the numbers of a journey, and of a workspace, as interactive charts."""

from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar

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
from journeys.pages import wants_fragment

_Figures = TypeVar("_Figures", Dashboard, WorkspaceFigures)


@require_GET
def journey_dashboard(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """Show a journey's metrics under the filters of its map; kept for DASHBOARD_CACHE_SECONDS."""
    journey, user = journey_to_see(request, workspace, slug), signed_in(request)
    choice = Choice.read(request.GET, today=timezone.now().date())
    found = _kept(
        lambda: JourneyDashboard(journey, choice, user=user).read(),
        (journey.pk, journey.revision, user.pk, choice, choice.problems),
    )
    context = {"workspace": journey.workspace, "journey": journey, **_context(request, found)}
    charts = (*found.charts, *found.beside)
    response = render_charts(request, "feedback/journey_dashboard.html", context, charts)
    return _pushed(request, response, found.choice.query())


@require_GET
def workspace_dashboard(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show how a workspace's journeys go; kept for DASHBOARD_CACHE_SECONDS."""
    home, user = workspace_to_see(request, workspace), signed_in(request)
    choice = Choice.read(request.GET, today=timezone.now().date())
    page = page_of(request.GET.get("page", ""))
    found = _kept(
        lambda: WorkspaceDashboard(home, choice, user=user, page=page).read(),
        (home.pk, choice, choice.problems, page),
    )
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


def _kept(read: Callable[[], _Figures], asked: tuple[object, ...]) -> _Figures:
    """Return the figures of a view: those kept for who asks the same, else new ones."""
    key = f"dashboard:{sha256(repr(asked).encode()).hexdigest()}"
    found: _Figures | None = caches["pages"].get(key)
    if found is None:
        found = read()
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
