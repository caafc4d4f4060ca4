"""Outcome metrics: their list, one with its series, and what it is."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from feedback.charts import render_charts
from feedback.models import OutcomeMetric
from feedback.outcomes.charts import series_chart
from feedback.outcomes.forms import MetricForm
from feedback.outcomes.formulas import formula_of
from feedback.outcomes.history import corrections, point_rows
from feedback.outcomes.listing import lines, place_text
from feedback.outcomes.placing import Place
from feedback.outcomes.words import is_stale, target_text
from journeys.access import signed_in, workspace_to_edit, workspace_to_see
from journeys.admin.revisions import changing
from journeys.models import Journey, LaneKind, Workspace

SHOWN = 50


@require_GET
def outcome_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show the workspace's metrics: what each last said, and how it went before."""
    home = workspace_to_see(request, workspace)
    metrics = OutcomeMetric.objects.visible_to(request.user).filter(workspace=home).with_places()
    journey = _journey(request, home)
    if journey:
        metrics = metrics.on_journey(journey)
    archived = request.GET.get("archived") == "1"
    hidden = metrics.exclude(archived_at=None)
    page = Paginator(hidden if archived else metrics.current(), SHOWN).get_page(
        request.GET.get("page")
    )
    context = {
        "workspace": home,
        "journey": journey,
        "archived": archived,
        "archived_count": hidden.count(),
        "lines": lines(list(page), today=timezone.localdate()),
        "page": page,
        "edits": _edits(request, home),
    }
    return render(request, "feedback/outcome_list.html", context)


@require_GET
def outcome_detail(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Show one metric: its series, what it is computed from, its points and their corrections."""
    metric = metric_to_see(request, workspace, pk)
    points = list(metric.points.select_related("entered_by").order_by("end", "start"))
    last = points[-1] if points else None
    context = {
        "workspace": metric.workspace,
        "metric": metric,
        "formula": formula_of(metric),
        "place": place_text(metric),
        "target": target_text(metric),
        "points": point_rows(metric, points[::-1]),
        "corrections": corrections(metric),
        "stale": last is not None and is_stale(last.start, last.end, timezone.localdate()),
        "needs_lane": _needs_lane(metric),
        "edits": _edits(request, metric.workspace),
    }
    return render_charts(
        request, "feedback/outcome_detail.html", context, [series_chart(metric, points)]
    )


@require_http_methods(["GET", "HEAD", "POST"])
def outcome_create(request: HttpRequest, workspace: str) -> HttpResponse:
    """Make a metric, then go to its page, where its first point is added."""
    home = workspace_to_edit(request, workspace)
    journey = _journey(request, home)
    initial = {
        "owner": signed_in(request).pk,
        "place": Place(journey_id=journey.pk).key if journey else "",
    }
    form = MetricForm(request.POST or None, workspace=home, initial=initial)
    if form.is_bound and form.is_valid():
        metric = form.save()
        messages.success(request, f"“{metric}” is there. Add its first point.")
        return redirect(metric)
    return _form_page(request, home, form, "New outcome metric")


@require_http_methods(["GET", "HEAD", "POST"])
def outcome_edit(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Change what a metric is called, aims at, belongs to, and where it stands."""
    metric = metric_to_edit(request, workspace, pk)
    form = MetricForm(request.POST or None, workspace=metric.workspace, instance=metric)
    if form.is_bound and form.is_valid():
        form.save()
        messages.success(request, "Saved.")
        return redirect(metric)
    return _form_page(request, metric.workspace, form, f"Edit {metric.name}", metric)


@require_POST
def outcome_archive(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Archive a metric, or bring it back with `restore`; its points are kept either way."""
    metric = metric_to_edit(request, workspace, pk)
    with changing([metric.home.pk] if metric.home else []):
        if "restore" in request.POST:
            metric.restore()
            messages.success(request, f"“{metric}” is back.")
        else:
            metric.archive(timezone.now())
            messages.success(request, f"“{metric}” is archived; its points are kept.")
    return redirect(metric)


def metric_to_see(request: HttpRequest, workspace: str, pk: int) -> OutcomeMetric:
    """Return a metric to any member of its workspace; raises Http404 for everybody else."""
    metrics = OutcomeMetric.objects.visible_to(request.user).with_places()
    return get_object_or_404(metrics, workspace__slug=workspace, pk=pk)


def metric_to_edit(request: HttpRequest, workspace: str, pk: int) -> OutcomeMetric:
    """Return a metric to members whose role edits.

    Raises Http404 for strangers and PermissionDenied for other members.
    """
    metric = metric_to_see(request, workspace, pk)
    if not _edits(request, metric.workspace):
        raise PermissionDenied
    return metric


def _edits(request: HttpRequest, workspace: Workspace) -> bool:
    return Workspace.objects.edited_by(request.user).filter(pk=workspace.pk).exists()


def _journey(request: HttpRequest, workspace: Workspace) -> Journey | None:
    slug = request.GET.get("journey", "")
    journeys = Journey.objects.visible_to(request.user).filter(workspace=workspace)
    return journeys.filter(slug=slug).first() if slug else None


def _needs_lane(metric: OutcomeMetric) -> bool:
    """Return whether the map has no row in which a step's metric could stand."""
    home = metric.home
    if home is None or metric.step_id is None or metric.is_off_map:
        return False
    return not home.lanes.current().filter(kind=LaneKind.METRICS).exists()


def _form_page(
    request: HttpRequest,
    workspace: Workspace,
    form: MetricForm,
    heading: str,
    metric: OutcomeMetric | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "workspace": workspace,
        "form": form,
        "heading": heading,
        "metric": metric,
    }
    status = 422 if form.is_bound else 200
    return render(request, "feedback/outcome_edit.html", context, status=status)
