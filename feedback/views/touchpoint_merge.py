"""Merging a touchpoint into another one of its map; the admin merges between maps."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from feedback.merging import AtStake, CannotMerge, at_stake, merge_touchpoints
from journeys.editing import EditRefused
from journeys.live.doorbell import WHOLE_MAP
from journeys.models import Journey
from journeys.pages import wants_fragment
from journeys.views.editing.base import edits_journey, part_form
from journeys.views.map_parts import parts_response
from touchpoints.models import Touchpoint, TouchpointQuerySet
from touchpoints.views.fields import TouchpointChoice, on_map_of


class MergeForm(forms.Form):
    """Into which touchpoint, with what would move there."""

    into = TouchpointChoice(label="Merge into")

    def __init__(
        self, *args: Any, others: TouchpointQuerySet, stake: AtStake, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        into = self.fields["into"]
        assert isinstance(into, TouchpointChoice)  # noqa: S101
        into.offer(others, empty="Choose a touchpoint")
        into.help_text = f"{moving(stake)} This cannot be undone."


def moving(stake: AtStake) -> str:
    """Return a sentence on what a merge moves."""
    counts = (
        (stake.records, "answer", "answers"),
        (stake.observations, "observation", "observations"),
        (stake.friction_days, "counted day", "counted days"),
        (stake.assessments, "vote on friction", "votes on friction"),
        (stake.surveys, "survey", "surveys"),
        (stake.handoffs, "handoff", "handoffs"),
    )
    named = [f"{n:,} {one if n == 1 else many}" for n, one, many in counts if n]
    if not named:
        return "It has no feedback yet, and leaves the map."
    return f"There goes: {', '.join(named)}. The touchpoint leaves the map."


@require_http_methods(["GET", "HEAD", "POST"])
@edits_journey
def touchpoint_merge(request: HttpRequest, journey: Journey, pk: int) -> HttpResponse:
    """Ask into which touchpoint of the map, say what moves, and move it."""
    gone = get_object_or_404(on_map_of(journey).on_map(), pk=pk)
    others = on_map_of(journey).exclude(pk=pk)
    if not others.exists():
        raise EditRefused("There is no other touchpoint on this map to merge it into.")
    form = MergeForm(
        request.POST if "into" in request.POST else None,
        others=others,
        stake=at_stake(gone),
        initial={"into": _next(gone)},
    )
    if form.is_valid():
        into = form.cleaned_data["into"]
        try:
            merge_touchpoints(gone, into)
        except CannotMerge as problem:
            form.add_error("into", str(problem))
        else:
            return _merged(request, journey, f"touchpoint-{into.pk}")
    title, back_to = f"Merge “{gone}”", f"touchpoint-{pk}"
    return part_form(request, journey, form, title=title, back_to=back_to, save="Merge")


def _next(touchpoint: Touchpoint) -> int | None:
    """Return the touchpoint behind it at its step, or before it where it is the last."""
    here = list(Touchpoint.objects.on_map().filter(step=touchpoint.step_id))
    at = [each.pk for each in here].index(touchpoint.pk)
    beside = here[at + 1 : at + 2] or here[max(0, at - 1) : at]
    return beside[0].pk if beside else None


def _merged(request: HttpRequest, journey: Journey, focus: str) -> HttpResponse:
    if not wants_fragment(request):
        return redirect(f"{journey.get_absolute_url()}#{focus}")
    response = parts_response(request, journey, [WHOLE_MAP])
    response["X-Focus"] = focus
    response["X-Own-Revision"] = response["X-Revision"]
    return response
