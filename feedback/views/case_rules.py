"""The rules by which cases open: kept by owners and admins."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from feedback.closing.forms import RuleForm
from feedback.closing.opening import open_by_rule
from feedback.models import CaseRule
from journeys.access import workspace_to_administer, workspace_to_see
from journeys.auditing import audit
from journeys.models import AuditKind, Workspace


@require_GET
def case_rule_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show by which rules cases open, to any member."""
    home = workspace_to_see(request, workspace)
    rules = CaseRule.objects.visible_to(request.user).filter(workspace=home)
    related = ("journey", "team", "owner", "escalate_to")
    administered = Workspace.objects.administered_by(request.user)
    return render(
        request,
        "feedback/case_rule_list.html",
        {
            "workspace": home,
            "rules": rules.select_related(*related).prefetch_related("touchpoints"),
            "administers": administered.filter(pk=home.pk).exists(),
        },
    )


@require_http_methods(["GET", "POST"])
def case_rule_create(request: HttpRequest, workspace: str) -> HttpResponse:
    """Make a rule; it looks at fresh answers at once."""
    home = workspace_to_administer(request, workspace)
    return _edit(request, CaseRule(workspace=home, name="Unhappy customers"))


@require_http_methods(["GET", "POST"])
def case_rule_edit(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Change a rule; cases that are open stay as they are."""
    home = workspace_to_administer(request, workspace)
    return _edit(request, get_object_or_404(CaseRule, workspace=home, pk=pk))


@require_POST
def case_rule_delete(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Delete a rule; its cases stay."""
    home = workspace_to_administer(request, workspace)
    rule = get_object_or_404(CaseRule, workspace=home, pk=pk)
    with transaction.atomic():
        rule.delete()
        audit(
            AuditKind.DELETION,
            f"Deleted the rule “{rule.name}” that opens cases.",
            by=request.user,
            workspace=home,
            request=request,
        )
    messages.success(request, f"The rule “{rule.name}” is deleted. Its cases stay.")
    return redirect("feedback:case_rule_list", home.slug)


def _edit(request: HttpRequest, rule: CaseRule) -> HttpResponse:
    title = rule.name if rule.pk else ""
    form = RuleForm(request.POST or None, instance=rule)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            rule = form.save()
            if rule.active:
                open_by_rule.enqueue(rule.pk)
        said = f"The rule “{rule.name}” is kept. It looks at answers as they come."
        messages.success(request, said)
        return redirect("feedback:case_rule_list", rule.workspace.slug)
    context = {"workspace": rule.workspace, "rule": rule, "title": title, "form": form}
    status = 422 if form.errors else 200
    return render(request, "feedback/case_rule_edit.html", context, status=status)
