"""Conversations: all of a journey's, those of one place, and what people do in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from journeys.access import journey_and_rights, journey_to_comment, signed_in
from journeys.admin.access import administered_ids
from journeys.commenting import saying
from journeys.commenting.conversations import Reader, conversations
from journeys.commenting.places import Place, open_counts
from journeys.commenting.words import members_of, names_to_offer
from journeys.models import Comment, Journey, Lane, Notice, ShareLink, Step
from journeys.pages import render_page, wants_fragment

SHOWN = {"open": "Open", "resolved": "Resolved", "mine": "Mentioning me"}
PAGE = 30


class CommentForm(forms.Form):
    """What somebody says."""

    text = forms.CharField(
        max_length=saying.LONGEST,
        error_messages={
            "required": "Write something first.",
            "max_length": f"A comment has at most {saying.LONGEST:,} characters; "
            "yours has %(show_value)d. Nothing was kept yet.",
        },
    )


class PlaceForm(forms.Form):
    """A lane, a step, both or neither."""

    lane = forms.IntegerField(required=False)
    step = forms.IntegerField(required=False)
    reply_to = forms.IntegerField(required=False)


@require_GET
def comment_list(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """Show a journey's conversations: the open ones, the resolved, or those that mention one."""
    journey, _may_edit = journey_and_rights(request, workspace, slug)
    shown = request.GET.get("show", "open")
    shown = shown if shown in SHOWN else "open"
    found = Comment.objects.filter(journey=journey).select_related("journey__workspace")
    chosen = {
        "open": found.open(),
        "resolved": found.resolved(),
        "mine": found.mentioning(request.user),
    }[shown]
    page = Paginator(chosen.with_people().order_by("-pk"), PAGE).get_page(request.GET.get("page"))
    context = _context(request, journey) | {
        "page": page,
        "conversations": conversations(page.object_list, _reader(request, journey)),
        "shown": shown,
        "choices": SHOWN,
        "lanes": Lane.objects.current().filter(journey=journey).order_by("position"),
        "steps": Step.objects.current()
        .filter(stage__journey=journey)
        .order_by("stage__position", "position"),
        "journey_place": Place(journey),
    }
    return render_page(request, "journeys/comment_list.html", context)


@require_GET
def comment_place(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """Show the conversations of one cell, step or lane, or of the journey itself."""
    journey, _may_edit = journey_and_rights(request, workspace, slug)
    return _place_page(request, place_of(journey, request.GET))


@require_GET
def comment_people(request: HttpRequest, workspace: str, slug: str) -> JsonResponse:
    """Return what to write behind "@" for each member, as {"names": […]}."""
    journey = journey_to_comment(request, workspace, slug)
    return JsonResponse({"names": names_to_offer(members_of(journey.workspace))})


@require_POST
def comment_create(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """Begin a conversation at `lane` and `step`, or go on with the one named by `reply_to`."""
    journey = journey_to_comment(request, workspace, slug)
    place, to = place_of(journey, request.POST), None
    if number := request.POST.get("reply_to"):
        to = _comment(journey, int(number) if number.isdecimal() else 0)
        to = to.reply_to or to
        to.journey = journey
        place = Place.of(to)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _place_page(request, place, form, doing="reply" if to else "new", about=to)
    text = form.cleaned_data["text"]
    with _removed_is_not_found():
        comment = (
            saying.reply(to, text, by=signed_in(request))
            if to
            else saying.begin(place, text, by=signed_in(request))
        )
    return _done(request, place, "Comment added.", comment)


@require_POST
def comment_edit(request: HttpRequest, workspace: str, slug: str, pk: int) -> HttpResponse:
    """Put other words in the place of one's own, within some minutes."""
    journey = journey_to_comment(request, workspace, slug)
    comment = _comment(journey, pk)
    if comment.author_id != request.user.pk:
        raise PermissionDenied
    form = CommentForm(request.POST)
    place = Place.of(comment)
    if not saying.may_reword(comment, signed_in(request)):
        minutes = saying.REWORDED_WITHIN.seconds // 60
        form.add_error(None, f"A comment can be changed for {minutes} minutes; reply instead.")
    if not form.is_valid():
        return _place_page(request, place, form, doing="edit", about=comment)
    with _removed_is_not_found():
        saying.reword(comment, form.cleaned_data["text"])
    return _done(request, place, "Comment changed.", comment)


@require_POST
def comment_resolve(request: HttpRequest, workspace: str, slug: str, pk: int) -> HttpResponse:
    """Settle a conversation."""
    journey = journey_to_comment(request, workspace, slug)
    comment = _comment(journey, pk, beginning=True)
    saying.resolve(comment, by=signed_in(request))
    return _done(request, Place.of(comment), "Conversation resolved.", comment)


@require_POST
def comment_reopen(request: HttpRequest, workspace: str, slug: str, pk: int) -> HttpResponse:
    """Take up a settled conversation again."""
    journey = journey_to_comment(request, workspace, slug)
    comment = _comment(journey, pk, beginning=True)
    saying.reopen(comment)
    return _done(request, Place.of(comment), "Conversation opened again.", comment)


@require_POST
def comment_remove(request: HttpRequest, workspace: str, slug: str, pk: int) -> HttpResponse:
    """Remove one's own comment; owners and admins remove anybody's."""
    journey = journey_to_comment(request, workspace, slug)
    comment = _comment(journey, pk)
    mine = comment.author_id == request.user.pk
    if not mine and journey.workspace_id not in administered_ids(request):
        raise PermissionDenied
    place = Place.of(comment)
    if comment.removed_at is None:
        saying.remove(comment)
    return _done(request, place, "Comment removed.")


@contextmanager
def _removed_is_not_found() -> Iterator[None]:
    """Answer 404 to whoever goes on with what was removed meanwhile; the panel keeps the text."""
    try:
        yield
    except Comment.DoesNotExist as error:
        raise Http404 from error


def _comment(journey: Journey, pk: int, *, beginning: bool = False) -> Comment:
    found = Comment.objects.filter(journey=journey)
    found = found.beginnings() if beginning else found
    comment = get_object_or_404(found.select_related("lane", "step__stage", "reply_to"), pk=pk)
    # The one object whose revision is raised and whose address is asked.
    comment.journey = journey
    return comment


def place_of(journey: Journey, query: Any) -> Place:
    """Read which place `lane` and `step` name; one that went off the map is still a place."""
    form = PlaceForm(query)
    if not form.is_valid():
        raise Http404
    lane, step = form.cleaned_data["lane"], form.cleaned_data["step"]
    lanes = Lane.objects.filter(journey=journey)
    steps = Step.objects.filter(stage__journey=journey).select_related("stage")
    return Place(
        journey,
        get_object_or_404(lanes, pk=lane) if lane else None,
        get_object_or_404(steps, pk=step) if step else None,
    )


def _reader(request: HttpRequest, journey: Journey) -> Reader:
    administers = journey.workspace_id in administered_ids(request)
    return Reader(signed_in(request), journey.may_comment, administers)


def _context(request: HttpRequest, journey: Journey) -> dict[str, Any]:
    return {
        "workspace": journey.workspace,
        "journey": journey,
        "map_address": journey.get_absolute_url(),
        "may_comment": journey.may_comment,
        "in_panel": wants_fragment(request),
        "total": sum(open_counts(journey).values()),
    }


def _place_page(
    request: HttpRequest,
    place: Place,
    bad: CommentForm | None = None,
    *,
    doing: str = "",
    about: Comment | None = None,
) -> HttpResponse:
    """Show a place's conversations; of a form with errors, say what it was for and about what."""
    journey = place.journey
    beginnings = place.comments.beginnings().with_people().order_by("resolved_at", "pk")
    found = conversations(
        beginnings.select_related("journey__workspace"), _reader(request, journey)
    )
    unread = Notice.objects.unread().filter(user=signed_in(request), comment__in=place.comments)
    context = _context(request, journey) | {
        "place": place,
        "open": [each for each in found if each.comment.resolved_at is None],
        "resolved": [each for each in found if each.comment.resolved_at],
        "bad": bad,
        "doing": doing,
        "about": about,
        "unread": unread.exists(),
        "longest": saying.LONGEST,
        "read_outside": ShareLink.objects.reading_team_comments(journey).exists(),
    }
    # htmx shows only what is no error.
    status = 422 if bad and not wants_fragment(request) else 200
    return render_page(request, "journeys/comment_place.html", context, status=status)


def _done(
    request: HttpRequest, place: Place, said: str, comment: Comment | None = None
) -> HttpResponse:
    messages.success(request, said)
    anchor = f"#comment-{comment.pk}" if comment else ""
    return HttpResponseRedirect(f"{place.url}{anchor}", status=303)
