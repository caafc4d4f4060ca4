"""Outgoing webhooks: calls that tell other programs of alerts, signed after Standard Webhooks.

A call that is not taken is tried again after a minute, five, half an hour, two and eight hours;
then it is given up, and the hook's page says so.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task, task_backends

from feedback.models import Alert, AlertDelivery, AlertHook, SendState
from feedback.webhooks.signatures import standard_signature
from journeys.models import Workspace
from journeys.outbound import Refused, Unreachable, post

WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480)]
"""Before the second attempt, and the following ones."""
KEPT = timedelta(days=30)
LOST = timedelta(minutes=30)
"""A call that is so late has lost the job that would have made it."""
OPENED, RECOVERED, TEST = "alert.opened", "alert.recovered", "test"
_LONGEST_PROBLEM = 300


def announce(workspace: Workspace, opened: Iterable[Alert], recovered: Iterable[Alert]) -> None:
    """Have every hook called that wants to hear of these alerts."""
    events = {alert.pk: OPENED for alert in opened} | {alert.pk: RECOVERED for alert in recovered}
    hooks = list(AlertHook.objects.filter(workspace=workspace, active=True)) if events else []
    if not hooks:
        return
    alerts = Alert.objects.filter(pk__in=list(events)).with_places().order_by("pk")
    calls = [
        AlertDelivery(
            hook=hook, alert=alert, event=events[alert.pk], body=_body(events[alert.pk], alert)
        )
        for alert in alerts
        for hook in hooks
        if hook.wants(alert)
    ]
    _send_when_stored(AlertDelivery.objects.bulk_create(calls))


def send_test(hook: AlertHook) -> AlertDelivery:
    """Have a hook called with an event of its own, so that both sides can be tried."""
    now = timezone.now().isoformat(timespec="seconds")
    body = {"type": TEST, "timestamp": now, "data": {"workspace": hook.workspace.slug}}
    delivery = AlertDelivery.objects.create(hook=hook, event=TEST, body=json.dumps(body))
    _send_when_stored([delivery])
    return delivery


@task()
def send(delivery_id: int) -> str:
    """Make one attempt, and plan the next where it was not taken; return the state."""
    delivery = AlertDelivery.objects.select_related("hook").filter(pk=delivery_id).first()
    now = timezone.now()
    if delivery is None or not delivery.tries(now):
        return ""
    if not delivery.hook.active:
        delivery.move(
            SendState.FAILED, out_of=[SendState.WAITING], problem="The hook is switched off."
        )
        return delivery.state
    problem, again = _attempt(delivery, now)
    if not problem:
        delivery.move(
            SendState.SENT, out_of=[SendState.WAITING], status=delivery.status, problem=""
        )
    elif again and delivery.attempts <= len(WAITS):
        next_at = now + WAITS[delivery.attempts - 1]
        delivery.move(
            SendState.WAITING, out_of=[SendState.WAITING],
            status=delivery.status, problem=problem, next_at=next_at,
        )  # fmt: skip
        _later(delivery, next_at)
    else:
        delivery.move(
            SendState.FAILED, out_of=[SendState.WAITING],
            status=delivery.status, problem=problem,
        )  # fmt: skip
    return delivery.state


def forget_old(now: datetime) -> None:
    """Delete calls of more than a month ago, and send what a lost job has left waiting."""
    AlertDelivery.objects.filter(created_at__lt=now - KEPT).delete()
    late = AlertDelivery.objects.filter(
        Q(next_at__isnull=True) | Q(next_at__lt=now - LOST),
        state=SendState.WAITING,
        created_at__lt=now - LOST,
    )
    for pk in late.values_list("pk", flat=True):
        send.enqueue(pk)


def _attempt(delivery: AlertDelivery, now: datetime) -> tuple[str, bool]:
    """Call once; return what went wrong, "" for nothing, and whether to try again."""
    delivery.status = None
    hook, moment, body = delivery.hook, int(now.timestamp()), delivery.body.encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "cxjourney",
        "webhook-id": delivery.message_id,
        "webhook-timestamp": str(moment),
        "webhook-signature": standard_signature(hook.secret, delivery.message_id, moment, body),
    }
    try:
        answer = post(hook.url, body, headers)
    except Refused as problem:
        return str(problem)[:_LONGEST_PROBLEM], False
    except Unreachable as problem:
        return str(problem)[:_LONGEST_PROBLEM], True
    delivery.status = answer.status
    if answer.good:
        return "", False
    if 300 <= answer.status < 400:
        return f"It answered {answer.status}: redirects are not followed.", True
    said = " ".join(answer.text.split())
    # 410 is how a receiver says that it wants no more (Standard Webhooks).
    return f"It answered {answer.status}: {said}"[:_LONGEST_PROBLEM], answer.status != 410


def _body(event: str, alert: Alert) -> str:
    touchpoint = alert.touchpoint
    journey = touchpoint.step.stage.journey
    moment = alert.recovered_at if event == RECOVERED else alert.opened_at
    data: dict[str, Any] = {
        "id": alert.pk,
        "kind": alert.kind,
        "says": alert.says,
        "workspace": alert.workspace.slug,
        "journey": {"slug": journey.slug, "title": journey.title},
        "touchpoint": {"id": touchpoint.pk, "title": touchpoint.title},
        "metric": alert.metric or None,
        "team": alert.team.slug if alert.team else None,
        "began_on": alert.began_on.isoformat() if alert.began_on else None,
        "url": f"{settings.SITE_URL}{alert.get_absolute_url()}",
    }
    timestamp = (moment or timezone.now()).isoformat(timespec="seconds")
    return json.dumps({"type": event, "timestamp": timestamp, "data": data})


def _send_when_stored(deliveries: Iterable[AlertDelivery]) -> None:
    for delivery in deliveries:
        transaction.on_commit(partial(send.enqueue, delivery.pk))


def _later(delivery: AlertDelivery, moment: datetime) -> None:
    """Put the next attempt into the queue; a backend that cannot wait leaves it to `forget_old`."""
    if task_backends["default"].supports_defer:
        send.using(run_after=moment).enqueue(delivery.pk)
