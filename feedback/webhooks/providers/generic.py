"""Our own form: the body holds one or many records as the API takes them."""

from typing import Any

from feedback.push.bodies import BadBody
from feedback.webhooks.content import Content, Question
from feedback.webhooks.mapping import WebhookMapping


def read(payload: Any, mapping: WebhookMapping, journey: str) -> Content:
    """Return the records; one with a `kind` is an observation.

    Where a record names no touchpoint, it belongs to the webhook's.
    """
    if isinstance(payload, dict) and payload.keys() == {"records"}:
        payload = payload["records"]
    records = payload if isinstance(payload, list) else [payload]
    content = Content(reason="It holds no records.")
    for record in records:
        if not isinstance(record, dict):
            raise BadBody("Send a record, an array of records, or {“records”: […]}.")
        if mapping.touchpoint is not None:
            record = {"touchpoint": mapping.touchpoint} | record
        (content.observations if "kind" in record else content.answers).append(record)
    return content


def questions(payload: Any) -> list[Question]:
    """Return nothing: a record says itself what it means."""
    return []
