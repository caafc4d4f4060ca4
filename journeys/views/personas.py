"""Persona pages: the gallery, one persona, and its photo."""

from collections.abc import Iterable
from io import BytesIO

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from journeys.admin.access import administered_ids
from journeys.auditing import audit
from journeys.exports.bounds import Busy, drawing_here
from journeys.exports.gathering import persona_card
from journeys.exports.options import ExportOptions
from journeys.exports.persona_cards import persona_file as card_of
from journeys.models import AuditKind, Journey, Persona, PersonaTrait, Workspace
from journeys.pages import render_page, wants_fragment
from journeys.pictures import picture_response

_FIELD_NAMES = {field.name: str(field.verbose_name) for field in Persona._meta.concrete_fields}
# A trait is drawn on a line from x 8 (score 1) to x 352 (score 5).
_LINE_START = 8
_PER_POINT = 86
CARD_FILES = {"pdf": "personas-pdf", "png": "personas-png", "pptx": "personas-pptx"}
"""The ending in the address -> the format of the export."""
PATIENCE = 8
"""Seconds that a card waits for another file that is being drawn."""


@require_GET
def persona_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show the workspace's personas as cards, searched by what a card says."""
    home = get_object_or_404(Workspace.objects.visible_to(request.user), slug=workspace)
    stored = Persona.objects.visible_to(request.user).filter(workspace=home)
    personas = sorted(
        stored.select_related("segment").with_usage(),
        key=lambda persona: (persona.name.casefold(), persona.pk),
    )
    search = request.GET.get("q", "").strip()
    response = render_page(
        request,
        "journeys/persona_list.html",
        {
            "workspace": home,
            "personas": [persona for persona in personas if _says(persona, search)],
            "total": len(personas),
            "search": search,
            "administers": home.pk in administered_ids(request),
        },
    )
    if wants_fragment(request):
        # The search sends its field empty, too; the address bar need not show that.
        response["HX-Replace-Url"] = request.get_full_path() if search else request.path
    return response


def _says(persona: Persona, search: str) -> bool:
    """True where every word of the search occurs on the card.

    Compared here and not by the database, because SQLite knows capitals of ASCII only.
    """
    segment = persona.segment.name if persona.segment else ""
    card = " ".join([persona.name, persona.role, persona.quote, segment]).casefold()
    return all(word in card for word in search.casefold().split())


@require_GET
def persona_detail(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """Show everything that is known of a persona, and on which maps it stands."""
    persona = get_object_or_404(
        Persona.objects.visible_to(request.user)
        .select_related("workspace", "segment")
        .prefetch_related("preferred_channels", "traits"),
        workspace__slug=workspace,
        slug=slug,
    )
    journeys = Journey.objects.visible_to(request.user).filter(personas=persona)
    return render(
        request,
        "journeys/persona_detail.html",
        {
            "workspace": persona.workspace,
            "persona": persona,
            "facts": _facts(persona),
            "traits": _traits(persona.traits.all()),
            "journeys": journeys.select_related("workspace"),
            "administers": persona.workspace_id in administered_ids(request),
            "card_files": list(CARD_FILES),
            "missing": [_FIELD_NAMES[name] for name in persona.missing_fields],
        },
    )


@require_GET
def persona_file(request: HttpRequest, workspace: str, slug: str, ending: str) -> HttpResponseBase:
    """Return a persona's card to take away: on A4, as a picture, or as a slide."""
    key = CARD_FILES.get(ending)
    if key is None:
        raise Http404("no such file")
    persona = get_object_or_404(
        Persona.objects.visible_to(request.user)
        .select_related("workspace", "segment")
        .prefetch_related("preferred_channels", "traits"),
        workspace__slug=workspace,
        slug=slug,
    )
    try:
        with drawing_here(wait=PATIENCE):
            made = card_of(persona_card(persona), key, ExportOptions(paper="a4"))
    except Busy:
        said = "Another file is being made. Try again in a moment."
        return HttpResponse(said, status=503, headers={"Retry-After": str(PATIENCE)})
    audit(
        AuditKind.EXPORT,
        f"Took the card of the persona “{persona.name}” away as {ending.upper()}.",
        by=request.user,
        workspace=persona.workspace,
        request=request,
    )
    file = BytesIO(made.content)
    return FileResponse(
        file, as_attachment=True, filename=made.filename, content_type=made.content_type
    )


def _facts(persona: Persona) -> list[tuple[str, str]]:
    """Return the demographics that are known, each with its name."""
    facts = [
        ("Age", persona.age_range),
        ("Occupation", persona.occupation),
        ("Location", persona.location),
        ("Household", persona.household),
    ]
    return [(name, value) for name, value in facts if value]


def _traits(traits: Iterable[PersonaTrait]) -> list[tuple[PersonaTrait, int]]:
    """Return each trait with the place of its score on the drawn line."""
    return [(trait, _LINE_START + _PER_POINT * (trait.score - 1)) for trait in traits]


@require_GET
def persona_photo(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """Return a persona's photo to those who may see the persona; the file has no other address."""
    persona = get_object_or_404(
        Persona.objects.visible_to(request.user), workspace__slug=workspace, slug=slug
    )
    # Its address changes with the persona.
    return picture_response(persona.photo.name or "", cached="max-age=3600")
