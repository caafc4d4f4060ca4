"""Members of a workspace: who may make whom what."""

from typing import Any

import pytest
from django.test import Client

from journeys.models import AuditEntry, AuditKind, Membership, Role, User, Workspace
from tests.factories import make_member, make_membership, make_user, make_workspace
from tests.journeys.admin_pages import address, errors, form_data, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace()


def row_of(client: Client, workspace: Workspace, member: User) -> str:
    """Return the prefix of a member's row in the form."""
    formset = client.get(address(workspace)).context["inline_admin_formsets"][0].formset
    return next(form.prefix for form in formset.initial_forms if form.instance.user == member)


def invite(client: Client, workspace: Workspace, email: str, role: str = "editor") -> Any:
    page = address(workspace)
    number = form_data(client, page)["memberships-TOTAL_FORMS"]
    row = {f"memberships-{number}-email": email, f"memberships-{number}-role": role}
    return save(client, page, **{"memberships-TOTAL_FORMS": number + 1}, **row)


def role_of(user: User, workspace: Workspace) -> str | None:
    found = Membership.objects.filter(user=user, workspace=workspace).first()
    return found.role if found else None


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN])
def test_inviting_an_address_makes_an_account_without_a_known_password(
    client: Client, workspace: Workspace, role: Role
) -> None:
    make_member(workspace, Role.OWNER)
    client.force_login(make_member(workspace, role))
    assert invite(client, workspace, "New.Person@Example.com").status_code == 302
    user = User.objects.get(email="new.person@example.com")
    assert role_of(user, workspace) == Role.EDITOR
    # Usable, so that "Forgot your password?" sends a link.
    assert user.has_usable_password()
    assert not user.is_superuser


def test_inviting_a_known_address_makes_no_second_account(
    client: Client, workspace: Workspace
) -> None:
    known = make_user(email="known@example.com")
    client.force_login(make_member(workspace, Role.OWNER))
    assert invite(client, workspace, "KNOWN@example.com").status_code == 302
    assert role_of(known, workspace) == Role.EDITOR
    assert User.objects.filter(email__iexact="known@example.com").count() == 1


def test_inviting_a_member_again_says_so(client: Client, workspace: Workspace) -> None:
    member = make_member(workspace)
    client.force_login(make_member(workspace, Role.OWNER))
    assert "already a member" in errors(invite(client, workspace, member.email.upper()))


def test_an_owner_makes_owners(client: Client, workspace: Workspace) -> None:
    member = make_member(workspace)
    client.force_login(make_member(workspace, Role.OWNER))
    row = row_of(client, workspace, member)
    assert save(client, address(workspace), **{f"{row}-role": "owner"}).status_code == 302
    assert role_of(member, workspace) == Role.OWNER


def test_an_admin_makes_no_owner(client: Client, workspace: Workspace) -> None:
    make_member(workspace, Role.OWNER)
    admin = make_member(workspace, Role.ADMIN)
    client.force_login(admin)
    row = row_of(client, workspace, admin)
    response = save(client, address(workspace), **{f"{row}-role": "owner"})
    assert "Only an owner can make" in errors(response)
    assert "Only an owner can make" in errors(invite(client, workspace, "a@example.com", "owner"))
    assert not User.objects.filter(email="a@example.com").exists()


@pytest.mark.parametrize("change", [{"role": "viewer"}, {"DELETE": "on"}])
def test_an_admin_touches_no_owner(
    client: Client, workspace: Workspace, change: dict[str, str]
) -> None:
    owner, _other = (make_member(workspace, Role.OWNER) for _ in range(2))
    client.force_login(make_member(workspace, Role.ADMIN))
    row = row_of(client, workspace, owner)
    changes = {f"{row}-{name}": value for name, value in change.items()}
    assert "Only an owner can change" in errors(save(client, address(workspace), **changes))
    assert role_of(owner, workspace) == Role.OWNER


@pytest.mark.parametrize("change", [{"role": "viewer"}, {"DELETE": "on"}])
@pytest.mark.parametrize("superuser", [False, True])
def test_the_last_owner_stays(
    client: Client, workspace: Workspace, change: dict[str, str], superuser: bool
) -> None:
    owner = make_member(workspace, Role.OWNER)
    client.force_login(make_user(is_superuser=True) if superuser else owner)
    row = row_of(client, workspace, owner)
    changes = {f"{row}-{name}": value for name, value in change.items()}
    assert "needs an owner" in errors(save(client, address(workspace), **changes))
    assert role_of(owner, workspace) == Role.OWNER


def test_one_of_two_owners_may_go(client: Client, workspace: Workspace) -> None:
    going, staying = (make_member(workspace, Role.OWNER) for _ in range(2))
    client.force_login(staying)
    row = row_of(client, workspace, going)
    assert save(client, address(workspace), **{f"{row}-DELETE": "on"}).status_code == 302
    assert role_of(going, workspace) is None


def test_an_admin_removes_an_editor(client: Client, workspace: Workspace) -> None:
    make_member(workspace, Role.OWNER)
    editor = make_member(workspace)
    client.force_login(make_member(workspace, Role.ADMIN))
    row = row_of(client, workspace, editor)
    assert save(client, address(workspace), **{f"{row}-DELETE": "on"}).status_code == 302
    assert role_of(editor, workspace) is None


def test_a_row_cannot_be_turned_into_another_persons(client: Client, workspace: Workspace) -> None:
    member, outsider = make_member(workspace), make_user()
    client.force_login(make_member(workspace, Role.OWNER))
    row = row_of(client, workspace, member)
    save(client, address(workspace), **{f"{row}-email": outsider.email, f"{row}-user": outsider.pk})
    assert role_of(outsider, workspace) is None
    assert role_of(member, workspace) == Role.EDITOR


def test_a_row_of_another_workspace_cannot_be_taken_along(
    client: Client, workspace: Workspace
) -> None:
    foreign = make_membership(role=Role.OWNER)
    owner = make_member(workspace, Role.OWNER)
    client.force_login(owner)
    row = row_of(client, workspace, owner)
    data = {f"{row}-id": foreign.pk, f"{row}-role": "viewer"}
    save(client, address(workspace), **data)
    foreign.refresh_from_db()
    assert foreign.role == Role.OWNER


def test_a_form_that_says_nonsense_about_itself_is_refused(
    client: Client, workspace: Workspace
) -> None:
    client.force_login(make_member(workspace, Role.OWNER))
    row = {"memberships-1-email": "nobody", "memberships-1-DELETE": "on"}
    sizes = {"memberships-TOTAL_FORMS": 2, "memberships-MIN_NUM_FORMS": "x"}
    assert save(client, address(workspace), **sizes, **row).status_code == 200


NEW = {"name": "New", "slug": "new", "minimum_answers": 5}


def test_whoever_adds_a_workspace_owns_it(client: Client) -> None:
    adding = make_user(is_superuser=True)
    client.force_login(adding)
    page = address(Workspace, "add")
    assert "You will be its owner" in client.get(page).content.decode()
    assert save(client, page, **NEW).status_code == 302
    workspace = Workspace.objects.get(slug="new")
    assert role_of(adding, workspace) == Role.OWNER
    entry = AuditEntry.objects.get(kind=AuditKind.MEMBERSHIP)
    assert (entry.workspace, entry.actor) == (workspace, adding)
    assert entry.text == f"{adding.email} owns New, having added it in the admin."


def test_whoever_adds_a_workspace_owns_it_beside_members_of_other_roles(client: Client) -> None:
    adding = make_user(is_superuser=True)
    client.force_login(adding)
    row = {"memberships-0-email": "a@example.com", "memberships-0-role": "editor"}
    page = address(Workspace, "add")
    assert save(client, page, **NEW, **row, **{"memberships-TOTAL_FORMS": 1}).status_code == 302
    workspace = Workspace.objects.get(slug="new")
    assert role_of(adding, workspace) == Role.OWNER
    assert role_of(User.objects.get(email="a@example.com"), workspace) == Role.EDITOR


def test_a_new_workspace_belongs_to_the_owner_whom_a_row_names(client: Client) -> None:
    adding = make_user(is_superuser=True)
    client.force_login(adding)
    row = {"memberships-0-email": "boss@example.com", "memberships-0-role": "owner"}
    page = address(Workspace, "add")
    assert save(client, page, **NEW, **row, **{"memberships-TOTAL_FORMS": 1}).status_code == 302
    assert Membership.objects.get(workspace__slug="new").user.email == "boss@example.com"
    assert not AuditEntry.objects.filter(kind=AuditKind.MEMBERSHIP).exists()


def test_whoever_gives_themselves_another_role_in_a_new_workspace_names_an_owner(
    client: Client,
) -> None:
    adding = make_user(is_superuser=True)
    client.force_login(adding)
    row = {"memberships-0-email": adding.email, "memberships-0-role": "editor"}
    page = address(Workspace, "add")
    response = save(client, page, **NEW, **row, **{"memberships-TOTAL_FORMS": 1})
    assert "none of these members is one" in errors(response)
    assert not Workspace.objects.filter(slug="new").exists()


def test_a_stored_workspace_says_nothing_of_who_adds_it(
    client: Client, workspace: Workspace
) -> None:
    client.force_login(make_member(workspace, Role.OWNER))
    assert "You will be its owner" not in client.get(address(workspace)).content.decode()


def test_members_without_an_owner_are_told_to_make_one_of_them_owner(
    client: Client, workspace: Workspace
) -> None:
    make_member(workspace)
    owner = make_member(workspace, Role.OWNER)
    client.force_login(owner)
    row = row_of(client, workspace, owner)
    said = errors(save(client, address(workspace), **{f"{row}-DELETE": "on"}))
    assert "none of these members is one: choose the role Owner" in said


def test_the_label_simulated_is_for_superusers(client: Client) -> None:
    workspace = make_workspace(simulated=True)
    client.force_login(make_member(workspace, Role.OWNER))
    assert save(client, address(workspace), name="Renamed", simulated="").status_code == 302
    workspace.refresh_from_db()
    assert (workspace.name, workspace.simulated) == ("Renamed", True)


# --- people -----------------------------------------------------------------------------------


def test_an_owner_reads_members_and_changes_no_account(
    client: Client, workspace: Workspace
) -> None:
    member = make_member(workspace)
    client.force_login(make_member(workspace, Role.OWNER))
    page = client.get(address(member)).content.decode()
    assert member.email in page
    assert member.password not in page
    for name in ("is_superuser", "password", "is_staff"):
        assert f'name="{name}"' not in page
    data = {"email": "taken@example.com", "is_superuser": "on", "is_active": "on"}
    assert client.post(address(member), data).status_code == 403
    assert client.post(address(User, "add"), data).status_code == 403
    assert client.post(f"{address(member)[:-7]}password/", {"password1": "x"}).status_code == 403
    member.refresh_from_db()
    assert not member.is_superuser


def test_roles_in_other_workspaces_are_not_told(client: Client, workspace: Workspace) -> None:
    member = make_member(workspace)
    elsewhere = make_membership(make_workspace(name="Elsewhere"), user=member, role=Role.OWNER)
    client.force_login(make_member(workspace, Role.OWNER))
    assert "Elsewhere" not in client.get(address(member)).content.decode()
    people = client.get(address(User, "changelist"), {"role": "owner"}).context["cl"].queryset
    assert member not in people
    foreign = {"member_of": elsewhere.workspace.pk}
    assert "Elsewhere" not in client.get(address(User, "changelist"), foreign).content.decode()


def test_a_superuser_adds_an_account_and_sets_passwords(client: Client) -> None:
    client.force_login(make_user(is_superuser=True))
    secret = "a long and winding phrase"
    data = {"usable_password": "true", "password1": secret, "password2": secret}
    response = save(client, address(User, "add"), email="Someone@Example.com", name="S", **data)
    assert response.status_code == 302
    user = User.objects.get(email="someone@example.com")
    assert user.check_password(secret)
    other = "another long and winding phrase"
    page = f"{address(user)[:-7]}password/"
    client.post(page, {"usable_password": "true", "password1": other, "password2": other})
    user.refresh_from_db()
    assert user.check_password(other)
    history = client.get(address(user, "history")).content.decode()
    assert "Password: changed" in history
    assert other not in history


def test_an_address_differs_by_more_than_case(client: Client) -> None:
    make_user(email="one@example.com")
    client.force_login(make_user(is_superuser=True))
    other = make_user()
    assert "already exists" in errors(save(client, address(other), email="ONE@example.com"))


def test_deleting_the_last_owner_or_oneself_is_refused(client: Client) -> None:
    workspace = make_workspace(name="Left alone")
    owner, superuser = make_member(workspace, Role.OWNER), make_user(is_superuser=True)
    client.force_login(superuser)
    assert "the last owner of Left alone" in client.get(address(owner, "delete")).content.decode()
    for user in (owner, superuser):
        client.post(address(user, "delete"), {"post": "yes"})
        chosen = {"action": "delete_selected", "_selected_action": [user.pk], "post": "yes"}
        client.post(address(User, "changelist"), chosen)
        assert User.objects.filter(pk=user.pk).exists()
    make_member(workspace, Role.OWNER)
    client.post(address(owner, "delete"), {"post": "yes"})
    assert not User.objects.filter(pk=owner.pk).exists()
