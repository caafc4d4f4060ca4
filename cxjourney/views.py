"""What belongs to no app: where people land, the API's reference, and what robots may look at."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_GET, require_safe

from cxjourney.api_reference import operations
from journeys.models import Workspace


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Send a member of one workspace straight to its journeys; let others choose."""
    workspaces = list(
        Workspace.objects.visible_to(request.user)
        .annotate(
            journey_count=Count("journeys", distinct=True),
            persona_count=Count("personas", distinct=True),
        )
        .order_by("name", "pk")
    )
    if len(workspaces) == 1:
        return redirect(workspaces[0])
    return render(request, "home.html", {"workspaces": workspaces})


@require_GET
def api_docs(request: HttpRequest) -> HttpResponse:
    """Show the API's document as a page to read."""
    context = {"operations": operations(), "site": settings.SITE_URL}
    return render(request, "api_docs.html", context)


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Ask search engines to look at the sign-in page at most."""
    said = f"User-agent: *\nAllow: {resolve_url(settings.LOGIN_URL)}$\nDisallow: /\n"
    return HttpResponse(said, content_type="text/plain")
