"""Touchpoints: added, described, moved, copied, split, taken off the map, and brought back."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from journeys.access import journey_to_edit
from journeys.editing import editing
from journeys.editing.edit import quoted
from journeys.models import Journey, Lane, LaneKind, Step
from journeys.pages import render_page
from journeys.views.editing.base import Action, edits_journey, part_form
from journeys.views.map_parts import edited
from touchpoints.editing import touchpoints as doing
from touchpoints.models import Touchpoint
from touchpoints.views.fields import on_map_of
from touchpoints.views.forms import ChannelForm, StepChoiceForm, TouchpointForm


class PlaceForm(forms.Form):
    """A step, and the touchpoint at it before which something goes."""

    step = forms.IntegerField()
    before = forms.IntegerField(required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@edits_journey
def touchpoint_create(request: HttpRequest, journey: Journey) -> HttpResponse:
    """Put a touchpoint at the step named by `step`, before the one named by `before`."""
    place = PlaceForm(request.GET if "step" in request.GET else request.POST)
    if not place.is_valid():
        return HttpResponse("At which step? It takes `step`.", status=400)
    step = _step(journey, place.cleaned_data["step"])
    sent = request.POST if "title" in request.POST else None
    form = TouchpointForm(sent, step=step)
    if not form.is_valid():
        title, url = f"New touchpoint at {step}", request.get_full_path()
        return part_form(
            request, journey, form, title=title, url=url, back_to=_cell(journey, step.pk)
        )
    with editing(journey, by=request.user) as edit:
        step = edit.get(Step, step.pk)
        before = place.cleaned_data["before"]
        touchpoint = doing.add_touchpoint(edit, step, before_pk=before, **form.values())
    return edited(request, journey, edit, focus=f"touchpoint-{touchpoint.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@edits_journey
def touchpoint_edit(request: HttpRequest, journey: Journey, pk: int) -> HttpResponse:
    """Describe a touchpoint: its name, channel, owner, icon, and how much it matters."""
    touchpoint = _touchpoint(journey, pk)
    initial = TouchpointForm.initial_of(touchpoint)
    form = TouchpointForm(
        request.POST or None, step=touchpoint.step, touchpoint=touchpoint, initial=initial
    )
    if not form.is_valid():
        return part_form(
            request, journey, form, title=f"Touchpoint at {touchpoint.step}",
            actions=_actions(request.path, journey, touchpoint), back_to=f"touchpoint-{pk}",
        )  # fmt: skip
    with editing(journey, by=request.user) as edit:
        touchpoint = edit.get(Touchpoint, pk)
        values = form.values()
        edit.write(touchpoint, "title", values.pop("title"), was=request.POST.get("was"))
        edit.change(touchpoint, **values)
        edit.summary = f"Described the touchpoint {quoted(touchpoint)}"
    return edited(request, journey, edit, focus=f"touchpoint-{pk}")


def _actions(url: str, journey: Journey, touchpoint: Touchpoint) -> list[Action]:
    handoff = f"{journey.get_absolute_url()}handoffs/new/?from={touchpoint.pk}"
    return [
        Action(handoff, "Hand off from here", opens=True),
        Action(f"{url}split/", "Also in another channel", opens=True),
        Action(f"{url}copy/", "Copy to another step", opens=True),
        Action(f"{url}merge/", "Merge into another", opens=True),
        Action(f"{url}archive/", "Remove", danger=True),
    ]


@require_POST
@edits_journey
def touchpoint_move(request: HttpRequest, journey: Journey, pk: int) -> HttpResponse:
    """Move a touchpoint with its feedback to a step, before another one or to its end."""
    place = PlaceForm(request.POST)
    if not place.is_valid():
        return HttpResponse("Where to? It takes `step`.", status=400)
    with editing(journey, by=request.user) as edit:
        touchpoint = edit.get(Touchpoint, pk)
        step = edit.get(Step, place.cleaned_data["step"])
        before = place.cleaned_data["before"]
        doing.move_touchpoint(edit, touchpoint, step, before_pk=before)
    return edited(request, journey, edit, focus=f"touchpoint-{pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@edits_journey
def touchpoint_copy(request: HttpRequest, journey: Journey, pk: int) -> HttpResponse:
    """Put one like it at another step, named by `step`; without it, ask for one."""
    touchpoint = _touchpoint(journey, pk)
    sent = request.POST if "step" in request.POST else None
    form = StepChoiceForm(sent, journey=journey, besides=touchpoint.step)
    if not form.is_valid():
        title, back_to = f"Copy “{touchpoint}”", f"touchpoint-{pk}"
        return part_form(request, journey, form, title=title, back_to=back_to, save="Copy")
    with editing(journey, by=request.user) as edit:
        step = edit.get(Step, form.cleaned_data["step"].pk)
        copy = doing.copy_touchpoint(edit, edit.get(Touchpoint, pk), step)
    return edited(request, journey, edit, focus=f"touchpoint-{copy.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@edits_journey
def touchpoint_split(request: HttpRequest, journey: Journey, pk: int) -> HttpResponse:
    """Put one like it at the same step in another channel; without one, ask for it."""
    touchpoint = _touchpoint(journey, pk)
    sent = request.POST if {"channel", "channel_new"} & set(request.POST) else None
    form = ChannelForm(sent, touchpoint=touchpoint)
    if not form.is_valid():
        title, back_to = f"“{touchpoint}” also in another channel", f"touchpoint-{pk}"
        return part_form(request, journey, form, title=title, back_to=back_to, save="Split")
    with editing(journey, by=request.user) as edit:
        new = doing.split_touchpoint(edit, edit.get(Touchpoint, pk), form.channel_of())
    return edited(request, journey, edit, focus=f"touchpoint-{new.pk}")


@require_POST
@edits_journey
def touchpoint_archive(request: HttpRequest, journey: Journey, pk: int) -> HttpResponse:
    """Take a touchpoint off the map; its feedback is kept."""
    with editing(journey, by=request.user) as edit:
        touchpoint = edit.get(Touchpoint, pk)
        doing.archive_touchpoint(edit, touchpoint)
    return edited(request, journey, edit, focus=_cell(journey, touchpoint.step_id))


@require_POST
@edits_journey
def touchpoint_restore(request: HttpRequest, journey: Journey, pk: int) -> HttpResponse:
    """Put an archived touchpoint back on the map, where it stood."""
    with editing(journey, by=request.user) as edit:
        doing.restore_touchpoint(edit, pk)
    return edited(request, journey, edit, focus=f"touchpoint-{pk}")


@require_GET
def touchpoint_archived(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """List the touchpoints that were taken off the map, with the way back."""
    journey = journey_to_edit(request, workspace, slug)
    archived = Touchpoint.objects.visible_to(request.user).filter(
        step__stage__journey=journey, archived_at__isnull=False
    )
    context = {
        "workspace": journey.workspace,
        "journey": journey,
        "map_address": journey.get_absolute_url(),
        "archived": [
            (touchpoint, reverse("feedback:touchpoint_evidence", args=[workspace, touchpoint.pk]))
            for touchpoint in archived.select_related(
                "step__stage", "channel", "team", "merged_into"
            ).order_by("-archived_at", "-pk")
        ],
    }
    return render_page(request, "touchpoints/touchpoint_archived.html", context)


def _touchpoint(journey: Journey, pk: int) -> Touchpoint:
    current = on_map_of(journey).select_related("step__stage__journey__workspace", "channel")
    return get_object_or_404(current, pk=pk)


def _step(journey: Journey, pk: int) -> Step:
    steps = Step.objects.current().select_related("stage__journey__workspace")
    return get_object_or_404(steps.filter(stage__journey=journey), pk=pk)


def _cell(journey: Journey, step_id: int) -> str:
    """Return the id of the cell of a step's touchpoints; of the map where it shows none."""
    lanes = Lane.objects.current().filter(journey=journey, kind=LaneKind.TOUCHPOINTS)
    lane = lanes.first()
    return f"cell-{lane.pk}-{step_id}" if lane else "map"
