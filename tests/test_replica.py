"""REPLICA_URL: a copy answers what only looks, and nobody misses what they have just done."""

import asyncio

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory

from cxjourney.replica import COOKIE, WRITTEN_SECONDS, may_lag, reading
from journeys.models import Journey, User

ADDRESS = "/w/home/journeys/trip/"


@pytest.fixture(autouse=True)
def _routed(settings):
    settings.DATABASE_ROUTERS = ["cxjourney.replica.ReplicaRouter"]


def asked(model=Journey) -> str:
    """Return which database a query would go to now."""
    return model.objects.all().db


def answered(request) -> HttpResponse:
    return reading(lambda request: HttpResponse(asked()))(request)


def test_looking_is_answered_by_the_copy_until_one_writes():
    factory = RequestFactory()
    assert answered(factory.get(ADDRESS)).content == b"replica"
    wrote = answered(factory.post(ADDRESS))
    assert wrote.content == b"default"
    assert wrote.cookies[COOKIE]["max-age"] == WRITTEN_SECONDS
    factory.cookies[COOKIE] = "1"
    assert answered(factory.get(ADDRESS)).content == b"default"


def test_asynchronously_too():
    async def answer(request):
        return HttpResponse(asked())

    response = asyncio.run(reading(answer)(RequestFactory().get(ADDRESS)))
    assert response.content == b"replica"


def test_outside_of_requests_everything_is_asked_at_the_source():
    answered(RequestFactory().get(ADDRESS))
    assert asked() == "default"


@pytest.mark.parametrize("model", [User, Session])
def test_who_somebody_is_is_asked_at_the_source(model):
    response = reading(lambda request: HttpResponse(asked(model)))(RequestFactory().get(ADDRESS))
    assert response.content == b"default"


@pytest.mark.django_db
def test_a_transaction_is_of_one_database():
    with transaction.atomic():
        assert answered(RequestFactory().get(ADDRESS)).content == b"default"


@pytest.mark.parametrize(
    "path",
    [
        f"{ADDRESS}live/",
        f"{ADDRESS}parts/",
        f"{ADDRESS}edit/",
        f"{ADDRESS}cards/5/",
        "/account/login/",
        "/admin/",
        "/api/feedback/",
        "/s/abc/",
    ],
)
def test_what_has_to_be_fresh_is(path):
    assert not may_lag(RequestFactory().get(path))
