"""Handoffs: drawn from one touchpoint to another, described, and taken off the map."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from journeys.editing import EditRefused, editing
from journeys.models import Journey
from journeys.views.editing.base import Action, edits_journey, part_form
from journeys.views.map_parts import edited
from touchpoints.editing import handoffs as doing
from touchpoints.editing.clashes import handed_over
from touchpoints.models import Handoff, Touchpoint
from touchpoints.views.fields import on_map_of
from touchpoints.views.forms import HandoffForm


class EndsForm(forms.Form):
    """What the address says of a handoff: one or both of its ends, or the step that it leaves."""

    to = forms.IntegerField(required=False)
    step = forms.IntegerField(required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["from"] = forms.IntegerField(required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@edits_journey
def handoff_create(request: HttpRequest, journey: Journey) -> HttpResponse:
    """Draw a handoff between the touchpoints `from` and `to`; what is not named is asked for.

    Teams that are not named are the owners.
    """
    given = EndsForm(request.GET)
    if not given.is_valid():
        return HttpResponse("`from`, `to` and `step` are numbers.", status=400)
    step = given.cleaned_data["step"]
    from_ = _end(journey, given.cleaned_data["from"]) or _only_one(journey, step)
    to = _end(journey, given.cleaned_data["to"])
    _refuse_impossible(journey, from_, to, step)
    sent = request.POST if request.method == "POST" else None
    form = HandoffForm(sent, journey=journey, from_=from_, to=to, step=step)
    if not form.is_valid():
        title = f"Hand off from “{from_}”" if from_ else "New handoff"
        return part_form(
            request, journey, form, title=f"{title} to “{to}”" if to else title,
            url=request.get_full_path(),
            back_to=f"touchpoint-{from_.pk}" if from_ else "map", save="Draw handoff",
        )  # fmt: skip
    assert form.from_ is not None  # noqa: S101  (the form is valid)
    assert form.to is not None  # noqa: S101
    with editing(journey, by=request.user) as edit:
        ends = (edit.get(Touchpoint, end.pk) for end in (form.from_, form.to))
        handoff = doing.add_handoff(edit, *ends, **form.values())
    return edited(request, journey, edit, focus=f"handoff-{handoff.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@edits_journey
def handoff_edit(request: HttpRequest, journey: Journey, pk: int) -> HttpResponse:
    """Say between which teams a handoff goes, what moves, and what wait was agreed."""
    current = Handoff.objects.current().filter(from_touchpoint__step__stage__journey=journey)
    handoff = get_object_or_404(current.with_ends(), pk=pk)
    names = ("what_moves", "agreed_wait_minutes")
    initial = {name: getattr(handoff, name) for name in names} | {
        "from_team": handoff.from_team_id,
        "to_team": handoff.to_team_id,
    }
    from_, to = handoff.from_touchpoint, handoff.to_touchpoint
    form = HandoffForm(request.POST or None, journey=journey, from_=from_, to=to, initial=initial)
    if not form.is_valid():
        return part_form(
            request, journey, form, title=f"Handoff from “{from_}” to “{to}”",
            actions=[Action(f"{request.path}remove/", "Remove", danger=True)],
            back_to=f"handoff-{pk}",
        )  # fmt: skip
    with editing(journey, by=request.user) as edit:
        doing.change_handoff(edit, edit.get(Handoff, pk), **form.values())
    return edited(request, journey, edit, focus=f"handoff-{pk}")


@require_POST
@edits_journey
def handoff_remove(request: HttpRequest, journey: Journey, pk: int) -> HttpResponse:
    """Take a handoff off the map; what was observed of it is kept."""
    with editing(journey, by=request.user) as edit:
        handoff = edit.get(Handoff, pk)
        doing.remove_handoff(edit, handoff)
    return edited(request, journey, edit, focus=f"touchpoint-{handoff.from_touchpoint_id}")


def _refuse_impossible(
    journey: Journey, from_: Touchpoint | None, to: Touchpoint | None, step: int | None
) -> None:
    """Raise EditRefused where no form could lead to a handoff."""
    if from_ and to and (said := handed_over(from_, to)):
        raise EditRefused(said)
    here = on_map_of(journey)
    starts = here.filter(step=step) if step and not from_ else here
    if not starts.exists() or not here.exclude(pk=from_.pk if from_ else 0).exists():
        where = "to this step" if step and not from_ else "to the map"
        raise EditRefused(
            f"A handoff goes from one touchpoint to another. Add touchpoints {where} first."
        )


def _end(journey: Journey, pk: int | None) -> Touchpoint | None:
    return None if pk is None else get_object_or_404(on_map_of(journey).on_map(), pk=pk)


def _only_one(journey: Journey, step: int | None) -> Touchpoint | None:
    """Return the touchpoint of a step that has a single one: nobody need choose it."""
    there = list(on_map_of(journey).filter(step=step).on_map()[:2]) if step else []
    return there[0] if len(there) == 1 else None
