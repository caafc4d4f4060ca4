"""Stages and steps: begun, named, moved, copied, split, merged, and taken off the map."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from journeys.editing import Edit, EditRefused, editing
from journeys.editing import columns as doing
from journeys.editing.edit import quoted
from journeys.models import Journey, Stage, Step
from journeys.starting.nesting import refuse_circle
from journeys.views.editing.base import Action, EditView, edits_journey, part_form
from journeys.views.map_parts import edited


class StageForm(forms.Form):
    """A stage's name, and what the customer wants in it."""

    title = forms.CharField(label="Stage", max_length=120)
    goal = forms.CharField(label="Customer’s goal", max_length=300, required=False)


class StepForm(forms.Form):
    """A step's name, and the sub-journey that it opens."""

    title = forms.CharField(label="Step", max_length=120)
    opens = forms.ModelChoiceField(
        Journey.objects.none(), label="Opens", required=False, empty_label="No sub-journey"
    )

    def __init__(self, *args: Any, journey: Journey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        opens = self.fields["opens"]
        assert isinstance(opens, forms.ModelChoiceField)  # noqa: S101
        opens.queryset = Journey.objects.filter(workspace=journey.workspace).exclude(pk=journey.pk)
        self.journey = journey

    def clean_opens(self) -> Journey | None:
        """Refuse a sub-journey that leads back here."""
        opens: Journey | None = self.cleaned_data["opens"]
        try:
            refuse_circle(self.journey, opens)
        except EditRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return opens


class OrderForm(forms.Form):
    """Before which sibling something goes; to the end without one."""

    before = forms.IntegerField(required=False)
    stage = forms.IntegerField(required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@edits_journey
def stage_create(request: HttpRequest, journey: Journey) -> HttpResponse:
    """Begin a stage, before the one named by `before` or at the end."""
    form = StageForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        url = request.get_full_path()
        return part_form(request, journey, form, title="New stage", url=url)
    with editing(journey, by=request.user) as edit:
        stage = doing.add_stage(edit, before_pk=_before(request), **form.cleaned_data)
    return edited(request, journey, edit, focus=f"stage-{stage.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@edits_journey
def stage_edit(request: HttpRequest, journey: Journey, pk: int) -> HttpResponse:
    """Name a stage and its goal."""
    stage = get_object_or_404(Stage.objects.current().filter(journey=journey), pk=pk)
    form = StageForm(request.POST or None, initial={"title": stage.title, "goal": stage.goal})
    if request.method != "POST" or not form.is_valid():
        title, back_to = f"Stage {stage}", f"stage-{pk}"
        actions = _stage_actions(request.path, journey, stage)
        return part_form(request, journey, form, title=title, actions=actions, back_to=back_to)
    with editing(journey, by=request.user) as edit:
        stage = edit.get(Stage, pk)
        edit.write(stage, "title", form.cleaned_data["title"], was=request.POST.get("was"))
        edit.change(stage, goal=form.cleaned_data["goal"])
        edit.summary = f"Named a stage {quoted(stage)}"
    return edited(request, journey, edit, focus=f"stage-{pk}")


def _stage_actions(url: str, journey: Journey, stage: Stage) -> list[Action]:
    base = journey.get_absolute_url()
    return [
        Action(f"{base}steps/new/?stage={stage.pk}", "Add a step", opens=True),
        Action(f"{url}copy/", "Copy"),
        Action(f"{url}merge/", "Merge with the next"),
        Action(f"{url}remove/", "Remove", danger=True),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@edits_journey
def step_create(request: HttpRequest, journey: Journey) -> HttpResponse:
    """Put a step into the stage named by `stage`, before the one named by `before`."""
    place = OrderForm(request.POST if "stage" in request.POST else request.GET)
    stages = Stage.objects.current().filter(journey=journey)
    chosen = place.cleaned_data["stage"] if place.is_valid() else None
    stage = get_object_or_404(stages, pk=chosen)
    titled = request.method == "POST" and "title" in request.POST
    form = StepForm(request.POST if titled else None, journey=journey)
    if not titled or not form.is_valid():
        title, url = f"New step in {stage}", request.get_full_path()
        return part_form(request, journey, form, title=title, url=url, back_to=f"stage-{stage.pk}")
    with editing(journey, by=request.user) as edit:
        stage = edit.get(Stage, stage.pk)
        title = form.cleaned_data["title"]
        step = doing.add_step(edit, stage, title, before_pk=place.cleaned_data["before"])
        edit.change(step, opens=form.cleaned_data["opens"])
    return edited(request, journey, edit, focus=f"step-{step.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@edits_journey
def step_edit(request: HttpRequest, journey: Journey, pk: int) -> HttpResponse:
    """Name a step, and the sub-journey that it opens."""
    current = Step.objects.current().filter(stage__journey=journey).select_related("stage")
    step = get_object_or_404(current, pk=pk)
    initial = {"title": step.title, "opens": step.opens_id}
    form = StepForm(request.POST or None, journey=journey, initial=initial)
    if request.method != "POST" or not form.is_valid():
        title, back_to = f"Step {step}", f"step-{pk}"
        actions = _step_actions(request.path, journey, step)
        return part_form(
            request, journey, form, title=title, actions=actions, back_to=back_to,
            comments_at=f"?step={pk}",
        )  # fmt: skip
    with editing(journey, by=request.user) as edit:
        step = edit.get(Step, pk)
        edit.write(step, "title", form.cleaned_data["title"], was=request.POST.get("was"))
        edit.change(step, opens=form.cleaned_data["opens"])
        edit.summary = f"Named a step {quoted(step)}"
    return edited(request, journey, edit, focus=f"step-{pk}")


def _step_actions(url: str, journey: Journey, step: Step) -> list[Action]:
    home = journey.get_absolute_url()
    before = f"{home}steps/new/?stage={step.stage_id}&before={step.pk}"
    inside = [] if step.opens_id else [Action(f"{url}sub-journey/", "Make a sub-journey")]
    return [
        Action(before, "Add a step before", opens=True),
        Action(f"{url}feeling/", "Assess the feeling", opens=True),
        *inside,
        Action(f"{url}copy/", "Copy"),
        Action(f"{url}split/", "Split"),
        Action(f"{url}merge/", "Merge with the next"),
        Action(f"{url}split-stage/", "Begin a stage here"),
        Action(f"{url}remove/", "Remove", danger=True),
    ]


@require_POST
@edits_journey
def stage_move(request: HttpRequest, journey: Journey, pk: int) -> HttpResponse:
    """Move a stage before another one, or to the end."""
    with editing(journey, by=request.user) as edit:
        doing.move_stage(edit, edit.get(Stage, pk), before_pk=_before(request))
    return edited(request, journey, edit, focus=f"stage-{pk}")


@require_POST
@edits_journey
def step_move(request: HttpRequest, journey: Journey, pk: int) -> HttpResponse:
    """Move a step before another one, or to the end of a stage: its own, or that named `stage`."""
    place = OrderForm(request.POST)
    if not place.is_valid():
        return HttpResponse("Where to? It takes `stage` and `before`.", status=400)
    with editing(journey, by=request.user) as edit:
        step = edit.get(Step, pk)
        stage = edit.get(Stage, place.cleaned_data["stage"] or step.stage_id)
        doing.move_step(edit, step, stage, before_pk=place.cleaned_data["before"])
    return edited(request, journey, edit, focus=f"step-{pk}")


def _before(request: HttpRequest) -> int | None:
    form = OrderForm(request.POST if "before" in request.POST else request.GET)
    return form.cleaned_data["before"] if form.is_valid() else None


def _does(model: type[Any], do: Callable[[Edit, Any], Any], sort: str, words: str) -> EditView:
    """Make the view of a POST that does one thing to one stage or step."""

    @require_POST
    @edits_journey
    def view(request: HttpRequest, journey: Journey, pk: int) -> HttpResponse:
        with editing(journey, by=request.user) as edit:
            after = do(edit, edit.get(model, pk))
        kept = f"{sort}-{after.pk}" if after is not None else "map"
        return edited(request, journey, edit, focus=kept)

    view.__doc__ = words
    return view


stage_copy = _does(Stage, doing.copy_stage, "stage", "Put a second stage behind one.")
stage_merge = _does(Stage, doing.merge_stage, "stage", "Join a stage with the one behind it.")
stage_remove = _does(Stage, doing.remove_stage, "stage", "Take a stage off the map.")
step_copy = _does(Step, doing.copy_step, "step", "Put a second step behind one.")
step_split = _does(Step, doing.split_step, "step", "Put an empty step behind one.")
step_split_stage = _does(Step, doing.split_stage, "stage", "Begin a new stage at a step.")
step_merge = _does(Step, doing.merge_step, "step", "Join a step with the one behind it.")
step_remove = _does(Step, doing.remove_step, "step", "Take a step off the map.")
