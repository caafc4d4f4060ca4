"""The open map page: the event stream that tells it of changes, and its signs of life."""

from asgiref.sync import sync_to_async
from django import forms
from django.contrib.auth import get_user
from django.core.validators import RegexValidator
from django.db import close_old_connections, connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET, require_POST

from journeys.access import journey_to_see
from journeys.live.aside import aside
from journeys.live.hub import events
from journeys.live.messages import Here, Sign, send
from journeys.models import Journey, User


class PlaceForm(forms.Form):
    """Where somebody is on the map: the id of a card, cell or head, or nowhere."""

    stream = forms.CharField(validators=[RegexValidator(r"^[\w-]{12}$")])
    place = forms.CharField(
        max_length=40, required=False, validators=[RegexValidator(r"^[a-z]+(-[a-z0-9]+)+$")]
    )


@require_GET
async def journey_live(request: HttpRequest, workspace: str, slug: str) -> HttpResponseBase:
    """Tell the page that somebody has open what changes on the map, as long as they may see it.

    Events: `revision`, what the map's is now, at once; `changed`, the parts to fetch again;
    `here`, who else looks at it.
    """
    journey = await sync_to_async(_to_see)(request, workspace, slug)
    if not hasattr(request, "scope"):
        return HttpResponse("This server holds no event streams: it is WSGI.", status=501)

    async def may_stay() -> bool:
        return await aside(_may_see, request, journey.pk)

    sign = _sign(request, "", "")
    response = StreamingHttpResponse(
        events(journey.pk, sign, may_stay=may_stay), content_type="text/event-stream"
    )
    response["Cache-Control"] = "no-cache, no-store"
    response["X-Accel-Buffering"] = "no"
    # Compressed, a message would wait for others to fill a block.
    response["Content-Encoding"] = "identity"
    return response


@require_POST
def live_here(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """Take a sign of life of an open page, and the place at which its person is."""
    journey = journey_to_see(request, workspace, slug)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return HttpResponse("It takes `stream`, as the event stream said, and `place`.", status=400)
    send(Here(journey.pk, (_sign(request, **form.cleaned_data),)))
    return HttpResponse(status=204)


def _to_see(request: HttpRequest, workspace: str, slug: str) -> Journey:
    try:
        return journey_to_see(request, workspace, slug)
    finally:
        # The request ends with the stream, and would keep its connection as long.
        if not connection.in_atomic_block:
            close_old_connections()


def _sign(request: HttpRequest, stream: str, place: str) -> Sign:
    person = request.user
    assert isinstance(person, User)  # noqa: S101  (signing in is required)
    return Sign(stream, person.pk, person.get_full_name(), person.initials, place)


def _may_see(request: HttpRequest, journey: int) -> bool:
    """Ask anew: the session may have ended since, or the membership."""
    asking = HttpRequest()
    asking.session = type(request.session)(request.session.session_key)
    return Journey.objects.visible_to(get_user(asking)).filter(pk=journey).exists()
