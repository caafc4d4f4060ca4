"""One opportunity: its page, with what changed since it shipped, and its forms."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_http_methods

from feedback.charts import Chart, render_charts
from feedback.improving.before_after import before_after
from feedback.improving.beginning import begin
from feedback.improving.charts import before_after_charts
from feedback.improving.forms import ActionForm, NoteForm, OpportunityForm, ScoresForm, SolutionForm
from feedback.improving.scoring import formula, scores_of, total
from feedback.improving.telling import tell_owner
from feedback.improving.verdicts import friction_lines, lines, summary, windows_text
from feedback.improving.windows import Shipping, Windows, others_shipped, shippings_of
from feedback.models import Action, Criterion, Opportunity, OpportunityState
from feedback.views.opportunities import opportunity_to_edit, opportunity_to_see
from journeys.access import signed_in, workspace_to_edit
from journeys.admin.access import administered_ids, edited_ids
from journeys.auditing import audit
from journeys.models import AuditKind, User


@require_GET
def opportunity_detail(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Show an opportunity: the problem, its evidence, what is done, and whether it helped."""
    return show(request, opportunity_to_see(request, workspace, pk))


def show(
    request: HttpRequest, opportunity: Opportunity, *, status: int = 200, **forms: Any
) -> HttpResponse:
    """Render the page of an opportunity, with the forms that have something to correct."""
    context, charts = _detail(request, opportunity)
    response = render_charts(request, "feedback/opportunity_detail.html", context | forms, charts)
    if status != 200:
        response.status_code = status
    return response


def _detail(request: HttpRequest, opportunity: Opportunity) -> tuple[dict[str, Any], list[Chart]]:
    home, today = opportunity.workspace, timezone.now().date()
    actions = list(opportunity.actions.select_related("owner", "solution"))
    criteria = list(Criterion.objects.filter(workspace=home))
    scores = scores_of(opportunity, criteria)
    touchpoints = list(
        opportunity.touchpoints.select_related("channel", "step__stage__journey__workspace")
    )
    shippings = shippings_of(opportunity, actions)
    chosen = _chosen(shippings, request.GET.get("since", ""))
    outcome: dict[str, Any] = {}
    charts: list[Chart] = []
    if chosen is not None:
        outcome, charts = _outcome(request, opportunity, touchpoints, chosen, today)
    context = {
        "workspace": home,
        "opportunity": opportunity,
        "touchpoints": touchpoints,
        "evidence": opportunity.evidence.all(),
        "solutions": opportunity.solutions.all(),
        "actions": [(action, action.is_overdue(today)) for action in actions],
        "changes": opportunity.changes.select_related("by"),
        "scores": scores,
        "total": total(scores),
        "formula": formula(scores),
        "states": OpportunityState.choices,
        "shippings": shippings,
        "chosen": chosen,
        "query": f"since={chosen.day.isoformat()}" if chosen else "",
        "edits": home.pk in edited_ids(request),
        "administers": home.pk in administered_ids(request),
        "today": today,
        "solution_form": SolutionForm(auto_id="solution-%s"),
        "action_form": ActionForm(opportunity=opportunity, auto_id="action-%s"),
        "note_form": NoteForm(auto_id="note-%s"),
        "scores_form": ScoresForm(
            criteria=criteria,
            initial={f"criterion-{each.criterion.pk}": each.score for each in scores},
        ),
    }
    return context | outcome, charts


def _chosen(shippings: list[Shipping], asked: str) -> Shipping | None:
    """Return the shipping that an address asks for, else the first."""
    try:
        day = parse_date(asked)
    except ValueError:
        day = None
    return next((each for each in shippings if each.day == day), next(iter(shippings), None))


def _outcome(
    request: HttpRequest,
    opportunity: Opportunity,
    touchpoints: list[Any],
    shipping: Shipping,
    today: date,
) -> tuple[dict[str, Any], list[Chart]]:
    windows = Windows.around(shipping.day, today)
    if windows is None or not touchpoints:
        return {"outcome": None}, []
    found = before_after(touchpoints, windows, workspace=opportunity.workspace, today=today)
    others = others_shipped(opportunity, windows, request.user)
    charts = before_after_charts(found, others)
    return {
        "outcome": found,
        "outcome_lines": lines(found),
        "outcome_frictions": friction_lines(found),
        "outcome_summary": summary(found),
        "outcome_windows": windows_text(found),
        "outcome_others": others,
    }, charts


@require_http_methods(["GET", "POST"])
def opportunity_create(request: HttpRequest, workspace: str) -> HttpResponse:
    """Make an opportunity, out of a card, a theme, a driver, an alert or nothing."""
    home, user = workspace_to_edit(request, workspace), signed_in(request)
    beginning = begin(request.GET, workspace=home, user=user)
    form = OpportunityForm(request.POST or None, workspace=home, initial=beginning.initial())
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.instance.workspace, form.instance.created_by = home, user
            opportunity = form.save()
            for evidence in beginning.evidence:
                evidence.opportunity = opportunity
                evidence.save()
            _place(opportunity)
            tell_owner(opportunity, opportunity.owner, by=user, was=None)
        messages.success(request, "Noted. Next: what could be done, and who does it.")
        return redirect(opportunity)
    context = {"workspace": home, "form": form, "evidence": beginning.evidence}
    status = 422 if form.errors else 200
    return render(request, "feedback/opportunity_create.html", context, status=status)


@require_http_methods(["GET", "POST"])
def opportunity_edit(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Change what an opportunity is about and whose it is."""
    opportunity = opportunity_to_edit(request, workspace, pk)
    was: User | None = opportunity.owner
    title = opportunity.title
    form = OpportunityForm(
        request.POST or None, workspace=opportunity.workspace, instance=opportunity
    )
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            _place(opportunity)
            tell_owner(opportunity, opportunity.owner, by=signed_in(request), was=was)
        messages.success(request, "Saved.")
        return redirect(opportunity)
    context = {
        "workspace": opportunity.workspace,
        "form": form,
        "opportunity": opportunity,
        "title": title,
    }
    status = 422 if form.errors else 200
    return render(request, "feedback/opportunity_edit.html", context, status=status)


def _place(opportunity: Opportunity) -> None:
    """Where no journey was chosen, take that of the touchpoints, if they lie on one."""
    if opportunity.journey_id is None:
        on = set(opportunity.touchpoints.values_list("step__stage__journey", flat=True))
        if len(on) == 1:
            opportunity.journey_id = on.pop()
            opportunity.save(update_fields=["journey"])


@require_http_methods(["GET", "POST"])
def opportunity_delete(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Ask once more, then delete an opportunity with its evidence, solutions and actions."""
    visible = opportunity_to_edit(request, workspace, pk)
    if request.method == "POST":
        title = visible.title
        with transaction.atomic():
            visible.delete()
            audit(
                AuditKind.DELETION,
                f"Deleted the opportunity “{title}”.",
                by=request.user,
                workspace=visible.workspace,
                request=request,
            )
        messages.success(request, f"“{title}” is deleted.")
        return redirect(reverse("feedback:opportunity_list", args=[workspace]))
    actions = Prefetch("actions", Action.objects.select_related("owner"))
    opportunity = Opportunity.objects.prefetch_related(actions, "solutions", "evidence").get(
        pk=visible.pk
    )
    context = {"workspace": visible.workspace, "opportunity": opportunity}
    return render(request, "feedback/opportunity_delete.html", context)
