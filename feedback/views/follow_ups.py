""" "You told us, we did": written, looked at, and sent to those who agreed to hear back."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from feedback.closing.follow_ups import recipients, start
from feedback.closing.forms import FollowUpForm
from feedback.mailing import obstacle
from feedback.models import Case, FollowUp, Theme
from journeys.access import signed_in, workspace_of_customers
from journeys.models import Workspace
from touchpoints.models import Touchpoint


@require_http_methods(["GET", "POST"])
def follow_up_create(request: HttpRequest, workspace: str) -> HttpResponse:
    """Write a follow-up to `?case=`, or to those behind `?theme=` and `?touchpoint=`.

    The first POST shows what will be sent and to how many, the one with `send` sends it.
    """
    home = workspace_of_customers(request, workspace)
    note = _about(request, home)
    form = FollowUpForm(request.POST or None, instance=note, initial=_draft(note))
    count, problem = recipients(note).count(), obstacle()
    valid = request.method == "POST" and form.is_valid()
    if valid and "send" in request.POST and count and not problem:
        to = start(form.save(commit=False), by=signed_in(request))
        people = "1 customer" if to == 1 else f"{to:,} customers"
        messages.success(request, f"The follow-up is on its way to {people}.")
        return redirect(note)
    context = {
        "workspace": home,
        "note": note,
        "form": form,
        "count": count,
        "obstacle": problem,
        "previews": valid and "change" not in request.POST,
        "address": request.get_full_path(),
    }
    status = 422 if form.errors else 200
    return render(request, "feedback/follow_up_create.html", context, status=status)


@require_GET
def follow_up_detail(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Show what was sent, to how many, and what could not be."""
    home = workspace_of_customers(request, workspace)
    notes = FollowUp.objects.visible_to(request.user).select_related(
        "case__workspace", "theme", "touchpoint", "written_by"
    )
    note = get_object_or_404(notes, workspace=home, pk=pk)
    counts = note.receipts.aggregate(
        sent=Count("pk", filter=Q(sent_at__isnull=False)),
        failed=Count("pk", filter=~Q(problem="")),
        waiting=Count("pk", filter=Q(sent_at__isnull=True, problem="", respondent__isnull=False)),
    )
    problems = note.receipts.exclude(problem="").values("problem").annotate(n=Count("pk"))
    context = {"workspace": home, "note": note, "problems": problems.order_by("-n"), **counts}
    return render(request, "feedback/follow_up_detail.html", context)


def _about(request: HttpRequest, home: Workspace) -> FollowUp:
    """Return a follow-up to whom the address names; raises Http404 where that is nobody."""
    asked = {name: request.GET.get(name, "") for name in ("case", "theme", "touchpoint")}
    if asked["case"]:
        case = _number(Case.objects.filter(workspace=home), asked["case"])
        return FollowUp(workspace=home, case=case)
    note = FollowUp(workspace=home)
    if asked["theme"]:
        note.theme = get_object_or_404(Theme, workspace=home, name=asked["theme"])
    if asked["touchpoint"]:
        places = Touchpoint.objects.filter(step__stage__journey__workspace=home)
        note.touchpoint = _number(places, asked["touchpoint"])
    if not note.theme and not note.touchpoint:
        raise Http404
    return note


def _number(rows: Any, text: str) -> Any:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return get_object_or_404(rows, pk=int(text))


def _draft(note: FollowUp) -> dict[str, str]:
    """Return words to begin with."""
    record = note.case.record if note.case else None
    touchpoint = record.touchpoint if record else note.touchpoint
    about = " ".join(
        part
        for part in (
            f"about “{note.theme.name}”" if note.theme else "",
            f"at “{touchpoint.title}”" if touchpoint else "",
        )
        if part
    )
    did = note.case.action if note.case else ""
    body = (
        f"You told us {about or 'what went wrong'}. Thank you: that helped us.\n\n"
        f"What we did: {did or '…'}\n\nWe hope that it goes better for you next time."
    )
    return {"subject": "You told us. We did something about it."[:120], "body": body}
