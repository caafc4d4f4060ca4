"""Personas, channels and teams by file: what goes out comes in again, and nothing else does."""

import csv
import json
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from journeys.admin.formats import EXTENSIONS, neutral, original
from journeys.admin.texts import joined, parts, unescaped
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
from tests.journeys.admin_pages import address
from touchpoints.models import Team

pytestmark = pytest.mark.django_db

needs_openpyxl = pytest.mark.skipif("xlsx" not in EXTENSIONS, reason="needs openpyxl")
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


def file(content: str | bytes, name: str = "file.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def table(*rows: dict[str, Any]) -> str:
    text = StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def preview(client: Client, upload: str | bytes | SimpleUploadedFile, model: Any = Persona) -> Any:
    upload = upload if isinstance(upload, SimpleUploadedFile) else file(upload)
    return client.post(address(model, "import"), {"import_file": upload, "resource": "0"})


def confirm(client: Client, previewed: Any, model: Any = Persona) -> Any:
    data = previewed.context["confirm_form"].initial
    return client.post(address(model, "process_import"), data, follow=True)


def imported(client: Client, upload: Any, model: Any = Persona) -> str:
    """Import a file that has no fault, and return the message."""
    previewed = preview(client, upload, model)
    assert previewed.context.get("confirm_form"), refusal(previewed)
    return " ".join(map(str, confirm(client, previewed, model).context["messages"]))


def refusal(response: Any) -> str:
    """Return why a file is not imported, as the page says it."""
    assert "confirm_form" not in response.context or response.context["confirm_form"] is None
    html = response.content.decode()
    found = [html[html.find("errornote") :][:2000] if "errornote" in html else ""]
    found += [str(error) for error in response.context["form"].errors.values()]
    return " ".join(found).replace("&quot;", '"').replace("&#x27;", "'")


def exported(client: Client, extension: str, model: Any = Persona, **query: Any) -> bytes:
    number = list(EXTENSIONS).index(extension)
    page = address(model, "export")
    response = client.post(
        page + ("?q=" + query["q"] if query else ""), {"format": number, "resource": "0"}
    )
    content: bytes = response.content
    assert f".{extension}" in response["Content-Disposition"]
    return content


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


@needs_openpyxl
def test_no_exported_workbook_holds_a_formula(owner_client: Client, workspace: Workspace) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    make_persona(workspace, role="=1+1")
    sheet = openpyxl.load_workbook(BytesIO(exported(owner_client, "xlsx"))).active
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


# --- what is refused, and how -------------------------------------------------------------------

WRONG = {
    "a foreign workspace": (
        {"workspace": "foreign", "slug": "a", "name": "A"},
        "Row 2, workspace: you administer no workspace “foreign”",
    ),
    "no workspace": (
        {"workspace": "", "slug": "a", "name": "A"},
        "Row 2, workspace: you administer no workspace “”",
    ),
    "no name": (
        {"workspace": "northwind", "slug": "a", "name": ""},
        "Row 2, name: This field cannot be blank.",
    ),
    "no slug": (
        {"workspace": "northwind", "slug": "", "name": "A"},
        "Row 2, slug: This field cannot be blank.",
    ),
    "not a slug": ({"workspace": "northwind", "slug": "a b", "name": "A"}, "Row 2, slug: Enter"),
    "an unknown channel": (
        {"workspace": "northwind", "slug": "a", "name": "A", "preferred_channels": "Web; Fax"},
        "Row 2, preferred_channels: there is no channel “Fax” in Northwind",
    ),
    "an unknown segment": (
        {"workspace": "northwind", "slug": "a", "name": "A", "segment": "X"},
        "Row 2, segment: there is no segment “X” in Northwind",
    ),
    "a score off its scale": (
        {"workspace": "northwind", "slug": "a", "name": "A", "traits": "Patience|||6"},
        "Row 2, traits: trait “Patience”: the score 6 is not 1 to 5",
    ),
    "half a trait": (
        {"workspace": "northwind", "slug": "a", "name": "A", "traits": "Patience|2"},
        "Row 2, traits: trait 1 “Patience|2” is not name|low|high|score",
    ),
    "a trait twice": (
        {"workspace": "northwind", "slug": "a", "name": "A", "traits": "P|||1; P|||2"},
        "Row 2, traits: traits named twice: P",
    ),
    "a long text": (
        {"workspace": "northwind", "slug": "a", "name": "A", "goals": "x" * 2001},
        "Row 2, goals: has 2001 characters; 2000 are the most",
    ),
    "a NUL": (
        {"workspace": "northwind", "slug": "a", "name": "A", "goals": "x\x00y"},
        "Row 2, goals: holds a NUL character",
    ),
    "an unknown column": (
        {"workspace": "northwind", "slug": "a", "name": "A", "colour": "red"},
        "Unknown columns: colour.",
    ),
    "a missing column": ({"slug": "a", "name": "A"}, "Missing columns: workspace."),
}


@pytest.mark.parametrize(("row", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_row_is_named_and_nothing_is_imported(
    owner_client: Client, workspace: Workspace, row: dict[str, str], said: str
) -> None:
    make_channel(workspace, name="Web")
    make_channel(make_workspace(slug="foreign"), name="Fax")
    good = dict.fromkeys(row, "") | {"workspace": "northwind", "slug": "good", "name": "Good"}
    good = {column: good[column] for column in row}
    assert said in refusal(preview(owner_client, table(row, good)))
    assert not Persona.objects.exists()


def test_an_object_twice_in_a_file_is_refused(owner_client: Client, workspace: Workspace) -> None:
    row = {"workspace": "northwind", "slug": "a", "name": "A"}
    said = refusal(preview(owner_client, table(row, row)))
    assert "Row 3, slug: “a” stands in the file twice" in said


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
    if name.endswith("xlsx") and "xlsx" not in EXTENSIONS:
        said = "Choose a file that ends in"
    assert said in refusal(preview(owner_client, file(content, name)))


@needs_openpyxl
def test_a_workbook_that_unpacks_to_gigabytes_is_not_unpacked(
    owner_client: Client, workspace: Workspace
) -> None:
    bomb = BytesIO()
    with ZipFile(bomb, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(51 * 1024 * 1024))
    said = refusal(preview(owner_client, file(bomb.getvalue(), "bomb.xlsx")))
    assert "unpacks to more than 50 MB" in said


@needs_openpyxl
def test_a_control_character_is_refused_by_a_workbook_with_its_place(
    owner_client: Client, workspace: Workspace
) -> None:
    make_persona(workspace, role="a\x0bb")
    number = list(EXTENSIONS).index("xlsx")
    answer = owner_client.post(address(Persona, "export"), {"format": number, "resource": "0"})
    said = " ".join(map(str, answer.context["messages"]))
    assert "Row 2, role: a control character" in said


def test_a_large_file_is_refused_before_it_is_read(
    owner_client: Client, workspace: Workspace
) -> None:
    said = refusal(preview(owner_client, file(b"x" * (5 * 1024 * 1024 + 1))))
    assert "The file has 5.0 MB; 5 MB is the most." in said


# --- the way between preview and confirmation -------------------------------------------------


def good_preview(client: Client) -> Any:
    return preview(client, table({"workspace": "northwind", "slug": "a", "name": "A"}))


def test_a_confirmation_counts_for_who_saw_the_preview(
    client: Client, workspace: Workspace, owner: User
) -> None:
    client.force_login(owner)
    previewed = good_preview(client)
    client.force_login(make_member(workspace, Role.OWNER))
    answer = confirm(client, previewed)
    assert "no longer there" in " ".join(map(str, answer.context["messages"]))
    assert not Persona.objects.exists()


@pytest.mark.parametrize(
    "change", [{"import_file_name": "passwd"}, {"format": "7"}, {"format": "x"}]
)
def test_a_forged_confirmation_reads_no_file(
    owner_client: Client, workspace: Workspace, change: dict[str, str]
) -> None:
    data = good_preview(owner_client).context["confirm_form"].initial | change
    answer = owner_client.post(address(Persona, "process_import"), data)
    assert answer["Location"] == address(Persona, "import")
    assert not Persona.objects.exists()


def test_a_confirmation_counts_for_one_list(owner_client: Client, workspace: Workspace) -> None:
    previewed = good_preview(owner_client)
    answer = confirm(owner_client, previewed, Channel)
    assert "no longer there" in " ".join(map(str, answer.context["messages"]))


def test_confirming_twice_imports_once(owner_client: Client, workspace: Workspace) -> None:
    previewed = good_preview(owner_client)
    confirm(owner_client, previewed)
    answer = confirm(owner_client, previewed)
    assert "no longer there" in " ".join(map(str, answer.context["messages"]))
    assert default_storage.listdir("imports")[1] == []


def test_what_has_become_wrong_since_the_preview_imports_nothing(
    owner_client: Client, workspace: Workspace
) -> None:
    make_channel(workspace, name="Web")
    good = {"workspace": "northwind", "slug": "a", "name": "A", "preferred_channels": ""}
    bad = good | {"slug": "b", "preferred_channels": "Web"}
    previewed = preview(owner_client, table(good, bad))
    Channel.objects.all().delete()
    answer = confirm(owner_client, previewed)
    assert "Nothing was imported" in " ".join(map(str, answer.context["messages"]))
    assert not Persona.objects.exists()


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
