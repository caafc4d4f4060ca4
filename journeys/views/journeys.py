"""The atlas of a workspace's journeys, and one journey as a map and as an outline."""

from hashlib import sha256

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from journeys.access import journey_and_rights, sets_roles
from journeys.maps import JourneyMap, MapFilters, Period, build_map
from journeys.maps.atlas_filters import AtlasFilterForm
from journeys.maps.atlas_page import atlas_page
from journeys.maps.filters import PERIOD_LABELS, ZOOMS, MapFilterForm
from journeys.maps.outline import outline
from journeys.models import Journey, Workspace
from journeys.pages import render_page, wants_fragment
from journeys.starting.nesting import opening_steps
from journeys.views.edit_bar import edit_bar
from journeys.views.starting.saved_views import saved_views


@require_GET
def journey_map(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """Show a journey as a table: steps across, lanes down."""
    return _view_of_map(request, workspace, slug, "journey_map")


@require_GET
def journey_outline(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """Show the same map as a story from step to step: for small screens and for reading aloud."""
    return _view_of_map(request, workspace, slug, "journey_outline")


def _view_of_map(request: HttpRequest, workspace: str, slug: str, view: str) -> HttpResponse:
    journey, may_edit = journey_and_rights(request, workspace, slug)
    form = MapFilterForm(request.GET, today=timezone.now().date())
    filters = form.filters
    html = rendered_view(view, journey, filters, form.problems)
    if not wants_fragment(request):
        context = {
            "workspace": journey.workspace,
            "journey": journey,
            "query": filters.query(),
            "may_edit": may_edit,
            "sets_roles": may_edit and sets_roles(request, journey),
            "view": html,
            "opening_steps": opening_steps(
                journey, user=request.user, chosen=request.GET.get("from", "")
            ),
            **saved_views(journey, filters.query()),
        }
        if may_edit and view == "journey_map":
            context["edit_bar"] = edit_bar(request, journey)
        return render_page(request, f"journeys/{view}.html", context)
    response = HttpResponse(html)
    if request.headers.get("HX-Target") == "view":
        # The form sends every field; the address bar gets only what differs from the default.
        response["HX-Push-Url"] = f"{request.path}?{filters.query()}".rstrip("?")
    patch_vary_headers(response, ["HX-Request"])
    return response


def rendered_view(
    view: str, journey: Journey, filters: MapFilters, problems: list[str]
) -> SafeString:
    """Return the view's HTML: the same for all who may edit the journey, for all who may only
    comment on it, and for all others.

    It is kept for MAP_CACHE_SECONDS. A change of the journey raises its revision and so shows at
    once; an answer that arrives by itself may be that much late.
    """
    asked = (
        view, journey.pk, journey.revision, filters.period.end, filters.query(), problems,
        journey.may_edit, journey.may_comment,
    )  # fmt: skip
    key = f"map:{sha256(repr(asked).encode()).hexdigest()}"
    html: SafeString | None = caches["pages"].get(key)
    if html is None:
        html = render_to_string(
            f"journeys/_{view}.html",
            _context(view, journey, filters, problems),
        )
        caches["pages"].set(key, html, settings.MAP_CACHE_SECONDS)
    return html


def _context(
    view: str, journey: Journey, filters: MapFilters, problems: list[str]
) -> dict[str, object]:
    found = build_map(journey, filters=filters)
    return {
        "workspace": journey.workspace,
        "journey": journey,
        "may_edit": journey.may_edit,
        "may_comment": journey.may_comment,
        "guest": False,
        "map": found,
        "outline": outline(found) if view == "journey_outline" else (),
        "column_count": sum(stage.width for stage in found.stages),
        "filters": filters,
        "problems": problems,
        "map_address": journey.get_absolute_url(),
        "address": reverse(f"journeys:{view}", args=[journey.workspace.slug, journey.slug]),
        "query": filters.query(),
        "all_time": filters.query(period=Period.until(filters.period.end, "all")),
        "periods": PERIOD_LABELS,
        "lanes_menu": _lanes_menu(found, filters),
        "zooms": [(zoom, filters.query(zoom=zoom)) for zoom in ZOOMS],
    }


def _lanes_menu(found: JourneyMap, filters: MapFilters) -> list[tuple[str, bool, str]]:
    """Return for each lane its name, whether it is hidden, and the query that toggles it."""
    return [
        (lane.label, lane.selected, filters.query(hidden=filters.hidden ^ {lane.value}))
        for lane in found.hidden_lanes
    ]


@require_GET
def journey_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show the workspace's journeys with owner, state, staleness and headline metrics."""
    home = get_object_or_404(Workspace.objects.visible_to(request.user), slug=workspace)
    form = AtlasFilterForm(request.GET)
    filters = form.filters
    atlas = atlas_page(home, user=request.user, filters=filters, today=timezone.now().date())
    address = home.get_absolute_url()
    context = {
        "workspace": home,
        "atlas": atlas,
        "filters": filters,
        "problems": [*form.problems, *atlas.notices],
        "address": address,
        "pages": [(page, filters.query(page=page)) for page in range(1, atlas.pages + 1)],
    }
    response = render_page(request, "journeys/journey_list.html", context)
    if wants_fragment(request):
        # Every pause in typing would else be a step for the browser's "back".
        response["HX-Replace-Url"] = f"{address}?{filters.query()}".rstrip("?")
    return response
