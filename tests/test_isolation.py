"""A member of one workspace reaches nothing of another, whatever is asked, by whatever method."""

from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse

from journeys.models import Card
from tests.intruding import MARK, intrude, tells, two_worlds

pytestmark = pytest.mark.django_db
REQUESTS = 1_000
"""`benchmarks/isolation.py` makes 10,000."""


def test_random_requests_reach_nothing_of_another_workspace(settings: Any, tmp_path: Path) -> None:
    assert intrude(REQUESTS, seed=7) == []


def test_what_is_compared_would_notice(settings: Any) -> None:
    _own, other, guarded = two_worlds()
    kinds = sum(len(keys) for keys in guarded.rows.values())
    assert kinds >= 50
    before = guarded.digest()
    with transaction.atomic():
        Card.objects.filter(pk=other.named["card"].pk).update(text="Changed")
        assert guarded.digest() != before
        transaction.set_rollback(True)
    assert guarded.digest() == before
    assert tells(HttpResponse(f"<p>{MARK} Card</p>"))
    assert tells(HttpResponse(headers={"Location": f"/?q={MARK.upper()}"}))
    assert not tells(HttpResponse("<p>Card</p>"))
