"""Lanes: added, named, moved, divided by the blueprint's lines, and taken off the map."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from journeys.editing import editing
from journeys.editing import lanes as doing
from journeys.editing.edit import quoted
from journeys.models import Journey, Lane, LaneKind, Line
from journeys.views.editing.base import Action, edits_journey, part_form
from journeys.views.editing.columns import OrderForm
from journeys.views.map_parts import edited


class LaneCreateForm(forms.Form):
    """What a new lane holds, and its name where the kind's own does not serve."""

    kind = forms.ChoiceField(choices=LaneKind.choices)
    title = forms.CharField(
        label="Name", max_length=60, required=False, help_text="Empty: the kind’s own."
    )

    def __init__(self, *args: Any, journey: Journey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = set(Lane.objects.current().filter(journey=journey).values_list("kind", flat=True))
        kinds = [kind for kind in LaneKind if kind.holds_cards or kind not in there]
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]


class LaneForm(forms.Form):
    """A lane's name, and the line below it."""

    title = forms.CharField(
        label="Name", max_length=60, required=False, help_text="Empty: the kind’s own."
    )
    line_below = forms.ChoiceField(label="Line below", choices=Line.choices, required=False)


class LineForm(forms.Form):
    """A line of the service blueprint."""

    line = forms.ChoiceField(choices=[choice for choice in Line.choices if choice[0]])


@require_http_methods(["GET", "HEAD", "POST"])
@edits_journey
def lane_create(request: HttpRequest, journey: Journey) -> HttpResponse:
    """Put a lane on the map, above the one named by `before` or at the bottom."""
    form = LaneCreateForm(request.POST or None, journey=journey)
    if request.method != "POST" or not form.is_valid():
        url = request.get_full_path()
        return part_form(request, journey, form, title="New lane", url=url)
    place = OrderForm(request.POST if "before" in request.POST else request.GET)
    before = place.cleaned_data["before"] if place.is_valid() else None
    kind, title = LaneKind(form.cleaned_data["kind"]), form.cleaned_data["title"]
    with editing(journey, by=request.user) as edit:
        lane = doing.add_lane(edit, kind, title=title, before_pk=before)
    return edited(request, journey, edit, focus=f"lane-{lane.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@edits_journey
def lane_edit(request: HttpRequest, journey: Journey, pk: int) -> HttpResponse:
    """Name a lane, and draw or clear the line below it."""
    lane = get_object_or_404(Lane.objects.current().filter(journey=journey), pk=pk)
    initial = {"title": lane.title, "line_below": lane.line_below}
    form = LaneForm(request.POST or None, initial=initial)
    if request.method != "POST" or not form.is_valid():
        base = journey.get_absolute_url()
        actions = [
            Action(f"{base}lanes/new/?before={pk}", "Add a lane above", opens=True),
            Action(f"{request.path}remove/", "Remove", danger=True),
        ]
        title, back_to = f"Lane {lane}", f"lane-{pk}"
        return part_form(
            request, journey, form, title=title, actions=actions, back_to=back_to,
            comments_at=f"?lane={pk}",
        )  # fmt: skip
    with editing(journey, by=request.user) as edit:
        lane = edit.get(Lane, pk)
        doing.draw_line(edit, lane, form.cleaned_data["line_below"])
        edit.write(lane, "title", form.cleaned_data["title"], was=request.POST.get("was"))
        edit.summary = f"Set up the lane {quoted(lane)}"
    return edited(request, journey, edit, focus=f"lane-{pk}")


@require_POST
@edits_journey
def lane_move(request: HttpRequest, journey: Journey, pk: int) -> HttpResponse:
    """Move a lane above another one, or to the bottom."""
    place = OrderForm(request.POST)
    before = place.cleaned_data["before"] if place.is_valid() else None
    with editing(journey, by=request.user) as edit:
        doing.move_lane(edit, edit.get(Lane, pk), before_pk=before)
    return edited(request, journey, edit, focus=f"lane-{pk}")


@require_POST
@edits_journey
def lane_line(request: HttpRequest, journey: Journey, pk: int) -> HttpResponse:
    """Move the line of the service blueprint that `line` names below a lane."""
    form = LineForm(request.POST)
    if not form.is_valid():
        names = ", ".join(line.value for line in Line if line)
        return HttpResponse(f"Which line? It takes `line`: {names}.", status=422)
    line = form.cleaned_data["line"]
    with editing(journey, by=request.user) as edit:
        doing.move_line(edit, edit.get(Lane, pk), line)
    return edited(request, journey, edit, focus=f"line-{line}")


@require_POST
@edits_journey
def lane_remove(request: HttpRequest, journey: Journey, pk: int) -> HttpResponse:
    """Take a lane with its cards off the map."""
    with editing(journey, by=request.user) as edit:
        doing.remove_lane(edit, edit.get(Lane, pk))
    return edited(request, journey, edit, focus="map")
