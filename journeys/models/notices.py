"""What one person is told of: a comment, or something that happened to their work."""

from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.db import models

from journeys.models.comments import Comment
from journeys.models.people import User
from journeys.models.workspaces import Visitor, Workspace, workspaces_of


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices, by whether they were read."""

    def unread(self) -> Self:
        """Keep those that the person has not seen."""
        return self.filter(read_at__isnull=True)

    def visible_to(self, user: Visitor) -> Self:
        """Keep the person's own, as long as the person may see what they are about."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        own = self.filter(user=user)
        if user.is_superuser:
            return own
        seen = workspaces_of(user)
        said = models.Q(comment__journey__workspace__in=seen)
        return own.filter(said | models.Q(workspace__in=seen))

    def with_comments(self) -> Self:
        """Fetch along what each is about."""
        return self.select_related(
            "comment__author",
            "comment__lane",
            "comment__step__stage",
            "comment__journey__workspace",
            "workspace",
        ).prefetch_related("comment__mentions")

    def tell(
        self, people: Iterable[User], *, workspace: Workspace, text: str, url: str
    ) -> list["Notice"]:
        """Tell members of a workspace what happened, in a sentence, and where to see it.

        Whoever is no member, or not active, is left out. `url` is a path of this site.
        """
        present = models.Q(memberships__workspace=workspace) | models.Q(is_superuser=True)
        asked = {person.pk for person in people}
        members = User.objects.filter(present, is_active=True, pk__in=asked).distinct()
        return self.bulk_create(
            Notice(user=person, workspace=workspace, text=text, url=url) for person in members
        )


class Notice(models.Model):
    """Tells one person of one comment, or in a sentence of something else in a workspace."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    comment = models.ForeignKey(
        Comment, models.CASCADE, null=True, blank=True, related_name="notices"
    )
    workspace = models.ForeignKey(
        Workspace, models.CASCADE, null=True, blank=True, related_name="notices"
    )
    text = models.CharField(max_length=300, blank=True)
    url = models.CharField(max_length=300, blank=True, help_text="A path of this site.")
    at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "comment"], name="notice_once"),
            models.CheckConstraint(
                condition=models.Q(comment__isnull=False, workspace__isnull=True, text="")
                | (models.Q(comment__isnull=True, workspace__isnull=False) & ~models.Q(text="")),
                name="notice_of_a_comment_or_an_event",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.comment or self.text}"
