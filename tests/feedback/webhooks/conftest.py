"""Webhooks of a journey, and senders that sign as each tool does."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from feedback.models import Provider, Webhook
from journeys.models import Journey
from tests.factories import (
    make_journey,
    make_source,
    make_stage,
    make_step,
    make_touchpoint,
    make_webhook,
    make_workspace,
)
from touchpoints.models import Touchpoint

STANDARD_KEY = b"24 bytes of a secret key"
SECRETS = {
    Provider.FORMBRICKS: "whsec_" + base64.b64encode(STANDARD_KEY).decode(),
    Provider.GENERIC: "whsec_" + base64.b64encode(STANDARD_KEY).decode(),
    Provider.TYPEFORM: "typeform secret",
    Provider.ZENDESK: "zendesk secret",
}


def hmac_of(key: bytes, signed: bytes) -> str:
    """Write the formula of the tools' own documents down a second time."""
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def signed_headers(
    provider: str,
    body: bytes,
    *,
    key: bytes | None = None,
    moment: Any = None,
    msg_id: str = "msg-1",
) -> dict[str, str]:
    """Return the headers with which a tool signs a body, now if nothing else is said."""
    moment = moment or timezone.now()
    if provider == Provider.TYPEFORM:
        return {"Typeform-Signature": "sha256=" + hmac_of(key or b"typeform secret", body)}
    if provider == Provider.ZENDESK:
        stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        return {
            "X-Zendesk-Webhook-Signature-Timestamp": stamp,
            "X-Zendesk-Webhook-Signature": hmac_of(key or b"zendesk secret", stamp.encode() + body),
        }
    stamp = str(int(moment.timestamp()))
    signed = f"{msg_id}.{stamp}.".encode() + body
    return {
        "webhook-id": msg_id,
        "webhook-timestamp": stamp,
        "webhook-signature": "v1," + hmac_of(key or STANDARD_KEY, signed),
    }


class Tool:
    """A tool that delivers to its webhook."""

    def __init__(self, webhook: Webhook) -> None:
        self.webhook = webhook
        self.address = f"/hooks/{webhook.token}/"
        self.client = Client(enforce_csrf_checks=True)

    def post(self, body: bytes, headers: dict[str, str], **extra: Any) -> Any:
        return self.client.post(
            self.address, body, content_type="application/json", headers=headers, **extra
        )

    def deliver(self, payload: Any, **how: Any) -> Any:
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        return self.post(body, signed_headers(self.webhook.provider, body, **how))


@pytest.fixture
def journey() -> Journey:
    return make_journey(make_workspace(slug="northwind"), slug="trip")


@pytest.fixture
def touchpoint(journey: Journey) -> Touchpoint:
    return make_touchpoint(make_step(make_stage(journey), title="Check-in"), title="Check-in desk")


@pytest.fixture
def tool(journey: Journey, touchpoint: Touchpoint) -> Any:
    def tool(provider: str, **questions: Any) -> Tool:
        mapping = {"touchpoint": touchpoint.pk, "questions": questions}
        source = make_source(journey.workspace)
        return Tool(
            make_webhook(
                journey, source=source, provider=provider, secret=SECRETS[Provider(provider)],
                mapping=mapping,
            )
        )  # fmt: skip

    return tool
