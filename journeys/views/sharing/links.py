"""Links to one journey: made, looked at, changed and revoked by whoever may edit it."""

import io

import segno
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.html import escape
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from journeys.access import journey_to_edit, signed_in, workspace_to_administer
from journeys.admin.access import administered_ids
from journeys.auditing import audit
from journeys.maps.build import lane_keys
from journeys.maps.filters import MapFilterForm
from journeys.models import AuditKind, Journey, Lane, ShareLink
from journeys.models.sharing import ShareLinkQuerySet
from journeys.sharing.forms import USUAL_DAYS, ShareForm, last_day
from journeys.sharing.showing import filters_of, words_of

PER_PAGE = 50
EMBED_HEIGHT = 640


@require_GET
def share_list(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """List a journey's links, with what became of them."""
    journey = journey_to_edit(request, workspace, slug)
    links = _links().filter(journey=journey)
    context = _page(request, links) | {
        "workspace": journey.workspace,
        "journey": journey,
        "query": request.GET.urlencode(),
        "administers": journey.workspace_id in administered_ids(request),
    }
    return render(request, "journeys/share_list.html", context)


@require_GET
def share_overview(request: HttpRequest, workspace: str) -> HttpResponse:
    """List all links of a workspace to its admins."""
    home = workspace_to_administer(request, workspace)
    links = _links().filter(journey__workspace=home)
    context = _page(request, links) | {"workspace": home}
    return render(request, "journeys/share_overview.html", context)


@require_http_methods(["GET", "POST"])
def share_create(request: HttpRequest, workspace: str, slug: str) -> HttpResponse:
    """Make a link to the journey, as the map was looked at."""
    journey = journey_to_edit(request, workspace, slug)
    query = _view_of(request.POST.get("query") if request.method == "POST" else request.GET)
    link = ShareLink(journey=journey, made_by=signed_in(request), query=query)
    if request.method == "POST":
        form = ShareForm(request.POST, instance=link, journey=journey)
        if form.is_valid():
            link.seal()
            with transaction.atomic():
                form.save()
                _audit(request, link, "Shared")
            messages.success(request, "The link is made. Copy it from here, now or later.")
            return redirect("journeys:share_detail", workspace, slug, link.pk)
    else:
        form = ShareForm(instance=link, journey=journey, initial=_usual(request, journey))
    return _form_page(request, link, form)


@require_GET
def share_detail(request: HttpRequest, workspace: str, slug: str, pk: int) -> HttpResponse:
    """Show a link: its address to copy, what it shows, and how often it was opened."""
    link = _link(request, workspace, slug, pk)
    today = timezone.localdate()
    context = {
        "workspace": link.journey.workspace,
        "journey": link.journey,
        "link": link,
        "state": link.state(today),
        "address": link.address,
        "lanes": link.shown_lanes(),
        "snippet": _snippet(link) if link.sites else "",
        "days": link.days.order_by("-day")[:14],
        "comments": link.comments.filter(removed_at__isnull=True).count(),
        "shows": _shows(link),
    }
    response = render(request, "journeys/share_detail.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "POST"])
def share_edit(request: HttpRequest, workspace: str, slug: str, pk: int) -> HttpResponse:
    """Change what a link shows, until when, and its password. The address stays."""
    link = _link(request, workspace, slug, pk)
    form = ShareForm(request.POST or None, instance=link, journey=link.journey)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            _audit(request, link, "Changed what is shared", changed=sorted(form.changed_data))
        messages.success(request, "The link is changed, at the same address.")
        return redirect("journeys:share_detail", workspace, slug, pk)
    return _form_page(request, link, form)


@require_POST
def share_revoke(request: HttpRequest, workspace: str, slug: str, pk: int) -> HttpResponse:
    """End a link for good."""
    link = _link(request, workspace, slug, pk)
    with transaction.atomic():
        if link.revoke(timezone.now()):
            _audit(request, link, "Revoked")
    messages.success(request, f"“{link}” leads nowhere any more.")
    return redirect("journeys:share_list", workspace, slug)


@require_GET
def share_qr(request: HttpRequest, workspace: str, slug: str, pk: int) -> HttpResponse:
    """Return the link as a QR code, dark on white; raises Http404 where it cannot be had."""
    link = _link(request, workspace, slug, pk)
    if not link.address:
        raise Http404
    out = io.BytesIO()
    code = segno.make_qr(link.address, error="m")
    code.save(out, kind="svg", border=4, dark="#1d1c1a", light="#ffffff", unit="mm")
    headers = {"Cache-Control": "private, no-store"}
    return HttpResponse(out.getvalue(), content_type="image/svg+xml", headers=headers)


def _links() -> ShareLinkQuerySet:
    """Return links, to be kept within a journey or workspace that was asked of journeys.access."""
    return ShareLink.objects.select_related("journey__workspace", "made_by")


def _link(request: HttpRequest, workspace: str, slug: str, pk: int) -> ShareLink:
    journey = journey_to_edit(request, workspace, slug)
    return get_object_or_404(_links().with_openings(), journey=journey, pk=pk)


def _page(request: HttpRequest, links: ShareLinkQuerySet) -> dict[str, object]:
    newest_first = links.with_openings().order_by("-created_at", "-pk")
    page = Paginator(newest_first, PER_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    return {
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number, on_each_side=2),
        "links": [(link, link.state(today)) for link in page.object_list],
    }


def _form_page(request: HttpRequest, link: ShareLink, form: ShareForm) -> HttpResponse:
    context = {
        "workspace": link.journey.workspace,
        "journey": link.journey,
        "link": link,
        "form": form,
        "shows": _shows(link),
    }
    return render(request, "journeys/share_edit.html", context, status=422 if form.errors else 200)


def _view_of(asked: QueryDict | str | None) -> str:
    """Return a view's filters as an address has them, but what each link says by itself."""
    query = asked if isinstance(asked, QueryDict) else QueryDict(asked or "")
    filters = MapFilterForm(query, today=timezone.now().date()).filters
    return filters.query(hidden=frozenset(), zoom=100)[:1000]


def _usual(request: HttpRequest, journey: Journey) -> dict[str, object]:
    """Return what a new link is offered with: the lanes that are seen, for thirty days."""
    hidden = set(request.GET.getlist("hide"))
    lanes = list(Lane.objects.current().filter(journey=journey).order_by("position"))
    keys = lane_keys(lanes)
    return {
        "expires_on": last_day(timezone.localdate(), USUAL_DAYS),
        "lanes": [lane.pk for lane in lanes if keys[lane.pk] not in hidden],
    }


def _shows(link: ShareLink) -> str:
    """Return the view of a link in words: "Last 90 days, Business"."""
    filters = filters_of(link, timezone.now().date())
    chosen = [filters.period.label, filters.segment, filters.channel]
    chosen += ["" if filters.compare or not filters.period.days else "compared with nothing"]
    return ", ".join(filter(None, chosen))


def _snippet(link: ShareLink) -> str:
    """Return the HTML to paste into an allowed site: a frame in which no script runs."""
    title = words_of(link)(link.journey.title)
    return (
        f'<iframe src="{escape(link.embed_address)}" title="{escape(title)}" '
        f'width="100%" height="{EMBED_HEIGHT}" loading="lazy" sandbox="allow-same-origin" '
        f'referrerpolicy="no-referrer"></iframe>'
    )


def _audit(request: HttpRequest, link: ShareLink, what: str, **facts: object) -> None:
    audit(
        AuditKind.SHARING,
        f"{what}: “{link.journey}” by the link “{link}”",
        by=request.user,
        workspace=link.journey.workspace,
        request=request,
        link=link.pk,
        journey=link.journey_id,
        until=link.expires_on.isoformat(),
        allows=link.allows,
        password=bool(link.password),
        lanes=link.lanes.count(),
        names="hidden" if link.hides_names else "shown",
        quotes="hidden" if link.hides_quotes else "shown",
        sites=link.sites,
        **facts,
    )
