"""Fixtures that every test may ask for."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.emptying import with_the_log

# What takes longest begins first, so that no worker waits for another one's in the end.
SLOW = (
    "tests/browser/test_accessibility.py",
    "tests/browser/test_admin.py",
    "tests/browser/test_export.py",
    "tests/browser/test_export_page.py",
    "tests/browser/test_first_map.py",
    "tests/feedback/imports/test_interrupted.py",
    "tests/feedback/test_friction_report.py",
    "tests/feedback/test_load_demo.py",
    "tests/feedback/test_team_pages.py",
    "tests/journeys/exchange/test_round_trip.py",
    "tests/journeys/test_build_map.py",
    "tests/journeys/test_live_servers.py",
    "tests/journeys/test_versions.py",
    "tests/test_airline.py",
    "tests/test_api_schema.py",
    "tests/test_isolation.py",
    "tests/test_permissions.py",
    "tests/test_worker.py",
)
REQUIRE_ALL = os.environ.get("CI", "").lower() in {"1", "true"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes longest first."""
    slow = {Path(__file__).parent.parent / name for name in SLOW}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder ../shared: real data sets beside the checkout. Only CI must have it."""
    folder = Path(__file__).resolve().parent.parent.parent / "shared"
    if not folder.is_dir():
        missing = pytest.fail if REQUIRE_ALL else pytest.skip
        missing(f"needs the data sets in {folder}")
    return folder


@pytest.fixture(autouse=True)
def _uploads_of_their_own(settings, tmp_path: Path) -> None:
    """No test finds the files of another, or leaves its own beside the developer's."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.ERASURE_LOG = tmp_path / "erasures.jsonl"
    settings.WORKER_SIGN = tmp_path / "worker-alive"


@pytest.fixture(autouse=True)
def _drawing_leaves_no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a file over the API, maps come first for a while: not in the next test."""
    monkeypatch.setattr("journeys.api_export.REST", 0)


@pytest.fixture(scope="session", autouse=True)
def _databases_can_be_emptied() -> None:
    """The audit log refuses to be emptied, but for the tests that clean up behind themselves."""
    operations: Any = type(connection.ops)
    operations.sql_flush = with_the_log(operations.sql_flush)
