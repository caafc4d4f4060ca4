"""Proving that a call comes from who knows the secret, and that it is not an old one."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from django.utils.dateparse import parse_datetime

from feedback.models import Provider

TOLERANCE = timedelta(minutes=5)
STANDARD_PREFIX = "whsec_"
LONGEST_ID = 200

Headers = Mapping[str, str]


class BadSignature(Exception):
    """There is no signature, or it is not one of this body with this secret: status 401."""


class Stale(Exception):
    """The signed moment is not one, or is more than five minutes away: status 400."""


def verified(provider: str, secret: str, headers: Headers, body: bytes, now: datetime) -> str:
    """Return the delivery's id where a signature covers it, else a digest of what is covered.

    The body is the raw one. Raises BadSignature, then Stale. Signatures are compared in a time
    that does not depend on how much of them is right.
    """
    if provider == Provider.TYPEFORM:
        return _typeform(secret, headers, body)
    if provider == Provider.ZENDESK:
        return _zendesk(secret, headers, body, now)
    return _standard(secret, headers, body, now)


def standard_signature(secret: str, message: str, moment: int, body: bytes) -> str:
    """Return the header `webhook-signature` of a call that we make ourselves."""
    return f"v1,{_signature(_standard_keys(secret)[0], f'{message}.{moment}.'.encode() + body)}"


def _standard(secret: str, headers: Headers, body: bytes, now: datetime) -> str:
    """Standard Webhooks 1.0: `v1,` and the base64 of HMAC-SHA256 over id.timestamp.body."""
    delivery, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    given = [
        signature.removeprefix("v1,")
        for signature in headers.get("webhook-signature", "").split()
        if signature.startswith("v1,")
    ]
    signed = f"{delivery}.{moment}.".encode() + body
    _refuse_unless_signed(given, [_signature(key, signed) for key in _standard_keys(secret)])
    if not (moment.isascii() and moment.isdigit() and len(moment) <= 11):
        raise Stale("webhook-timestamp is not in whole seconds.")
    _refuse_stale(datetime.fromtimestamp(int(moment), UTC), now)
    if not 0 < len(delivery) <= LONGEST_ID or not delivery.isprintable():
        raise Stale(f"webhook-id has 1 to {LONGEST_ID} printable characters.")
    return delivery


def _typeform(secret: str, headers: Headers, body: bytes) -> str:
    """`sha256=` and the base64 of HMAC-SHA256 over the body; nothing says when it was sent."""
    given = headers.get("Typeform-Signature", "")
    if not given.startswith("sha256="):
        raise BadSignature
    _refuse_unless_signed([given.removeprefix("sha256=")], [_signature(secret.encode(), body)])
    return hashlib.sha256(body).hexdigest()


def _zendesk(secret: str, headers: Headers, body: bytes, now: datetime) -> str:
    """Base64 of HMAC-SHA256 over timestamp and body, the timestamp in ISO 8601."""
    moment = headers.get("X-Zendesk-Webhook-Signature-Timestamp", "")
    signed = moment.encode() + body
    given = headers.get("X-Zendesk-Webhook-Signature", "")
    _refuse_unless_signed([given], [_signature(secret.encode(), signed)])
    try:
        sent = parse_datetime(moment)
    except ValueError:
        sent = None
    if sent is None or sent.tzinfo is None:
        raise Stale("X-Zendesk-Webhook-Signature-Timestamp is not a moment with its offset.")
    _refuse_stale(sent, now)
    return hashlib.sha256(signed).hexdigest()


def _standard_keys(secret: str) -> list[bytes]:
    """Return the key that `whsec_` and base64 stand for; a secret of another form is the key."""
    if not secret.startswith(STANDARD_PREFIX):
        return [secret.encode()]
    text = secret.removeprefix(STANDARD_PREFIX)
    try:
        return [base64.b64decode(text + "=" * (-len(text) % 4), validate=True)]
    except binascii.Error:
        return [secret.encode()]


def _signature(key: bytes, signed: bytes) -> str:
    return base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def _refuse_unless_signed(given: list[str], right: list[str]) -> None:
    matches = [
        hmac.compare_digest(one.encode(), other.encode()) for one in given for other in right
    ]
    if not any(matches):
        raise BadSignature


def _refuse_stale(sent: datetime, now: datetime) -> None:
    if abs(now - sent) > TOLERANCE:
        raise Stale("It was signed more than five minutes ago, or a clock is wrong.")
