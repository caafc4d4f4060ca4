"""A small journey to take away, and somebody who may only look at it."""

import pytest

from journeys.models import Role
from tests.factories import make_member, make_trip


@pytest.fixture
def journey():
    return make_trip()


@pytest.fixture
def maker(journey):
    """Somebody who may look at the journey, and no more."""
    return make_member(journey.workspace, Role.VIEWER)


@pytest.fixture
def viewer(client, maker):
    """The same, signed in."""
    client.force_login(maker)
    return maker


@pytest.fixture
def waiting(settings):
    """Let jobs wait in the database, as on a server."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
