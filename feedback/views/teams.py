"""Teams: who owns which touchpoints, what passes between them, and where that hurts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from feedback.ownership import ownership, team_lines
from journeys.admin.access import administered_ids
from journeys.maps import MapFilters, Period
from journeys.maps.filters import PERIOD_LABELS, MapFilterForm
from journeys.models import Workspace
from touchpoints.models import Team, Touchpoint


@require_GET
def team_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show the workspace's teams: how much each owns, how it goes, and what hurts most."""
    home = get_object_or_404(Workspace.objects.visible_to(request.user), slug=workspace)
    form, filters = _filters(request)
    orphans = (
        Touchpoint.objects.visible_to(request.user)
        .current()
        .filter(step__stage__journey__workspace=home, team=None)
    )
    return render(
        request,
        "feedback/team_list.html",
        {
            "workspace": home,
            "lines": team_lines(home, user=request.user, filters=filters),
            "orphan_count": orphans.count(),
            "administers": home.pk in administered_ids(request),
            **_period_choice(form, filters),
        },
    )


@require_GET
def team_detail(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """Show what a team owns, its handoffs in and out, and first of all where they hurt."""
    team = get_object_or_404(
        Team.objects.visible_to(request.user).select_related("workspace"),
        workspace__slug=workspace,
        slug=slug,
    )
    form, filters = _filters(request)
    return render(
        request,
        "feedback/team_detail.html",
        {
            "workspace": team.workspace,
            "team": team,
            "members": team.members.order_by("name", "email"),
            "found": ownership(team, user=request.user, filters=filters),
            "administers": team.workspace_id in administered_ids(request),
            **_period_choice(form, filters),
        },
    )


def _filters(request: HttpRequest) -> tuple[MapFilterForm, MapFilters]:
    """Read the period; nothing is compared or sliced here, as a team answers for everybody."""
    form = MapFilterForm(request.GET, today=timezone.now().date())
    return form, MapFilters(period=form.filters.period, compare=False)


def _period_choice(form: MapFilterForm, filters: MapFilters) -> dict[str, object]:
    """Return what the periods' links need, and what the address got wrong."""
    view = MapFilters(period=filters.period)
    return {
        "period": filters.period,
        "periods": [
            (key, label, view.query(period=Period.until(form.today, key)))
            for key, label in PERIOD_LABELS.items()
        ],
        "query": view.query(),
        "problems": form.problems,
    }
