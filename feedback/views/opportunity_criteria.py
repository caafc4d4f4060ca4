"""What a workspace weighs its opportunities by; its owners and admins decide."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from feedback.improving.forms import CriterionForm
from feedback.models import Criterion
from journeys.access import workspace_to_administer
from journeys.auditing import audit
from journeys.models import AuditKind


@require_http_methods(["GET", "POST"])
def criterion_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """List the criteria, and add one."""
    home = workspace_to_administer(request, workspace)
    form = CriterionForm(request.POST or None, workspace=home)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Added. Score the opportunities on it on their pages.")
        return redirect("feedback:criterion_list", workspace)
    criteria = Criterion.objects.filter(workspace=home).annotate(used=Count("scores"))
    context = {"workspace": home, "criteria": criteria, "form": form}
    status = 422 if form.errors else 200
    return render(request, "feedback/criterion_list.html", context, status=status)


@require_http_methods(["GET", "POST"])
def criterion_edit(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Change a criterion: all totals follow."""
    home = workspace_to_administer(request, workspace)
    criterion = get_object_or_404(Criterion, workspace=home, pk=pk)
    name = criterion.name
    form = CriterionForm(request.POST or None, instance=criterion, workspace=home)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("feedback:criterion_list", workspace)
    context = {"workspace": home, "criterion": criterion, "name": name, "form": form}
    status = 422 if form.errors else 200
    return render(request, "feedback/criterion_edit.html", context, status=status)


@require_POST
def criterion_delete(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Delete a criterion with the scores on it."""
    home = workspace_to_administer(request, workspace)
    criterion = get_object_or_404(Criterion, workspace=home, pk=pk)
    with transaction.atomic():
        criterion.delete()
        audit(
            AuditKind.DELETION,
            f"Deleted the criterion “{criterion.name}” with the scores on it.",
            by=request.user,
            workspace=home,
            request=request,
        )
    return redirect("feedback:criterion_list", workspace)
