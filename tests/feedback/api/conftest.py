"""A journey with touchpoints, and a program that has a token for its workspace."""

import json
from typing import Any

import pytest
from django.test import Client

from journeys.models import Journey
from tests.factories import (
    make_api_token,
    make_channel,
    make_journey,
    make_member,
    make_stage,
    make_step,
    make_touchpoint,
    make_workspace,
)
from touchpoints.models import Touchpoint


@pytest.fixture
def journey() -> Journey:
    return make_journey(make_workspace(slug="northwind"), slug="trip")


@pytest.fixture
def touchpoint(journey: Journey) -> Touchpoint:
    step = make_step(make_stage(journey), title="Check-in")
    channel = make_channel(journey.workspace, name="Airport")
    return make_touchpoint(step, title="Check-in desk", channel=channel)


class Program:
    """Something that calls the API with a token."""

    def __init__(self, secret: str) -> None:
        self.client = Client()
        self.headers = {"authorization": f"Bearer {secret}"}

    def send(
        self, address: str, content: Any, *, content_type: str = "application/json", **headers: str
    ) -> Any:
        body = content if isinstance(content, str | bytes) else json.dumps(content)
        return self.client.post(
            address, body, content_type=content_type, headers={**self.headers, **headers}
        )


@pytest.fixture
def program(journey: Journey) -> Program:
    return Program(make_api_token(make_member(journey.workspace), journey.workspace))
