"""The public address of each webhook: whoever signs may speak, nobody else is heard."""

from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from feedback.models import DeliveryState, Webhook
from feedback.push.bodies import BodyTooLarge, read_body, refuse_announced
from feedback.webhooks import BadSignature, Stale, receive, verified
from journeys.limits import REFUSED_CALLS, wait

LONGEST_BODY = 2 * 1024 * 1024
STATUSES = {
    DeliveryState.RECORDED: 200,
    DeliveryState.NOTHING: 202,
    DeliveryState.REFUSED: 400,
    DeliveryState.FAILED: 500,
}


@csrf_exempt
@login_not_required
@require_POST
def webhook_receive(request: HttpRequest, token: str) -> JsonResponse:
    """Take a signed call of another tool, and answer what became of it.

    404 for an address that nobody gave out, 413 for more than 2 MB, 401 without the right
    signature, 400 for an old one and for a body that is not what it should be, 429 after many
    calls from the same place that were refused.
    """
    now = timezone.now()
    if REFUSED_CALLS.is_over(request, now):
        return _wait(now)
    try:
        webhook = get_object_or_404(
            Webhook.objects.select_related("source__workspace", "journey"), token=token, active=True
        )
    except Http404:
        REFUSED_CALLS.take(request, now)
        return _refused(404, "There is no webhook here.")
    try:
        refuse_announced(request.META.get("CONTENT_LENGTH"), LONGEST_BODY)
        body = read_body(request, LONGEST_BODY)
        delivery_id = verified(webhook.provider, webhook.secret, request.headers, body, now)
    except BodyTooLarge:
        return _refused(413, f"A body has {LONGEST_BODY // 1024**2} MB at most.")
    except BadSignature:
        REFUSED_CALLS.take(request, now)
        return _refused(401, "The signature is missing or wrong.")
    except Stale as error:
        return _refused(400, str(error))
    delivery = receive(webhook, delivery_id, body)
    data = {
        "state": delivery.state,
        "created": delivery.created,
        "updated": delivery.updated,
        "times": delivery.times,
    }
    reason = {"reason": delivery.reason} if delivery.reason else {}
    return JsonResponse(data | reason, status=STATUSES[DeliveryState(delivery.state)])


def _wait(now: datetime) -> JsonResponse:
    response = _refused(429, "Too many calls from here were refused; wait a moment.")
    response["Retry-After"] = str(wait(now))
    return response


def _refused(status: int, detail: str) -> JsonResponse:
    return JsonResponse({"detail": detail}, status=status)
