"""Imports: from a file to answers on a map, in steps that each can be left and returned to."""

from pathlib import PurePath

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from feedback.imports.batch_page import batch_page
from feedback.imports.batches import ask_check, ask_run
from feedback.imports.upload import ImportForm
from feedback.models import ImportBatch, SavedMapping
from journeys.access import workspace_of_customers
from journeys.auditing import audit
from journeys.models import AuditKind, Journey
from journeys.pages import render_page, wants_fragment

PAGE = 50


@require_GET
def import_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show the imports of the workspace, the newest first, and the mappings kept for the next."""
    home = workspace_of_customers(request, workspace)
    batches = home.imports.select_related("workspace", "journey", "created_by")
    pages = Paginator(batches, PAGE)
    return render(
        request,
        "feedback/import_list.html",
        {
            "workspace": home,
            "page": pages.get_page(request.GET.get("page")),
            "mappings": SavedMapping.objects.filter(workspace=home).select_related("updated_by"),
        },
    )


@require_http_methods(["GET", "POST"])
def import_new(request: HttpRequest, workspace: str) -> HttpResponse:
    """Take a file and the journey that it is about."""
    home = workspace_of_customers(request, workspace)
    journeys = Journey.objects.filter(workspace=home).order_by("title", "pk")
    form = ImportForm(
        request.POST or None,
        request.FILES or None,
        journeys=journeys,
        initial={"journey": request.GET.get("journey") or _only(journeys)},
    )
    batch = form.store(home, request.user) if form.is_valid() else None
    if batch is not None:
        address = reverse("feedback:import_mapping", args=[home.slug, batch.pk])
        if wants_fragment(request):
            return HttpResponse(status=204, headers={"HX-Redirect": address})
        return redirect(address)
    context = {
        "workspace": home,
        "form": form,
        "journeys": journeys,
        "address": request.path,
        "limit": filesizeformat(settings.IMPORT_MAX_MB * 2**20),
        "kept_days": settings.IMPORT_FILES_KEPT_DAYS,
    }
    # What htmx gets with another status, it does not show.
    status = 422 if form.is_bound and not wants_fragment(request) else 200
    return render_page(request, "feedback/import_new.html", context, status=status)


def _only(journeys: QuerySet[Journey]) -> str | None:
    found = list(journeys[:2])
    return found[0].slug if len(found) == 1 else None


@require_GET
def import_detail(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Show where an import stands; the fragment is asked for every second while it is at work."""
    batch = batch_of(request, workspace, pk)
    return render_page(
        request,
        "feedback/import_detail.html",
        {
            "workspace": batch.workspace,
            "batch": batch,
            "page": batch_page(batch, timezone.now()),
            "kept_days": settings.IMPORT_FILES_KEPT_DAYS,
            "announces": request.GET.get("was") != batch.state,
        },
    )


@require_POST
def import_start(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Begin the import of a checked file, or its check once more where that did not end well."""
    batch = batch_of(request, workspace, pk)
    if batch.check_report is not None:
        began = ask_run(batch, row_by_row=request.POST.get("rows") == "good")
    else:
        began = batch.mapping is not None and ask_check(batch, batch.mapping)
    if not began:
        messages.info(request, "This import was begun already, or cannot be begun any more.")
    return redirect(batch)


@require_POST
def import_cancel(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Stop an import; what it has written stays, and starting it again goes on from there."""
    batch = batch_of(request, workspace, pk)
    if not batch.cancel():
        messages.info(request, "There was nothing to cancel any more.")
    return redirect(batch)


@require_GET
def import_problems(request: HttpRequest, workspace: str, pk: int) -> FileResponse:
    """Return the list of everything that was wrong with the file, as CSV."""
    batch = batch_of(request, workspace, pk)
    if not batch.problems:
        raise Http404("no problems")
    try:
        file = batch.problems.open("rb")
    except FileNotFoundError:
        raise Http404("the list is gone") from None
    _write_down(request, AuditKind.EXPORT, batch, "Took the list of problems away of")
    name = f"problems-{PurePath(batch.filename).stem}.csv"
    response = FileResponse(file, as_attachment=True, filename=name, content_type="text/csv")
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def import_delete(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Delete an import's entry and its files; the answers that it brought stay."""
    batch = batch_of(request, workspace, pk)
    if batch.stands.working:
        messages.info(request, "It is at work: cancel it first.")
        return redirect(batch)
    with transaction.atomic():
        _write_down(request, AuditKind.DELETION, batch, "Deleted the entry and the files of")
        batch.delete_files()
        batch.delete()
    messages.success(request, f"Deleted {batch.filename} from the list. Its answers stay.")
    return redirect("feedback:import_list", workspace)


def _write_down(request: HttpRequest, kind: AuditKind, batch: ImportBatch, did: str) -> None:
    audit(
        kind,
        # By its number: the name of a file may be somebody's, and this cannot be erased.
        f"{did} import {batch.pk}.",
        by=request.user,
        workspace=batch.workspace,
        request=request,
    )


def batch_of(request: HttpRequest, workspace: str, pk: int) -> ImportBatch:
    """Return an import to who may import into its workspace; 404 and 403 for others."""
    home = workspace_of_customers(request, workspace)
    batches = home.imports.select_related("workspace", "journey", "created_by")
    return get_object_or_404(batches, pk=pk)
