"""What somebody is told of: mentions, replies in conversations of theirs, and their work."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from journeys.access import journey_to_see, signed_in
from journeys.commenting.mailing import what_happened
from journeys.commenting.places import Place
from journeys.commenting.words import Piece, pieces
from journeys.mailing import can_mail
from journeys.models import Notice, User
from journeys.pages import render_page, wants_fragment
from journeys.views.comments import place_of

PAGE = 30


@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """Show one's own notices, the newest first."""
    mine = Notice.objects.visible_to(request.user).with_comments()
    page = Paginator(mine, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "notices": [(notice, *_said(notice, signed_in(request))) for notice in page.object_list],
        "can_mail": can_mail(),
    }
    return render_page(request, "journeys/notice_list.html", context)


def _said(notice: Notice, reader: User) -> tuple[Place | None, list[Piece], str]:
    """Return where a comment stands, its words, and what its author did."""
    comment = notice.comment
    if comment is None:
        return None, [], ""
    said = list(pieces(comment.text, comment.mentions.all()))
    return Place.of(comment), said, what_happened(comment, reader)


@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark all of one's notices as read."""
    Notice.objects.unread().filter(user=signed_in(request)).update(read_at=timezone.now())
    return redirect("journeys:notice_list")


@require_POST
def place_read(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """Mark one's notices of one place as read: its conversations are on the screen."""
    journey = journey_to_see(request, workspace, slug)
    place = place_of(journey, request.POST)
    unread = Notice.objects.unread().filter(user=signed_in(request), comment__in=place.comments)
    unread.update(read_at=timezone.now())
    if wants_fragment(request):
        return render(request, "journeys/_bell.html", {"elsewhere": True})
    return redirect(place.url)


@require_POST
def notice_mails(request: HttpRequest) -> HttpResponse:
    """Choose whether notices come by e-mail, too."""
    wanted = request.POST.get("mails") == "on"
    User.objects.filter(pk=signed_in(request).pk).update(notice_mails=wanted)
    return redirect("journeys:notice_list")
