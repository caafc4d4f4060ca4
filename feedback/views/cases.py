"""Cases: the queue, one case with its history, and the steps that people take."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from feedback.charts import render_charts
from feedback.closing.charts import cause_chart, time_chart
from feedback.closing.figures import PERIODS, figures
from feedback.closing.forms import STEPS, StepForm
from feedback.closing.queue import STATES, WHOSE, Queue
from feedback.models import Case, CaseRule, CaseState, Identity, Metric, StepRefused
from journeys.access import signed_in, workspace_of_customers, workspace_to_see
from journeys.auditing import audit
from journeys.models import AuditKind, User, Workspace

PAGE = 50
PERIOD_LABELS = {"30d": "30 days", "90d": "90 days", "12m": "12 months"}


def sees_customers(request: HttpRequest, workspace: Workspace) -> bool:
    """True where the person's role sees single customers of the workspace."""
    seen = Workspace.objects.customers_seen_by(request.user)
    return seen.filter(pk=workspace.pk).exists()


@require_GET
def case_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show the queue; what the answers say is for those who work on cases."""
    home, now = workspace_to_see(request, workspace), timezone.now()
    queue = Queue.read(request.GET)
    page = Paginator(queue.cases(request.user, home, now), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "feedback/case_list.html",
        {
            "workspace": home,
            "page": page,
            "lines": [(case, case.overdue(now), _said(case)) for case in page.object_list],
            "queue": queue,
            "query": queue.query(),
            "whose": [(key, label, queue.query(whose=key)) for key, label in WHOSE.items()],
            "states": [(key, label, queue.query(state=key)) for key, label in STATES.items()],
            "sees": sees_customers(request, home),
            "has_rules": CaseRule.objects.filter(workspace=home).exists(),
            "has_cases": bool(page.paginator.count) or home.cases.exists(),
            "administers": Workspace.objects.administered_by(request.user)
            .filter(pk=home.pk)
            .exists(),
        },
    )


@require_GET
def case_detail(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Show one case: what was said, what was done, and what may be done next."""
    home = workspace_to_see(request, workspace)
    case = _case(request, home, pk)
    if not sees_customers(request, home):
        context = {"workspace": home, "case": case, "late": case.overdue(timezone.now())}
        return render(request, "feedback/case_outside.html", context)
    return _detail(request, case)


@require_POST
def case_step(request: HttpRequest, workspace: str, pk: int, step: str) -> HttpResponse:
    """Take a step: assign, contact, resolve, close, or add to what is known."""
    if step not in STEPS:
        raise Http404
    home = workspace_of_customers(request, workspace)
    case = _case(request, home, pk)
    form = STEPS[step](request.POST, case=case)
    if not form.is_valid():
        return _detail(request, case, failed=(step, form))
    try:
        form.take(signed_in(request))
    except StepRefused as problem:
        form.add_error(None, f"{problem} Nothing was changed.")
        case.refresh_from_db()
        return _detail(request, case, failed=(step, form))
    messages.success(request, form.said)
    return redirect(case)


@require_GET
def case_figures(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show how well the loop is closed."""
    home = workspace_to_see(request, workspace)
    period = request.GET.get("period", "90d")
    problems = [] if period in PERIODS else [f"There is no period “{period[:40]}”."]
    period = period if period in PERIODS else "90d"
    found = figures(home, user=request.user, now=timezone.now(), days=PERIODS[period])
    context = {
        "workspace": home,
        "found": found,
        "period": period,
        "periods": PERIOD_LABELS.items(),
        "query": f"period={period}",
        "problems": problems,
    }
    charts = [time_chart(found), cause_chart(found)]
    return render_charts(request, "feedback/case_figures.html", context, charts)


def _case(request: HttpRequest, home: Workspace, pk: int) -> Case:
    cases = Case.objects.visible_to(request.user).with_places()
    related = ("respondent__identity", "record__channel", "record__source")
    return get_object_or_404(cases.select_related(*related), workspace=home, pk=pk)


def _said(case: Case) -> str:
    """Return the score as people read it: "1 of 5"."""
    if case.score is None or not case.metric:
        return "–"
    return f"{case.score} of {Metric(case.metric).scale.high}"


def may_identify(user: User, case: Case) -> bool:
    """True where the person may learn who the customer is: as the case's owner, or by role."""
    if case.owner_id == user.pk:
        return True
    return Workspace.objects.customers_identified_by(user).filter(pk=case.workspace_id).exists()


def _detail(
    request: HttpRequest, case: Case, failed: tuple[str, StepForm] | None = None
) -> HttpResponse:
    user, now = signed_in(request), timezone.now()
    forms: dict[str, Any] = {
        name: form(case=case) for name, form in STEPS.items() if _offered(name, case)
    }
    if failed:
        forms[failed[0]] = failed[1]
    identifies = may_identify(user, case)
    identity: Identity | None = getattr(case.respondent, "identity", None)
    if identity and identifies:
        said = f"Read who the customer of case {case.pk} is."
        audit(AuditKind.DISCLOSURE, said, by=user, workspace=case.workspace, request=request)
    context = {
        "workspace": case.workspace,
        "case": case,
        "late": case.overdue(now),
        "said": _said(case),
        "scale": Metric(case.metric).label if case.metric else "",
        "entries": case.entries.select_related("by"),
        "identity": identity if identifies else None,
        "is_known": identity is not None,
        "themes": case.record.themes.all() if case.record else (),
        "follow_ups": case.follow_ups.all(),
        "forms": forms,
        "next": _next(case),
        "states": [(state, _passed(state, case)) for state in CaseState],
        "failed": failed[0] if failed else "",
    }
    return render(request, "feedback/case_detail.html", context, status=422 if failed else 200)


def _passed(state: CaseState, case: Case) -> bool:
    order = list(CaseState)
    return order.index(state) < order.index(CaseState(case.state))


def _offered(step: str, case: Case) -> bool:
    """True where a step can be taken now."""
    if step == "contact":
        return case.may(CaseState.CONTACTED) and case.may_contact
    if step == "tell":
        return case.may_contact and case.state != CaseState.NEW and not case.told_at
    if step == "recover":
        return bool(case.metric) and not case.forgotten_at and case.state != CaseState.NEW
    steps = {"resolve": CaseState.RESOLVED, "close": CaseState.CLOSED}
    return step not in steps or case.may(steps[step])


def _next(case: Case) -> str:
    """Return the step that usually follows."""
    usual = {
        CaseState.NEW: "assign",
        CaseState.ASSIGNED: "contact" if case.may_contact else "resolve",
        CaseState.CONTACTED: "resolve",
        CaseState.RESOLVED: "close",
    }
    return usual.get(CaseState(case.state), "")
