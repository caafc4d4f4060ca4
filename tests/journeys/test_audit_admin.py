"""What is done in the admin is written down: once, with names, and with the values of settings."""

import pytest
from django.test import Client

from feedback.models import FeedbackRecord
from journeys.models import AuditEntry, AuditKind, Persona, Role, Workspace
from tests.factories import make_member, make_persona, make_record, make_touchpoint, make_workspace
from tests.journeys.admin_pages import address, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace(slug="northwind", minimum_answers=5)


@pytest.fixture(autouse=True)
def owner_client(client: Client, workspace: Workspace) -> Client:
    client.force_login(make_member(workspace, Role.OWNER))
    return client


def written(*, but: int = 0) -> list[tuple[str, str]]:
    entries = AuditEntry.objects.order_by("pk").values_list("kind", "text")
    return [(kind, text) for kind, text in entries][but:]


def test_a_change_is_written_down_once(client: Client, workspace: Workspace) -> None:
    persona = make_persona(workspace, name="Buyer")
    save(client, address(persona), role="IT buyer")
    assert written() == [(AuditKind.ADMIN, "Changed persona “Buyer” in the admin.")]
    assert AuditEntry.objects.get().workspace == workspace


def test_a_deletion_says_what_is_gone(client: Client, workspace: Workspace) -> None:
    persona = make_persona(workspace, name="Buyer")
    client.post(address(persona, "delete"), {"post": "yes"})
    assert written() == [(AuditKind.DELETION, "Deleted persona “Buyer” in the admin.")]


def test_very_many_deletions_are_one_entry(client: Client, workspace: Workspace) -> None:
    chosen = [make_persona(workspace).pk for _ in range(21)]
    sent = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    client.post(address(Persona, "changelist"), sent)
    assert not Persona.objects.exists()
    assert written() == [(AuditKind.DELETION, "Deleted 21 personas in the admin.")]


def test_settings_are_written_down_with_their_values(client: Client, workspace: Workspace) -> None:
    save(client, address(workspace), minimum_answers=3)
    entry = AuditEntry.objects.get()
    assert entry.kind == AuditKind.SETTINGS
    assert "“5” → “3”" in entry.facts["values"]


def test_what_a_customer_said_is_not_written_down(client: Client, workspace: Workspace) -> None:
    place = make_touchpoint(make_record().touchpoint.step, title="Gate")
    place.step.stage.journey.workspace.memberships.create(
        user=workspace.memberships.get().user, role=Role.OWNER
    )
    record = make_record(place, metric="", score=None, comment="Jo Miller was rude")
    client.post(address(record, "delete"), {"post": "yes"})
    assert not FeedbackRecord.objects.filter(pk=record.pk).exists()
    [(_, text)] = written()
    assert text.endswith(f" {record.pk} in the admin.")
    assert "Jo" not in text


def test_what_is_taken_away_and_brought_in_is_written_down(
    client: Client, workspace: Workspace
) -> None:
    make_persona(workspace)
    client.post(address(Persona, "export"), {"format": "0", "resource": "0"})
    assert written() == [(AuditKind.EXPORT, "Took away as csv: 1 persona in the admin.")]
