"""What people say about a map to one another, and who is told of it."""

from typing import Self

from django.conf import settings
from django.db import models

from journeys.models.cards import Lane
from journeys.models.journeys import Journey, Step
from journeys.models.sharing import ShareLink
from journeys.models.workspaces import Visitor, WorkspaceContentQuerySet


class CommentQuerySet(WorkspaceContentQuerySet["Comment"]):
    """Comments, by workspace and whether they are settled."""

    workspace_path = "journey__workspace"

    def beginnings(self) -> Self:
        """Keep the first comment of each conversation."""
        return self.filter(reply_to__isnull=True)

    def open(self) -> Self:
        """Keep the beginnings of conversations that nobody has resolved."""
        return self.beginnings().filter(resolved_at__isnull=True)

    def resolved(self) -> Self:
        """Keep the beginnings of conversations that somebody has resolved."""
        return self.beginnings().filter(resolved_at__isnull=False)

    def mentioning(self, user: Visitor) -> Self:
        """Keep the beginnings of conversations in which somebody mentions the person."""
        there = Comment.mentions.through.objects.filter(user=user.pk).values("comment")
        said = models.Q(pk__in=there) | models.Q(replies__in=there)
        return self.beginnings().filter(said).distinct()

    def with_people(self) -> Self:
        """Fetch along who wrote and resolved it, whom it mentions and what it is about."""
        return self.select_related("author", "resolved_by", "lane", "step__stage").prefetch_related(
            "mentions"
        )


class Comment(models.Model):
    """A remark on one cell of a map, or the reply to one.

    Without a lane it is about the step, without a step about the lane, without both about the
    journey. It stays where it was when its cell goes off the map, and comes back with it.
    """

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="comments")
    lane = models.ForeignKey(Lane, models.CASCADE, null=True, blank=True, related_name="comments")
    step = models.ForeignKey(Step, models.CASCADE, null=True, blank=True, related_name="comments")
    reply_to = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="replies"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="comments"
    )
    link = models.ForeignKey(
        ShareLink, models.SET_NULL, null=True, blank=True, related_name="comments"
    )
    guest_name = models.CharField(
        max_length=80, blank=True, help_text="Who came by the link, as the person gave it."
    )
    text = models.CharField(max_length=2000)
    mentions = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="mentioned_in"
    )
    at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(
        null=True, blank=True, help_text="Its words are gone; it stays for the replies to it."
    )
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="resolved_comments",
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["journey_id", "pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="comment_has_text"),
            models.CheckConstraint(
                condition=models.Q(reply_to__isnull=True) | models.Q(resolved_at__isnull=True),
                name="comment_replies_are_not_resolved",
            ),
            models.CheckConstraint(
                condition=models.Q(guest_name="") | models.Q(author__isnull=True),
                name="comment_guests_are_no_members",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def said_by(self) -> str:
        """Return who wrote it, as every page and file names the person; "" for a former member."""
        if self.author:
            return str(self.author)
        return f"{self.guest_name} (guest)" if self.guest_name else ""
