"""Tokens with which programs use the API. Only their digests are kept."""

import hashlib
import secrets
from datetime import datetime
from enum import StrEnum
from typing import Self

from django.db import models

from journeys.models.people import User
from journeys.models.workspaces import Membership, Workspace, WorkspaceContentQuerySet

PREFIX = "cxj_"


class TokenScope(models.TextChoices):
    """What a token may do."""

    READ = "read", "Read journeys and their maps"
    FEEDBACK = "feedback", "Send feedback and observations"


class TokenState(StrEnum):
    """Whether a token may be used."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    ENDED = "ended"


class ApiTokenQuerySet(WorkspaceContentQuerySet["ApiToken"]):
    """Tokens, by workspace and validity."""

    def backed(self) -> Self:
        """Keep tokens whose person may still come in.

        That is a superuser, or a member since before the token was made: with a membership its
        tokens end for good, and do not come back with whoever is let in again.
        """
        membership = Membership.objects.filter(
            workspace=models.OuterRef("workspace"),
            user=models.OuterRef("user"),
            created_at__lte=models.OuterRef("created_at"),
        )
        return self.filter(
            models.Q(user__is_superuser=True) | models.Exists(membership), user__is_active=True
        )

    def valid(self, now: datetime) -> Self:
        """Keep tokens that are backed, and neither revoked nor expired."""
        return self.backed().filter(
            models.Q(expires_at__isnull=True) | models.Q(expires_at__gt=now),
            revoked_at__isnull=True,
        )


class ApiToken(models.Model):
    """A secret that stands for a person in one workspace, as far as `scopes` reach."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="api_tokens")
    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80, help_text="What uses it, such as “Help desk export”.")
    prefix = models.CharField(max_length=12, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(default=list)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = "API token"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def state(self, now: datetime, *, still_backed: bool) -> TokenState:
        """Return whether it may be used; `still_backed` is whether `backed()` keeps it."""
        if self.revoked_at is not None:
            return TokenState.REVOKED
        if self.expires_at is not None and self.expires_at <= now:
            return TokenState.EXPIRED
        if not still_backed:
            return TokenState.ENDED
        return TokenState.VALID

    def scope_labels(self) -> list[str]:
        """Return what it may do, in words."""
        return [scope.label for scope in TokenScope if scope in self.scopes]

    def revoke(self, now: datetime) -> None:
        """End it for good; a second time changes nothing."""
        if self.revoked_at is None:
            self.revoked_at = now
            self.save(update_fields=["revoked_at"])

    @staticmethod
    def digest_of(secret: str) -> str:
        """Return what is kept of a secret; 256 random bits need no slow hash."""
        return hashlib.sha256(secret.encode()).hexdigest()

    @classmethod
    def issue(
        cls,
        *,
        workspace: Workspace,
        user: User,
        name: str,
        scopes: list[TokenScope],
        expires_at: datetime | None = None,
    ) -> tuple[Self, str]:
        """Make a token; return it and its secret, which is never to be had again."""
        secret = PREFIX + secrets.token_urlsafe(32)
        token = cls(
            workspace=workspace,
            user=user,
            name=name,
            prefix=secret[:12],
            digest=cls.digest_of(secret),
            scopes=[scope.value for scope in scopes],
            expires_at=expires_at,
        )
        token.save(force_insert=True)
        return token, secret
