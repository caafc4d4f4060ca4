"""Webhooks: their list, and the page that shows one's address and explains its questions."""

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from feedback.models import Delivery, DeliveryState, Webhook
from feedback.models.inbound import DeliveryQuerySet
from feedback.webhooks import replay
from feedback.webhooks.forms import WebhookForm, WebhookMappingForm
from journeys.access import workspace_of_customers
from journeys.admin.access import administered_ids
from journeys.auditing import audit
from journeys.models import AuditKind, Workspace

SHOWN = 20
PLAYED = 500


@require_GET
def webhook_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show the workspace's webhooks with what came last, and the form for a new one."""
    home = workspace_of_customers(request, workspace)
    return _list(request, home, WebhookForm(workspace=home))


@require_POST
def webhook_create(request: HttpRequest, workspace: str) -> HttpResponse:
    """Make a webhook and go to its page."""
    home = workspace_of_customers(request, workspace)
    form = WebhookForm(request.POST, workspace=home)
    if not form.is_valid():
        return _list(request, home, form, status=422)
    with transaction.atomic():
        webhook = form.create()
        _write_down(request, webhook, "Made")
    return redirect("feedback:webhook_edit", home.slug, webhook.pk)


@require_http_methods(["GET", "POST"])
def webhook_edit(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Show the address, what arrived, and what each question means; keep what was chosen."""
    home = workspace_of_customers(request, workspace)
    webhook = _webhook(request, home, pk)
    sent = request.POST if request.method == "POST" else None
    form = WebhookMappingForm(sent, webhook=webhook)
    if form.is_bound and form.is_valid():
        with transaction.atomic():
            form.save()
            _write_down(request, webhook, "Changed")
        messages.success(request, "Saved. What arrives from now on is read like this.")
        return redirect("feedback:webhook_edit", home.slug, webhook.pk)
    waiting = _waiting(webhook).count()
    context = {
        "workspace": home,
        "webhook": webhook,
        "form": form,
        "address": settings.SITE_URL + reverse("feedback:webhook_receive", args=[webhook.token]),
        "deliveries": webhook.deliveries.all()[:SHOWN],
        "waiting": waiting,
        "administers": home.pk in administered_ids(request),
    }
    status = 422 if form.is_bound else 200
    return render(request, "feedback/webhook_edit.html", context, status=status)


@require_POST
def webhook_replay(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Read again what was not recorded, as the webhook is mapped now, the oldest first."""
    home = workspace_of_customers(request, workspace)
    webhook = _webhook(request, home, pk)
    played = [replay(delivery) for delivery in _waiting(webhook).order_by("pk")[:PLAYED]]
    recorded = sum(delivery.state == DeliveryState.RECORDED for delivery in played)
    messages.success(request, f"{recorded} of {len(played)} deliveries are recorded now.")
    return redirect("feedback:webhook_edit", home.slug, webhook.pk)


def _write_down(request: HttpRequest, webhook: Webhook, did: str) -> None:
    audit(
        AuditKind.TOKEN,
        f"{did} the webhook of the source “{webhook.source.name}”.",
        by=request.user,
        workspace=webhook.source.workspace,
        request=request,
        webhook=webhook.pk,
        active=webhook.active,
    )


def _webhook(request: HttpRequest, home: Workspace, pk: int) -> Webhook:
    webhooks = Webhook.objects.visible_to(request.user).select_related(
        "source__workspace", "journey"
    )
    return get_object_or_404(webhooks, source__workspace=home, pk=pk)


def _waiting(webhook: Webhook) -> DeliveryQuerySet:
    return Delivery.objects.filter(webhook=webhook).waiting()


def _list(
    request: HttpRequest, home: Workspace, form: WebhookForm, *, status: int = 200
) -> HttpResponse:
    webhooks = (
        Webhook.objects.visible_to(request.user)
        .filter(source__workspace=home)
        .with_deliveries()
        .select_related("source", "journey")
        .order_by("source__name")
    )
    administers = home.pk in administered_ids(request)
    context = {"workspace": home, "webhooks": webhooks, "form": form, "administers": administers}
    return render(request, "feedback/webhook_list.html", context, status=status)
