"""Points of an outcome metric: one by a form, many by a table."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from feedback.models import OutcomeMetric, OutcomePoint
from feedback.outcomes.forms import PointForm, TableForm
from feedback.outcomes.points import delete_point, move_point, write_points
from feedback.outcomes.tables import columns
from feedback.outcomes.words import period_text, value_text
from feedback.recording import Outcome
from feedback.views.outcomes import metric_to_edit
from journeys.access import signed_in


@require_http_methods(["GET", "HEAD", "POST"])
def point_create(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Add the value of a period, or what it is computed from."""
    metric = metric_to_edit(request, workspace, pk)
    form = PointForm(request.POST or None, metric=metric, today=timezone.localdate())
    if form.is_bound and form.is_valid() and form.draft:
        write_points(metric, [form.draft], by=signed_in(request))
        draft = form.draft
        said = f"{period_text(*draft.period)}: {value_text(metric, draft.value)}."
        messages.success(request, said)
        return redirect(metric)
    return _page(request, "feedback/outcome_point.html", metric, form)


@require_http_methods(["GET", "HEAD", "POST"])
def point_edit(request: HttpRequest, workspace: str, pk: int, point: int) -> HttpResponse:
    """Correct a point; what it said before is kept."""
    metric, found = _point(request, workspace, pk, point)
    form = PointForm(request.POST or None, metric=metric, today=timezone.localdate(), point=found)
    if form.is_bound and form.is_valid() and form.draft:
        move_point(found, form.draft, by=signed_in(request))
        messages.success(request, "Corrected. What it said before stands below, among the changes.")
        return redirect(metric)
    return _page(request, "feedback/outcome_point.html", metric, form, point=found)


@require_POST
def point_delete(request: HttpRequest, workspace: str, pk: int, point: int) -> HttpResponse:
    """Delete a point; what it said is kept among the changes."""
    metric, found = _point(request, workspace, pk, point)
    delete_point(found, by=signed_in(request))
    period = period_text(found.start, found.end)
    messages.success(request, f"{period} is deleted. What it said stands below, among the changes.")
    return redirect(metric)


@require_http_methods(["GET", "HEAD", "POST"])
def point_table(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Take many points from a table: all of its rows, or none."""
    metric = metric_to_edit(request, workspace, pk)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = TableForm(*sent, metric=metric, today=timezone.localdate())
    if form.is_bound and form.is_valid() and form.read:
        outcomes = write_points(metric, form.read.drafts, by=signed_in(request))
        messages.success(request, _told(outcomes))
        return redirect(metric)
    context = {"columns": columns(metric)}
    return _page(request, "feedback/outcome_table.html", metric, form, **context)


def _told(outcomes: list[Outcome]) -> str:
    words = {
        Outcome.CREATED: "new",
        Outcome.UPDATED: "corrected",
        Outcome.UNCHANGED: "as they were",
    }
    counts = [(outcomes.count(outcome), word) for outcome, word in words.items()]
    parts = ", ".join(f"{count} {word}" for count, word in counts if count)
    return f"{len(outcomes)} point{'' if len(outcomes) == 1 else 's'}: {parts}."


def _point(
    request: HttpRequest, workspace: str, pk: int, point: int
) -> tuple[OutcomeMetric, OutcomePoint]:
    metric = metric_to_edit(request, workspace, pk)
    found = get_object_or_404(OutcomePoint.objects.filter(metric=metric), pk=point)
    found.metric = metric
    return metric, found


def _page(
    request: HttpRequest, template: str, metric: OutcomeMetric, form: Any, **more: Any
) -> HttpResponse:
    context = {"workspace": metric.workspace, "metric": metric, "form": form, **more}
    return render(request, template, context, status=422 if form.is_bound else 200)
