"""Who may do what on a page: strangers get 404, members whose role does not allow it get 403."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from journeys.admin.access import administered_ids
from journeys.models import Journey, Role, User, Workspace


def signed_in(request: HttpRequest) -> User:
    """Return who asks; the middleware lets nobody else come to a page that needs to know."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


def workspace_to_see(request: HttpRequest, slug: str) -> Workspace:
    """Return the workspace to any of its members; raises Http404 for everybody else."""
    return get_object_or_404(Workspace.objects.visible_to(request.user), slug=slug)


def workspace_to_edit(request: HttpRequest, slug: str) -> Workspace:
    """Return the workspace to members whose role changes maps and brings in feedback.

    Raises Http404 for strangers and PermissionDenied for other members.
    """
    workspace = workspace_to_see(request, slug)
    if not Workspace.objects.edited_by(request.user).filter(pk=workspace.pk).exists():
        raise PermissionDenied
    return workspace


def workspace_to_administer(request: HttpRequest, slug: str) -> Workspace:
    """Return the workspace to its owners and admins.

    Raises Http404 for strangers and PermissionDenied for other members.
    """
    workspace = workspace_to_see(request, slug)
    if not Workspace.objects.administered_by(request.user).filter(pk=workspace.pk).exists():
        raise PermissionDenied
    return workspace


def workspace_of_customers(request: HttpRequest, slug: str) -> Workspace:
    """Return the workspace to members whose role sees single customers.

    Raises Http404 for strangers and PermissionDenied for other members.
    """
    workspace = workspace_to_see(request, slug)
    if not Workspace.objects.customers_seen_by(request.user).filter(pk=workspace.pk).exists():
        raise PermissionDenied
    return workspace


def journey_to_see(request: HttpRequest, workspace: str, slug: str) -> Journey:
    """Return the journey to any member of its workspace; raises Http404 for everybody else."""
    journeys = Journey.objects.visible_to(request.user).select_related("workspace", "owner")
    return get_object_or_404(journeys, workspace__slug=workspace, slug=slug)


def journey_and_rights(request: HttpRequest, workspace: str, slug: str) -> tuple[Journey, bool]:
    """Return the journey to any member of its workspace, and whether the member may change it.

    Whether the member may comment on it stands in its `may_comment`. Raises Http404 for everybody
    else. One query.
    """
    user = signed_in(request)
    journeys = Journey.objects.visible_to(user).select_related("workspace", "owner")
    found: Any = get_object_or_404(
        journeys.with_role_of(user), workspace__slug=workspace, slug=slug
    )
    role = Role(found.role)
    found.may_edit, found.may_comment = role.edits, role.comments
    return found, role.edits


def journey_to_edit(request: HttpRequest, workspace: str, slug: str) -> Journey:
    """Return the journey to members whose role there changes maps.

    Raises Http404 for strangers and PermissionDenied for other members.
    """
    journey, may_edit = journey_and_rights(request, workspace, slug)
    if not may_edit:
        raise PermissionDenied
    return journey


def journey_to_comment(request: HttpRequest, workspace: str, slug: str) -> Journey:
    """Return the journey to members whose role there takes part in its conversations.

    Raises Http404 for strangers and PermissionDenied for other members.
    """
    journey, _may_edit = journey_and_rights(request, workspace, slug)
    if not journey.may_comment:
        raise PermissionDenied
    return journey


def journey_to_administer(request: HttpRequest, workspace: str, slug: str) -> Journey:
    """Return the journey to owners and admins of its workspace, and to its own owner.

    Raises Http404 for strangers and PermissionDenied for other members.
    """
    journey = journey_to_edit(request, workspace, slug)
    if not sets_roles(request, journey):
        raise PermissionDenied
    return journey


def sets_roles(request: HttpRequest, journey: Journey) -> bool:
    """True for who says what others may do in a journey: its owner, and who administers."""
    if journey.owner_id is not None and journey.owner_id == request.user.pk:
        return True
    return journey.workspace_id in administered_ids(request)
