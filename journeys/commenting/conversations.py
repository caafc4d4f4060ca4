"""Conversations as a page shows them: what was said, by whom, and what one may do about it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from journeys.commenting.places import Place
from journeys.commenting.saying import may_reword
from journeys.commenting.words import Piece, pieces
from journeys.models import Comment, User


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks, and what the person's role allows."""

    user: User
    comments: bool
    """May say something, resolve and reopen."""
    administers: bool
    """May remove what others said."""


@dataclass(frozen=True, slots=True)
class Said:
    """One comment."""

    comment: Comment
    author: str
    initials: str
    pieces: tuple[Piece, ...]
    may_reword: bool
    may_remove: bool

    @classmethod
    def of(cls, comment: Comment, reader: Reader) -> Self:
        """Draw a comment for who reads it."""
        author, mine = comment.author, comment.author_id == reader.user.pk
        removable = reader.comments and (mine or reader.administers)
        return cls(
            comment,
            comment.said_by or "A former member",
            author.initials if author else comment.guest_name[:1].upper() or "–",
            tuple(pieces(comment.text, comment.mentions.all())),
            reader.comments and may_reword(comment, reader.user),
            removable and comment.removed_at is None,
        )


@dataclass(frozen=True, slots=True)
class Conversation:
    """A comment with the replies to it, in the order in which they were given."""

    place: Place
    beginning: Said
    replies: list[Said] = field(default_factory=list)

    @property
    def comment(self) -> Comment:
        """Return the comment that it began with."""
        return self.beginning.comment

    @property
    def latest(self) -> Comment:
        """Return what was said last."""
        return self.replies[-1].comment if self.replies else self.comment


def conversations(beginnings: Iterable[Comment], reader: Reader) -> list[Conversation]:
    """Return whole conversations in the order of their beginnings: two queries for all replies."""
    beginnings = list(beginnings)
    replies: dict[int | None, list[Said]] = defaultdict(list)
    said = Comment.objects.filter(reply_to__in=beginnings).order_by("pk")
    for comment in said.select_related("author").prefetch_related("mentions"):
        replies[comment.reply_to_id].append(Said.of(comment, reader))
    return [
        Conversation(Place.of(comment), Said.of(comment, reader), replies[comment.pk])
        for comment in beginnings
    ]
