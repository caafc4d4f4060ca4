"""The journey's own words, the feeling of its steps, and undo and redo."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from journeys.editing import editing
from journeys.editing.edit import quoted
from journeys.editing.feelings import assess_feeling, withdraw_feeling
from journeys.editing.reversing import redo, undo
from journeys.models import EmotionAssessment, Journey, JourneyState, Persona, Step
from journeys.views.editing.base import edits_journey, part_form
from journeys.views.map_parts import edited


class JourneyForm(forms.Form):
    """What the map says about itself."""

    title = forms.CharField(label="Journey", max_length=160)
    goal = forms.CharField(label="Customer’s goal", max_length=300, required=False)
    state = forms.ChoiceField(choices=JourneyState.choices)
    review_by = forms.DateField(
        label="Review by", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


SCORES: dict[float, str] = {
    2: "+2 · delight, trust",
    1: "+1 · satisfaction, confidence",
    0: "0 · as expected",
    -1: "−1 · frustration, disappointment",
    -2: "−2 · anger, distrust",
}


class FeelingForm(forms.Form):
    """A judgement from −2 to +2, empty to withdraw it, for one persona or for all."""

    score = forms.FloatField(
        label="How it feels", min_value=-2, max_value=2, required=False, widget=forms.Select
    )
    persona = forms.ModelChoiceField(
        Persona.objects.none(), to_field_name="slug", required=False, empty_label="All personas"
    )

    def __init__(self, *args: Any, journey: Journey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        persona = self.fields["persona"]
        assert isinstance(persona, forms.ModelChoiceField)  # noqa: S101
        persona.queryset = journey.personas.all()
        now: float | None = self.initial.get("score")
        offered: dict[float, str] = {} if now is None else {now: f"{now:+g} · as now"}
        offered |= SCORES
        choices = [(f"{n:g}", offered[n]) for n in sorted(offered, reverse=True)]
        score = self.fields["score"].widget
        assert isinstance(score, forms.Select)  # noqa: S101
        score.choices = [("", "No judgement of mine"), *choices]


@require_http_methods(["GET", "HEAD", "POST"])
@edits_journey
def journey_edit(request: HttpRequest, journey: Journey) -> HttpResponse:
    """Name the journey, its goal and state, and when to look at it again."""
    fields = ("title", "goal", "state", "review_by")
    initial: dict[str, Any] = {name: getattr(journey, name) for name in fields}
    form = JourneyForm(request.POST or None, initial=initial)
    if request.method != "POST" or not form.is_valid():
        title = f"Journey {journey}"
        return part_form(request, journey, form, title=title, back_to="head")
    with editing(journey, by=request.user) as edit:
        found = edit.get(Journey, journey.pk)
        values = dict(form.cleaned_data)
        edit.write(found, "title", values.pop("title"), was=request.POST.get("was"))
        edit.change(found, **values)
        edit.summary = f"Described the journey {quoted(found)}"
    journey.refresh_from_db()
    return edited(request, journey, edit, focus="head")


@require_http_methods(["GET", "HEAD", "POST"])
@edits_journey
def feeling_assess(request: HttpRequest, journey: Journey, pk: int) -> HttpResponse:
    """Judge how a step feels by `score`; an empty one takes one's judgement back."""
    step = get_object_or_404(Step.objects.current().filter(stage__journey=journey), pk=pk)
    given = EmotionAssessment.objects.current().filter(step=step, persona=None)
    mine = given.filter(rater=request.user.pk).first()
    sent = request.POST if "score" in request.POST else None
    form = FeelingForm(sent, journey=journey, initial={"score": mine.score} if mine else {})
    if not form.is_valid():
        title = f"Assessed feeling of {step}"
        return part_form(request, journey, form, title=title, back_to=f"feeling-{pk}")
    persona, score = form.cleaned_data["persona"], form.cleaned_data["score"]
    with editing(journey, by=request.user) as edit:
        step = edit.get(Step, pk)
        if score is None:
            withdraw_feeling(edit, step, persona=persona)
        else:
            assess_feeling(edit, step, score, persona=persona)
    return edited(request, journey, edit, focus=f"feeling-{pk}")


@require_POST
@edits_journey
def journey_undo(request: HttpRequest, journey: Journey) -> HttpResponse:
    """Take one's own newest edit back."""
    return edited(request, journey, undo(journey, by=request.user))


@require_POST
@edits_journey
def journey_redo(request: HttpRequest, journey: Journey) -> HttpResponse:
    """Make the edit again that one undid last."""
    return edited(request, journey, redo(journey, by=request.user))
