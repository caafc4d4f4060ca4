"""Outgoing webhooks: their list, the page with one's log, and a call to try it."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from feedback.alerting.forms import AlertHookForm
from feedback.alerting.hooks import KEPT, send_test
from feedback.models import AlertHook
from feedback.models.inbound import new_secret
from journeys.access import workspace_to_administer
from journeys.auditing import audit
from journeys.models import AuditKind, Workspace

SHOWN = 50


@require_GET
def alert_hook_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show the workspace's outgoing webhooks, and the form for a new one."""
    home = workspace_to_administer(request, workspace)
    return _list(request, home, AlertHookForm(workspace=home))


@require_POST
def alert_hook_create(request: HttpRequest, workspace: str) -> HttpResponse:
    """Make an outgoing webhook and show its secret, here and never again."""
    home = workspace_to_administer(request, workspace)
    form = AlertHookForm(request.POST, workspace=home)
    if not form.is_valid():
        return _list(request, home, form, status=422)
    with transaction.atomic():
        hook = form.save()
        _write_down(request, hook, "Made")
    return _with_secret(request, hook, status=201)


@require_http_methods(["GET", "POST"])
def alert_hook_detail(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Show what an outgoing webhook is called for, and its log; keep what was changed."""
    hook = _hook(request, workspace, pk)
    sent = request.POST if request.method == "POST" else None
    form = AlertHookForm(sent, instance=hook, workspace=hook.workspace)
    if form.is_bound and form.is_valid():
        with transaction.atomic():
            form.save()
            _write_down(request, hook, "Changed")
        messages.success(request, "Saved.")
        return redirect(hook)
    return _page(request, hook, form, status=422 if form.is_bound else 200)


@require_POST
def alert_hook_secret(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Give a webhook a new secret and show it; the old one is worth nothing from now on."""
    hook = _hook(request, workspace, pk)
    with transaction.atomic():
        hook.secret = new_secret()
        hook.save(update_fields=["secret"])
        _write_down(request, hook, "Gave a new secret to")
    return _with_secret(request, hook)


@require_POST
def alert_hook_test(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Have a webhook called with a test event, in the background."""
    hook = _hook(request, workspace, pk)
    if not hook.active:
        messages.error(request, "It is switched off: switch it on and save, then send the test.")
        return redirect(hook)
    with transaction.atomic():
        send_test(hook)
    messages.success(request, "A test is on its way; the log below says what became of it.")
    return redirect(hook)


@require_POST
def alert_hook_delete(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Delete an outgoing webhook with its log; what waits is not sent any more."""
    hook = _hook(request, workspace, pk)
    with transaction.atomic():
        _write_down(request, hook, "Deleted")
        hook.delete()
    messages.success(request, f"“{hook}” is deleted and will not be called any more.")
    return redirect("feedback:alert_hook_list", hook.workspace.slug)


def _write_down(request: HttpRequest, hook: AlertHook, did: str) -> None:
    """Say what was done to a webhook; of its address the host only, for the rest may be secret."""
    audit(
        AuditKind.TOKEN,
        f"{did} the outgoing webhook “{hook}” to {urlsplit(hook.url).hostname}.",
        by=request.user,
        workspace=hook.workspace,
        request=request,
        hook=hook.pk,
    )


def _hook(request: HttpRequest, workspace: str, pk: int) -> AlertHook:
    home = workspace_to_administer(request, workspace)
    hooks = AlertHook.objects.administered_by(request.user).select_related("workspace", "team")
    return get_object_or_404(hooks, workspace=home, pk=pk)


def _list(
    request: HttpRequest, home: Workspace, form: AlertHookForm, *, status: int = 200
) -> HttpResponse:
    hooks = (
        AlertHook.objects.administered_by(request.user)
        .filter(workspace=home)
        .with_deliveries()
        .select_related("team")
    )
    context = {"workspace": home, "hooks": hooks, "form": form}
    return render(request, "feedback/alert_hook_list.html", context, status=status)


def _page(
    request: HttpRequest,
    hook: AlertHook,
    form: AlertHookForm,
    *,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "workspace": hook.workspace,
        "hook": hook,
        "form": form,
        "secret": secret,
        "deliveries": hook.deliveries.select_related("alert")[:SHOWN],
        "kept_days": KEPT.days,
    }
    return render(request, "feedback/alert_hook_detail.html", context, status=status)


def _with_secret(request: HttpRequest, hook: AlertHook, status: int = 200) -> HttpResponse:
    form = AlertHookForm(instance=hook, workspace=hook.workspace)
    response = _page(request, hook, form, secret=hook.secret, status=status)
    response["Cache-Control"] = "no-store"
    return response
