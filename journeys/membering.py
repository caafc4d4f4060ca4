"""Changing the role of a member, and ending a membership: never without an owner."""

from django.db import transaction
from django.http import HttpRequest

from journeys.access import signed_in
from journeys.admin.access import owns
from journeys.auditing import audit
from journeys.models import AuditKind, Membership, Role, Workspace


class Refused(Exception):
    """The rule that forbids it, in a sentence to show."""


@transaction.atomic
def change_role(member: Membership, role: Role, request: HttpRequest) -> bool:
    """Give a member another role; return whether it is another.

    Raises Refused where only an owner may, and for the last owner.
    """
    member = _locked(member)
    before = Role(member.role)
    if before == role:
        return False
    _owners_only(member, request, also=role)
    if before == Role.OWNER:
        _not_the_last_owner(member)
    member.role = role
    member.save(update_fields=["role"])
    _note(
        member,
        request,
        f"made {member.user.email} {role.label.lower()} of {member.workspace}, "
        f"before {before.label.lower()}.",
        role=role.value,
        before=before.value,
    )
    return True


@transaction.atomic
def remove(member: Membership, request: HttpRequest) -> None:
    """End a membership, one's own or another's, and with it what it opened.

    Raises Refused where only an owner may, and for the last owner.
    """
    member = _locked(member)
    leaves = member.user_id == signed_in(request).pk
    if not leaves:
        _owners_only(member, request)
    if member.role == Role.OWNER:
        _not_the_last_owner(member)
    what = "left" if leaves else f"removed {member.user.email} from"
    _note(member, request, f"{what} {member.workspace}.", before=member.role)
    member.delete()


def _locked(member: Membership) -> Membership:
    """Return the member as they are now, while nobody else changes who owns the workspace."""
    Workspace.objects.select_for_update().get(pk=member.workspace_id)
    found = Membership.objects.select_related("user", "workspace").filter(pk=member.pk).first()
    if found is None:
        raise Refused("This person is no member any more.")
    return found


def _owners_only(member: Membership, request: HttpRequest, *, also: Role | None = None) -> None:
    if Role.OWNER in {member.role, also} and not owns(request, member.workspace):
        raise Refused("Only an owner makes, changes or removes owners.")


def _not_the_last_owner(member: Membership) -> None:
    others = Membership.objects.filter(workspace=member.workspace_id, role=Role.OWNER)
    if not others.exclude(pk=member.pk).exists():
        raise Refused("A workspace needs an owner: make somebody else one first.")


def _note(member: Membership, request: HttpRequest, what: str, **facts: str) -> None:
    user = signed_in(request)
    audit(
        AuditKind.MEMBERSHIP,
        f"{user.email} {what}",
        by=user,
        workspace=member.workspace,
        request=request,
        email=member.user.email,
        **facts,
    )
