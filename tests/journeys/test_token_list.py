"""The page on which people make and revoke API tokens."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from journeys.models import ApiToken, Role, TokenScope
from tests.factories import make_api_token, make_member, make_user, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace():
    return make_workspace(slug="northwind")


@pytest.fixture
def editor(workspace):
    return make_member(workspace, Role.EDITOR)


PAGE = "/w/northwind/tokens/"
FORM = {"name": "Help desk", "scopes": ["feedback"], "lifetime": "90"}


def test_shows_the_secret_once(client, workspace, editor):
    client.force_login(editor)
    response = client.post(f"{PAGE}new/", FORM)
    assert response.status_code == 201
    assert response["Cache-Control"] == "no-store"
    [secret] = re.findall(r"cxj_[\w-]{43}", response.content.decode())
    token = ApiToken.objects.get()
    assert token.digest == ApiToken.digest_of(secret)
    assert (token.user, token.workspace, token.scopes) == (editor, workspace, ["feedback"])
    assert abs(token.expires_at - timezone.now() - timedelta(days=90)) < timedelta(minutes=1)
    assert secret not in client.get(PAGE).content.decode()


def test_may_last_until_it_is_revoked(client, workspace, editor):
    client.force_login(editor)
    client.post(f"{PAGE}new/", FORM | {"lifetime": ""})
    assert ApiToken.objects.get().expires_at is None


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"scopes": []}, {"scopes": ["everything"]}, {"lifetime": "7"}]
)
def test_refuses_what_is_no_token(client, workspace, editor, wrong):
    client.force_login(editor)
    response = client.post(f"{PAGE}new/", FORM | wrong)
    assert response.status_code == 422
    assert "errorlist" in response.content.decode()
    assert not ApiToken.objects.exists()


def test_one_sees_and_revokes_ones_own(client, workspace, editor):
    make_api_token(editor, workspace, name="Mine")
    make_api_token(make_member(workspace), workspace, name="Theirs")
    client.force_login(editor)
    text = client.get(PAGE).content.decode()
    assert "Mine" in text
    assert "Theirs" not in text
    mine, theirs = ApiToken.objects.get(name="Mine"), ApiToken.objects.get(name="Theirs")
    assert client.post(f"{PAGE}{theirs.pk}/revoke/").status_code == 404
    assert client.post(f"{PAGE}{mine.pk}/revoke/").status_code == 302
    mine.refresh_from_db()
    assert mine.revoked_at is not None
    assert ApiToken.objects.filter(revoked_at=None).get() == theirs


def test_an_admin_sees_and_revokes_everybodys(client, workspace, editor):
    make_api_token(editor, workspace, name="Theirs")
    client.force_login(make_member(workspace, Role.ADMIN))
    assert "Theirs" in client.get(PAGE).content.decode()
    client.post(f"{PAGE}{ApiToken.objects.get().pk}/revoke/")
    assert ApiToken.objects.get().revoked_at is not None


def test_a_token_of_another_workspace_is_not_there(client, workspace, editor):
    other = make_workspace()
    make_api_token(editor, other, scopes=[TokenScope.READ], name="Elsewhere")
    client.force_login(editor)
    assert "Elsewhere" not in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}{ApiToken.objects.get().pk}/revoke/").status_code == 404


def test_who_may_come(client, workspace):
    visitors = {make_member(workspace, Role.VIEWER): (200, 403), make_user(): (404, 404)}
    for user, (looking, making) in visitors.items():
        client.force_login(user)
        assert client.get(PAGE).status_code == looking
        assert client.post(f"{PAGE}new/", FORM).status_code == making
    client.logout()
    assert client.get(PAGE).status_code == 302
    assert not ApiToken.objects.exists()


def test_who_may_only_look_by_now_finds_and_ends_their_own(client, workspace, editor):
    make_api_token(editor, workspace, name="Mine")
    editor.memberships.update(role=Role.VIEWER)
    client.force_login(editor)
    text = client.get(PAGE).content.decode()
    assert "Mine" in text
    assert "Make the token" not in text
    assert f'href="{PAGE}"' in client.get(workspace.get_absolute_url()).content.decode()
    client.post(f"{PAGE}{ApiToken.objects.get().pk}/revoke/")
    assert ApiToken.objects.get().revoked_at is not None


def test_says_what_ended_with_a_membership(client, workspace, editor):
    make_api_token(editor, workspace)
    editor.memberships.all().delete()
    client.force_login(make_member(workspace, Role.ADMIN))
    text = client.get(PAGE).content.decode()
    assert "ended with the membership" in text
    assert "/revoke/" not in text


def test_looking_makes_and_ends_nothing(client, workspace, editor):
    make_api_token(editor, workspace)
    client.force_login(editor)
    for address in (f"{PAGE}new/", f"{PAGE}{ApiToken.objects.get().pk}/revoke/"):
        assert client.get(address).status_code == 405
