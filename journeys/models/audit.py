"""What happened that somebody may have to account for: one row an event, written once."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from journeys.models.people import User
from journeys.models.workspaces import Workspace, WorkspaceContentQuerySet


class AuditKind(models.TextChoices):
    """The sorts of events that are kept."""

    SIGN_IN = "sign_in", "Signed in"
    SIGN_IN_FAILED = "sign_in_failed", "Sign-in failed"
    SIGN_OUT = "sign_out", "Signed out"
    CREDENTIALS = "credentials", "Sign-in changed"
    INVITATION = "invitation", "Invitation"
    MEMBERSHIP = "membership", "Membership"
    SHARING = "sharing", "Sharing"
    TOKEN = "token", "API token or webhook"
    EXPORT = "export", "Export"
    DISCLOSURE = "disclosure", "Personal data read"
    ERASURE = "erasure", "Personal data erased"
    DELETION = "deletion", "Deleted"
    SETTINGS = "settings", "Settings changed"
    ADMIN = "admin", "Changed in the admin"
    LOG = "log", "This log"


COMING_IN = (
    AuditKind.SIGN_IN,
    AuditKind.SIGN_IN_FAILED,
    AuditKind.SIGN_OUT,
    AuditKind.CREDENTIALS,
)
"""What belongs to no workspace, because one account opens them all."""


class AuditQuerySet(WorkspaceContentQuerySet["AuditEntry"]):
    """Entries, by workspace, sort and time."""

    def seen_in(self, workspace: Workspace) -> Self:
        """Keep what happened in a workspace, and how its members came in, wherever they went."""
        people = User.objects.filter(memberships__workspace=workspace)
        theirs = models.Q(actor__in=people.values("pk")) | models.Q(
            facts__email__in=list(people.values_list("email", flat=True))
        )
        came_in = theirs & models.Q(workspace=None, kind__in=COMING_IN)
        return self.filter(came_in | models.Q(workspace=workspace))


class AuditEntry(models.Model):
    """One event: who did what to what, and when.

    It outlives whom and what it names, so that its relations are not enforced and their names
    are kept as words. The database itself refuses to change or delete it: triggers of the
    migration, which only `manage.py forget_audit` lifts.
    """

    at = models.DateTimeField(default=timezone.now, editable=False, db_index=True)
    kind = models.CharField(max_length=16, choices=AuditKind.choices)
    workspace = models.ForeignKey(
        Workspace,
        models.DO_NOTHING,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="audit_entries",
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="audit_entries",
    )
    actor_name = models.CharField(max_length=254, blank=True, help_text="As it was at the time.")
    text = models.CharField(max_length=300, help_text="What happened, in a sentence.")
    facts = models.JSONField(default=dict, blank=True, help_text="Values, for programs.")
    address = models.GenericIPAddressField(
        "network", null=True, blank=True, help_text="Of the address, without its last part."
    )

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "audit entries"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=AuditKind.values), name="audit_kind_known"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "-at"], name="audit_of_workspace")]

    def __str__(self) -> str:
        return self.text

    @property
    def actor_address(self) -> str:
        """Return the e-mail address of who did it."""
        return self.actor_name.rpartition("<")[2].rstrip(">")

    @property
    def actor_called(self) -> str:
        """Return the name of who did it, "" where the person has given none."""
        name = self.actor_name.rpartition(" <")[0]
        return "" if name == self.actor_address else name
