"""Files that the admin does not import: each with its reason, and nothing half-written."""

from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from journeys.admin.formats import EXTENSIONS
from journeys.models import Channel, Persona, Role, User, Workspace
from tests.factories import make_channel, make_member, make_persona, make_workspace
from tests.journeys.admin_files import confirm, file, preview, refusal, table
from tests.journeys.admin_pages import address

pytestmark = pytest.mark.django_db


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


def test_a_workbook_that_unpacks_to_gigabytes_is_not_unpacked(
    owner_client: Client, workspace: Workspace
) -> None:
    bomb = BytesIO()
    with ZipFile(bomb, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(51 * 1024 * 1024))
    said = refusal(preview(owner_client, file(bomb.getvalue(), "bomb.xlsx")))
    assert "unpacks to more than 50 MB" in said


def test_a_control_character_is_refused_by_a_workbook_with_its_place(
    owner_client: Client, workspace: Workspace
) -> None:
    make_persona(workspace, role="a\x0bb")
    number = list(EXTENSIONS).index("xlsx")
    answer = owner_client.post(address(Persona, "export"), {"format": number, "resource": "0"})
    said = " ".join(map(str, answer.context["messages"]))
    assert "Row 2, role: a control character" in said


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
