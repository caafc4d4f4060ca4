"""Opportunities to take away."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from feedback.improving.files import NAMES, csv_file, tables, xlsx_file
from feedback.improving.listing import OpportunityFilters
from journeys.access import workspace_to_see
from journeys.auditing import audit
from journeys.models import AuditKind

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def opportunity_file(request: HttpRequest, workspace: str, name: str, kind: str) -> HttpResponse:
    """Return the opportunities that the filters let through: one table as CSV, all as Excel."""
    home = workspace_to_see(request, workspace)
    if kind == "csv" and name not in NAMES:
        raise Http404(f"There is no table “{name}”.")
    shown = OpportunityFilters.read(request.GET).of(home, request.user)
    found = tables(
        list(
            shown.prefetch_related(
                "touchpoints__step__stage__journey",
                "evidence",
                "actions__owner",
                "actions__solution",
            )
        ),
        home,
        timezone.now().date(),
        [name] if kind == "csv" else NAMES,
    )
    content, mime = (
        (csv_file(found[name]), "text/csv; charset=utf-8")
        if kind == "csv"
        else (xlsx_file(found), XLSX)
    )
    audit(
        AuditKind.EXPORT,
        f"Took the opportunities away: {name if kind == 'csv' else 'all tables'}, {kind.upper()}.",
        by=request.user,
        workspace=home,
        request=request,
    )
    response = HttpResponse(content, content_type=mime)
    response["Content-Disposition"] = f'attachment; filename="{home.slug}-{name}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response
