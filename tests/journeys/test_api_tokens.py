"""A token stands for a person, in one workspace, as far as its scopes reach."""

from datetime import timedelta

import pytest
from django.utils import timezone

from journeys.models import ApiToken, Membership, Role, TokenScope, User
from tests.factories import make_api_token, make_journey, make_member, make_user, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey():
    return make_journey()


@pytest.fixture
def member(journey):
    return make_member(journey.workspace)


def bearer(secret):
    return {"authorization": f"Bearer {secret}"}


def listed(client, secret):
    return client.get("/api/journeys/", headers=bearer(secret))


def test_reads_what_its_person_may_see(client, journey, member):
    found = listed(client, make_api_token(member, journey.workspace))
    assert found.status_code == 200
    assert [each["slug"] for each in found.json()["results"]] == [journey.slug]


def test_stays_within_its_workspace(client, journey, member):
    elsewhere = make_journey()
    Membership.objects.create(workspace=elsewhere.workspace, user=member, role=Role.OWNER)
    secret = make_api_token(member, journey.workspace)
    assert [each["slug"] for each in listed(client, secret).json()["results"]] == [journey.slug]
    map_address = f"/api/journeys/{elsewhere.pk}/map/"
    assert client.get(map_address, headers=bearer(secret)).status_code == 404


def test_of_a_superuser_stays_within_its_workspace_too(client, journey):
    make_journey()
    secret = make_api_token(make_user(is_superuser=True), journey.workspace)
    assert listed(client, secret).json()["count"] == 1


def test_without_the_scope_is_forbidden(client, journey, member):
    secret = make_api_token(member, journey.workspace, scopes=[TokenScope.FEEDBACK])
    assert listed(client, secret).status_code == 403


def refused(client, secret):
    response = listed(client, secret)
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="cxjourney"'
    return True


@pytest.mark.parametrize("secret", ["", "cxj_", "cxj_guess", "ü", "a b c", "x" * 5000])
def test_that_is_unknown_is_refused(client, journey, secret):
    assert refused(client, secret)


def test_that_expired_is_refused(client, journey, member):
    secret = make_api_token(member, journey.workspace, expires_at=timezone.now())
    assert refused(client, secret)


def test_that_was_revoked_is_refused(client, journey, member):
    secret = make_api_token(member, journey.workspace)
    ApiToken.objects.get().revoke(timezone.now())
    assert refused(client, secret)


def test_of_an_inactive_person_is_refused(client, journey, member):
    secret = make_api_token(member, journey.workspace)
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert refused(client, secret)


def test_of_who_is_no_member_any_more_is_refused(client, journey, member):
    secret = make_api_token(member, journey.workspace)
    member.memberships.all().delete()
    assert refused(client, secret)


def test_does_not_come_back_with_its_person(client, journey, member):
    secret = make_api_token(member, journey.workspace)
    member.memberships.all().delete()
    Membership.objects.create(workspace=journey.workspace, user=member, role=Role.OWNER)
    assert refused(client, secret)
    assert listed(client, make_api_token(member, journey.workspace)).status_code == 200


def test_a_bad_token_is_not_saved_by_a_good_session(client, journey, member):
    client.force_login(member)
    assert refused(client, "cxj_guess")


def test_only_its_digest_is_kept(journey, member):
    secret = make_api_token(member, journey.workspace)
    token = ApiToken.objects.get()
    assert secret not in {str(value) for value in vars(token).values()}
    assert token.digest == ApiToken.digest_of(secret)


def test_notes_its_use_once_a_minute(client, journey, member):
    secret = make_api_token(member, journey.workspace)
    listed(client, secret)
    first = ApiToken.objects.get().last_used_at
    assert timezone.now() - first < timedelta(minutes=1)
    listed(client, secret)
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(minutes=2))
    listed(client, secret)
    assert ApiToken.objects.get().last_used_at >= first


def test_a_session_reads_all_workspaces_of_a_person(client, journey, member):
    Membership.objects.create(workspace=make_workspace(), user=member, role=Role.VIEWER)
    client.force_login(member)
    assert client.get("/api/journeys/").json()["count"] == 1
