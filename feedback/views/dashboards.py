"""Dashboards: the numbers of a journey as interactive charts."""

from collections import defaultdict

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from feedback.charts import render_charts
from feedback.dashboards.over_time import over_time
from feedback.evidence import Evidence, gather
from journeys.access import journey_to_see
from journeys.maps.filters import MapFilterForm
from touchpoints.models import Touchpoint


@require_GET
def journey_dashboard(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """Show a journey's metrics over time, under the same filters as its map."""
    journey = journey_to_see(request, workspace, slug)
    form = MapFilterForm(request.GET, today=timezone.now().date())
    touchpoints = list(
        Touchpoint.objects.visible_to(request.user)
        .on_map()
        .select_related("step__stage")
        .filter(step__stage__journey=journey)
    )
    gathered = gather(touchpoints, workspace=journey.workspace, filters=form.filters)
    stages: dict[str, list[Evidence]] = defaultdict(list)
    for touchpoint in touchpoints:
        stages[touchpoint.step.stage.title].append(gathered[touchpoint.pk])
    scales = dict.fromkeys(key for each in gathered.by_touchpoint.values() for key in each.trend)
    context = {
        "workspace": journey.workspace,
        "journey": journey,
        "query": form.filters.query(),
        "problems": form.problems,
    }
    charts = [over_time(gathered, stages, key) for key in scales]
    return render_charts(request, "feedback/journey_dashboard.html", context, charts)
