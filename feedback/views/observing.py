"""Writing down what a customer said, and counting a day, from the map and the evidence panel."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from feedback.observing.day_totals import WORDS, FrictionInputForm
from feedback.observing.notes import NoteForm
from journeys.access import workspace_to_see
from journeys.maps import MapFilters
from journeys.maps.filters import MapFilterForm
from journeys.pages import render_page, wants_fragment
from touchpoints.models import Touchpoint


@require_http_methods(["GET", "HEAD", "POST"])
def note_create(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Write down what a customer said about a touchpoint; then show its evidence."""
    touchpoint = _touchpoint_to_edit(request, workspace, pk)
    form = NoteForm(request.POST or None, touchpoint=touchpoint, now=timezone.localtime())
    if request.method == "POST" and form.is_valid():
        source = form.save()
        masked = " Addresses or numbers in it were masked." if form.was_masked else ""
        day = form.cleaned_data["occurred_at"].date()
        said = f"Kept under “{source.name}”.{masked}{_outside(request, day)}"
        messages.success(request, said)
        return _to_evidence(request, touchpoint, form.metric)
    return _page(request, "feedback/note_create.html", touchpoint, form)


@require_http_methods(["GET", "HEAD", "POST"])
def friction_input_create(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Count how many of a day's customers gave up, came back or met an error."""
    touchpoint = _touchpoint_to_edit(request, workspace, pk)
    form = FrictionInputForm(
        request.POST or None, touchpoint=touchpoint, today=timezone.localdate()
    )
    if request.method == "POST" and form.is_valid() and (total := form.save()):
        words = WORDS[total.kind]  # type: ignore[index]
        said = f"Counted: {total.hits:,} of {total.base:,} {words}.{_outside(request, total.day)}"
        messages.success(request, said)
        return _to_evidence(request, touchpoint, "friction")
    return _page(request, "feedback/friction_input_create.html", touchpoint, form)


def _touchpoint_to_edit(request: HttpRequest, workspace: str, pk: int) -> Touchpoint:
    home = workspace_to_see(request, workspace)
    touchpoint = get_object_or_404(
        Touchpoint.objects.visible_to(request.user)
        .current()
        .select_related("channel", "team", "step__stage__journey__workspace"),
        step__stage__journey__workspace=home,
        pk=pk,
    )
    if not Touchpoint.objects.edited_by(request.user).filter(pk=pk).exists():
        raise PermissionDenied
    return touchpoint


def _filters(request: HttpRequest) -> MapFilters:
    return MapFilterForm(request.GET, today=timezone.now().date()).filters


def _outside(request: HttpRequest, day: date) -> str:
    period = _filters(request).period
    inside = (period.start is None or period.start <= day) and day <= period.end
    return "" if inside else f" It lies outside of what is shown here: {period.label.lower()}."


def _evidence(request: HttpRequest, touchpoint: Touchpoint, metric: str) -> str:
    workspace = touchpoint.step.stage.journey.workspace
    address = reverse("feedback:touchpoint_evidence", args=[workspace.slug, touchpoint.pk])
    asked = urlencode({"metric": metric}) if metric else ""
    query = "&".join(part for part in (asked, _filters(request).query()) if part)
    return f"{address}?{query}".rstrip("?")


def _to_evidence(request: HttpRequest, touchpoint: Touchpoint, metric: str) -> HttpResponse:
    address = _evidence(request, touchpoint, metric or request.GET.get("metric", ""))
    return HttpResponseRedirect(address, status=303)


def _page(request: HttpRequest, template: str, touchpoint: Touchpoint, form: Any) -> HttpResponse:
    journey = touchpoint.step.stage.journey
    query = _filters(request).query()
    context = {
        "workspace": journey.workspace,
        "journey": journey,
        "touchpoint": touchpoint,
        "form": form,
        "address": request.get_full_path(),
        "evidence_address": _evidence(request, touchpoint, request.GET.get("metric", "")),
        "map_address": f"{journey.get_absolute_url()}?{query}".rstrip("?"),
        "in_panel": wants_fragment(request),
    }
    return render_page(request, template, context)
