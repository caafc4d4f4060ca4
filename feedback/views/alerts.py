"""Alerts: their list, the page on which one explains itself, and what people do about it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_GET, require_POST

from feedback.alerting.forms import CloseForm, SnoozeForm
from feedback.alerting.listing import AlertFilters
from feedback.alerting.page import evidence_url, explain
from feedback.charts import render_charts
from feedback.models import Alert, AlertKind
from journeys.access import signed_in, workspace_to_see
from journeys.admin.access import administered_ids, edited_ids
from touchpoints.models import Team

PER_PAGE = 50


@require_GET
def alert_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show a workspace's alerts, those that ask for attention first."""
    home, user = workspace_to_see(request, workspace), signed_in(request)
    filters = AlertFilters.read(request.GET)
    page = Paginator(filters.apply(home, user), PER_PAGE).get_page(request.GET.get("page"))
    today = timezone.now().date()
    teams = Team.objects.visible_to(user).filter(workspace=home)
    context = {
        "workspace": home,
        "page": page,
        "alerts": [(alert, alert.is_awake(today)) for alert in page],
        "filters": filters,
        "query": filters.query(),
        "kinds": [
            (label, value == filters.kind, filters.query(kind=value * (value != filters.kind)))
            for value, label in AlertKind.choices
        ],
        "teams": [(team, filters.query(team=team.slug)) for team in teams],
        "all_teams": filters.query(team=""),
        "mine": filters.query(mine=not filters.mine),
        "other": filters.query(over=not filters.over),
        "administers": home.pk in administered_ids(request),
    }
    return render(request, "feedback/alert_list.html", context)


@require_GET
def alert_detail(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Show why an alert opened, by its charts, and how often such a one is false."""
    return _detail(request, workspace, pk)


@require_POST
def alert_snooze(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Let an alert sleep until a day."""
    alert = _to_edit(request, workspace, pk)
    form = SnoozeForm(request.POST, today=timezone.now().date())
    if not form.is_valid():
        return _detail(request, workspace, pk, snooze=form)
    until, note = form.cleaned_data["until"], form.cleaned_data["note"]
    if alert.snooze(until, by=signed_in(request), note=note):
        messages.success(request, f"Snoozed until {date_format(until, 'j F Y')}.")
    else:
        messages.error(request, "It was closed meanwhile, so there is nothing to snooze.")
    return redirect(alert)


@require_POST
def alert_close(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Close an alert; it stays closed while it lasts."""
    alert = _to_edit(request, workspace, pk)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _detail(request, workspace, pk, close=form)
    if alert.close(by=signed_in(request), note=form.cleaned_data["note"]):
        messages.success(
            request, "Closed. A new alert opens here only after the numbers have recovered once."
        )
    else:
        messages.error(request, "It was closed meanwhile.")
    return redirect(alert)


@require_POST
def alert_reopen(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Open an alert again that somebody snoozed or closed."""
    alert = _to_edit(request, workspace, pk)
    if alert.reopen():
        messages.success(request, "Open again.")
    else:
        messages.error(request, "It is open, or the numbers have recovered: nothing was changed.")
    return redirect(alert)


def _alert(request: HttpRequest, workspace: str, pk: int) -> Alert:
    alerts = Alert.objects.visible_to(request.user).with_places().select_related("settled_by")
    return get_object_or_404(alerts, workspace__slug=workspace, pk=pk)


def _to_edit(request: HttpRequest, workspace: str, pk: int) -> Alert:
    alert = _alert(request, workspace, pk)
    if alert.workspace_id not in edited_ids(request):
        raise PermissionDenied
    return alert


def _detail(
    request: HttpRequest,
    workspace: str,
    pk: int,
    *,
    snooze: SnoozeForm | None = None,
    close: CloseForm | None = None,
) -> HttpResponse:
    alert, today = _alert(request, workspace, pk), timezone.now().date()
    said = explain(alert, today)
    journey = alert.touchpoint.step.stage.journey
    context = {
        "workspace": alert.workspace,
        "alert": alert,
        "awake": alert.is_awake(today),
        "journey": journey,
        "said": said,
        "evidence": evidence_url(alert),
        "map_address": f"{journey.get_absolute_url()}#touchpoint-{alert.touchpoint_id}",
        "may_edit": alert.workspace_id in edited_ids(request),
        "snooze": snooze or SnoozeForm(today=today),
        "close": close or CloseForm(),
        "snoozing": bool(snooze),
        "closing": bool(close),
    }
    response = render_charts(request, "feedback/alert_detail.html", context, said.charts)
    if snooze or close:
        response.status_code = 422
    return response
