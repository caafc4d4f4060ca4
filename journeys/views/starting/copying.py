"""Copies of a journey, and templates made from one."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from journeys.access import journey_to_see, workspace_to_edit
from journeys.admin.access import administered_ids
from journeys.auditing import audit
from journeys.editing import editing
from journeys.models import AuditKind, Journey, JourneyState, JourneyTemplate, Step, User
from journeys.starting.content import content_of
from journeys.starting.duplicating import duplicate, title_of_copy
from journeys.starting.nesting import begin_sub_journey
from journeys.views.editing.base import edits_journey
from journeys.views.map_parts import edited


class CopyForm(forms.Form):
    """What the copy is called, and whether it shows today or what shall become of it."""

    title = forms.CharField(label="Title of the copy", max_length=160)
    state = forms.ChoiceField(choices=JourneyState.choices)


class TemplateForm(forms.Form):
    """How a template is found again; a title that another one has is refused."""

    title = forms.CharField(label="Title of the template", max_length=120)
    summary = forms.CharField(
        label="When to use it",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: object, journey: Journey, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.journey = journey

    def clean_title(self) -> str:
        """Refuse a title that is taken in the workspace."""
        title: str = self.cleaned_data["title"]
        if JourneyTemplate.objects.filter(
            workspace=self.journey.workspace_id, title=title
        ).exists():
            raise forms.ValidationError(
                f"There is a template “{title}” already. Give this one another title, or delete "
                "the other on the page “New journey”."
            )
        return title


@require_http_methods(["GET", "HEAD", "POST"])
def journey_duplicate(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """Copy a journey with all that is on its map, also as the future state of the original."""
    journey = _journey_to_copy(request, workspace, slug)
    asked = request.GET.get("state", JourneyState.FUTURE)
    initial = {"title": title_of_copy(journey, asked), "state": asked}
    form = CopyForm(request.POST or None, initial=initial)
    if request.method != "POST" or not form.is_valid():
        return _page(request, journey, form, "journeys/journey_duplicate.html")
    assert isinstance(request.user, User)  # noqa: S101  (nobody else edits)
    copy = duplicate(journey, by=request.user, **form.cleaned_data)
    messages.success(request, f"“{copy}” is a copy of “{journey}”; feedback stays there.")
    return redirect(copy)


@require_http_methods(["GET", "HEAD", "POST"])
def template_create(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """Keep a journey's lanes, stages, steps and cards as a template of the workspace."""
    journey = _journey_to_copy(request, workspace, slug)
    form = TemplateForm(
        request.POST or None, journey=journey, initial={"title": journey.title[:120]}
    )
    if request.method != "POST" or not form.is_valid():
        return _page(request, journey, form, "journeys/template_create.html")
    assert isinstance(request.user, User)  # noqa: S101  (nobody else edits)
    template = JourneyTemplate.objects.create(
        workspace=journey.workspace,
        content=content_of(journey),
        by=request.user,
        **form.cleaned_data,
    )
    messages.success(request, f"“{template}” is a template now: it stands first here.")
    return redirect("journeys:journey_create", workspace)


@require_POST
def template_delete(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Delete a template: who made it, and who administers the workspace. No journey changes."""
    home = workspace_to_edit(request, workspace)
    templates = JourneyTemplate.objects.visible_to(request.user).filter(workspace=home)
    template = get_object_or_404(templates, pk=pk)
    if template.by_id != request.user.pk and home.pk not in administered_ids(request):
        raise PermissionDenied
    with transaction.atomic():
        template.delete()
        audit(
            AuditKind.DELETION,
            f"Deleted the template “{template}”.",
            by=request.user,
            workspace=home,
            request=request,
        )
    messages.success(
        request, f"The template “{template}” is deleted; journeys made from it stay as they are."
    )
    return redirect("journeys:journey_create", workspace)


@require_POST
@edits_journey
def sub_journey_create(request: HttpRequest, journey: Journey, pk: int) -> HttpResponse:
    """Make a journey that shows a step in detail, and let the step open it."""
    workspace_to_edit(request, journey.workspace.slug)
    with editing(journey, by=request.user) as edit:
        begin_sub_journey(edit, edit.get(Step, pk))
    return edited(request, journey, edit, focus=f"step-{pk}")


def _journey_to_copy(request: HttpRequest, workspace: str, slug: str) -> Journey:
    """Return the journey to who may make others beside it, whatever the role in this one."""
    workspace_to_edit(request, workspace)
    return journey_to_see(request, workspace, slug)


def _page(request: HttpRequest, journey: Journey, form: forms.Form, template: str) -> HttpResponse:
    context = {"workspace": journey.workspace, "journey": journey, "form": form}
    return render(request, template, context, status=422 if form.errors else 200)
