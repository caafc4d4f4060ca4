"""The evidence behind one number of the map: in the panel, or as a page of its own."""

from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from feedback.behind import behind
from feedback.behind.build import ORDER
from feedback.behind.trend import HEIGHT
from feedback.models import Alert, Opportunity
from journeys.maps import MapFilters, Period
from journeys.maps.filters import MapFilterForm
from journeys.models import Workspace
from journeys.models.workspaces import Visitor
from journeys.pages import render_page, wants_fragment
from touchpoints.models import Touchpoint, TouchpointQuerySet

OPPORTUNITIES = 10
"""Of so many the panel says that something is done."""


@require_GET
def touchpoint_evidence(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Show how a touchpoint's number came about, under the same filters as the map.

    An unknown metric is answered with 404 and with those that the touchpoint has.
    """
    touchpoint = get_object_or_404(
        _with_rights(request.user).select_related(
            "channel", "team", "step__stage__journey__workspace", "merged_into"
        ),
        step__stage__journey__workspace__slug=workspace,
        pk=pk,
    )
    now = timezone.now()
    form = MapFilterForm(request.GET, today=now.date())
    filters = form.filters
    asked = request.GET.get("metric", "")
    known = not asked or asked in ORDER
    theme = request.GET.get("theme", "")
    found = behind(
        touchpoint,
        key=asked if known else "",
        filters=filters,
        user=request.user,
        now=now,
        theme=theme,
    )
    journey = touchpoint.step.stage.journey
    address, note_address, day_total_address = (
        reverse(f"feedback:{name}", args=[workspace, pk])
        for name in ("touchpoint_evidence", "note_create", "friction_input_create")
    )
    query = filters.query()
    here = f"?metric={found.key}&{query}".rstrip("&")
    context = {
        "workspace": journey.workspace,
        "journey": journey,
        "touchpoint": touchpoint,
        "found": found,
        "alerts": Alert.objects.awake(now).filter(touchpoint=pk).select_related("workspace"),
        "known": known,
        "asked": asked,
        "numbers": [
            (number, f"{address}?metric={number.key}&{query}".rstrip("&"))
            for number in found.others
        ],
        "address": address + here,
        "theme": theme,
        "themes": [
            (count, f"{address}{here}&{urlencode({'theme': count.name})}#words")
            for count in found.comments.themes
        ],
        "may_edit": touchpoint.may_edit,  # type: ignore[attr-defined]
        "note_address": note_address + here,
        "day_total_address": day_total_address + here,
        "all_time": f"{address}?metric={found.key}&"
        + filters.query(period=Period.until(form.today, "all")),
        "map_address": f"{journey.get_absolute_url()}?{query}".rstrip("?"),
        "view": _view_words(filters),
        "filters": filters,
        "problems": [*form.problems, *_unknown_choices(journey.workspace, filters)],
        "trend_height": HEIGHT,
        "in_panel": wants_fragment(request),
        "opportunities": Opportunity.objects.visible_to(request.user)
        .filter(touchpoints=touchpoint)
        .select_related("workspace")[:OPPORTUNITIES],
        "went_to": _went_to(workspace, touchpoint, query),
    }
    template = "feedback/touchpoint_evidence.html"
    return render_page(request, template, context, status=200 if known else 404)


def _went_to(workspace: str, touchpoint: Touchpoint, query: str) -> str:
    """Return the address of the evidence that a merged touchpoint's feedback went to, or ""."""
    if touchpoint.merged_into_id is None:
        return ""
    address = reverse("feedback:touchpoint_evidence", args=[workspace, touchpoint.merged_into_id])
    return f"{address}?{query}".rstrip("?")


def _with_rights(user: Visitor) -> TouchpointQuerySet:
    """Return the visible touchpoints with `may_edit`: on the map, and the person may change it."""
    own = Touchpoint.objects.edited_by(user).current().filter(pk=OuterRef("pk"))
    return Touchpoint.objects.visible_to(user).annotate(may_edit=Exists(own))


def _view_words(filters: MapFilters) -> list[str]:
    """Return what the numbers are limited to: the period, and the slice of the customers."""
    return [part for part in (filters.period.label, filters.segment, filters.channel) if part]


def _unknown_choices(workspace: Workspace, filters: MapFilters) -> list[str]:
    choices = (
        ("segment", filters.segment, workspace.segments),
        ("channel", filters.channel, workspace.channels),
    )
    return [
        f"There is no {what} “{name}” here, so nothing matches it."
        for what, name, names in choices
        if name and not names.filter(name=name).exists()
    ]
