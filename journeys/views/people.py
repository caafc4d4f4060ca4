"""The people of a workspace: members and their roles, invitations, leaving."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from journeys.access import signed_in, workspace_to_administer, workspace_to_see
from journeys.admin.access import administered_ids, owns
from journeys.auditing import audit
from journeys.inviting import MOST_AT_ONCE, Invited, addresses_in, invite, revoke, send
from journeys.mailing import can_mail
from journeys.membering import Refused, change_role, remove
from journeys.models import AuditKind, Invitation, Membership, Role, Workspace
from journeys.models.workspaces import MembershipQuerySet

PAGE = 50


class InviteForm(forms.Form):
    """Addresses, and the role that all of them get."""

    emails = forms.CharField(
        label="E-mail addresses",
        widget=forms.Textarea({"rows": 3, "autocapitalize": "none", "spellcheck": "false"}),
        max_length=MOST_AT_ONCE * 260,
        help_text=f"One a line, or with commas between; up to {MOST_AT_ONCE} at once.",
    )
    role = forms.ChoiceField(initial=Role.VIEWER)

    def __init__(self, *args: Any, roles: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)  # noqa: S101
        role.choices = roles

    def clean_emails(self) -> list[str]:
        """Take the addresses apart; which of them are any good is said of each."""
        emails = addresses_in(self.cleaned_data["emails"])
        if len(emails) > MOST_AT_ONCE:
            raise forms.ValidationError(
                f"These are {len(emails)} addresses. Invite up to {MOST_AT_ONCE} at once."
            )
        if not emails:
            raise forms.ValidationError("Enter at least one address.")
        return emails


@require_GET
def people_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show who is a member; to admins also how they are reached, and who is invited."""
    home = workspace_to_see(request, workspace)
    return _page(request, home, InviteForm(roles=_roles(request, home)))


@require_POST
def invitation_create(request: HttpRequest, workspace: str) -> HttpResponse:
    """Invite addresses, and say of each what became of it."""
    home = workspace_to_administer(request, workspace)
    form = InviteForm(request.POST, roles=_roles(request, home))
    if not form.is_valid():
        return _page(request, home, form, status=422)
    rows = invite(
        home,
        form.cleaned_data["emails"],
        Role(form.cleaned_data["role"]),
        by=signed_in(request),
        request=request,
    )
    return _page(request, home, InviteForm(roles=_roles(request, home)), invited=rows)


@require_POST
def invitation_renew(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Send an invitation again, with a new link and its whole time."""
    home = workspace_to_administer(request, workspace)
    invitation = get_object_or_404(_waiting(home), pk=pk)
    if invitation.role == Role.OWNER and not owns(request, home):
        messages.error(request, "Only an owner invites owners.")
        return redirect("journeys:people_list", home.slug)
    user = signed_in(request)
    with transaction.atomic():
        row = send(invitation, timezone.now())
        text = f"{user.email} invited {invitation.email} to {home} again."
        audit(
            AuditKind.INVITATION,
            text,
            by=user,
            workspace=home,
            request=request,
            email=invitation.email,
        )
    return _page(request, home, InviteForm(roles=_roles(request, home)), invited=[row])


@require_POST
def invitation_revoke(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """End an invitation: its link no longer works."""
    home = workspace_to_administer(request, workspace)
    invitation = get_object_or_404(_waiting(home), pk=pk)
    if revoke(invitation, by=signed_in(request), request=request):
        messages.success(request, f"The invitation of {invitation.email} is revoked.")
    return redirect("journeys:people_list", home.slug)


@require_POST
def member_role(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Give a member another role."""
    home = workspace_to_administer(request, workspace)
    member = get_object_or_404(_members(home), pk=pk)
    wanted = request.POST.get("role", "")
    if wanted not in Role.values:
        messages.error(request, "Choose one of the roles in the list. Nothing was changed.")
        return redirect("journeys:people_list", home.slug)
    role = Role(wanted)
    return _doing(
        request,
        home,
        lambda: change_role(member, role, request),
        f"{member.user} is {role.label.lower()} now.",
    )


@require_POST
def member_remove(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """End somebody's membership."""
    home = workspace_to_administer(request, workspace)
    member = get_object_or_404(_members(home), pk=pk)
    said = f"{member.user} is no member any more. What they wrote stays."
    return _doing(request, home, lambda: remove(member, request), said)


@require_POST
def workspace_leave(request: HttpRequest, workspace: str) -> HttpResponse:
    """End one's own membership."""
    home = workspace_to_see(request, workspace)
    member = get_object_or_404(_members(home), user=signed_in(request))
    response = _doing(request, home, lambda: remove(member, request), f"You left {home}.")
    left = not _members(home).filter(pk=member.pk).exists()
    return redirect("home") if left else response


def _doing(
    request: HttpRequest, workspace: Workspace, action: Callable[[], object], said: str
) -> HttpResponse:
    try:
        action()
    except Refused as rule:
        messages.error(request, f"{rule} Nothing was changed.")
    else:
        messages.success(request, said)
    return redirect("journeys:people_list", workspace.slug)


def _members(workspace: Workspace) -> MembershipQuerySet:
    return Membership.objects.filter(workspace=workspace).select_related("user")


def _waiting(workspace: Workspace) -> Any:
    return Invitation.objects.waiting().filter(workspace=workspace).select_related("invited_by")


def _roles(request: HttpRequest, workspace: Workspace) -> list[tuple[str, str]]:
    mine = owns(request, workspace)
    return [(role.value, role.label) for role in Role if mine or role is not Role.OWNER]


def _detailed(members: MembershipQuerySet) -> MembershipQuerySet:
    """Add when each was last seen, and whether they have a second factor."""
    seen = UserSession.objects.filter(user=OuterRef("user")).order_by().values("user")
    factors = Authenticator.objects.filter(user=OuterRef("user"))
    return members.annotate(
        seen_at=Subquery(seen.annotate(at=Max("last_seen_at")).values("at")),
        second_factor=Exists(factors.exclude(type=Authenticator.Type.RECOVERY_CODES)),
    )


def _page(
    request: HttpRequest,
    workspace: Workspace,
    form: InviteForm,
    *,
    invited: list[Invited] | None = None,
    status: int = 200,
) -> HttpResponse:
    administers = workspace.pk in administered_ids(request)
    members = _members(workspace).order_by("user__name", "user__email")
    paginator = Paginator(_detailed(members) if administers else members, PAGE)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "workspace": workspace,
        "page": page,
        "pages": paginator.get_elided_page_range(page.number),
        "administers": administers,
        "owns": administers and owns(request, workspace),
        "roles": _roles(request, workspace) if administers else [],
        "belongs": members.filter(user=signed_in(request)).exists(),
        "waiting": _waiting(workspace) if administers else [],
        "form": form,
        "invited": invited or [],
        "mails": can_mail(),
        "now": timezone.now(),
    }
    response = render(request, "journeys/people_list.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
