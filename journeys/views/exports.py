"""The page on which somebody chooses what to take away, and sees what it will look like."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from csp.constants import SELF
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from journeys.access import journey_to_see, signed_in, workspace_to_see
from journeys.exports import formats
from journeys.exports.bounds import Busy, drawing_here
from journeys.exports.choices import (
    LANGUAGES,
    MEGAPIXELS,
    ORIENTATIONS,
    PAPER_LABELS,
    Choices,
    ExportForm,
    grouped_formats,
    lanes_chosen,
)
from journeys.exports.jobs import TooMany, ask
from journeys.exports.preview import opened, picture, preview
from journeys.maps import build_map
from journeys.maps.filters import PERIOD_LABELS, MapFilterForm, MapFilters
from journeys.models import Export, Journey, Workspace
from journeys.pages import render_page, wants_fragment

WAIT = 8
"""Seconds that a preview waits for the one before it."""
RECENT = 5
FRAMED = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"
)
"""What a file that opens in a frame may do: look as it does, and nothing else."""
MOST_JOURNEYS = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address or a form asks for, and what of it nobody knows."""

    choices: Choices
    filters: MapFilters
    problems: list[str]


def read(request: HttpRequest, query: QueryDict) -> Asked:
    """Read choices and filters; what is not asked for is as the person chose the last time."""
    kept = Choices.kept(signed_in(request).export_choices)
    form = ExportForm(query, kept)
    map_form = MapFilterForm(query, today=timezone.now().date())
    filters = lanes_chosen(query, map_form.filters)
    return Asked(form.choices, filters, [*form.problems, *map_form.problems])


@require_http_methods(["GET", "HEAD", "POST"])
def journey_export(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """Choose a format and what is in it, look at it, and have it made."""
    journey = journey_to_see(request, workspace, slug)
    asked = read(request, request.POST if request.method == "POST" else request.GET)
    if request.method == "POST":
        return _order(request, asked, journey.workspace, [journey])
    if wants_fragment(request):
        return _preview(request, asked, journey)
    return _page(request, asked, journey.workspace, _for_one(journey, asked))


@require_http_methods(["GET", "HEAD", "POST"])
def workspace_export(request: HttpRequest, workspace: str) -> HttpResponse:
    """Choose several journeys, to have them made in one archive."""
    home = workspace_to_see(request, workspace)
    query = request.POST if request.method == "POST" else request.GET
    asked = read(request, query)
    journeys = list(
        Journey.objects.visible_to(request.user)
        .filter(workspace=home)
        .select_related("workspace", "owner")
        .order_by("title", "pk")
    )
    slugs = set(query.getlist("journey"))
    chosen = [each for each in journeys if each.slug in slugs]
    if request.method == "POST":
        return _order(request, asked, home, chosen, all_of_them=journeys)
    if wants_fragment(request):
        return _preview(request, asked, next(iter(chosen), None), chosen=chosen)
    return _page(request, asked, home, _for_several(home, journeys, slugs))


@require_GET
def export_preview(request: HttpRequest, workspace: str, slug: str, number: int) -> HttpResponse:
    """Return a page of the file as an SVG picture."""
    journey = journey_to_see(request, workspace, slug)
    asked = read(request, request.GET)
    return _previewed(
        lambda: picture(journey, asked.choices, asked.filters, number), "image/svg+xml"
    )


@require_GET
def export_opened(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """Return the file as an HTML page, for a frame of the page of choices and of no other."""
    journey = journey_to_see(request, workspace, slug)
    asked = read(request, request.GET)
    response = _previewed(
        lambda: opened(journey, asked.choices, asked.filters), "text/html; charset=utf-8"
    )
    response["Content-Security-Policy"] = FRAMED
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _previewed(draw: Callable[[], bytes | None], content_type: str) -> HttpResponse:
    try:
        with drawing_here(wait=WAIT):
            drawn = draw()
    except Busy:
        return HttpResponse(status=503, headers={"Retry-After": str(WAIT)})
    if drawn is None:
        raise Http404("no such preview")
    headers = {"Cache-Control": "private, max-age=60", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(drawn, content_type=content_type, headers=headers)


def _order(
    request: HttpRequest,
    asked: Asked,
    home: Workspace,
    journeys: list[Journey],
    *,
    all_of_them: list[Journey] | None = None,
) -> HttpResponse:
    """Have the file made and show how far it is, or say what hinders it."""
    problems = list(asked.problems)
    if not journeys:
        problems.append("Choose at least one journey.")
    if len(journeys) > MOST_JOURNEYS:
        problems.append(f"Choose {MOST_JOURNEYS} journeys at most; these are {len(journeys)}.")
    if not problems and "preview" not in request.POST:
        try:
            return redirect(ask(signed_in(request), journeys, asked.choices, asked.filters))
        except TooMany as refusal:
            problems.append(str(refusal))
    if not problems:
        chosen = journeys if all_of_them else []
        return redirect(f"{_address(request, asked, chosen)}&preview=1")
    asked = Asked(asked.choices, asked.filters, problems)
    if all_of_them is None:
        context = _for_one(journeys[0], asked)
    else:
        context = _for_several(home, all_of_them, {each.slug for each in journeys})
    return _page(request, asked, home, context, status=422)


def _address(request: HttpRequest, asked: Asked, chosen: Sequence[Journey]) -> str:
    """Return the page's address with every choice, as it shows the same again."""
    names = "".join(f"&journey={each.slug}" for each in chosen)
    return f"{request.path}?{asked.choices.query(asked.filters)}{names}"


def _for_one(journey: Journey, asked: Asked) -> dict[str, Any]:
    """Return what the page of one journey offers: its own lanes, segments, channels, personas."""
    leave = f"{journey.get_absolute_url()}?{asked.filters.query()}".rstrip("?")
    return {"journey": journey, "map": build_map(journey, filters=asked.filters), "leave": leave}


def _for_several(home: Workspace, journeys: list[Journey], chosen: set[str]) -> dict[str, Any]:
    return {"journeys": journeys, "chosen": chosen, "leave": home.get_absolute_url()}


def _page(
    request: HttpRequest,
    asked: Asked,
    home: Workspace,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    chosen = [each for each in context.get("journeys", ()) if each.slug in context["chosen"]]
    one: Journey | None = context.get("journey")
    if "preview" in request.GET:
        context |= _drawn(request, asked, one or next(iter(chosen), None))
    elif one or chosen:
        context["preview_at"] = _address(request, asked, chosen)
    context |= {
        "workspace": home,
        "asked": asked,
        "choices": asked.choices,
        "options": asked.choices.options,
        "filters": asked.filters,
        "several": bool(chosen),
        "groups": grouped_formats(),
        "papers": PAPER_LABELS,
        "orientations": ORIENTATIONS,
        "languages": LANGUAGES,
        "sizes": MEGAPIXELS,
        "periods": PERIOD_LABELS,
        "address": request.path,
        "recent": Export.objects.visible_to(request.user).prefetch_related("journeys")[:RECENT],
    }
    response = render_page(request, "journeys/journey_export.html", context, status=status)
    response._csp_update = {"frame-src": [SELF]}  # type: ignore[attr-defined]
    return response


def _preview(
    request: HttpRequest, asked: Asked, journey: Journey | None, *, chosen: Sequence[Journey] = ()
) -> HttpResponse:
    context = _drawn(request, asked, journey) | {"several": bool(chosen)}
    response = render_page(request, "journeys/journey_export.html", context)
    # The form sends every field; the address bar gets them as they are read.
    response["HX-Replace-Url"] = _address(request, asked, chosen)
    return response


def _drawn(request: HttpRequest, asked: Asked, journey: Journey | None) -> dict[str, Any]:
    """Return what the pane of the preview shows."""
    context: dict[str, Any] = {
        "previewed": journey,
        "kind": formats()[asked.choices.format],
        "problems": asked.problems,
        "query": asked.choices.query(asked.filters),
    }
    if journey is not None:
        draws = formats()[asked.choices.format].draw is not None
        try:
            with drawing_here(wait=WAIT) if draws else nullcontext():
                context["preview"] = preview(journey, asked.choices, asked.filters)
        except Busy:
            context["busy"] = True
    return context
