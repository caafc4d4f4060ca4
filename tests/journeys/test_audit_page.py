"""The page of the audit log: for owners and admins, searched, paged, and taken away."""

import csv
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from journeys.auditing import audit
from journeys.models import AuditEntry, AuditKind, Role, User, Workspace
from journeys.views import audit as page
from tests.factories import make_audit_entry, make_member, make_user, make_workspace

pytestmark = pytest.mark.django_db

PAGE = "/w/northwind/audit/"


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace(slug="northwind")


@pytest.fixture
def admin(client: Client, workspace: Workspace) -> User:
    person = make_member(workspace, Role.ADMIN)
    client.force_login(person)
    return person


def shown(client: Client, query: str = "") -> list[str]:
    return [entry.text for entry in client.get(PAGE + query).context["entries"]]


@pytest.mark.parametrize("role", [Role.EDITOR, Role.FACILITATOR, Role.VIEWER])
def test_other_members_are_refused(client: Client, workspace: Workspace, role: Role) -> None:
    client.force_login(make_member(workspace, role))
    assert client.get(PAGE).status_code == 403
    assert client.post(f"{PAGE}file/").status_code == 403
    assert "Audit log" not in client.get("/w/northwind/journeys/").content.decode()


def test_a_stranger_learns_nothing(client: Client, workspace: Workspace) -> None:
    client.force_login(make_user())
    assert client.get(PAGE).status_code == client.post(f"{PAGE}file/").status_code == 404


def test_shows_the_own_workspace_only(client: Client, admin: User, workspace: Workspace) -> None:
    make_audit_entry(workspace, text="Here.")
    make_audit_entry(text="Elsewhere.")
    AuditEntry.objects.create(kind=AuditKind.SIGN_IN, text="Signed in.")
    assert shown(client) == ["Here."]
    assert "Elsewhere" not in client.post(f"{PAGE}file/").content.decode()


def test_shows_how_its_members_came_in_and_nobody_else(
    client: Client, admin: User, workspace: Workspace
) -> None:
    member = make_member(workspace)
    for person in (member, make_user()):
        for kind, by in ((AuditKind.SIGN_IN, person), (AuditKind.SIGN_IN_FAILED, None)):
            audit(kind, f"{kind} of {person.pk}", by=by, email=person.email)
        audit(AuditKind.EXPORT, f"elsewhere of {person.pk}", by=person)
    assert shown(client) == [f"sign_in_failed of {member.pk}", f"sign_in of {member.pk}"]


def test_can_be_found_from_every_page(client: Client, admin: User) -> None:
    assert PAGE in client.get("/w/northwind/journeys/").content.decode()


def test_an_empty_log_says_what_it_is_for(client: Client, admin: User) -> None:
    assert "Nothing was written down yet" in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?kind=token", ["A token."]),
        ("?person=ANA", ["A token."]),
        ("?person=ana&kind=export", []),
        ("?since=2026-03-02", ["Late.", "A token."]),
        ("?until=2026-03-02", ["A token.", "Early."]),
        ("?since=2026-03-02&until=2026-03-02", ["A token."]),
    ],
)
def test_is_searched(
    client: Client, admin: User, workspace: Workspace, query: str, found: list[str]
) -> None:
    make_audit_entry(workspace, text="Early.", at=datetime(2026, 3, 1, tzinfo=UTC))
    token: dict[str, Any] = {"kind": AuditKind.TOKEN, "actor_name": "Ana <ana@example.com>"}
    late = datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC)
    make_audit_entry(workspace, text="A token.", at=late, **token)
    make_audit_entry(workspace, text="Late.", at=datetime(2026, 3, 3, tzinfo=UTC))
    assert shown(client, query) == found


def test_what_cannot_be_read_is_named(client: Client, admin: User, workspace: Workspace) -> None:
    make_audit_entry(workspace, text="Here.")
    response = client.get(f"{PAGE}?since=yesterday&kind=nonsense&after=-1")
    said = " ".join(response.context["problems"])
    assert "Since: Enter a valid date" in said
    assert "Kind: Select a valid choice" in said
    assert [entry.text for entry in response.context["entries"]] == ["Here."]


def test_pages_hold_everything_once_whatever_comes_meanwhile(
    client: Client, admin: User, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "PAGE", 3)
    same = datetime(2026, 3, 1, tzinfo=UTC)
    made = [make_audit_entry(workspace, text=str(n), at=same).text for n in range(8)]
    seen: list[str] = []
    query = ""
    while True:
        response = client.get(PAGE + query)
        seen += [entry.text for entry in response.context["entries"]]
        make_audit_entry(workspace, text="new")
        if response.context["more"] is None:
            break
        query = f"?after={response.context['more']}"
    assert seen == made[::-1]


def test_takes_as_many_queries_for_one_as_for_many(
    client: Client, admin: User, workspace: Workspace, django_assert_max_num_queries: Any
) -> None:
    make_audit_entry(workspace)
    with django_assert_max_num_queries(12) as few:
        client.get(PAGE)
    for _ in range(20):
        make_audit_entry(workspace, actor=admin)
    with django_assert_max_num_queries(len(few)):
        client.get(PAGE)


def test_is_taken_away_without_formulas_and_that_is_written_down(
    client: Client, admin: User, workspace: Workspace
) -> None:
    make_audit_entry(workspace, text="=HYPERLINK(1)", facts={"format": "pdf"}, actor_name="@ana")
    make_audit_entry(workspace, text="Another.", kind=AuditKind.TOKEN)
    response = client.post(f"{PAGE}file/", {"kind": "export"})
    head, *rows = csv.reader(StringIO(response.content.decode("utf-8-sig")))
    assert head[3] == "what happened"
    assert [row[1:4] for row in rows] == [["Export", "'@ana", "'=HYPERLINK(1)"]]
    assert rows[0][5] == '{"format": "pdf"}'
    assert response["Cache-Control"] == "private, no-store"
    entry = AuditEntry.objects.latest("pk")
    assert (entry.kind, entry.actor, entry.workspace) == (AuditKind.LOG, admin, workspace)
    assert entry.facts == {"entries": 1, "chosen": {"kind": "export"}}


def test_a_file_of_too_many_is_refused_with_what_to_do(
    client: Client, admin: User, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "MOST_LINES", 1)
    make_audit_entry(workspace)
    make_audit_entry(workspace)
    response = client.post(f"{PAGE}file/", {"kind": "export"}, follow=True)
    assert response.redirect_chain[-1][0] == f"{PAGE}?kind=export"
    assert "choose a shorter period" in response.content.decode()
    assert AuditEntry.objects.count() == 2


def test_cannot_be_taken_away_by_a_link(client: Client, admin: User) -> None:
    assert client.get(reverse("journeys:audit_file", args=["northwind"])).status_code == 405
