"""What whoever has a link sees: the map, the map in a frame, its pictures, and the password."""

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone

from journeys.auditing import audit
from journeys.editing.images import thumbnail_name
from journeys.models import AuditKind, Card
from journeys.models.sharing import LOCKED_FOR, WRONG_TRIES
from journeys.pictures import picture_response
from journeys.sharing.entering import Visit, by_link, password_page
from journeys.sharing.showing import drawn_map

RELOADED = ("max-age=0", "no-cache")


@by_link("GET", "HEAD")
def shared_map(visit: Visit) -> HttpResponse:
    """Show the map; on small screens, and with `as=story`, as a story."""
    today = timezone.now().date()
    _count(visit)
    as_story = visit.request.GET.get("as") == "story"
    title, view = drawn_map(
        visit.link,
        visit.token,
        "journeys/shared/_map.html",
        today,
        as_story=as_story,
        talking=visit.link.takes_comments,
    )
    return visit.render("map", {"title": title, "view": view, "as_story": as_story})


@by_link("GET", "HEAD")
def shared_embed(visit: Visit) -> HttpResponse:
    """Show the map within a frame on one of the sites that the link names."""
    if not visit.link.sites:
        raise Http404
    today = timezone.now().date()
    _count(visit)
    title, view = drawn_map(visit.link, visit.token, "journeys/shared/_embed.html", today)
    response = visit.render("embed", {"title": title, "view": view})
    response.xframe_options_exempt = True
    response._csp_replace = {"frame-ancestors": visit.link.sites}  # type: ignore[attr-defined]
    return response


@by_link("GET", "HEAD", "POST", before_password=True)
def shared_enter(visit: Visit) -> HttpResponse:
    """Take the password."""
    link, now = visit.link, timezone.now()
    if visit.request.method != "POST" or not link.password:
        return HttpResponseRedirect(visit.address)
    if not link.may_try(now):
        minutes = LOCKED_FOR.seconds // 60
        said = f"There were too many wrong passwords. Try again in {minutes} minutes."
        return password_page(visit, said, status=429)
    if not link.opens_with(visit.request.POST.get("password", "")[:200]):
        _note_lock(visit)
        return password_page(visit, "That is not the password.", status=422)
    response = HttpResponseRedirect(visit.address, status=303)
    visit.remember(response, key=True)
    return response


@by_link("GET", "HEAD")
def shared_picture(visit: Visit, pk: int, *, full: bool = False) -> HttpResponse:
    """Show a picture of a card that the link shows."""
    cards = Card.objects.current().filter(lane__in=visit.link.shown_lanes()).exclude(image="")
    name = get_object_or_404(cards, pk=pk).image.name or ""
    try:
        return picture_response(name if full else thumbnail_name(name), cached="no-store")
    except Http404:
        # Only what the editor stored has a thumbnail.
        return picture_response(name, cached="no-store")


def _count(visit: Visit) -> None:
    """Count the opening, unless a browser fetches ahead or anew; nobody is told apart for it."""
    request = visit.request
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    again = any(each in request.headers.get("Cache-Control", "") for each in RELOADED)
    if request.method == "GET" and "prefetch" not in purpose and not again:
        visit.link.count_opening(timezone.now().date())


def _note_lock(visit: Visit) -> None:
    link = visit.link
    link.refresh_from_db(fields=["wrong_tries"])
    if link.wrong_tries >= WRONG_TRIES:
        audit(
            AuditKind.SHARING,
            f"Too many wrong passwords for the link “{link}” to “{link.journey}”",
            by=None,
            workspace=link.journey.workspace,
            request=visit.request,
            link=link.pk,
        )
