"""Versions of a journey: listed, kept under a name, looked at as a map, and restored."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from journeys.access import journey_to_see
from journeys.editing.figures import draw_content, with_figures
from journeys.editing.versions import LONGEST_TITLE, keep_version, restore
from journeys.maps.filters import MapFilters
from journeys.maps.outline import outline
from journeys.models import Journey, Version
from journeys.views.editing.base import edits_journey

PER_PAGE = 50


class VersionForm(forms.Form):
    """The name under which a version is kept."""

    title = forms.CharField(label="Name", max_length=LONGEST_TITLE)


@require_GET
def version_list(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """List a journey's versions, newest first."""
    journey = journey_to_see(request, workspace, slug)
    return _list_page(request, journey, VersionForm())


@require_POST
@edits_journey
def version_create(request: HttpRequest, journey: Journey) -> HttpResponse:
    """Keep the journey as it is under a name."""
    form = VersionForm(request.POST)
    if not form.is_valid():
        return _list_page(request, journey, form, status=422)
    version = keep_version(journey, request.user, form.cleaned_data["title"])
    messages.success(request, f"The map is kept as “{version}”.")
    return redirect("journeys:version_list", journey.workspace.slug, journey.slug)


def _list_page(
    request: HttpRequest, journey: Journey, form: VersionForm, *, status: int = 200
) -> HttpResponse:
    versions = Version.objects.visible_to(request.user).filter(journey=journey)
    versions = versions.select_related("by").defer("content", "figures").order_by("-pk")
    page = Paginator(versions, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "workspace": journey.workspace,
        "journey": journey,
        "tab": "versions",
        "form": form,
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number, on_each_side=2),
        "may_restore": _may_restore(request, journey),
    }
    return render(request, "journeys/version_list.html", context, status=status)


@require_GET
def version_detail(request: HttpRequest, workspace: str, slug: str, pk: int) -> HttpResponse:
    """Draw a version as the map it was, with the figures that were kept with it."""
    journey = journey_to_see(request, workspace, slug)
    version = _version(request, journey, pk)
    day = version.at.date()
    drawn = draw_content(journey, version.content, today=day, measured=False)
    found = with_figures(drawn, version.figures)
    as_story = request.GET.get("as") == "outline"
    context = {
        "workspace": journey.workspace,
        "journey": journey,
        "version": version,
        "map": found,
        "outline": outline(found) if as_story else (),
        "as_story": as_story,
        "column_count": sum(stage.width for stage in found.stages),
        "filters": MapFilters.default(day),
        "map_address": journey.get_absolute_url(),
        "may_restore": _may_restore(request, journey),
    }
    return render(request, "journeys/version_detail.html", context)


@require_POST
@edits_journey
def version_restore(request: HttpRequest, journey: Journey, pk: int) -> HttpResponse:
    """Make the map again what it was in a version, as one edit that can be undone."""
    version = _version(request, journey, pk)
    edit, left_out = restore(journey, version, by=request.user)
    if edit.rows:
        said = f"The map is as it was in “{version}”. Undo brings back what was there before."
        messages.success(request, said)
    else:
        messages.info(request, f"The map is as it was in “{version}” already.")
    if left_out:
        missing = ", ".join(left_out[:10]) + (" and more" if len(left_out) > 10 else "")
        messages.warning(
            request, f"Could not be brought back, because what it needs was deleted: {missing}."
        )
    return redirect(journey.get_absolute_url())


def _version(request: HttpRequest, journey: Journey, pk: int) -> Version:
    versions = Version.objects.visible_to(request.user).select_related("by")
    return get_object_or_404(versions, journey=journey, pk=pk)


def _may_restore(request: HttpRequest, journey: Journey) -> bool:
    return Journey.objects.edited_by(request.user).filter(pk=journey.pk).exists()
