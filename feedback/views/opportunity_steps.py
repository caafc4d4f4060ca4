"""What is done to an opportunity on its page, the board and the matrix: a view for each."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST

from feedback.improving import scoring
from feedback.improving.forms import (
    ActionForm,
    ActionStateForm,
    NoteForm,
    PlaceForm,
    ScoresForm,
    SolutionForm,
    StateForm,
)
from feedback.improving.listing import OpportunityFilters
from feedback.improving.telling import tell_owner
from feedback.models import Action, Criterion, EvidenceKind, Opportunity
from feedback.views.opportunities import opportunity_to_edit
from feedback.views.opportunity_pages import show
from journeys.access import signed_in

BY_SCRIPT = "X-Moved-By-Script"
"""Sent by the board and the matrix, which draw themselves anew."""
PAGES = {"board": "feedback:opportunity_board", "matrix": "feedback:opportunity_matrix"}


def _back(request: HttpRequest, opportunity: Opportunity, anchor: str = "") -> HttpResponse:
    """Return to the page that was worked on, at what was changed."""
    if request.headers.get(BY_SCRIPT):
        return HttpResponse(status=204)
    page = PAGES.get(request.POST.get("back", ""))
    if page is None:
        return redirect(f"{opportunity.get_absolute_url()}{anchor}")
    query = OpportunityFilters.read(QueryDict(request.POST.get("query", ""))).query()
    address = reverse(page, args=[opportunity.workspace.slug])
    return redirect(f"{address}?{query}#opportunity-{opportunity.pk}")


def _refused(request: HttpRequest, opportunity: Opportunity, form: Any) -> HttpResponse:
    """Say on the page what was wrong; nothing was changed."""
    said = " ".join(text for texts in form.errors.values() for text in texts)
    if request.headers.get(BY_SCRIPT):
        return HttpResponse(said, status=422, content_type="text/plain; charset=utf-8")
    messages.error(request, f"Nothing was changed. {said}")
    return _back(request, opportunity)


@require_POST
def opportunity_state(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Move an opportunity to another state, or correct the day on which it shipped."""
    opportunity = opportunity_to_edit(request, workspace, pk)
    form = StateForm(request.POST)
    if not form.is_valid():
        return _refused(request, opportunity, form)
    state, day = form.cleaned_data["state"], form.cleaned_data["shipped_on"]
    opportunity.become(state, by=signed_in(request), on=day)
    if opportunity.shipped_on and not request.headers.get(BY_SCRIPT):
        on = date_format(opportunity.shipped_on, "j F Y")
        messages.success(request, f"“{opportunity}” has shipped, on {on}.")
    return _back(request, opportunity)


@require_POST
def opportunity_place(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Judge impact and effort anew."""
    opportunity = opportunity_to_edit(request, workspace, pk)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return _refused(request, opportunity, form)
    opportunity.rate(**form.cleaned_data)
    return _back(request, opportunity)


@require_POST
def opportunity_scores(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Score an opportunity on the workspace's criteria."""
    opportunity = opportunity_to_edit(request, workspace, pk)
    criteria = list(Criterion.objects.filter(workspace=opportunity.workspace))
    form = ScoresForm(request.POST, criteria=criteria)
    if not form.is_valid():
        return show(request, opportunity, status=422, scores_form=form)
    with transaction.atomic():
        scoring.score(opportunity, form.scores())
    return _back(request, opportunity, "#scores")


@require_POST
def evidence_create(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Write down something that an opportunity rests on."""
    opportunity = opportunity_to_edit(request, workspace, pk)
    form = NoteForm(request.POST, auto_id="note-%s")
    if not form.is_valid():
        return show(request, opportunity, status=422, note_form=form)
    opportunity.evidence.create(kind=EvidenceKind.NOTE, **form.cleaned_data)
    return _back(request, opportunity, "#evidence")


@require_POST
def evidence_delete(request: HttpRequest, workspace: str, pk: int, evidence: int) -> HttpResponse:
    """Take a piece of evidence away; what it was taken from stays."""
    opportunity = opportunity_to_edit(request, workspace, pk)
    get_object_or_404(opportunity.evidence, pk=evidence).delete()
    return _back(request, opportunity, "#evidence")


@require_POST
def solution_create(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Write down an idea."""
    opportunity = opportunity_to_edit(request, workspace, pk)
    form = SolutionForm(request.POST, auto_id="solution-%s")
    if not form.is_valid():
        return show(request, opportunity, status=422, solution_form=form)
    form.instance.opportunity, form.instance.created_by = opportunity, signed_in(request)
    form.save()
    return _back(request, opportunity, "#solutions")


@require_http_methods(["GET", "POST"])
def solution_edit(request: HttpRequest, workspace: str, pk: int, solution: int) -> HttpResponse:
    """Reword an idea, choose it, reject it, or delete it."""
    opportunity = opportunity_to_edit(request, workspace, pk)
    found = get_object_or_404(opportunity.solutions, pk=solution)
    if "delete" in request.POST:
        found.delete()
        return _back(request, opportunity, "#solutions")
    form = SolutionForm(request.POST or None, instance=found)
    return _part_edit(request, opportunity, form, "solution")


@require_POST
def action_create(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Add a piece of work, and tell whose it is."""
    opportunity = opportunity_to_edit(request, workspace, pk)
    form = ActionForm(request.POST, opportunity=opportunity, auto_id="action-%s")
    if not form.is_valid():
        return show(request, opportunity, status=422, action_form=form)
    form.instance.opportunity = opportunity
    with transaction.atomic():
        action = form.save()
        tell_owner(opportunity, action.owner, by=signed_in(request), was=None, what=action.title)
    return _back(request, opportunity, "#actions")


@require_http_methods(["GET", "POST"])
def action_edit(request: HttpRequest, workspace: str, pk: int, action: int) -> HttpResponse:
    """Change a piece of work, or delete it."""
    opportunity = opportunity_to_edit(request, workspace, pk)
    found = get_object_or_404(opportunity.actions.select_related("owner"), pk=action)
    was = found.owner
    if "delete" in request.POST:
        found.delete()
        return _back(request, opportunity, "#actions")
    form = ActionForm(request.POST or None, instance=found, opportunity=opportunity)
    response = _part_edit(request, opportunity, form, "action")
    if response.status_code == 302:
        tell_owner(opportunity, found.owner, by=signed_in(request), was=was, what=found.title)
    return response


def _part_edit(
    request: HttpRequest, opportunity: Opportunity, form: Any, what: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        form.save()
        return _back(request, opportunity, f"#{what}s")
    context = {
        "workspace": opportunity.workspace,
        "opportunity": opportunity,
        "form": form,
        "what": what,
    }
    status = 422 if form.errors else 200
    return render(request, "feedback/opportunity_part_edit.html", context, status=status)


@require_POST
def action_state(request: HttpRequest, workspace: str, pk: int, action: int) -> HttpResponse:
    """Begin, ship or drop a piece of work; the last one that ships ships the opportunity."""
    opportunity = opportunity_to_edit(request, workspace, pk)
    actions = Action.objects.select_related("opportunity__workspace")
    found = get_object_or_404(actions, opportunity=opportunity, pk=action)
    form = ActionStateForm(request.POST)
    if not form.is_valid():
        return _refused(request, opportunity, form)
    day = form.cleaned_data["shipped_on"]
    shipped = found.become(form.cleaned_data["state"], by=signed_in(request), on=day)
    if shipped and found.shipped_on:
        on = date_format(found.shipped_on, "j F Y")
        messages.success(
            request,
            f"That was the last open action, so the opportunity has shipped, on {on}. What changed "
            "for customers shows below, as answers come.",
        )
        return _back(request, opportunity)
    return _back(request, opportunity, "#actions")
