"""An invitation: a link in a mail that makes whoever has that address a member."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from journeys.models.people import User
from journeys.models.workspaces import Membership, Role, Workspace, WorkspaceContentQuerySet


class MemberInvitationQuerySet(WorkspaceContentQuerySet["Invitation"]):
    """Invitations, by workspace and by whether they still work."""

    def waiting(self) -> Self:
        """Keep those that were neither accepted nor revoked, also when their time is over."""
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True)

    def open(self, now: datetime) -> Self:
        """Keep those that still work."""
        return self.waiting().filter(expires_at__gt=now)

    def of_token(self, token: str) -> Self:
        """Keep the one of a link, whether or not it still works."""
        return self.filter(digest=digest_of(token))


class Invitation(models.Model):
    """An address that may become a member of a workspace, until its time is over.

    Only the digest of the link's token is kept: who reads the database cannot accept it.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="invitations")
    email = models.EmailField("e-mail address", help_text="In lower case.")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.VIEWER)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = MemberInvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="invitation_role_known"
            ),
            models.UniqueConstraint(
                fields=["workspace", "email"],
                condition=models.Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_waits_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.get_role_display()}"

    def works(self, now: datetime) -> bool:
        """True as long as its link can be accepted."""
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > now

    def renew(self, now: datetime) -> str:
        """Give it a new link and its whole time again; return the link's token, kept nowhere."""
        token = secrets.token_urlsafe(32)
        self.digest = digest_of(token)
        self.sent_at = now
        self.expires_at = now + timedelta(days=settings.INVITATION_DAYS)
        self.save()
        return token

    def accept(self, user: User, now: datetime) -> Membership | None:
        """Make the person a member; return None where somebody was faster or it works no more.

        Who is a member already keeps their role. Call it in a transaction.
        """
        mine = type(self).objects.open(now).filter(pk=self.pk)
        if not mine.update(accepted_at=now):
            return None
        membership, _ = Membership.objects.get_or_create(
            workspace=self.workspace, user=user, defaults={"role": self.role}
        )
        return membership


def digest_of(token: str) -> str:
    """Return what is kept of a link's token; 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
