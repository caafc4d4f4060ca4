"""The page of an import that asks what the columns of its file mean."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from feedback.imports.batch_page import AT_STEP, steps
from feedback.imports.batches import ask_check
from feedback.imports.mapping_page import mapping_page
from feedback.imports.mappings.mapping_file import mapping_from
from feedback.imports.problems import BadMapping, CannotImport
from feedback.imports.proposals.corrections import Corrections, corrected
from feedback.imports.proposals.offering import offers
from feedback.imports.proposals.proposal import Proposal
from feedback.imports.proposals.recalling import recalled
from feedback.imports.proposals.to_mapping import mapping_content
from feedback.imports.upload import proposal_for
from feedback.models import BatchState, ImportBatch, SavedMapping
from feedback.views.imports import batch_of
from journeys.access import workspace_of_customers
from journeys.auditing import audit
from journeys.models import AuditKind

AS_PROPOSED, AS_LAST_TIME = "proposed", "last"


@require_http_methods(["GET", "POST"])
def import_mapping(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Show what each column is taken for, let it be corrected, and have the file checked by it."""
    batch = batch_of(request, workspace, pk)
    if batch.stands.working or batch.stands is BatchState.DONE or not batch.file:
        return redirect(batch)
    saved = SavedMapping.objects.filter(workspace=batch.workspace)
    asked = request.POST or request.GET
    last_sheet = (batch.mapping or {}).get("sheet", "")
    try:
        proposal = proposal_for(batch, sheet=asked.get("sheet", last_sheet))
    except (CannotImport, OSError) as refusal:
        messages.error(request, f"The file cannot be read. {refusal}")
        return redirect(batch)
    start = _start(batch, proposal, list(saved), asked.get("start", ""))
    corrections = Corrections(start.proposal)
    problem = start.problem
    if request.method == "POST":
        corrections = corrected(start.proposal, request.POST)
        content, problem = _content(corrections)
        if content is not None and not problem:
            if not _save(request, batch, content, proposal.signature):
                messages.warning(
                    request,
                    "The saved mapping was changed by somebody else meanwhile and stays as it is. "
                    "This file is read as you said; save it under another name to keep that.",
                )
            if not ask_check(batch, content):
                messages.info(request, "This import is at work already.")
            return redirect(batch)
    return render(
        request,
        "feedback/import_mapping.html",
        {
            "workspace": batch.workspace,
            "batch": batch,
            "proposal": corrections.proposal,
            "start": start,
            "offers": [
                offer
                for offer in offers(saved, proposal)
                if offer.measures or offer.saved == start.saved
            ],
            "steps": steps(AT_STEP[BatchState.MAPPING]),
            "page": mapping_page(corrections),
            "problem": problem,
            "save_as": request.POST.get("save_as", start.name),
            "save_as_seen": request.POST.get("save_as_seen", start.seen),
        },
        status=422 if request.method == "POST" else 200,
    )


@dataclass(frozen=True)
class Start:
    """What the form begins with: our proposal, or a mapping that somebody made before.

    `corrects` is where that is saved, so that corrections are saved there, too.
    """

    key: str
    proposal: Proposal
    saved: SavedMapping | None = None
    corrects: SavedMapping | None = None
    problem: str = ""

    @property
    def name(self) -> str:
        """Return the name under which corrections are saved, "" for none."""
        return self.corrects.name if self.corrects else ""

    @property
    def seen(self) -> str:
        """Return what the form knows of the mapping that it corrects."""
        return _as_seen(self.corrects) if self.corrects else ""


def _start(batch: ImportBatch, proposal: Proposal, saved: list[SavedMapping], asked: str) -> Start:
    """Return what was asked for; else the last choice, else a saved mapping of such columns."""
    if asked == AS_PROPOSED:
        return Start(AS_PROPOSED, proposal)
    chosen = next((mapping for mapping in saved if str(mapping.pk) == asked), None)
    if chosen is None and batch.mapping is not None:
        last = recalled(proposal, mapping_from(batch.mapping))
        # One that says something else by now was changed for another file, or by somebody else.
        same = [mapping for mapping in saved if mapping.content == batch.mapping]
        latest = max(same, key=lambda mapping: mapping.updated_at, default=None)
        return Start(AS_LAST_TIME, last, corrects=latest)
    if chosen is None:
        fitting = [mapping for mapping in saved if mapping.signature == proposal.signature]
        chosen = max(fitting, key=lambda mapping: mapping.updated_at, default=None)
    if chosen is None:
        return Start(AS_PROPOSED, proposal)
    try:
        mapping = mapping_from(chosen.content)
    except BadMapping as error:
        problem = f"The saved mapping “{chosen.name}” cannot be used any more: {error}"
        return Start(AS_PROPOSED, proposal, problem=problem)
    # One for other columns is not to be written over with what is left of it here.
    [offer] = offers([chosen], proposal)
    corrects = chosen if offer.fits else None
    return Start(str(chosen.pk), recalled(proposal, mapping), saved=chosen, corrects=corrects)


def _content(corrections: Corrections) -> tuple[dict[str, Any] | None, str]:
    """Return the mapping as it is kept, or what is wrong with it as a whole."""
    if corrections.errors:
        return None, ""
    try:
        content = mapping_content(corrections.proposal)
        mapping_from(content)
    except BadMapping as error:
        return None, str(error)
    return content, ""


def _save(
    request: HttpRequest, batch: ImportBatch, content: dict[str, Any], signature: str
) -> bool:
    """Keep the mapping for next time under the name that was given, if one was.

    False where the mapping that the form corrects says something else by now: it stays.
    """
    name = request.POST.get("save_as", "").strip()[:120]
    if not name:
        return True
    seen = request.POST.get("save_as_seen", "")
    with transaction.atomic():
        mappings = SavedMapping.objects.select_for_update().filter(workspace=batch.workspace)
        there = mappings.filter(name=name).first()
        if there and seen.startswith(f"{there.pk} ") and seen != _as_seen(there):
            return False
        SavedMapping.objects.update_or_create(
            workspace=batch.workspace,
            name=name,
            defaults={"content": content, "signature": signature, "updated_by_id": request.user.pk},
        )
    return True


def _as_seen(mapping: SavedMapping) -> str:
    return f"{mapping.pk} {mapping.updated_at.isoformat()}"


@require_POST
def mapping_delete(request: HttpRequest, workspace: str, pk: int) -> HttpResponse:
    """Forget a saved mapping; imports that were made with it are not touched."""
    home = workspace_of_customers(request, workspace)
    mapping = get_object_or_404(SavedMapping, workspace=home, pk=pk)
    with transaction.atomic():
        mapping.delete()
        audit(
            AuditKind.DELETION,
            f"Deleted the mapping “{mapping.name}” of imports.",
            by=request.user,
            workspace=home,
            request=request,
        )
    messages.success(request, f"Deleted the mapping {mapping.name}.")
    return redirect("feedback:import_list", workspace)
