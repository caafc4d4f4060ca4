"""Taking a file: which, how large, for which journey, and where it is kept."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import Resolver404, resolve, reverse

from feedback.models import ImportBatch
from journeys.models import Role
from tests.factories import make_journey, make_member, make_workspace
from tests.feedback.imports.desks import GOOD, make_desk

pytestmark = pytest.mark.django_db
FILE = GOOD.encode()


@pytest.fixture
def journey():
    return make_desk(slug="trip")


@pytest.fixture
def send(client, journey):
    client.force_login(make_member(journey.workspace))

    def send(content=FILE, *, name="answers.csv", slug="trip", **headers):
        address = reverse("feedback:import_new", args=[journey.workspace.slug])
        data = {"journey": slug}
        if content is not None:
            data["file"] = SimpleUploadedFile(name, content)
        return client.post(address, data, headers=headers)

    return send


def test_a_file_is_kept_and_its_columns_are_asked_for(send, journey):
    response = send()
    batch = ImportBatch.objects.get()
    assert response.status_code == 302
    assert response["Location"] == reverse(
        "feedback:import_mapping", args=[journey.workspace.slug, batch.pk]
    )
    assert (batch.journey, batch.filename, batch.size) == (journey, "answers.csv", len(FILE))
    assert batch.created_by.memberships.get().workspace == journey.workspace
    with batch.file.open("rb") as file:
        assert file.read() == FILE


def test_utf_16_is_kept_as_utf_8_in_which_people_are_found(send):
    send(GOOD.encode("utf-16"))
    batch = ImportBatch.objects.get()
    assert batch.size == len(FILE)
    with batch.file.open("rb") as file:
        assert file.read() == FILE
    damaged = send(GOOD.encode("utf-16")[:-1])
    assert "UTF-16, and damaged" in damaged.content.decode()
    assert ImportBatch.objects.count() == 1


def test_htmx_is_sent_on_and_gets_its_errors_shown(send):
    response = send(**{"HX-Request": "true"})
    assert (response.status_code, "mapping" in response["HX-Redirect"]) == (204, True)
    response = send(None, **{"HX-Request": "true"})
    assert response.status_code == 200
    assert "Choose the file with the answers." in response.content.decode()
    assert "<html" not in response.content.decode()


def test_no_address_serves_the_file(send, client, settings):
    send()
    name = ImportBatch.objects.get().file.name
    for path in (f"/{settings.MEDIA_URL}{name}", f"/{name}"):
        with pytest.raises(Resolver404):
            resolve(path)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (None, "", "Choose the file with the answers."),
        (b"", "empty.csv", "This file is empty."),
        (b"%PDF-1.7 ...", "report.pdf", "is a PDF"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old.xls", "save it as .xlsx"),
        (b"PK\x03\x04not a workbook", "broken.xlsx", "workbook"),
        (b"\n\n\n", "blank.csv", "must name the columns"),
    ],
)
def test_what_cannot_be_read_is_refused_and_not_kept(send, content, name, said, settings):
    response = send(content, name=name)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not ImportBatch.objects.exists()
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_what_is_too_large_is_refused_with_another_way(send, settings):
    settings.IMPORT_MAX_MB = 1
    response = send(FILE + b"x" * 2**20)
    assert response.status_code == 422
    assert "manage.py import_feedback, which takes any size" in response.content.decode()
    assert not ImportBatch.objects.exists()


def test_a_journey_of_another_workspace_cannot_be_chosen(send):
    make_desk(slug="theirs")
    assert send(slug="theirs").status_code == 422
    assert send(slug="").status_code == 422
    assert not ImportBatch.objects.exists()


def test_the_journey_that_one_comes_from_is_chosen(client, journey):
    make_journey(journey.workspace, title="Another", slug="another")
    client.force_login(make_member(journey.workspace))
    address = reverse("feedback:import_new", args=[journey.workspace.slug])
    assert 'value="trip" selected' not in client.get(address).content.decode()
    assert 'value="trip" selected' in client.get(f"{address}?journey=trip").content.decode()


def test_the_only_journey_is_chosen(client, journey):
    client.force_login(make_member(journey.workspace))
    address = reverse("feedback:import_new", args=[journey.workspace.slug])
    assert 'value="trip" selected' in client.get(address).content.decode()


@pytest.mark.parametrize("role", [Role.EDITOR, Role.OWNER])
def test_without_a_journey_it_says_what_comes_first(client, role):
    workspace = make_workspace()
    client.force_login(make_member(workspace, role))
    said = client.get(reverse("feedback:import_new", args=[workspace.slug])).content.decode()
    assert "First, a journey" in said
    assert "Create the first journey" in said
    assert reverse("journeys:journey_create", args=[workspace.slug]) in said


@pytest.mark.parametrize("name", ["../../etc/passwd.csv", "ü" * 150 + ".csv", "a\u202eb.csv"])
def test_odd_names_lead_nowhere(send, name, settings):
    send(name=name)
    batch = ImportBatch.objects.get()
    assert settings.MEDIA_ROOT / "imports" in (settings.MEDIA_ROOT / batch.file.name).parents
    assert len(batch.filename) <= 200
