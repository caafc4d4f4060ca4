"""A role in one journey takes the place of the one in the workspace, there and nowhere else."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from journeys.models import (
    AuditEntry,
    AuditKind,
    Card,
    Comment,
    Journey,
    JourneyRole,
    Membership,
    Role,
    User,
    Workspace,
)
from tests.factories import (
    make_card,
    make_journey,
    make_lane,
    make_member,
    make_membership,
    make_stage,
    make_step,
    make_touchpoint,
    make_user,
    make_workspace,
)
from touchpoints.models import Touchpoint

pytestmark = pytest.mark.django_db
PAGE = "/w/air/journeys/trip/roles/"


@pytest.fixture
def journey() -> Journey:
    return make_journey(make_workspace(name="Air", slug="air"), title="Trip", slug="trip")


def member(journey: Journey, role: Role, here: Role | None = None) -> Membership:
    membership = make_membership(journey.workspace, role=role)
    if here:
        JourneyRole.objects.create(journey=journey, membership=membership, role=here)
    return membership


def roles_of(user: User) -> dict[int, Role | None]:
    journeys: Any = Journey.objects.with_role_of(user)
    return {journey.pk: journey.role for journey in journeys}


@pytest.mark.parametrize("here", [Role(value) for value in Role.in_journeys()])
@pytest.mark.parametrize("role", Role)
def test_counts_in_the_place_of_the_role_in_the_workspace(journey, role, here):
    beside = make_journey(journey.workspace)
    user = member(journey, role, here).user
    counts = role if role.administers else here
    assert roles_of(user) == {journey.pk: counts, beside.pk: role}
    assert (journey in Journey.objects.edited_by(user)) is counts.edits
    assert (journey in Journey.objects.commented_by(user)) is counts.comments
    assert (beside in Journey.objects.edited_by(user)) is role.edits
    assert (journey.workspace in Workspace.objects.edited_by(user)) is role.edits
    assert set(Journey.objects.visible_to(user)) == {journey, beside}


def test_a_superuser_is_as_good_as_an_owner_and_a_stranger_has_no_role(journey):
    assert roles_of(make_user(is_superuser=True)) == {journey.pk: Role.OWNER}
    assert roles_of(make_user()) == {journey.pk: None}


def test_holds_for_what_is_on_the_map(journey):
    step = make_step(make_stage(journey))
    card, touchpoint = make_card(make_lane(journey), step), make_touchpoint(step)
    reads = member(journey, Role.EDITOR, Role.VIEWER).user
    edits = member(journey, Role.VIEWER, Role.EDITOR).user
    assert card not in Card.objects.edited_by(reads)
    assert touchpoint not in Touchpoint.objects.edited_by(reads)
    assert card in Card.objects.edited_by(edits)
    assert touchpoint in Touchpoint.objects.edited_by(edits)


def test_is_worth_nothing_without_the_membership_or_the_account(journey):
    user = member(journey, Role.VIEWER, Role.EDITOR).user
    user.is_active = False
    assert not Journey.objects.edited_by(user)
    user.is_active = True
    Membership.objects.filter(user=user).delete()
    assert not JourneyRole.objects.exists()
    assert not Journey.objects.edited_by(user)


def test_of_a_membership_elsewhere_counts_for_nothing(journey):
    stranger = make_membership(role=Role.OWNER)
    JourneyRole.objects.create(journey=journey, membership=stranger, role=Role.EDITOR)
    assert journey not in Journey.objects.edited_by(stranger.user)
    assert journey not in Journey.objects.visible_to(stranger.user)


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN])
def test_nobody_administers_a_single_journey(journey, role):
    with pytest.raises(IntegrityError), transaction.atomic():
        member(journey, Role.VIEWER, role)


def test_decides_what_pages_do(client: Client, journey):
    make_step(make_stage(journey))
    client.force_login(member(journey, Role.EDITOR, Role.COMMENTER).user)
    html = client.get(journey.get_absolute_url()).content.decode()
    assert "data-edit=" not in html
    assert "data-comment=" in html
    assert client.post("/w/air/journeys/trip/stages/new/", {"title": "New"}).status_code == 403
    assert client.post("/w/air/journeys/trip/comments/new/", {"text": "Why?"}).status_code == 303
    assert Comment.objects.count() == 1


def test_does_not_reach_beyond_the_map(client: Client, journey):
    client.force_login(member(journey, Role.VIEWER, Role.EDITOR).user)
    assert client.post("/w/air/journeys/trip/stages/new/", {"title": "New"}).status_code == 302
    for page in ("journeys/new/", "opportunities/new/", "imports/", "journeys/trip/duplicate/"):
        assert client.get(f"/w/air/{page}").status_code == 403, page


class TestPage:
    @pytest.mark.parametrize("role", Role)
    def test_is_for_those_who_administer(self, client: Client, journey, role):
        client.force_login(member(journey, role).user)
        assert client.get(PAGE).status_code == (200 if role.administers else 403)
        shown = client.get(journey.get_absolute_url()).content.decode()
        assert (PAGE in shown) is role.administers

    def test_is_for_the_journeys_owner_as_long_as_the_owner_edits(self, client: Client, journey):
        owner = member(journey, Role.EDITOR)
        journey.owner = owner.user
        journey.save()
        client.force_login(owner.user)
        assert client.get(PAGE).status_code == 200
        Membership.objects.filter(pk=owner.pk).update(role=Role.VIEWER)
        assert client.get(PAGE).status_code == 403

    def test_does_not_exist_for_strangers(self, client: Client, journey):
        client.force_login(make_user())
        assert client.get(PAGE).status_code == client.post(PAGE).status_code == 404

    def test_gives_and_takes_roles_and_keeps_account(self, client: Client, journey):
        admin, ben = member(journey, Role.ADMIN), member(journey, Role.EDITOR)
        client.force_login(admin.user)
        client.post(PAGE, {str(ben.pk): Role.VIEWER.value})
        assert JourneyRole.objects.get().role == Role.VIEWER
        client.post(PAGE, {str(ben.pk): Role.VIEWER.value})
        client.post(PAGE, {str(ben.pk): ""})
        assert not JourneyRole.objects.exists()
        written = AuditEntry.objects.filter(kind=AuditKind.MEMBERSHIP).order_by("pk")
        assert [entry.text for entry in written] == [
            f"{ben.user} is viewer, in the journey “Trip”.",
            f"{ben.user} is editor again, as in the workspace, in the journey “Trip”.",
        ]
        assert {entry.actor for entry in written} == {admin.user}

    @pytest.mark.parametrize("sent", [Role.OWNER.value, "emperor"])
    def test_refuses_what_is_no_role_here(self, client: Client, journey, sent):
        ben = member(journey, Role.EDITOR)
        client.force_login(member(journey, Role.ADMIN).user)
        answer = client.post(PAGE, {str(ben.pk): sent})
        assert answer.status_code == 422
        assert "Nothing is saved yet" in answer.content.decode()
        assert not JourneyRole.objects.exists()

    def test_touches_nobody_of_another_workspace_and_no_admin(self, client: Client, journey):
        stranger, admin = make_membership(), member(journey, Role.ADMIN)
        client.force_login(admin.user)
        client.post(PAGE, {str(each.pk): Role.EDITOR.value for each in (stranger, admin)})
        assert not JourneyRole.objects.exists()

    def test_says_what_it_is_for_where_nobody_else_is(self, client: Client, journey):
        client.force_login(member(journey, Role.OWNER).user)
        assert "has no members yet but those who administer it" in client.get(PAGE).content.decode()

    def test_asks_as_much_for_many_members(
        self, client: Client, journey, django_assert_max_num_queries
    ):
        client.force_login(member(journey, Role.OWNER).user)
        member(journey, Role.EDITOR, Role.VIEWER)
        with django_assert_max_num_queries(30) as few:
            client.get(PAGE)
        for _ in range(5):
            make_member(journey.workspace, Role.VIEWER)
        with django_assert_max_num_queries(len(few)):
            client.get(PAGE)
