"""What visitors without an account say about a map, and what of the others' words they read."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from journeys.commenting.places import Place
from journeys.commenting.saying import Guest, begin, reply
from journeys.models import Comment, ShareLink
from journeys.models.comments import CommentQuerySet
from journeys.sharing.names import Words

WITHIN = timedelta(hours=1)
MOST_COMMENTS = 30
"""Comments that one link takes within that time."""
TEAM, GUEST = "The team", "Guest"


class TooManyError(Exception):
    """More was said through a link than one may say there in an hour."""


@dataclass(frozen=True, slots=True)
class Said:
    """One comment, as far as a visitor may read it."""

    id: int
    author: str
    is_guest: bool
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation, as far as a visitor may read it."""

    id: int
    place: str
    query: str
    resolved: bool
    said: list[Said] = field(default_factory=list)


def readable(link: ShareLink) -> CommentQuerySet:
    """Return what was said through this link, and, where it shows them, the members' comments.

    Nobody reads what was said through another link, nor what members answered there.
    """
    said = Comment.objects.filter(journey=link.journey_id, removed_at__isnull=True)
    place = Q(lane__isnull=True) | Q(lane__in=link.shown_lanes())
    place &= Q(step__isnull=True) | Q(
        step__removed_at__isnull=True, step__stage__removed_at__isnull=True
    )
    own = Q(link=link)
    if link.shows_team_comments:
        here = Q(reply_to__isnull=True) | Q(reply_to__link__isnull=True) | Q(reply_to__link=link)
        own |= Q(link__isnull=True, guest_name="") & here
    return said.filter(place, own)


def open_places(link: ShareLink) -> dict[tuple[int | None, int | None], int]:
    """Return how many open conversations a visitor may read at each place: one query."""
    rows = readable(link).open().order_by().values_list("lane_id", "step_id")
    return {(lane, step): n for lane, step, n in rows.annotate(n=Count("pk"))}


def talks(comments: CommentQuerySet, words: Words, *, named: bool) -> list[Talk]:
    """Return conversations in the order of what was said: one query.

    With `named`, by whom; otherwise only whether it was a guest or the team.
    """
    found: dict[int, Talk] = {}
    told = comments.select_related("author", "lane", "step__stage", "journey__workspace")
    for each in told.order_by("pk"):
        place = Place.of(each)
        beginning = each.reply_to_id or each.pk
        talk = found.setdefault(
            beginning,
            Talk(beginning, words(place.label), place.query, each.resolved_at is not None),
        )
        is_guest = each.link_id is not None
        author = each.said_by if named and each.said_by else GUEST if is_guest else TEAM
        talk.said.append(Said(each.pk, author, is_guest, each.at, words(each.text)))
    return list(found.values())


def say(link: ShareLink, place: Place, to: Comment | None, *, name: str, text: str) -> Comment:
    """Begin a conversation as a guest, or reply to one; raise TooManyError where it is too much."""
    guest = Guest(name, link)
    with transaction.atomic():
        # Of two at once, the second counts the first.
        place.journey.lock()
        lately = Comment.objects.filter(link=link, at__gt=timezone.now() - WITHIN)
        if lately.count() >= MOST_COMMENTS:
            raise TooManyError
        return reply(to, text, by=guest) if to else begin(place, text, by=guest)
