"""Saved views: filters, hidden lanes and zoom of a map under a name, for all who see the map."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from journeys.access import journey_to_edit, journey_to_see
from journeys.admin.access import administered_ids
from journeys.auditing import audit
from journeys.maps.filters import MapFilterForm
from journeys.models import AuditKind, Journey, SavedView

LONGEST_QUERY = 1000


class ViewForm(forms.Form):
    """A view's name, and what it shows, as in the address."""

    title = forms.CharField(label="Name of this view", max_length=80)
    query = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, journey: Journey, but: SavedView | None = None) -> None:
        super().__init__(*args)
        views = SavedView.objects.filter(journey=journey)
        self.others = views.exclude(pk=but.pk) if but else views

    def clean_title(self) -> str:
        """Refuse a name that another view of the journey has."""
        title: str = self.cleaned_data["title"]
        if self.others.filter(title=title).exists():
            raise forms.ValidationError(
                f"There is a view “{title}” already. Choose another name, or delete that one first."
            )
        return title

    def clean_query(self) -> str:
        """Return the view as every address of it is written; refuse what nobody understands."""
        asked = urlsplit(f"?{self.cleaned_data['query'].lstrip('?')}").query
        read = MapFilterForm(QueryDict(asked), today=timezone.now().date())
        if read.problems:
            raise forms.ValidationError(read.problems)
        query = read.filters.query()
        if len(query) > LONGEST_QUERY:
            raise forms.ValidationError("This view hides too many lanes to be saved.")
        return query


@require_http_methods(["GET", "HEAD", "POST"])
def view_list(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """Show a journey's saved views, to rename and delete them; POST saves one more."""
    journey = journey_to_see(request, workspace, slug)
    if request.method != "POST":
        return _page(request, journey)
    journey = journey_to_edit(request, workspace, slug)
    form = ViewForm(request.POST, journey=journey)
    if not form.is_valid():
        return _page(request, journey, new=form)
    view = SavedView.objects.create(
        journey=journey,
        by=request.user,  # type: ignore[misc]
        **form.cleaned_data,
    )
    messages.success(request, f"“{view}” is saved. Everybody who sees this map can open it.")
    return redirect(f"{journey.get_absolute_url()}?{view.query}".rstrip("?"))


@require_POST
def view_rename(request: HttpRequest, workspace: str, slug: str, pk: int) -> HttpResponse:
    """Give a saved view another name: who saved it, and who administers the workspace."""
    journey, view = _own(request, workspace, slug, pk)
    sent = request.POST.copy()
    sent["query"] = view.query
    form = ViewForm(sent, journey=journey, but=view)
    if not form.is_valid():
        return _page(request, journey, renamed=(pk, form))
    view.title = form.cleaned_data["title"]
    view.save(update_fields=["title"])
    messages.success(request, f"The view is called “{view}” now.")
    return redirect("journeys:view_list", workspace, slug)


@require_POST
def view_delete(request: HttpRequest, workspace: str, slug: str, pk: int) -> HttpResponse:
    """Delete a saved view: who saved it, and who administers the workspace."""
    journey, view = _own(request, workspace, slug, pk)
    with transaction.atomic():
        view.delete()
        audit(
            AuditKind.DELETION,
            f"Deleted the view “{view}” of “{journey.title}”.",
            by=request.user,
            workspace=journey.workspace,
            request=request,
        )
    messages.success(request, f"The view “{view}” is deleted; the map is as it was.")
    return redirect("journeys:view_list", workspace, slug)


def saved_views(journey: Journey, query: str) -> dict[str, Any]:
    """Return what the menu “Views” of a map needs; `query` is the view that is open."""
    views = SavedView.objects.filter(journey=journey)
    return {"saved_views": [(view, view.query == query) for view in views]}


def _own(request: HttpRequest, workspace: str, slug: str, pk: int) -> tuple[Journey, SavedView]:
    journey = journey_to_edit(request, workspace, slug)
    view = get_object_or_404(SavedView.objects.filter(journey=journey), pk=pk)
    if not _may_change(request, journey, view):
        raise PermissionDenied
    return journey, view


def _may_change(request: HttpRequest, journey: Journey, view: SavedView) -> bool:
    administers = journey.workspace_id in administered_ids(request)
    return administers or (view.by_id is not None and view.by_id == request.user.pk)


def _page(
    request: HttpRequest,
    journey: Journey,
    *,
    new: ViewForm | None = None,
    renamed: tuple[int, ViewForm] | None = None,
) -> HttpResponse:
    views = SavedView.objects.filter(journey=journey).select_related("by")
    wrong_pk, wrong = renamed or (0, None)
    context = {
        "workspace": journey.workspace,
        "journey": journey,
        "new": new,
        "views": [
            (view, _may_change(request, journey, view), wrong if view.pk == wrong_pk else None)
            for view in views
        ],
    }
    status = 422 if new or renamed else 200
    return render(request, "journeys/view_list.html", context, status=status)
