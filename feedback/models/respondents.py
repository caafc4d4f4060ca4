"""Who answered: a random or hashed key, and apart from it, where it must be known, the person."""

from typing import Self

from django.db import models

from journeys.models import Workspace
from journeys.models.workspaces import WorkspaceContentQuerySet


class RespondentQuerySet(WorkspaceContentQuerySet["Respondent"]):
    """Respondents, by workspace and whether they may be written to."""

    def who_may_hear(self) -> Self:
        """Keep those who agreed to hear back about an answer, and have not ended that since."""
        return self.filter(identity__may_contact=True, unsubscribed_at__isnull=True)


class Respondent(models.Model):
    """One customer under a pseudonym, the same across sources of a workspace.

    `key` is random, or an HMAC of the e-mail address or customer id with the server's secret;
    it never tells who it is.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="respondents")
    key = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    invited_at = models.DateTimeField(
        null=True, blank=True, help_text="When an invitation went out last: a pause follows."
    )
    unsubscribed_at = models.DateTimeField(
        null=True, blank=True, help_text="Wants no invitations any more, since then."
    )

    objects = RespondentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "key"], name="respondent_once"),
        ]

    def __str__(self) -> str:
        return f"Respondent {self.key[:8]}"

    @property
    def may_hear(self) -> bool:
        """True where it is known who this is, who agreed to hear back and has not ended that."""
        identity = getattr(self, "identity", None)
        return bool(identity and identity.may_contact and not self.unsubscribed_at)


class IdentityQuerySet(WorkspaceContentQuerySet["Identity"]):
    """Identities, by workspace."""

    workspace_path = "respondent__workspace"


class Identity(models.Model):
    """Who a respondent is. The only place for names and addresses of customers."""

    respondent = models.OneToOneField(Respondent, models.CASCADE, related_name="identity")
    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    may_contact = models.BooleanField(
        default=False, help_text="The customer agreed to hear back about an answer."
    )
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = IdentityQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "identities"
        indexes = [models.Index(models.functions.Lower("email"), name="identity_email")]

    def __str__(self) -> str:
        return self.email


class ErasureQuerySet(WorkspaceContentQuerySet["Erasure"]):
    """Erasures, by workspace."""


class Erasure(models.Model):
    """That somebody was forgotten: when, at whose hand and how much, but not who.

    `key` is the HMAC of the address, so that the erasure can be done again after a restore.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="erasures")
    key = models.CharField(max_length=64)
    requested_by = models.ForeignKey(
        "journeys.User", models.SET_NULL, null=True, blank=True, related_name="erasures"
    )
    erased_at = models.DateTimeField(auto_now_add=True)
    identities = models.PositiveIntegerField(default=0)
    comments = models.PositiveIntegerField(default=0)
    answers_unlinked = models.PositiveIntegerField(default=0)
    answers_deleted = models.PositiveIntegerField(default=0)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        ordering = ["-erased_at", "-pk"]

    def __str__(self) -> str:
        return f"Erasure of {self.erased_at:%Y-%m-%d}"
