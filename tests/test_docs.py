"""What the documentation promises is there: settings, links, commands, paths, tests, examples."""

import ast
import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class

from journeys.exports import formats
from journeys.maps import MapFilters, Period, build_map
from journeys.maps.build import sources
from journeys.maps.grid import Card
from journeys.models import LaneKind
from tests.factories import (
    make_journey,
    make_lane,
    make_stage,
    make_step,
    make_touchpoint,
)

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted(DOCS.rglob("*.md")),
]
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"(`+)([^`\n]+)\1")
OURS = ("journeys", "touchpoints", "feedback", "cxjourney", "templates", "static", "tests", "docs")


def name(path: Path) -> str:
    """Return a path as the failing test shows it."""
    return str(path.relative_to(ROOT))


def prose(page: Path) -> str:
    """Return a page without its code blocks."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def code(page: Path) -> str:
    """Return the code of a page, blocks and spans, with continued lines joined."""
    text = page.read_text(encoding="utf-8")
    blocks = [block for _, block in FENCE.findall(text)]
    spans = [span for _, span in SPAN.findall(prose(page))]
    return "\n".join([*blocks, *spans]).replace("\\\n", " ")


def anchors(page: Path) -> set[str]:
    """Return the names under which a page's headings can be linked to."""
    heads = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def links(page: Path) -> Iterator[str]:
    """Yield the targets of a page's links and pictures that stay in the project."""
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if not re.match(r"[a-z]+:", target):
            yield target


# ---------------------------------------------------------------- settings


def variables_read() -> set[str]:
    """Return the names of the environment variables that the code asks for."""
    found: set[str] = set()
    for path in [*(ROOT / "cxjourney").rglob("*.py"), ROOT / "deploy" / "bootstrap.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=owner), args=[ast.Constant(str(key)), *_]):
                    if ast.unparse(owner) in {"env", "os.environ"}:
                        found.add(key)
                case ast.Subscript(value=owner, slice=ast.Constant(str(key))):
                    if ast.unparse(owner) == "os.environ":
                        found.add(key)
    return found - {"DJANGO_SETTINGS_MODULE"}


def variables_documented() -> set[str]:
    """Return the names that begin a row of a table in docs/settings.md."""
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE))


def test_every_environment_variable_is_documented() -> None:
    assert "DATABASE_URL" in variables_read()
    assert variables_read() - variables_documented() == set()


def test_no_environment_variable_is_documented_that_nobody_reads() -> None:
    assert variables_documented() - variables_read() == set()


def test_every_map_source_is_documented() -> None:
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    assert [path for path in settings.JOURNEY_MAP_SOURCES if f"`{path}`" not in text] == []


# ---------------------------------------------------------------- links


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for target in links(page):
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(target)
    assert broken == []


def test_every_page_and_picture_can_be_reached_from_the_map_of_the_documentation() -> None:
    seen: set[Path] = set()
    waiting = [DOCS / "index.md", ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        seen.add(page)
        if page.suffix == ".md":
            found = {(page.parent / link.partition("#")[0]).resolve() for link in links(page)}
            waiting += [path for path in found - seen if path.is_file()]
    wanted = {path for path in DOCS.rglob("*") if path.suffix in {".md", ".png", ".toml"}}
    assert {name(path) for path in wanted - seen} == set()


def test_pictures_are_small() -> None:
    sizes = {name(path): path.stat().st_size for path in (DOCS / "images").iterdir()}
    assert {path for path, size in sizes.items() if size > 250_000} == set()
    assert sum(sizes.values()) < 1_000_000


# ---------------------------------------------------------------- commands and names


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_exists_with_its_options(page: Path) -> None:
    known, wrong = get_commands(), []
    for command, rest in re.findall(r"manage\.py ([a-z_]+)([^\n]*)", code(page)):
        if command not in known:
            wrong.append(command)
            continue
        app = known[command]
        loaded = load_command_class(app, command) if isinstance(app, str) else app
        options = loaded.create_parser("manage.py", command)._option_string_actions
        wrong += [
            f"{command} {option}"
            for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", rest.partition("#")[0])
            if option not in options
        ]
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_make_target_exists(page: Path) -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    named = re.findall(r"^\s*make ([a-z]+)", code(page), re.MULTILINE)
    assert [target for target in named if target not in targets] == []


def is_there(span: str) -> bool:
    """True for what is a file of ours, and defines what stands after "::"; and for any other code.

    "<…>" and "*" stand for anything. Templates are named as Django names them, too.
    """
    path, _, definition = span.partition("::")
    if "/" not in path or path.partition("/")[0] not in OURS or re.search(r"[<*\s]", path):
        return True
    found = next((file for file in (ROOT / path, ROOT / "templates" / path) if file.exists()), None)
    if found is None or not definition:
        return found is not None
    text = found.read_text(encoding="utf-8")
    return all(
        re.search(rf"^ *(?:def|class) {each}\b", text, re.MULTILINE)
        for each in definition.split("::")
    )


@pytest.mark.parametrize("page", [PAGES[0], *PAGES[3:]], ids=name)
def test_every_file_and_test_that_is_named_exists(page: Path) -> None:
    assert [span for _, span in SPAN.findall(prose(page)) if not is_there(span)] == []


def test_every_export_format_has_a_row_in_the_api_page() -> None:
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    assert [key for key in formats() if f"\n| `{key}` |" not in text] == []


# ---------------------------------------------------------------- the example of a lane


@pytest.fixture
def ownerless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The module of docs/adding-a-lane.md, importable; returns its name."""
    text = (DOCS / "adding-a-lane.md").read_text(encoding="utf-8")
    [module] = [block for language, block in FENCE.findall(text) if language == "python"]
    package = tmp_path / "ownerless"
    package.mkdir()
    (package / "__init__.py").touch()
    source = re.sub(r"^ {3}", "", module, flags=re.MULTILINE)
    (package / "map_source.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield "ownerless.map_source"
    for loaded in ("ownerless", "ownerless.map_source"):
        sys.modules.pop(loaded, None)
    sources.cache_clear()


@pytest.mark.django_db
def test_the_lane_of_the_example_is_filled(ownerless, settings) -> None:
    settings.JOURNEY_MAP_SOURCES = [*settings.JOURNEY_MAP_SOURCES, ownerless]
    sources.cache_clear()
    journey = make_journey()
    make_lane(journey, kind=LaneKind.METRICS, title="Ownership")
    stage = make_stage(journey)
    make_touchpoint(make_step(stage))
    make_touchpoint(make_step(stage), title="Gate", team=None)
    filters = MapFilters(period=Period.until(date(2026, 3, 10), "all"))
    [lane] = build_map(journey, filters=filters).lanes
    texts = [[card.text for card in cell.items if isinstance(card, Card)] for cell in lane.cells]
    assert texts == [[], ["Nobody owns Gate"]]
