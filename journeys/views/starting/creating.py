"""The page "New journey": what it is called, and what it starts from."""

from hashlib import sha256
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from journeys.access import workspace_to_edit
from journeys.admin.access import administered_ids
from journeys.models import Journey, JourneyState, Persona, User, Workspace
from journeys.starting.creating import create_journey
from journeys.starting.duplicating import duplicate
from journeys.starting.library import BLANK, Template, built_in, own
from journeys.starting.pasted import Pasted, read_steps

PASTE, COPY = "paste", "copy"
PREVIEW = "pasted-preview"


class NewJourneyForm(forms.Form):
    """A journey's own words, and where its map comes from."""

    title = forms.CharField(label="Title", max_length=160)
    goal = forms.CharField(label="Customer’s goal", max_length=300, required=False)
    state = forms.ChoiceField(choices=JourneyState.choices, initial=JourneyState.CURRENT)
    personas = forms.ModelMultipleChoiceField(
        Persona.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    start = forms.ChoiceField(initial=BLANK)
    steps = forms.CharField(
        label="Steps, one on each line",
        required=False,
        max_length=60_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "true"}),
    )
    journey = forms.ModelChoiceField(
        Journey.objects.none(), label="Journey to copy", required=False, empty_label="Choose one"
    )

    def __init__(
        self, *args: Any, workspace: Workspace, templates: dict[str, Template], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        personas, journey, start = (self.fields[name] for name in ("personas", "journey", "start"))
        personas.queryset = workspace.personas.all()  # type: ignore[attr-defined]
        journey.queryset = workspace.journeys.all()  # type: ignore[attr-defined]
        start.choices = [(key, key) for key in (*templates, PASTE, COPY)]  # type: ignore[attr-defined]
        start.error_messages["invalid_choice"] = (
            "That template is gone: somebody deleted it. Choose another start."
        )

    def clean(self) -> dict[str, Any]:
        """Ask for the journey to copy where a copy is wanted."""
        read = super().clean() or self.cleaned_data
        if read.get("start") == COPY and not read.get("journey") and "journey" not in self.errors:
            self.add_error("journey", "Choose the journey to copy.")
        return read


@require_http_methods(["GET", "HEAD", "POST"])
def journey_create(request: HttpRequest, workspace: str) -> HttpResponse:
    """Make a journey from a template, a pasted list of steps, a copy, or nothing."""
    home = workspace_to_edit(request, workspace)
    user = request.user
    assert isinstance(user, User)  # noqa: S101  (nobody else edits)
    administers = home.pk in administered_ids(request)
    mine = list(own(home, user, administers=administers))
    templates = {each.key: each for each in (*mine, *built_in().values())}
    initial = {"start": request.GET.get("start", ""), "goal": request.GET.get("goal", "")}
    form = NewJourneyForm(
        request.POST or None,
        initial={name: value for name, value in initial.items() if value},
        workspace=home,
        templates=templates,
    )
    text = request.POST.get("steps", "")
    pasted = read_steps(text) if text.strip() else Pasted()
    context = {"pasted": pasted, "seen": _digest(text)}
    if request.headers.get("HX-Target") == PREVIEW:
        return render(request, "journeys/_pasted_preview.html", context)
    shows_first = False
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["start"] == PASTE:
            pasted = context["pasted"] = read_steps(text)
            shows_first = bool(pasted.problems) or request.POST.get("seen") != _digest(text)
        if not shows_first:
            journey = _create(home, form.cleaned_data, templates, pasted, by=user)
            messages.success(request, f"“{journey}” is ready. Everything on it can be changed.")
            return redirect(journey)
    context |= {
        "workspace": home,
        "form": form,
        "own_templates": mine,
        "built_in": built_in().values(),
        "start": form["start"].value(),
        "looks_first": shows_first and not pasted.problems,
    }
    status = 422 if form.errors or (shows_first and pasted.problems) else 200
    return render(request, "journeys/journey_create.html", context, status=status)


def _digest(text: str) -> str:
    """Return what says that exactly this text was shown as stages and steps."""
    return sha256("\n".join(text.splitlines()).encode()).hexdigest()[:16]


def _create(
    home: Workspace,
    read: dict[str, Any],
    templates: dict[str, Template],
    pasted: Pasted,
    *,
    by: User,
) -> Journey:
    words = {name: read[name] for name in ("title", "state", "personas")}
    start, goal = read["start"], read["goal"]
    if start == COPY:
        original: Journey = read["journey"]
        return duplicate(original, goal=goal or original.goal, by=by, **words)
    blank = built_in()[BLANK].content
    content = pasted.content(blank) if start == PASTE else templates[start].content
    goal = goal or content.get("goal", "")
    return create_journey(home, goal=goal, content=content, by=by, **words)
