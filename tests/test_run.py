"""`make test`: what its last line says, and when it fails."""

from collections.abc import Sequence

import pytest

from tests import run
from tests.run import Outcome, Part


@pytest.fixture(autouse=True)
def _three_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """One part that passes, one that skips a test, one that cannot be."""
    monkeypatch.setenv("CI", "false")
    planned = [Part("SQLite", []), Part("PostgreSQL", []), Part("Chromium", [], "none found")]
    outcomes = {
        "SQLite": Outcome("SQLite", 12, 0, ok=True),
        "PostgreSQL": Outcome("PostgreSQL", 11, 1, ok=True),
    }

    def pretend(part: Part, extra: Sequence[str]) -> Outcome:
        return outcomes[part.name]

    monkeypatch.setattr(run, "parts", lambda extra, require_all: planned)
    monkeypatch.setattr(run, "run", pretend)


def test_the_last_line_says_what_ran_and_what_did_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main([]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        "Ran: SQLite 12 passed · PostgreSQL 11 passed, 1 skipped."
        " Did not run: Chromium (none found)"
    )


@pytest.mark.parametrize("ci", [True, False])
def test_what_is_missing_is_a_failure_where_all_is_required(
    monkeypatch: pytest.MonkeyPatch, ci: bool
) -> None:
    if ci:
        monkeypatch.setenv("CI", "true")
    assert run.main([] if ci else ["--require-all"]) == 1


def test_a_part_that_fails_fails_the_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "run", lambda part, extra: Outcome(part.name, 3, 0, ok=False))
    assert run.main([]) == 1
    assert "SQLite 3 passed, FAILED" in capsys.readouterr().out
