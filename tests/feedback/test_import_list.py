"""The list of imports, and the mappings that are kept for the next one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback.models import BatchState, SavedMapping
from tests.factories import (
    make_batch,
    make_journey,
    make_member,
    make_saved_mapping,
    make_workspace,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace():
    return make_workspace()


@pytest.fixture
def page(client, workspace):
    client.force_login(make_member(workspace))

    def page(query: str = "") -> str:
        address = reverse("feedback:import_list", args=[workspace.slug])
        return client.get(f"{address}{query}").content.decode()

    return page


def test_an_empty_one_says_what_it_is_for(page):
    said = page()
    assert "Nothing imported yet" in said
    assert "Import the first file" in said


def test_the_newest_stands_first_with_its_state_and_counts(page, workspace):
    journey = make_journey(workspace, title="Business trip")
    report = {"created": 12345, "updated": 0, "unchanged": 7, "problem_count": 2}
    make_batch(journey, filename="old.csv", state=BatchState.DONE, report=report)
    make_batch(journey, filename="new.csv", state=BatchState.RUNNING, progress=0.42)
    said = page()
    assert said.index("new.csv") < said.index("old.csv")
    assert "importing, 42 %" in said
    assert "12,345" in said
    assert "Business trip" in said


def test_what_waits_for_its_columns_is_not_said_to_once_its_file_is_gone(page, workspace):
    batch = make_batch(make_journey(workspace))
    assert "columns to explain" in page()
    batch.delete_files()
    assert "columns to explain" not in page()
    assert "the file is gone" in page()


def test_what_is_not_known_is_a_dash_and_what_is_nothing_is_0(page, workspace):
    batch = make_batch(make_journey(workspace))
    assert page().count(">–<") == 4
    report = {"created": 0, "updated": 0, "unchanged": 0, "problem_count": 0}
    batch.move(BatchState.DONE, out_of={BatchState.MAPPING}, report=report)
    said = page()
    assert said.count(">0<") == 4
    assert ">–<" not in said


def test_other_workspaces_stay_out(page):
    make_batch(filename="theirs.csv")
    make_saved_mapping(name="Theirs")
    said = page()
    assert "theirs.csv" not in said
    assert "Theirs" not in said


def test_many_go_on_several_pages_in_as_many_queries(page, workspace, client):
    journey = make_journey(workspace)
    counts = []
    for number in (1, 51):
        for n in range(number):
            make_batch(
                journey, filename=f"file-{number}-{n}.csv", created_by=make_member(workspace)
            )
        with CaptureQueriesContext(connection) as queries:
            page()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert "file-1-0.csv" in page("?page=2")
    assert "file-1-0.csv" not in page()
    assert "file-1-0.csv" in page("?page=99")


def test_a_saved_mapping_can_be_deleted(page, workspace, client):
    mapping = make_saved_mapping(workspace, name="Desk survey, yearly")
    assert "Desk survey, yearly" in page()
    address = reverse("feedback:mapping_delete", args=[workspace.slug, mapping.pk])
    response = client.post(address, follow=True)
    assert "Deleted the mapping Desk survey, yearly." in response.content.decode()
    assert not SavedMapping.objects.exists()
    assert client.post(address).status_code == 404
