"""The audit log of a workspace, for its owners and admins: to be searched, and taken away."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from io import StringIO
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from journeys.access import signed_in, workspace_to_administer
from journeys.auditing import audit
from journeys.formulas import neutral
from journeys.models import AuditEntry, AuditKind, Workspace
from journeys.models.audit import AuditQuerySet

PAGE = 50
MOST_LINES = 100_000
"""Of one file; who needs more asks period by period."""
_HEAD = ("at (UTC)", "kind", "person", "what happened", "network", "facts")


class AuditForm(forms.Form):
    """Which entries are looked for; what cannot be read is named and left out."""

    kind = forms.ChoiceField(choices=[("", "all"), *AuditKind.choices], required=False)
    person = forms.CharField(max_length=100, required=False, label="Name or address")
    since = forms.DateField(
        required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    @property
    def chosen(self) -> dict[str, Any]:
        """Return what was chosen and could be read."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def query(self) -> str:
        """Return it as the parameters of an address."""
        return urlencode(self.chosen)

    def of(self, workspace: Workspace) -> AuditQuerySet:
        """Return the workspace's entries that were chosen, the newest first; days are UTC's."""
        entries = AuditEntry.objects.seen_in(workspace)
        lookups: dict[str, Callable[[Any], Q]] = {
            "kind": lambda kind: Q(kind=kind),
            "person": lambda text: Q(actor_name__icontains=text),
            "since": lambda day: Q(at__gte=_begin(day)),
            "until": lambda day: Q(at__lt=_begin(day) + timedelta(days=1)),
        }
        for name, value in self.chosen.items():
            entries = entries.filter(lookups[name](value))
        return entries.order_by("-at", "-pk")


def _begin(day: Any) -> datetime:
    return datetime.combine(day, time.min, UTC)


@require_GET
@never_cache
def audit_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show the log page by page, the newest first."""
    home = workspace_to_administer(request, workspace)
    form = AuditForm(request.GET)
    after = request.GET.get("after", "")
    found = list(_older_than(form.of(home), after)[: PAGE + 1])
    entries = found[:PAGE]
    context = {
        "workspace": home,
        "form": form,
        "problems": [f"{form[name].label}: {said[0]}" for name, said in form.errors.items()],
        "entries": entries,
        "more": entries[-1].pk if len(found) > PAGE else None,
        "paged": bool(after),
    }
    return render(request, "journeys/audit_list.html", context)


def _older_than(entries: AuditQuerySet, after: str) -> AuditQuerySet:
    """Keep what is older than an entry, however many have come since: pages do not shift."""
    if not (after.isascii() and after.isdigit() and len(after) < 19):
        return entries
    last = entries.model._default_manager.filter(pk=int(after)).values_list("at", flat=True).first()
    if last is None:
        return entries
    return entries.filter(at__lte=last).exclude(at=last, pk__gte=int(after))


@require_POST
def audit_file(request: HttpRequest, workspace: str) -> HttpResponse:
    """Return what was chosen as CSV, and write down that it was taken."""
    home = workspace_to_administer(request, workspace)
    form = AuditForm(request.POST)
    entries = form.of(home)
    number = entries.count()
    if number > MOST_LINES:
        messages.error(
            request,
            f"These are {number:,} entries, and a file holds {MOST_LINES:,}. "
            "Nothing was taken: choose a shorter period.",
        )
        return redirect(f"{request.path.removesuffix('file/')}?{form.query}")
    with transaction.atomic():
        response = HttpResponse(_csv(entries), content_type="text/csv; charset=utf-8")
        audit(
            AuditKind.LOG,
            f"Took {number:,} entries of this log away as CSV.",
            by=signed_in(request),
            workspace=home,
            request=request,
            entries=number,
            chosen={name: str(value) for name, value in form.chosen.items()},
        )
    name = f"{home.slug}-audit-{timezone.now():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _csv(entries: AuditQuerySet) -> bytes:
    """Return entries as CSV, with the mark that tells spreadsheets that it is UTF-8."""
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow(_HEAD)
    writer.writerows(_lines(entries.iterator()))
    return written.getvalue().encode("utf-8-sig")


def _lines(entries: Iterable[AuditEntry]) -> Iterator[list[Any]]:
    for entry in entries:
        facts = json.dumps(entry.facts, ensure_ascii=False) if entry.facts else ""
        cells = [
            entry.at.astimezone(UTC).isoformat(" ", "seconds").removesuffix("+00:00"),
            entry.get_kind_display(),
            entry.actor_name,
            entry.text,
            entry.address or "",
            facts,
        ]
        yield [neutral(cell) for cell in cells]
