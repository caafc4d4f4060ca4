"""Exports that were asked for: how far each is, its notes, its file, cancelling, trying again."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from journeys.exports import formats
from journeys.exports.bounds import Busy, drawing_here
from journeys.exports.choices import Choices
from journeys.exports.jobs import TooMany, ask_again, cancel, filters_of, run
from journeys.models import Export, ExportState, Journey
from journeys.pages import render_page, wants_fragment

NOBODY_CAME = timedelta(seconds=5)
"""After which a page offers to make the file itself."""
WORKER_IS_THERE = timedelta(minutes=1)
"""So long after its last sign, a worker is believed to be at the exports that wait."""


@require_GET
def export_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show where an export stands; the fragment is asked for every two seconds while it is made."""
    export = own_export(request, pk)
    return render_page(request, "journeys/export_detail.html", _context(request, export))


@require_GET
def export_file(request: HttpRequest, pk: int) -> FileResponse:
    """Return the file, under its own name."""
    export = own_export(request, pk)
    if not export.file:
        raise Http404("no file")
    try:
        file = export.file.open("rb")
    except FileNotFoundError:
        raise Http404("the file is gone") from None
    response = FileResponse(
        file, as_attachment=True, filename=export.filename, content_type=export.content_type
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
def export_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an export back; whoever makes it stops at the next step."""
    export = own_export(request, pk)
    if not cancel(export):
        messages.info(request, "There was nothing to cancel any more.")
    return redirect(export)


@require_POST
def export_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the same file once more, from the map as it is now."""
    export = own_export(request, pk)
    try:
        return redirect(ask_again(export))
    except TooMany as refusal:
        messages.info(request, str(refusal))
        return redirect(export)


@require_POST
def export_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the file while the page waits, where no background worker has taken it up."""
    export = own_export(request, pk)
    try:
        with drawing_here(wait=0):
            run(export, out_of={ExportState.QUEUED})
    except Busy:
        if not wants_fragment(request):
            messages.info(request, "Another file is being made; this one waits for it.")
    if not wants_fragment(request):
        return redirect(export)
    export.refresh_from_db()
    return render_page(request, "journeys/export_detail.html", _context(request, export))


def own_export(request: HttpRequest, pk: int) -> Export:
    """Return an export to who asked for it and may still see its journeys; Http404 for others."""
    return get_object_or_404(Export.objects.visible_to(request.user).select_related("by"), pk=pk)


def _context(request: HttpRequest, export: Export) -> dict[str, Any]:
    now = timezone.now()
    state, choices, filters = export.stands, Choices.kept(export.choices), filters_of(export)
    journeys = list(export.journeys.select_related("workspace").order_by("title", "pk"))
    waits = state is ExportState.QUEUED and now - export.created_at > NOBODY_CAME
    return {
        "export": export,
        "journeys": journeys,
        "workspace": journeys[0].workspace,
        "headline": "This export failed" if state is ExportState.FAILED else state.label,
        "kind": formats()[choices.format],
        "options": choices.options,
        "filters": filters,
        "change": _address_of_choices(journeys, choices.query(filters)),
        "nobody_works": waits and not Export.objects.worker_heard_since(now - WORKER_IS_THERE),
        "announces": request.GET.get("was") != export.state,
        "gone": state is ExportState.DONE and not export.file,
    }


def _address_of_choices(journeys: list[Journey], query: str) -> str:
    """Return where the same choices can be changed and made anew."""
    if len(journeys) == 1:
        [one] = journeys
        address = reverse("journeys:journey_export", args=[one.workspace.slug, one.slug])
        return f"{address}?{query}"
    address = reverse("journeys:workspace_export", args=[journeys[0].workspace.slug])
    return f"{address}?{query}{''.join(f'&journey={each.slug}' for each in journeys)}"
