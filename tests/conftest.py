"""Fixtures that every test may ask for."""

import os
from pathlib import Path

import pytest

REQUIRE_ALL = os.environ.get("CI", "").lower() in {"1", "true"}


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
