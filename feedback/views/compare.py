"""Comparing two sides of a journey's numbers, or of two journeys'."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from feedback.charts import Chart, render_charts
from feedback.comparing.charts import charts_of, file_of
from feedback.comparing.directory import Directory
from feedback.comparing.page import Comparison, SameAnswers, compared, primary_choices
from feedback.comparing.rows import Aim
from feedback.comparing.sides import SideForm, asked, left_out
from journeys.access import journey_to_see

ROWS_ON_A_PAGE = 120


@require_GET
def journey_compare(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """Show what differs between A and B, metric by metric, and what can be said about it."""
    journey = journey_to_see(request, workspace, slug)
    today = timezone.now().date()
    directory = Directory(journey, request.user)
    data = asked(request.GET.dict(), directory)
    forms = [SideForm(data, name=name, directory=directory, today=today) for name in "AB"]
    query = request.GET.copy()
    query.pop("page", None)
    query.pop("csv", None)
    context: dict[str, Any] = {
        "workspace": journey.workspace,
        "journey": journey,
        "forms": forms,
        "aim": _aim(request),
        "mute_personas": directory.mute_personas,
        "left_out": left_out(request.GET.dict()),
        "query": query.urlencode(),
    }
    charts: list[Chart] = []
    if all(form.is_valid() for form in forms):
        try:
            found = compared(
                forms[0].side, forms[1].side, directory,
                today=today, aim=context["aim"], primary=request.GET.get("primary", ""),
            )  # fmt: skip
        except SameAnswers as refused:
            context["refused"] = str(refused)
        else:
            charts = _show(request, found, context)
    return render_charts(request, "feedback/journey_compare.html", context, charts)


def _aim(request: HttpRequest) -> Aim:
    return Aim.SCREEN if request.GET.get("aim") == Aim.SCREEN else Aim.CLAIM


def _show(request: HttpRequest, found: Comparison, context: dict[str, Any]) -> list[Chart]:
    """Put what was found into the context, and return its charts."""
    drawn = charts_of(found.lines)
    choices = primary_choices(found.lines)
    context |= {
        "found": found,
        "lines": Paginator(found.lines, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "drawn": drawn,
        "primaries": choices,
        "unknown_primary": found.primary and found.primary not in dict(choices),
    }
    return [*drawn, file_of(found.lines)] if found.lines else []
