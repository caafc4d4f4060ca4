"""The audit log only grows, whoever asks; the one door out of it leaves a trace."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import RequestFactory
from django.utils import timezone

from journeys.audit_keeping import forget_entries
from journeys.auditing import audit
from journeys.clients import client_address, network_of
from journeys.models import AuditEntry, AuditKind
from tests.factories import make_user, make_workspace

pytestmark = pytest.mark.django_db


def note(text: str = "Something happened.", **values: Any) -> AuditEntry:
    return audit(AuditKind.EXPORT, text, by=None, **values)


def of_old() -> AuditEntry:
    return AuditEntry.objects.create(
        kind=AuditKind.EXPORT, text="Long ago.", at=datetime(2020, 5, 1, tzinfo=UTC)
    )


CHANGES = {
    "by the model": lambda entry: entry.save(),
    "by a query": lambda entry: AuditEntry.objects.update(text="Nothing happened."),
    "by deleting one": lambda entry: entry.delete(),
    "by deleting all": lambda entry: AuditEntry.objects.all().delete(),
    "by SQL": lambda entry: execute("UPDATE journeys_auditentry SET actor_name = 'somebody'"),
    "by deleting in SQL": lambda entry: execute("DELETE FROM journeys_auditentry"),
}


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_nothing_in_it_can_be_changed(change: Any) -> None:
    entry = note()
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        change(entry)
    assert AuditEntry.objects.get().text == "Something happened."


def test_it_cannot_be_emptied_at_once() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    note()
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        execute("TRUNCATE journeys_auditentry")


def test_it_outlives_whom_and_what_it_names() -> None:
    workspace, person = make_workspace(), make_user(name="Ana", email="ana@example.com")
    audit(AuditKind.EXPORT, "Took a map away.", by=person, workspace=workspace)
    workspace.delete()
    person.delete()
    assert AuditEntry.objects.get().actor_name == "Ana <ana@example.com>"


def test_the_oldest_goes_by_a_command_that_is_itself_written_down() -> None:
    of_old()
    kept = note()
    call_command("forget_audit", "--before", "2021-01-01", verbosity=0)
    assert list(AuditEntry.objects.values_list("text", flat=True)) == [
        "Deleted what is older than 2021-01-01 by a command on the server: 1.",
        kept.text,
    ]


def test_afterwards_it_is_shut_again() -> None:
    of_old()
    forget_entries(timezone.now() - timedelta(days=1))
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        AuditEntry.objects.all().delete()


def test_what_fails_halfway_leaves_it_shut_and_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    of_old()
    monkeypatch.setattr("journeys.audit_keeping.audit", lambda *args, **facts: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        forget_entries(timezone.now())
    assert AuditEntry.objects.count() == 1
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        AuditEntry.objects.all().delete()


def test_a_day_to_come_is_refused() -> None:
    with pytest.raises(CommandError, match="has not come yet"):
        call_command("forget_audit", "--before", "2999-01-01")


def test_a_long_sentence_is_cut_and_not_refused() -> None:
    assert note("x" * 500).text == "x" * 298 + " …"


# ---------------------------------------------------------------- whose address


def came(remote: str, forwarded: str | None = None) -> str | None:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=remote, headers=headers))


def test_without_a_proxy_nothing_that_a_client_says_is_believed() -> None:
    assert came("203.0.113.9") == "203.0.113.9"
    assert came("203.0.113.9", "198.51.100.1") == "203.0.113.9"


@pytest.mark.parametrize(
    ("remote", "forwarded", "found"),
    [
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "127.0.0.1, 203.0.113.9, 10.0.0.7", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("::ffff:127.0.0.1", "2001:db8::1", "2001:db8::1"),
        ("127.0.0.1", "198.51.100.1, nonsense", None),
        ("127.0.0.1", None, None),
        ("", "203.0.113.9", None),
    ],
)
def test_behind_proxies_the_last_that_is_no_proxy_counts(
    settings: Any, remote: str, forwarded: str | None, found: str | None
) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1", "::1", "10.0.0.0/8"]
    assert came(remote, forwarded) == found


@pytest.mark.parametrize(
    ("address", "network"),
    [("203.0.113.9", "203.0.113.0"), ("2001:db8:1:2::3", "2001:db8:1::"), (None, None)],
)
def test_only_the_network_is_kept(address: str | None, network: str | None) -> None:
    assert network_of(address) == network
    request = RequestFactory().get("/", REMOTE_ADDR=address or "127.0.0.1")
    assert note(request=request).address == network
