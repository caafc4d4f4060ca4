"""The rules of docs/architecture.md that a program can check."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Each may import itself and what stands before it.
APPS = ["journeys", "touchpoints", "feedback", "cxjourney"]
MODULES = sorted(
    path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts
)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
LONGEST = 400
FORBIDDEN_NAMES = {"services.py", "selectors.py", "utils.py", "helpers.py", "signals.py"}


def name(path: Path) -> str:
    """Return a path as the failing test shows it."""
    return str(path.relative_to(ROOT))


def imported(path: Path) -> Iterator[str]:
    """Yield the dotted name of every import in a module, wherever in it it stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_imports_never_point_upwards(path: Path) -> None:
    app = path.relative_to(ROOT).parts[0]
    above = set(APPS[APPS.index(app) + 1 :])
    assert [found for found in imported(path) if found.split(".")[0] in above] == []


def test_formulas_know_no_database() -> None:
    known = {
        found.split(".")[0]
        for path in (ROOT / "feedback" / "metrics").rglob("*.py")
        for found in imported(path)
    }
    assert known.isdisjoint({"django", "rest_framework"})


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_modules_are_small_and_named_for_their_job(path: Path) -> None:
    assert path.name not in FORBIDDEN_NAMES
    assert len(path.read_text(encoding="utf-8").splitlines()) < LONGEST


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_hold_no_script_style_or_handler(path: Path) -> None:
    """The content security policy refuses them, in the reader's browser and without a word."""
    html = re.sub(
        r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", "", path.read_text("utf-8"), flags=re.DOTALL
    )
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|<style\b", html) == []
    assert re.findall(r"\s(?:style|on[a-z]+)\s*=\s*[\"'{]", html) == []


@pytest.mark.parametrize(
    "path", [path for path in TEMPLATES if path.name.startswith("_")], ids=name
)
def test_fragments_extend_nothing(path: Path) -> None:
    assert "{% extends" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path", [path for path in TEMPLATES if "journeys" in path.relative_to(ROOT).parts], ids=name
)
def test_templates_of_journeys_name_no_app_above(path: Path) -> None:
    """Links to the apps above travel inside the cards."""
    tags = re.findall(r"{%.*?%}", path.read_text(encoding="utf-8"))
    named = [
        tag
        for tag in tags
        if re.search(r"(?:touchpoints|feedback)[:/]|load .*(?:touchpoints|feedback)", tag)
    ]
    assert named == []
