"""The API's document: valid, complete, and a program that tries everything in it breaks nothing."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.factories import (
    make_api_token,
    make_journey,
    make_member,
    make_outcome_metric,
    make_stage,
    make_step,
    make_touchpoint,
    make_user,
    make_workspace,
)

ALWAYS = (not_a_server_error, status_code_conformance)
# An address that is not even formed like one of the API's gets the site's own page.
CHECKS = {
    GenerationMode.POSITIVE: (*ALWAYS, content_type_conformance, response_schema_conformance),
    GenerationMode.NEGATIVE: ALWAYS,
}


@pytest.fixture
def document(client: Client) -> dict[str, Any]:
    response = client.get("/api/schema/")
    assert response.status_code == 200
    found: dict[str, Any] = json.loads(response.content)
    return found


def test_is_valid_openapi_3_1(document):
    assert document["openapi"] == "3.1.0"
    validate_schema(document)


def test_lists_every_address_of_the_api(document):
    [api] = [
        each
        for each in get_resolver().url_patterns
        if isinstance(each, URLResolver) and each.app_name == "api"
    ]
    names = {each.name for each in api.url_patterns if isinstance(each, URLPattern)}
    listed = {path.strip("/").removeprefix("api/") for path in document["paths"]}
    assert names - {"schema", "api-root"} == {
        "feedback", "feedback-bulk", "observation", "observation-bulk",
        "journey-list", "journey-detail", "journey-map", "journey-export",
        "outcome-list", "outcome-detail", "outcome-points",
    }  # fmt: skip
    assert listed == {
        "feedback", "feedback/bulk", "observations", "observations/bulk",
        "journeys", "journeys/{id}", "journeys/{id}/map", "journeys/{id}/export",
        "outcomes", "outcomes/{id}", "outcomes/{id}/points",
    }  # fmt: skip


def test_every_address_names_its_ways_in_and_its_refusals(document):
    assert set(document["components"]["securitySchemes"]) == {"token", "cookieAuth"}
    for methods in document["paths"].values():
        for operation in methods.values():
            assert operation["security"] == [{"token": []}, {"cookieAuth": []}]
            assert {"401", "403", "404"} <= operation["responses"].keys()


@pytest.fixture
def _one_connection(document: dict[str, Any]) -> Iterator[None]:
    """Keep the test's transaction open from request to request, as Django's own client does.

    After the document was fetched: Django's client connects the signals again.
    """
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


@pytest.mark.django_db
@pytest.mark.usefixtures("_one_connection")
@pytest.mark.parametrize("mode", GenerationMode)
def test_no_call_breaks_the_server(document, mode):
    """Some hundred calls as the document allows them, and as many as it does not."""
    journey = make_journey(make_workspace(slug="northwind"), slug="trip")
    touchpoint = make_touchpoint(make_step(make_stage(journey)))
    secret = make_api_token(make_member(journey.workspace), journey.workspace)
    headers = {"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"}
    make_outcome_metric(journey.workspace, pk=4711)
    let_through(document, touchpoint.pk)
    schema = schemathesis.openapi.from_dict(document)
    schema.app = get_wsgi_application()
    statuses: Counter[int] = Counter()
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        try:
            cases = operation.as_strategy(generation_mode=mode)

            @settings(
                max_examples=20,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=cases)
            def every_case_is_answered(case: Any) -> None:
                response = case.call_and_validate(headers=headers, checks=CHECKS[mode])
                statuses[response.status_code] += 1

            every_case_is_answered()
        except Unsatisfiable:
            continue  # there is nothing that this address would refuse
    assert statuses.total() > 80
    assert max(statuses) < 500


def let_through(document: dict[str, Any], touchpoint: int) -> None:
    """Narrow the document to what is there, so that many calls reach the database."""
    for methods in document["paths"].values():
        for operation in methods.values():
            kept = [each for each in operation["parameters"] if each["name"] != "workspace"]
            operation["parameters"] = kept
    for path, methods in document["paths"].items():
        if path.startswith("/api/outcomes/{id}/"):
            for operation in methods.values():
                [number] = operation["parameters"]
                number["schema"] = {"type": "integer", "enum": [4711, 987_654_321]}
    for name in ("Feedback", "Observation"):
        fields = document["components"]["schemas"][name]["properties"]
        fields["touchpoint"] = {"type": "integer", "enum": [touchpoint, 987_654_321]}
        fields["occurred_at"] = {"type": "string", "enum": ["2026-03-10T12:00:00Z", "yesterday"]}


@pytest.mark.django_db
def test_the_page_names_every_address_field_and_answer(client, document):
    client.force_login(make_user())
    text = client.get("/api/docs/").content.decode()
    for path, methods in document["paths"].items():
        assert f"<code>{path}</code>" in text
        for operation in methods.values():
            assert all(f"<code>{status}</code>" in text for status in operation["responses"])
    for name in ("Feedback", "Observation", "OutcomePoint"):
        fields = document["components"]["schemas"][name]["properties"]
        assert all(f"<code>{field}</code>" in text for field in fields)


def test_the_page_asks_to_sign_in_and_the_document_does_not(client):
    assert client.get("/api/docs/").status_code == 302
    assert client.get("/api/schema/").status_code == 200
