"""Pages of charts: each chart is there as a table and as a CSV file, too."""

import csv
from collections.abc import Sequence
from datetime import date
from io import StringIO
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from feedback.charts.chart import Cell, Chart
from journeys.auditing import audit
from journeys.formulas import neutral
from journeys.models import AuditKind, Workspace
from journeys.pages import render_page


def render_charts(
    request: HttpRequest, template: str, context: dict[str, Any], charts: Sequence[Chart]
) -> HttpResponse:
    """Render a page, or its fragment, with `charts` by key, and `draws` where there is one to draw.

    `?csv=key` is answered with that chart's table as a file, under the same filters; 404 for a
    chart that the page does not have.
    """
    if "csv" in request.GET:
        return taken_away(request, context.get("workspace"), charts)
    return render_page(request, template, context | with_charts(charts))


def with_charts(charts: Sequence[Chart]) -> dict[str, Any]:
    """Return what a template needs: `charts` by key, and `draws` where there is one to draw."""
    return {
        "charts": {chart.key: chart for chart in charts},
        "draws": any(chart.rows and chart.traces for chart in charts),
    }


def taken_away(
    request: HttpRequest, workspace: Workspace | None, charts: Sequence[Chart]
) -> HttpResponse:
    """Return the file of the chart that `?csv=key` asks for; the log keeps who took it."""
    asked = request.GET["csv"]
    for chart in charts:
        if chart.key == asked:
            audit(
                AuditKind.EXPORT,
                f"Took the figures “{chart.title}” away as CSV.",
                by=request.user,
                workspace=workspace,
                request=request,
                page=request.path,
            )
            return chart_file(chart)
    raise Http404(f"There is no chart “{asked}” here.")


def chart_file(chart: Chart) -> HttpResponse:
    """Return the table of a chart as a CSV file, with unrounded numbers and empty unknowns."""
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow([neutral(column.label) for column in chart.columns])
    writer.writerows([_plain(cell) for cell in row] for row in chart.rows)
    # The mark tells spreadsheets that it is UTF-8.
    response = HttpResponse(
        written.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{chart.key}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _plain(cell: Cell) -> Any:
    if cell is None:
        return ""
    return cell.isoformat() if isinstance(cell, date) else neutral(cell)
