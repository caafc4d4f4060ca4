"""Personas, channels and teams by file: what goes out comes in again, and nothing else does."""

import csv
import json
import re
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string

from journeys.admin.formats import EXTENSIONS
from journeys.admin.texts import joined, parts, unescaped
from journeys.formulas import neutral, original
from journeys.models import Channel, Persona, PersonaTrait, Role, User, Workspace
from tests.factories import (
    make_channel,
    make_journey,
    make_member,
    make_persona,
    make_segment,
    make_team,
    make_touchpoint,
    make_workspace,
)
from tests.journeys.admin_files import (
    exported,
    file,
    imported,
    preview,
    refusal,
    table,
)
from touchpoints.models import Team

pytestmark = pytest.mark.django_db

EVERY_FORMAT = pytest.mark.parametrize("extension", sorted(EXTENSIONS))


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace(slug="northwind", name="Northwind")


@pytest.fixture
def owner(workspace: Workspace) -> User:
    return make_member(workspace, Role.OWNER)


@pytest.fixture
def owner_client(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def rich_persona(workspace: Workspace) -> Persona:
    """A persona with everything that could get lost on the way."""
    persona = make_persona(
        workspace,
        name="Maya “the hub”",
        slug="maya",
        role="=HYPERLINK(1)",
        quote="'=not a formula, 'quoted'",
        summary='- first\n+ second, with; many | signs \\ and "quotes"',
        age_range="35",
        goals="@home\nأهلا 你好 😀",  # noqa: RUF001
        segment=make_segment(workspace, name="Business; travel"),
    )
    persona.preferred_channels.set(
        [make_channel(workspace, name=name) for name in ("Web; App", "Phone|Fax", "Back\\slash")]
    )
    for position, (name, score) in enumerate([("Patience | calm", 2), ("Trust; high", 5)]):
        PersonaTrait.objects.create(
            persona=persona, name=name, low_label="low", score=score, position=position
        )
    return persona


# --- going out and coming in --------------------------------------------------------------------


@EVERY_FORMAT
def test_what_was_exported_changes_nothing_when_it_is_imported(
    owner_client: Client, workspace: Workspace, extension: str
) -> None:
    rich_persona(workspace)
    before = Persona.objects.values().get()
    content = exported(owner_client, extension)
    message = imported(owner_client, file(content, f"personas.{extension}"))
    assert message == "Imported: 0 new, 0 changed, 1 as they were."
    assert Persona.objects.values().get() == before


@EVERY_FORMAT
def test_what_was_exported_restores_a_persona_that_was_deleted(
    owner_client: Client, workspace: Workspace, extension: str
) -> None:
    persona = rich_persona(workspace)
    ignored = {"id", "created_at", "updated_at"}
    before = {k: v for k, v in Persona.objects.values().get().items() if k not in ignored}
    channels = set(persona.preferred_channels.all())
    fields = ("name", "low_label", "high_label", "score", "position")
    traits = list(persona.traits.values(*fields))
    content = exported(owner_client, extension)
    persona.delete()
    imported(owner_client, file(content, f"personas.{extension}"))
    restored = Persona.objects.get()
    values = Persona.objects.values().get()
    assert {k: v for k, v in values.items() if k not in ignored} == before
    assert set(restored.preferred_channels.all()) == channels
    assert list(restored.traits.values(*fields)) == traits


def test_no_exported_cell_is_a_formula(owner_client: Client, workspace: Workspace) -> None:
    make_persona(workspace, role="=1+1", quote="+1", summary="-1", goals="@SUM(A1)", needs="\t=1")
    row = next(csv.DictReader(StringIO(exported(owner_client, "csv").decode())))
    for column in ("role", "quote", "summary", "goals", "needs"):
        assert row[column].startswith("'"), column


def test_no_exported_workbook_holds_a_formula(owner_client: Client, workspace: Workspace) -> None:
    make_persona(workspace, role="=1+1")
    load_workbook = import_string("openpyxl.load_workbook")
    sheet = load_workbook(BytesIO(exported(owner_client, "xlsx"))).active
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert "'=1+1" in {cell.value for row in sheet.iter_rows() for cell in row}


@pytest.mark.parametrize("text", ["=1", "'=1", "''=1", "'plain", "plain", "-1", "＝1", ""])  # noqa: RUF001
def test_neutralising_is_undone_exactly(text: str) -> None:
    assert original(neutral(text)) == text


@pytest.mark.parametrize("values", [[], ["a"], ["a;b", "c|d", "e\\", "\\;"], ["x", ""]])
@pytest.mark.parametrize("separator", [";", "|"])
def test_several_values_in_a_cell_come_apart_as_they_were(
    values: list[str], separator: str
) -> None:
    cell = joined(values, separator)
    assert [unescaped(part) for part in parts(cell, separator)] == values


def test_the_export_holds_what_the_list_shows(owner_client: Client, workspace: Workspace) -> None:
    make_persona(workspace, name="Maya")
    make_persona(workspace, name="Priya")
    text = exported(owner_client, "csv", q="may").decode()
    assert "Maya" in text
    assert "Priya" not in text


# --- what an import does ------------------------------------------------------------------------


def test_the_preview_stores_nothing_and_shows_old_and_new(
    owner_client: Client, workspace: Workspace
) -> None:
    maya = make_persona(workspace, slug="maya", name="Maya", role="Buyer")
    rows = [
        {"workspace": "northwind", "slug": "maya", "name": "Maya", "role": "IT <buyer>"},
        {"workspace": "northwind", "slug": "new", "name": "New", "role": ""},
    ]
    html = preview(owner_client, table(*rows)).content.decode()
    assert "<del>Buyer</del> <ins>IT &lt;buyer&gt;</ins>" in html
    assert "style=" not in html
    assert '<th scope="col">quote</th>' not in html, "the file does not name it"
    maya.refresh_from_db()
    assert maya.role == "Buyer"
    assert Persona.objects.count() == 1


def test_confirming_stores_and_tells_the_history(
    owner_client: Client, workspace: Workspace
) -> None:
    maya = make_persona(workspace, slug="maya", name="Maya", role="Buyer", quote="Kept.")
    journey = make_journey(workspace)
    journey.personas.add(maya)
    web = make_channel(workspace, name="Web")
    rows = [
        {"workspace": "northwind", "slug": "maya", "name": "Maya", "role": "IT buyer"},
        {"workspace": "northwind", "slug": "new", "name": "New", "role": ""},
    ]
    rows[0] |= {"preferred_channels": "Web", "traits": "Patience|calm|restless|2"}
    rows[1] |= {"preferred_channels": "", "traits": ""}
    assert imported(owner_client, table(*rows)) == "Imported: 1 new, 1 changed, 0 as they were."
    maya.refresh_from_db()
    assert (maya.role, maya.quote) == ("IT buyer", "Kept."), "a missing column is left alone"
    assert list(maya.preferred_channels.all()) == [web]
    trait = maya.traits.get()
    assert (trait.name, trait.low_label, trait.score) == ("Patience", "calm", 2)
    said = LogEntry.objects.get(object_id=str(maya.pk)).change_message
    assert "role: “Buyer” → “IT buyer”" in said
    assert "preferred_channels: (empty) → “Web”" in said
    journey.refresh_from_db()
    assert journey.revision == 1


def test_an_empty_cell_empties(owner_client: Client, workspace: Workspace) -> None:
    maya = make_persona(workspace, slug="maya", role="Buyer", segment=make_segment(workspace))
    row = {"workspace": "northwind", "slug": "maya", "role": "", "segment": ""}
    imported(owner_client, table(row))
    maya.refresh_from_db()
    assert (maya.role, maya.segment) == ("", None)


# --- what cannot be read -------------------------------------------------------------------------

UNREADABLE = {
    "an empty file": ("f.csv", b"\n", "The file is empty"),
    "only a header": ("f.csv", b"workspace,slug\n", "no rows below its header"),
    "Latin-1": ("f.csv", b"workspace,slug\na,\xe9\n", "Line 2 is not UTF-8 text"),
    "semicolons": ("f.csv", b"workspace;slug\na;b\n", "separated by semicolons: use commas"),
    "a long row": ("f.csv", b"workspace,slug\na,b,c\n", "Row 2 has 3 cells"),
    "a broken quote": ("f.csv", b'workspace,slug\na,"b"c\n', "Line 2:"),
    "a cell without end": ("f.csv", b"workspace,slug\na," + b"x" * 200_000, "Line 2: field larger"),
    "no JSON": ("f.json", b'[{"a": 1},\n{]', "Line 2:"),
    "not a list": ("f.json", b'{"a": 1}', "must hold a list of objects"),
    "uneven items": ("f.json", b'[{"a": 1}, {"b": 1}]', "Item 2: only some items have a, b"),
    "a list in a cell": ("f.json", b'[{"slug": [1]}]', "Item 1, slug: a text or a number"),
    "a deep nest": ("f.json", b"[" * 200_000, ""),
    "another kind": ("f.exe", b"MZ", "Choose a file that ends in"),
    "too many rows": ("f.csv", b"slug\n" + b"a\n" * 1001, "1001 rows; 1000 are the most"),
    "no workbook": ("f.xlsx", b"PK\x03\x04nonsense", "not an XLSX workbook"),
}


@pytest.mark.parametrize(("name", "content", "said"), UNREADABLE.values(), ids=UNREADABLE)
def test_an_unreadable_file_is_refused_with_a_reason(
    owner_client: Client, workspace: Workspace, name: str, content: bytes, said: str
) -> None:
    assert said in refusal(preview(owner_client, file(content, name)))


def test_a_large_file_is_refused_before_it_is_read(
    owner_client: Client, workspace: Workspace
) -> None:
    said = refusal(preview(owner_client, file(b"x" * (5 * 1024 * 1024 + 1))))
    assert "The file has 5.0 MB; 5 MB is the most." in said


# --- channels and teams -----------------------------------------------------------------------


def test_channels_are_added_by_name(owner_client: Client, workspace: Workspace) -> None:
    make_channel(workspace, name="Web")
    rows = [{"workspace": "northwind", "name": name} for name in ("Web", "Fax")]
    message = imported(owner_client, table(*rows), Channel)
    assert message == "Imported: 1 new, 0 changed, 1 as they were."
    assert set(Channel.objects.values_list("name", flat=True)) == {"Web", "Fax"}


def test_teams_are_changed_by_slug(owner_client: Client, workspace: Workspace) -> None:
    team = make_team(workspace, slug="ground", name="Ground", hue=1)
    touchpoint = make_touchpoint(team=team)
    row = {"workspace": "northwind", "slug": "ground", "name": "Ground crew", "hue": "3"}
    content = json.dumps([row])
    imported(owner_client, file(content, "teams.json"), Team)
    team.refresh_from_db()
    assert (team.name, team.hue) == ("Ground crew", 3)
    journey = touchpoint.step.stage.journey
    journey.refresh_from_db()
    assert journey.revision == 1


@pytest.mark.parametrize(("hue", "said"), [("8", "hue:"), ("red", "hue:"), ("-1", "hue:")])
def test_a_team_of_an_unknown_hue_is_refused(
    owner_client: Client, workspace: Workspace, hue: str, said: str
) -> None:
    row = {"workspace": "northwind", "slug": "ground", "name": "Ground", "hue": hue}
    assert f"Row 2, {said}" in refusal(preview(owner_client, table(row), Team))
    assert not Team.objects.exists()


def test_the_file_in_the_documentation_is_imported(client: Client) -> None:
    demo = make_workspace(slug="demo")
    for name in ("Web", "App"):
        make_channel(demo, name=name)
    client.force_login(make_member(demo, Role.OWNER))
    page = Path(__file__).resolve().parents[2] / "docs" / "admins.md"
    [content] = re.findall(r"```\n(workspace,slug.*?)```", page.read_text("utf-8"), re.DOTALL)
    assert imported(client, content) == "Imported: 1 new, 0 changed, 0 as they were."
    assert Persona.objects.get().traits.get().score == 2


class TestSentByWhoKnowsNoForm:
    """Requests that no page of ours makes are answered, and break nothing."""

    @pytest.mark.parametrize("model", ["journeys_persona", "journeys_channel", "touchpoints_team"])
    def test_a_confirmation_of_nothing_starts_over(self, owner_client, model):
        answer = owner_client.post(reverse(f"admin:{model}_process_import"))
        assert (answer.status_code, answer["Location"]) == (302, reverse(f"admin:{model}_import"))

    def test_an_export_of_an_unknown_filter_is_one_of_all(self, owner_client):
        page = reverse("admin:touchpoints_team_export")
        answer = owner_client.get(page, {"period": "x"})
        assert (answer.status_code, answer["Location"]) == (302, page)

    def test_a_choice_that_is_no_key_is_refused(self, owner_client, workspace):
        page = reverse("admin:touchpoints_touchpoint_add")
        answer = owner_client.post(page, {"step": "x", "channel": "current", "team": "6"})
        assert answer.status_code == 200
        assert answer.context["adminform"].form.errors["step"]
