"""Who may do what: every address, with every method, asked by everybody.

The table is `cxjourney.permissions`; docs/roles.md is written from it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import transaction
from django.http import HttpResponse
from django.template.backends.django import Template
from django.urls import get_resolver, path

from cxjourney.permission_rows import ROWS, TOKENS
from cxjourney.permissions import PEOPLE, Access, Answer, table, written_into
from journeys.models import Role, TokenScope
from tests import factories as make
from tests.addresses import Address, addresses
from tests.visitors import Visitor
from tests.worlds import World, add_outsiders, build

pytestmark = pytest.mark.one_database

TABLE = table()
ADDRESSES = list(addresses(get_resolver().url_patterns))
READING = "GET"
ASKED = ("GET", "POST")
"""With these every address is asked; with others where the table names them."""
LEAD_TO_SIGN_IN = {"account_logout", "admin:logout", "admin:login", "socialaccount_login_error"}
"""What these do ends on the page for signing in, where others are sent who may not do it."""
OF_NOBODY = {
    "account_confirm_email", "account_first_owner", "account_session_end", "mfa_edit_webauthn",
    "mfa_deactivate_totp", "mfa_download_recovery_codes", "mfa_remove_webauthn",
    "mfa_view_recovery_codes", "openid_connect_callback", "openid_connect_login",
}  # fmt: skip
"""What these are about nobody here has: a key, a session, a provider. Who may ask gets 404."""
HALF_WAY = {"mfa_authenticate", "mfa_login_webauthn"}
"""Who comes here before a password was right is led back to it."""
FOR_ONE = ("account_invitation", "POST")
"""It is for one address: whoever is signed in with another one is told so."""
FOR_MEMBERS = ("journeys:workspace_leave", "POST")
"""A superuser is no member, and cannot leave."""
UNSIGNED = ("feedback:webhook_receive", 401)
"""Whoever delivers to a webhook shows by a signature who it is."""
DRAWN_FOR = "editor"
"""For others, pages are decided on and not drawn, which takes most of the time."""
WITHOUT_STREAMS = 501
"""What an event stream says to who may hear it, on a server that holds none: the test's."""


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Build the world once, in a transaction of its own."""
    from django.test import override_settings

    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(MEDIA_ROOT=media):
        found = build()
        add_outsiders(found)
        found.named["media"] = media
        yield found
        transaction.set_rollback(True)


def methods(address: Address) -> list[str]:
    """Return the methods with which an address is asked."""
    return sorted({*ASKED, *(method for name, method in TABLE if name == address.name)})


def missing(known: dict[tuple[str, str], Access], found: list[Address]) -> set[str]:
    """Return the names of the addresses that stand in no row."""
    return {address.name for address in found} - {name for name, _ in known}


def said(response: Any, name: str) -> Answer | int:
    """Return what an answer comes to; its status where it is neither a yes nor a refusal."""
    status: int = response.status_code
    if (name, status) == UNSIGNED:
        return Answer.YES
    if status == 401 or (status == 302 and "/login/" in response["Location"]):
        return Answer.SIGN_IN
    if status in {403, 404}:
        return Answer(str(status))
    if status < 400 or status in {400, 409, 415, 422}:
        return Answer.YES
    return status


def test_every_address_stands_in_the_table_and_only_those() -> None:
    assert missing(TABLE, ADDRESSES) == set()
    assert {name for name, _ in TABLE} - {address.name for address in ADDRESSES} == set()


def test_a_new_address_is_missed() -> None:
    new = [*get_resolver().url_patterns, path("w/<slug:workspace>/new/", HttpResponse, name="new")]
    assert missing(TABLE, list(addresses(new))) == {"new"}


def test_no_address_stands_in_two_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    line = ("Again", "READ", {"GET": "home"})
    monkeypatch.setitem(ROWS, "Twice", (line,))
    with pytest.raises(ValueError, match="two rows"):
        table()


def test_the_document_is_up_to_date() -> None:
    document = Path("docs/roles.md").read_text(encoding="utf-8")
    assert written_into(document) == document, "python -m cxjourney.permissions docs/roles.md"


@pytest.mark.django_db
@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.usefixtures("_uploads_of_their_own")
def test_everybody_is_answered_as_the_table_says(
    world: World, person: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = world.named["media"]
    # What is deleted in a transaction that is rolled back stays.
    monkeypatch.setattr(FileSystemStorage, "delete", lambda storage, name: None)
    if person != DRAWN_FOR:
        monkeypatch.setattr(Template, "render", lambda *given, **named: "")
    visitor, wrong = Visitor(world.people.get(person)), []
    for address in ADDRESSES:
        for method in methods(address):
            expected = expected_of(address, method, person)
            answer = ask(visitor, world, address, method, person)
            if answer not in expected:
                wrong.append(f"{method} {address.name}: {answer}, not {expected}")
    assert not wrong, "\n".join(wrong)


def expected_of(address: Address, method: str, person: str) -> set[Answer | int]:
    """Return the answers that are right: one, where the table has the method."""
    access = TABLE.get((address.name, method))
    if access is not None:
        right: set[Answer | int] = {access.answer(person)}
        if address.name in LEAD_TO_SIGN_IN and Answer.YES in right:
            right = {Answer.SIGN_IN}
        if (address.name, method) == FOR_ONE and person != "signed out":
            right = {Answer.FORBIDDEN}
        if (address.name, method) == FOR_MEMBERS and person == "superuser":
            right = {Answer.NOT_THERE}
        if address.name in HALF_WAY and person == "signed out":
            right = {Answer.SIGN_IN}
        if address.name in OF_NOBODY and Answer.YES in right:
            right = {Answer.NOT_THERE, Answer.YES}
        if address.name == "journeys:journey_live" and Answer.YES in right:
            right = {WITHOUT_STREAMS}
        return right
    # No such method: nobody gets through, whatever the refusal says.
    return {405, Answer.NOT_THERE, Answer.FORBIDDEN, Answer.SIGN_IN}


def ask(visitor: Visitor, world: World, address: Address, method: str, person: str) -> Any:
    """Ask one address with an empty form, and take back what that did."""
    where = f"{address.path(**world.values(address.name, person))}?{world.query(address.name)}"
    sent: tuple[Any, ...] = ()
    if address.name.startswith("api:") and method != "GET":
        where += f"workspace={world.workspace.slug}" * (address.name != "api:outcome-points")
        sent = (b"[]", "application/json")
    with transaction.atomic():
        response = visitor.ask(method, where, *sent)
        transaction.set_rollback(True)
    return said(response, address.name)


OF_API = [each for each in ADDRESSES if each.name.startswith("api:")]
SCOPES: tuple[list[TokenScope], ...] = (
    [],
    [TokenScope.READ],
    [TokenScope.FEEDBACK],
    list(TokenScope),
)


def test_every_address_of_the_api_says_which_scope_it_takes() -> None:
    asked = {(name, method) for name, method in TABLE if name.startswith("api:")}
    assert set(TOKENS) == asked


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.OWNER, Role.COMMENTER, Role.VIEWER, "foreign"])
def test_a_token_does_what_its_scopes_and_its_person_may(world: World, role: str) -> None:
    """A token of somebody may at most what that person may, in its workspace, by its scopes."""
    if role == "foreign":
        user = make.make_member(world.workspace, Role.OWNER)
        home = make.make_membership(user=user, role=Role.OWNER).workspace
    else:
        user, home = world.people[role], world.workspace
    wrong = []
    for scopes in SCOPES:
        secret = make.make_api_token(user, home, scopes=scopes)
        visitor = Visitor(HTTP_AUTHORIZATION=f"Bearer {secret}")
        for address in OF_API:
            for name, method in TOKENS:
                if name == address.name:
                    answer = ask(visitor, world, address, method, "owner")
                    expected = of_token(name, method, role, scopes)
                    if answer not in expected:
                        wrong.append(f"{scopes} {method} {name}: {answer}, not {expected}")
    assert not wrong, "\n".join(wrong)


def of_token(name: str, method: str, role: str, scopes: list[TokenScope]) -> set[Any]:
    """Return the right answers to a token of somebody in a role, or of another workspace."""
    scope = TOKENS[name, method]
    if scope == "public":
        return {Answer.YES}
    if scope not in {each.value for each in scopes}:
        return {Answer.FORBIDDEN}
    access = TABLE[name, method]
    if role == "foreign":
        return {Answer.YES if access is Access.PERSON else Answer.NOT_THERE}
    return {access.answer(role)}
