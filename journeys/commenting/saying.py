"""What people do in a conversation: begin, reply, reword, resolve, reopen, remove.

Comments are no edits of the map: they are not undone, and no version holds them. But the map shows
how many conversations are open, so whatever changes that number raises the journey's revision.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from journeys.commenting.mailing import send_notices
from journeys.commenting.places import TOTAL, Place
from journeys.commenting.words import members_of, mentioned
from journeys.live.doorbell import ring
from journeys.models import Comment, Notice, ShareLink, User

LONGEST = 2000
REWORDED_WITHIN = timedelta(minutes=15)
REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody without an account, who came by a link and gave a name."""

    name: str
    link: ShareLink


def _author(by: User | Guest) -> dict[str, object]:
    return {"author": by} if isinstance(by, User) else {"guest_name": by.name, "link": by.link}


@contextmanager
def _locked(place: Place) -> Iterator[None]:
    """Open a transaction in which nobody else says or removes anything on this journey."""
    with transaction.atomic():
        place.journey.lock()
        yield


@contextmanager
def _announced(place: Place) -> Iterator[None]:
    """Open a transaction in which the number of open conversations at a place may change."""
    with _locked(place):
        yield
        place.journey.raise_revision()
        ring(place.journey.pk, place.journey.revision, [place.element, TOTAL])


def begin(place: Place, text: str, *, by: User | Guest) -> Comment:
    """Begin a conversation, and tell whom it mentions."""
    with _announced(place):
        comment = Comment.objects.create(
            journey=place.journey, lane=place.lane, step=place.step, text=text, **_author(by)
        )
        _tell(comment)
    return comment


def reply(to: Comment, text: str, *, by: User | Guest) -> Comment:
    """Go on with a conversation, and tell those who took part; one that was resolved opens again.

    Raises Comment.DoesNotExist where it was removed meanwhile.
    """
    with _locked(Place.of(to)):
        to.refresh_from_db(fields=["resolved_at"])
        if to.resolved_at:
            reopen(to)
        comment = Comment.objects.create(
            journey=to.journey, lane=to.lane, step=to.step, reply_to=to, text=text,
            **_author(by),
        )  # fmt: skip
        _tell(comment)
    return comment


def may_reword(comment: Comment, by: User) -> bool:
    """True for one's own comment, for some minutes: later somebody may have acted on it."""
    fresh = timezone.now() - comment.at < REWORDED_WITHIN
    return comment.author_id == by.pk and comment.removed_at is None and fresh


def reword(comment: Comment, text: str) -> None:
    """Put other words in the place of a comment's, and tell whom only these mention.

    Raises Comment.DoesNotExist where it was removed meanwhile.
    """
    with _locked(Place.of(comment)):
        comment.refresh_from_db(fields=["removed_at"])
        if comment.removed_at is None:
            comment.text = text
            comment.save(update_fields=["text"])
            _tell(comment)


def resolve(beginning: Comment, *, by: User) -> None:
    """Settle a conversation; one that is settled already stays as it is."""
    with _announced(Place.of(beginning)):
        open_ones = Comment.objects.open().filter(pk=beginning.pk)
        open_ones.update(resolved_at=timezone.now(), resolved_by=by)


def reopen(beginning: Comment) -> None:
    """Take up a settled conversation again."""
    with _announced(Place.of(beginning)):
        settled = Comment.objects.filter(pk=beginning.pk)
        settled.update(resolved_at=None, resolved_by=None)


def remove(comment: Comment) -> None:
    """Delete a comment; one that others replied to only loses its words."""
    with _announced(Place.of(comment)):
        if comment.replies.exists():
            comment.text, comment.removed_at = REMOVED, timezone.now()
            comment.save(update_fields=["text", "removed_at"])
            comment.mentions.clear()
            comment.notices.all().delete()
            return
        beginning = comment.reply_to_id
        comment.delete()
        if beginning is not None:
            # The last reply takes along a beginning that only stood for it.
            emptied = Comment.objects.filter(removed_at__isnull=False, replies__isnull=True)
            emptied.filter(pk=beginning).delete()


def _tell(comment: Comment) -> None:
    """Note whom a comment mentions; make one notice for each of them and of the conversation's."""
    workspace = comment.journey.workspace
    named = mentioned(comment.text, members_of(workspace))
    comment.mentions.set(named)
    people = {person.pk for person in named} | _took_part(comment) | _hosts(comment)
    present = Q(memberships__workspace=workspace) | Q(is_superuser=True)
    concerned = User.objects.filter(present, is_active=True, pk__in=people - {comment.author_id})
    Notice.objects.bulk_create(
        (Notice(user=person, comment=comment) for person in concerned.distinct()),
        ignore_conflicts=True,
    )
    transaction.on_commit(lambda: send_notices.enqueue(comment.pk))


def _hosts(comment: Comment) -> set[int]:
    """Return who is told of what a guest says: who made the link, and who owns the journey."""
    if comment.link is None:
        return set()
    return {pk for pk in (comment.link.made_by_id, comment.journey.owner_id) if pk}


def _took_part(comment: Comment) -> set[int]:
    beginning = comment.reply_to_id
    if beginning is None:
        return set()
    conversation = Q(pk=beginning) | Q(reply_to=beginning)
    said = Comment.objects.filter(conversation, removed_at__isnull=True)
    return {comment.author_id for comment in said.only("author") if comment.author_id}
