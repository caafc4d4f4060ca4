"""One customer's answers over time: under a pseudonym, and only to roles that see customers."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from feedback.closing.forms import SearchForm
from feedback.closing.timeline import SHORT, answers_of, customer_of, customers, moments_around
from feedback.models import Case
from journeys.access import workspace_of_customers
from journeys.auditing import audit
from journeys.models import AuditKind, Workspace

PAGE = 50


@require_http_methods(["GET", "POST"])
@never_cache
def customer_search(request: HttpRequest, workspace: str) -> HttpResponse:
    """Find a customer by e-mail address, for those who may know it.

    The address travels in the body of the request only, so that no log of addresses has it.
    """
    home = workspace_of_customers(request, workspace)
    identified = Workspace.objects.customers_identified_by(request.user)
    if not identified.filter(pk=home.pk).exists():
        raise PermissionDenied
    form = SearchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _write_down(request, home, "Looked a customer up by an e-mail address.")
        found = customer_of(request.user, home, form.cleaned_data["email"])
        if found:
            return redirect("feedback:customer_timeline", home.slug, found.key)
        form.add_error("email", "No answer of this address is kept here.")
    status = 422 if form.errors else 200
    context = {"workspace": home, "form": form}
    return render(request, "feedback/customer_search.html", context, status=status)


@require_GET
@never_cache
def customer_timeline(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Show what one customer said, touchpoint by touchpoint, and what was done about it."""
    home = workspace_of_customers(request, workspace)
    respondent = get_object_or_404(customers(request.user, home), key=key)
    answers = Paginator(answers_of(respondent), PAGE)
    page = answers.get_page(request.GET.get("page"))
    identified = Workspace.objects.customers_identified_by(request.user)
    context = {
        "workspace": home,
        "name": respondent.key[:SHORT],
        "respondent": respondent,
        "page": page,
        "moments": moments_around(respondent, list(page.object_list)),
        "answer_count": answers.count,
        "case_count": Case.objects.filter(respondent=respondent).count(),
        "identifies": identified.filter(pk=home.pk).exists(),
    }
    _write_down(request, home, f"Read the timeline of customer {context['name']}.")
    return render(request, "feedback/customer_timeline.html", context)


def _write_down(request: HttpRequest, home: Workspace, text: str) -> None:
    audit(AuditKind.DISCLOSURE, text, by=request.user, workspace=home, request=request)
