"""Two people edit one map in two browsers, each on a server process of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as current
from django.db import connection
from playwright.sync_api import Browser

from benchmarks.together import disagreements, in_database, play, prepare
from tests.servers import Server, database_url, serving

pytestmark = pytest.mark.databases

EDITS = 40


@pytest.fixture
def made(transactional_db: None) -> dict:
    return prepare()


@pytest.fixture
def servers(made: dict, tmp_path: Path) -> Iterator[list[Server]]:
    if connection.vendor != "postgresql":
        pytest.skip("two processes see each other's people on PostgreSQL only")
    secret = current.SECRET_KEY
    with serving(database_url(), tmp_path, count=2, SECRET_KEY=secret, DEBUG="true") as two:
        yield two


def test_both_screens_the_database_and_the_log_agree(browser: Browser, servers, made) -> None:
    both = play(browser, servers, made, EDITS)
    try:
        database = in_database()
        screens = both.screens(database["revision"])
        assert disagreements(screens, database, len(both.revisions)) == []
        assert both.errors == []
    finally:
        both.close()
