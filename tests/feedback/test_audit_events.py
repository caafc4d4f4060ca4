"""What has to be accounted for is written down: by whom, of what, and without what was said."""

from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from feedback.models import AlertHook, Identity, Webhook
from feedback.privacy.erasing import erase_again
from journeys.models import ApiToken, AuditEntry, AuditKind, Export, Role, User, Workspace
from tests.factories import (
    make_api_token,
    make_batch,
    make_case,
    make_case_rule,
    make_criterion,
    make_customer,
    make_journey,
    make_member,
    make_opportunity,
    make_persona,
    make_record,
    make_saved_mapping,
    make_stage,
    make_step,
    make_survey,
    make_touchpoint,
    make_workspace,
)
from touchpoints.models import Touchpoint

pytestmark = pytest.mark.django_db


@dataclass
class World:
    """A workspace with a journey, its owner at the browser."""

    client: Client
    workspace: Workspace
    owner: User
    place: Touchpoint

    def post(self, path: str, **sent: Any) -> Any:
        return self.client.post(f"/w/northwind/{path}", sent)

    def get(self, path: str) -> Any:
        return self.client.get(f"/w/northwind/{path}")

    def customer(self) -> Any:
        customer = make_customer(self.workspace)
        Identity.objects.filter(respondent=customer).update(email="jo@example.com")
        return customer


@pytest.fixture
def world(client: Client) -> World:
    workspace = make_workspace(slug="northwind", name="Northwind")
    owner = make_member(workspace, Role.OWNER)
    client.force_login(owner)
    journey = make_journey(workspace, title="Trip", slug="trip")
    return World(client, workspace, owner, make_touchpoint(make_step(make_stage(journey))))


TOKEN = {"name": "Desk", "scopes": ["read"], "lifetime": "90"}
HOOK = {"name": "Desk", "url": "https://example.com/secret-path", "active": "on"}


def make_token(world: World) -> Any:
    return world.post("tokens/new/", **TOKEN)


def revoke_token(world: World) -> Any:
    make_api_token(world.owner, world.workspace, name="Desk")
    return world.post(f"tokens/{ApiToken.objects.get().pk}/revoke/")


def make_hook(world: World) -> Any:
    return world.post("webhooks/outgoing/new/", **HOOK)


def delete_hook(world: World) -> Any:
    hook = AlertHook.objects.create(workspace=world.workspace, name="Desk", url=HOOK["url"])
    return world.post(f"webhooks/outgoing/{hook.pk}/delete/")


def make_inbound(world: World) -> Any:
    journey = world.place.step.stage.journey.pk
    return world.post("webhooks/new/", provider="typeform", journey=journey, name="Check-in")


def order_export(world: World) -> Any:
    return world.post("journeys/trip/export/", format="csv")


def persona_card(world: World) -> Any:
    make_persona(world.workspace, slug="ida", name="Ida")
    return world.get("personas/ida/card.pdf")


def opportunities(world: World) -> Any:
    return world.get("opportunities/opportunities.csv")


def survey_links(world: World) -> Any:
    survey = make_survey(world.place, title="How was it?")
    return world.post(f"surveys/{survey.pk}/links/", count=3, days=30)


def timeline(world: World) -> Any:
    customer = world.customer()
    make_record(world.place, respondent=customer, comment="Jo was here")
    return world.get(f"customers/{customer.key}/")


def search(world: World) -> Any:
    world.customer()
    return world.post("customers/", email="jo@example.com")


def case_of_a_known_customer(world: World) -> Any:
    case = make_case(make_record(world.place, respondent=world.customer()))
    return world.get(f"cases/{case.pk}/")


def delete_opportunity(world: World) -> Any:
    return world.post(f"opportunities/{make_opportunity(world.workspace, title='X').pk}/delete/")


def delete_criterion(world: World) -> Any:
    return world.post(f"opportunities/criteria/{make_criterion(world.workspace).pk}/delete/")


def delete_rule(world: World) -> Any:
    return world.post(f"cases/rules/{make_case_rule(world.workspace).pk}/delete/")


def delete_mapping(world: World) -> Any:
    return world.post(f"mappings/{make_saved_mapping(world.workspace).pk}/delete/")


def delete_import(world: World) -> Any:
    batch = make_batch(world.place.step.stage.journey, filename="desk.csv")
    return world.post(f"imports/{batch.pk}/delete/")


EVENTS: list[tuple[Callable[[World], Any], AuditKind, str]] = [
    (make_token, AuditKind.TOKEN, "Made the API token “Desk”"),
    (revoke_token, AuditKind.TOKEN, "Revoked the API token “Desk”"),
    (make_hook, AuditKind.TOKEN, "Made the outgoing webhook “Desk” to example.com."),
    (delete_hook, AuditKind.TOKEN, "Deleted the outgoing webhook “Desk” to example.com."),
    (make_inbound, AuditKind.TOKEN, "Made the webhook of the source “Check-in”."),
    (order_export, AuditKind.EXPORT, "of “Trip”."),
    (persona_card, AuditKind.EXPORT, "Took the card of the persona “Ida” away as PDF."),
    (opportunities, AuditKind.EXPORT, "Took the opportunities away: opportunities, CSV."),
    (survey_links, AuditKind.EXPORT, "Took 3 links for one answer to “How was it?” away."),
    (timeline, AuditKind.DISCLOSURE, "Read the timeline of customer "),
    (search, AuditKind.DISCLOSURE, "Looked a customer up by an e-mail address."),
    (case_of_a_known_customer, AuditKind.DISCLOSURE, "Read who the customer of case "),
    (delete_opportunity, AuditKind.DELETION, "Deleted the opportunity “X”."),
    (delete_criterion, AuditKind.DELETION, "Deleted the criterion “"),
    (delete_rule, AuditKind.DELETION, "Deleted the rule “"),
    (delete_mapping, AuditKind.DELETION, "Deleted the mapping “"),
    (delete_import, AuditKind.DELETION, "Deleted the entry and the files of import "),
]


@pytest.mark.parametrize(("act", "kind", "said"), EVENTS, ids=[e[0].__name__ for e in EVENTS])
def test_is_written_down(world: World, act: Any, kind: AuditKind, said: str) -> None:
    assert act(world).status_code not in {400, 403, 404, 405, 500}
    entry = AuditEntry.objects.get()
    assert (entry.kind, entry.actor, entry.workspace) == (kind, world.owner, world.workspace)
    assert said in entry.text
    for secret in ("jo@example.com", "secret-path", "Jo was here", "cxj_"):
        assert secret not in f"{entry.text} {entry.facts}"


def test_a_file_over_the_api_is_written_down(world: World) -> None:
    secret = make_api_token(world.owner, world.workspace)
    world.client.logout()
    journey = world.place.step.stage.journey
    head = {"Authorization": f"Bearer {secret}"}
    world.client.get(f"/api/journeys/{journey.pk}/export/?format=csv", headers=head)
    entry = AuditEntry.objects.get(kind=AuditKind.EXPORT)
    assert entry.actor == world.owner
    assert entry.facts["token"] == ApiToken.objects.get().pk


def test_what_is_refused_is_not_written_down(world: World) -> None:
    world.client.force_login(make_member(world.workspace, Role.VIEWER))
    for path in ("tokens/new/", "webhooks/new/", "webhooks/outgoing/new/"):
        assert world.post(path, **TOKEN).status_code == 403
    assert not AuditEntry.objects.exists()
    assert not Export.objects.exists()
    assert not Webhook.objects.exists()


def test_an_erasure_is_written_down_and_tells_nobody(world: World) -> None:
    make_record(world.place, respondent=world.customer(), comment="Jo was here")
    call_command("disclose", "jo@example.com", workspace="northwind", stdout=StringIO())
    call_command("erase", "jo@example.com", workspace="northwind", verbosity=0)
    erase_again()
    entries = AuditEntry.objects.order_by("pk")
    assert [entry.kind for entry in entries] == [
        AuditKind.DISCLOSURE,
        AuditKind.ERASURE,
        AuditKind.ERASURE,
    ]
    told = " ".join(f"{entry.text} {entry.facts}" for entry in entries)
    assert "jo@" not in told
    assert "Jo" not in told
