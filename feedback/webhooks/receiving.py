"""From a signed body to records: read, written once, logged, and written again on demand."""

import logging
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from feedback.models import Delivery, DeliveryState, FeedbackRecord, Provider, Webhook
from feedback.push import Pushed, push_answers, push_observations
from feedback.push.bodies import BadBody, decoded, parsed
from feedback.recording import NewAnswer, Outcome
from feedback.webhooks.content import Content, Record, within
from feedback.webhooks.mapping import WebhookMapping
from feedback.webhooks.providers import PROVIDERS
from feedback.webhooks.signatures import LONGEST_ID

SETTLED = {DeliveryState.RECORDED, DeliveryState.NOTHING}

logger = logging.getLogger(__name__)


def receive(webhook: Webhook, delivery_id: str, body: bytes) -> Delivery:
    """Record what a signed body holds, once however often it comes, and return its log entry.

    The entry is written first: of two deliveries at once the second waits, and finds it settled.
    One that was refused or failed is tried again.
    """
    if webhook.provider == Provider.TYPEFORM:
        delivery_id = _event_id(body) or delivery_id
    text = body.decode("utf-8", "replace").replace("\x00", "�")
    with transaction.atomic():
        delivery, is_new = Delivery.objects.select_for_update().get_or_create(
            webhook=webhook,
            delivery_id=delivery_id,
            defaults={"body": text, "state": DeliveryState.FAILED, "reason": "Not read yet."},
        )
        if not is_new:
            delivery.times += 1
        if is_new or delivery.state not in SETTLED:
            delivery.body = text
            _play(delivery)
        delivery.save()
    return delivery


def replay(delivery: Delivery) -> Delivery:
    """Read a logged body again, as the webhook is mapped now; answers count once all the same."""
    with transaction.atomic():
        held = Delivery.objects.select_for_update().get(pk=delivery.pk)
        if held.body:
            held.replayed_at = timezone.now()
            _play(held)
            held.save()
    return held


class _Refused(Exception):
    """Some of the records are not as they should be: none is written."""


def _event_id(body: bytes) -> str:
    try:
        found = within(parsed(decoded(body), mend=True), "event_id")
    except BadBody:
        return ""
    fits = isinstance(found, str) and 0 < len(found) <= LONGEST_ID and found.isprintable()
    return str(found) if fits else ""


def _play(delivery: Delivery) -> None:
    """Write what the body holds, and note in `delivery` what became of it."""
    delivery.created = delivery.updated = 0
    try:
        with transaction.atomic():
            delivery.state, delivery.reason = _record(delivery)
    except (BadBody, _Refused) as error:
        delivery.state, delivery.reason = DeliveryState.REFUSED, str(error)
    except Exception:
        logger.exception("Delivery %s of webhook %s", delivery.delivery_id, delivery.webhook_id)
        delivery.state = DeliveryState.FAILED
        delivery.reason = "It could not be recorded; the server's log says why."


def _record(delivery: Delivery) -> tuple[DeliveryState, str]:
    webhook = delivery.webhook
    payload = parsed(delivery.body, mend=True)
    mapping = WebhookMapping.of(webhook.mapping)
    content: Content = PROVIDERS[webhook.provider].read(payload, mapping, webhook.journey.slug)
    if not content.answers and not content.observations:
        return DeliveryState.NOTHING, content.reason
    if _is_overtaken(webhook, content):
        return DeliveryState.NOTHING, "The response was finished before; this is an earlier state."
    source = webhook.source
    for push, records in (
        (push_answers, _dated(delivery, content.answers)),
        (push_observations, _dated(delivery, content.observations)),
    ):
        pushed = push(source.workspace, records, all_or_nothing=True, own_source=source)
        if not pushed.written:
            raise _Refused(_reasons(pushed))
        if content.whole and _are_one(pushed):
            raise _Refused(
                "Two questions mean the same metric of one touchpoint, since touchpoints were "
                "merged: choose anew what they mean, and play this delivery again."
            )
        delivery.created += pushed.count(Outcome.CREATED)
        delivery.updated += pushed.count(Outcome.UPDATED)
        if push is push_answers and content.whole:
            delivery.updated += _forget_the_rest(webhook, content.whole, pushed)
    return DeliveryState.RECORDED, ""


def _dated(delivery: Delivery, records: Sequence[Record]) -> list[Record]:
    """Give what has no time or id of its own those of the delivery, the same at every replay."""
    received = delivery.received_at.isoformat()
    return [
        {"occurred_at": received, "external_id": f"{delivery.delivery_id[:190]}-{number}"} | record
        for number, record in enumerate(records)
    ]


def _is_overtaken(webhook: Webhook, content: Content) -> bool:
    """True for an unfinished state of a response that has been finished meanwhile."""
    if not content.whole or not any(record.get("partial") for record in content.answers):
        return False
    return FeedbackRecord.objects.filter(
        source=webhook.source, external_id=content.whole, partial=False
    ).exists()


def _forget_the_rest(webhook: Webhook, external_id: str, pushed: Pushed) -> int:
    """Delete what was known of a response and does not belong to it as it is mapped now."""
    kept: set[Any] = {
        (result.new.touchpoint_id, result.new.metric)
        for result in pushed.results
        if isinstance(result.new, NewAnswer)
    }
    known = FeedbackRecord.objects.filter(source=webhook.source, external_id=external_id)
    gone = [
        pk
        for pk, *key in known.values_list("pk", "touchpoint_id", "metric")
        if tuple(key) not in kept
    ]
    return known.filter(pk__in=gone).delete()[0] if gone else 0


def _are_one(pushed: Pushed) -> bool:
    """True where two answers of one response would be kept as one, and the first be lost."""
    keys = [result.new.key for result in pushed.results if isinstance(result.new, NewAnswer)]
    return len(set(keys)) < len(keys)


def _reasons(pushed: Pushed) -> str:
    """Return what is wrong with the first few refused records, a line each."""
    lines = [
        f"Record {number + 1}: {field}: {' '.join(map(str, reasons))}"
        for number, result in enumerate(pushed.results)
        for field, reasons in result.errors.items()
    ]
    more = [f"… and {len(lines) - 10} more."] if len(lines) > 10 else []
    return "\n".join(lines[:10] + more)
