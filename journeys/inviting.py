"""Inviting people to a workspace by e-mail, and how an invitation ends."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from journeys.auditing import audit
from journeys.mailing import AUTOMATIC, can_mail, mail_secretly
from journeys.models import AuditKind, Invitation, Membership, Role, User, Workspace

MOST_AT_ONCE = 50
MOST_WAITING = 500
"""Invitations of a workspace that wait at the same time."""


@dataclass(frozen=True)
class Invited:
    """What became of one address: whether it is invited, in words, and the link to hand over.

    There is a link only where no mail server would take it there.
    """

    email: str
    done: bool
    said: str
    link: str = ""


def addresses_in(text: str) -> list[str]:
    """Return the addresses of a text in lower case, each once: lines, commas or semicolons."""
    words = [word.strip("<>\"' ") for word in re.split(r"[\s,;]+", text)]
    return list(dict.fromkeys(word.lower() for word in words if word))


def invite(
    workspace: Workspace, emails: list[str], role: Role, *, by: User, request: HttpRequest
) -> list[Invited]:
    """Invite each address that is one and is no member yet; return what became of each."""
    members = {
        email.lower()
        for email in Membership.objects.filter(workspace=workspace).values_list(
            "user__email", flat=True
        )
    }
    now = timezone.now()
    with transaction.atomic():
        # Two who invite the same address at the same moment take turns.
        Workspace.objects.select_for_update().get(pk=workspace.pk)
        waiting = Invitation.objects.waiting().filter(workspace=workspace).count()
        rows = []
        for email in emails:
            problem = _problem(email, members)
            if not problem and waiting >= MOST_WAITING:
                problem = f"Not invited: {MOST_WAITING} invitations wait already. Revoke some."
            if problem:
                rows.append(Invited(email, done=False, said=problem))
                continue
            rows.append(_invite_one(workspace, email, role, by=by, now=now, request=request))
            waiting += 1
    return rows


def _problem(email: str, members: set[str]) -> str:
    try:
        validate_email(email)
    except ValidationError:
        return "This is no e-mail address."
    return "Is a member already; change the role in the list." if email in members else ""


def _invite_one(
    workspace: Workspace, email: str, role: Role, *, by: User, now: datetime, request: HttpRequest
) -> Invited:
    earlier = Invitation.objects.waiting().filter(workspace=workspace, email=email).first()
    invitation = earlier or Invitation(workspace=workspace, email=email)
    invitation.role, invitation.invited_by = role, by
    row = send(invitation, now)
    audit(
        AuditKind.INVITATION,
        f"{by.email} invited {email} to {workspace} as {role.label.lower()}.",
        by=by,
        workspace=workspace,
        request=request,
        email=email,
        role=role.value,
    )
    return row


def send(invitation: Invitation, now: datetime) -> Invited:
    """Mail an invitation with a new link; earlier links of it no longer work."""
    token = invitation.renew(now)
    link = f"{settings.SITE_URL}{reverse('account_invitation', args=[token])}"
    until = date_format(timezone.localtime(invitation.expires_at), "j F Y")
    if not can_mail():
        said = f"Invited until {until}. Hand over this link; it is shown this once:"
        return Invited(invitation.email, done=True, said=said, link=link)
    context = {"invitation": invitation, "link": link, "until": until, "site": settings.SITE_URL}
    mail_secretly(
        EmailMessage(
            subject=f"Join {invitation.workspace} on cxjourney",
            body=render_to_string("journeys/invitation_mail.txt", context),
            to=[invitation.email],
            headers=AUTOMATIC,
        )
    )
    return Invited(
        invitation.email, done=True, said=f"Invited until {until}; a mail is on its way."
    )


@transaction.atomic
def revoke(invitation: Invitation, *, by: User, request: HttpRequest) -> bool:
    """End an invitation that waits; return False where it was accepted or revoked meanwhile."""
    mine = Invitation.objects.waiting().filter(pk=invitation.pk)
    if not mine.update(revoked_at=timezone.now()):
        return False
    audit(
        AuditKind.INVITATION,
        f"{by.email} revoked the invitation of {invitation.email} to {invitation.workspace}.",
        by=by,
        workspace=invitation.workspace,
        request=request,
        email=invitation.email,
    )
    return True


@transaction.atomic
def accept(invitation: Invitation, user: User, *, request: HttpRequest) -> Membership | None:
    """Make whoever was invited a member; None where the invitation works no more."""
    membership = invitation.accept(user, timezone.now())
    if membership:
        audit(
            AuditKind.MEMBERSHIP,
            f"{user.email} joined {invitation.workspace} as "
            f"{membership.get_role_display().lower()}, by invitation.",
            by=user,
            workspace=invitation.workspace,
            request=request,
            email=user.email,
            role=membership.role,
        )
    return membership
