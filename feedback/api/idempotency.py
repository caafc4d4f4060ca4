"""Calls that may be made twice: the same key and the same content get the same answer."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from rest_framework.exceptions import APIException, ParseError
from rest_framework.request import Request

from feedback.models import IdempotencyKey
from journeys.models import ApiToken

KEPT = timedelta(hours=24)
LONGEST_KEY = 200

Answered = tuple[int, Any]
"""A status and what the answer holds."""


class KeyTaken(APIException):
    """The key was used for something else."""

    status_code = 409
    default_detail = "This Idempotency-Key was used with other content."
    default_code = "key_taken"


def answer_once(request: Request, body: bytes, act: Callable[[], Answered]) -> Answered:
    """Return what `act` returns, or what it returned when the same call came before.

    The key's row is written first and in the same transaction, so that of two calls at once the
    second waits for the first one's answer. A call that was refused leaves no key: corrected, it
    may come again under the same one.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return act()
    if not isinstance(request.auth, ApiToken):
        raise ParseError(
            "An Idempotency-Key needs a token: with a session there is none to keep it."
        )
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        raise ParseError(f"An Idempotency-Key has 1 to {LONGEST_KEY} printable characters.")
    digest = hashlib.sha256(request.get_full_path().encode() + b"\n" + body).hexdigest()
    mine = IdempotencyKey.objects.filter(token=request.auth, key=key)
    mine.filter(created_at__lt=timezone.now() - KEPT).delete()
    with transaction.atomic():
        kept, is_new = IdempotencyKey.objects.get_or_create(
            token=request.auth, key=key, defaults={"digest": digest, "status": 0, "response": {}}
        )
        if not is_new:
            if kept.digest != digest:
                raise KeyTaken
            return kept.status, kept.response
        status, data = act()
        if status < 300:
            mine.update(status=status, response=data)
        else:
            kept.delete()
    return status, data


def forget_old_keys(now: datetime) -> int:
    """Delete the keys that nobody may count on any more, and return how many they were."""
    old = IdempotencyKey.objects.filter(created_at__lt=now - KEPT)
    return old.delete()[0]
