"""Comments by whoever has a link that takes some: read, begun and answered without an account."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.http import urlencode

from journeys.commenting import saying
from journeys.commenting.places import Place
from journeys.models import Comment, Step
from journeys.sharing.entering import Visit, by_link
from journeys.sharing.guests import MOST_COMMENTS, TooManyError, readable, say, talks
from journeys.sharing.showing import words_of
from journeys.views.comments import place_of


class GuestCommentForm(forms.Form):
    """What a visitor says, and under which name. `website` is for programs: people see no such."""

    name = forms.CharField(
        max_length=80,
        label="Your name",
        error_messages={"required": "Say who you are: the team answers people, not links."},
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    text = forms.CharField(
        max_length=saying.LONGEST,
        label="Your comment",
        error_messages={
            "required": "Write something first.",
            "max_length": f"A comment has at most {saying.LONGEST:,} characters; "
            "yours has %(show_value)d. Nothing was kept yet.",
        },
        widget=forms.Textarea({"rows": 4}),
    )
    reply_to = forms.IntegerField(required=False, widget=forms.HiddenInput)
    website = forms.CharField(required=False)


@by_link("GET", "HEAD")
def shared_comments(visit: Visit) -> HttpResponse:
    """List the conversations that a visitor may read, and offer every place of the map."""
    _require_comments(visit)
    link = visit.link
    words = words_of(link)
    steps = Step.objects.current().filter(stage__journey=link.journey)
    context = {
        "talks": talks(readable(link), words, named=not link.hides_names),
        "lanes": [(lane.pk, words(str(lane))) for lane in link.shown_lanes()],
        "steps": [
            (step.pk, words(str(step))) for step in steps.order_by("stage__position", "position")
        ],
        "title": words(link.journey.title),
    }
    return visit.render("comments", context)


@by_link("GET", "HEAD", "POST")
def shared_place(visit: Visit) -> HttpResponse:
    """Show the conversations of one place, and take what a visitor says about it."""
    _require_comments(visit)
    request = visit.request
    place = _place(visit, request.GET)
    if request.method != "POST":
        return _place_page(visit, place, GuestCommentForm(initial={"name": visit.name}))
    form = GuestCommentForm(request.POST)
    if not form.is_valid():
        return _place_page(visit, place, form, status=422)
    if form.cleaned_data["website"]:
        return HttpResponseRedirect(_address(visit, place), status=303)
    return _say(visit, place, form)


def _say(visit: Visit, place: Place, form: GuestCommentForm) -> HttpResponse:
    name, text = form.cleaned_data["name"], form.cleaned_data["text"]
    try:
        said = say(visit.link, place, _beginning(visit, place, form), name=name, text=text)
    except TooManyError:
        form.add_error(
            None,
            f"This link takes {MOST_COMMENTS} comments an hour, and had them. Yours was not kept: "
            "it stands below, to be sent later.",
        )
        return _place_page(visit, place, form, status=429)
    except Comment.DoesNotExist as error:
        raise Http404 from error
    there = f"{_address(visit, place, said='yes')}#comment-{said.pk}"
    response = HttpResponseRedirect(there, status=303)
    visit.remember(response, name=name)
    return response


def _require_comments(visit: Visit) -> None:
    if not visit.link.takes_comments:
        raise Http404


def _place(visit: Visit, query: Any) -> Place:
    """Return the place that is asked for, as far as the link shows it."""
    place = place_of(visit.link.journey, query)
    shown = place.lane is None or visit.link.shown_lanes().filter(pk=place.lane.pk).exists()
    if not (shown and place.is_on_map):
        raise Http404
    return place


def _beginning(visit: Visit, place: Place, form: GuestCommentForm) -> Comment | None:
    """Return the conversation that somebody goes on with, if the visitor may read it."""
    number = form.cleaned_data["reply_to"]
    if number is None:
        return None
    found = readable(visit.link).beginnings().filter(lane=place.lane, step=place.step, pk=number)
    to = found.select_related("lane", "step__stage").first()
    if to is None:
        raise Http404
    to.journey = place.journey
    return to


def _address(visit: Visit, place: Place, **more: str) -> str:
    query = "&".join(filter(None, [place.query, urlencode(more)]))
    return f"{visit.address}comments/at/?{query}".rstrip("?")


def _place_page(
    visit: Visit, place: Place, form: GuestCommentForm, *, status: int = 200
) -> HttpResponse:
    link = visit.link
    words = words_of(link)
    here = readable(link).filter(lane=place.lane, step=place.step)
    replied = form["reply_to"].value()
    context = {
        "talks": talks(here, words, named=not link.hides_names),
        "place": words(place.label),
        "element": place.element,
        "here": _address(visit, place),
        "form": form,
        "name": form["name"].value() or "",
        "replied": int(replied) if form.errors and str(replied).isdecimal() else 0,
        "said": visit.request.GET.get("said") == "yes",
        "longest": saying.LONGEST,
        "title": words(link.journey.title),
    }
    return visit.render("place", context, status=status)
