"""Opportunities of a workspace: as a list, as a board by state, and as impact against effort."""

from dataclasses import dataclass, replace
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from feedback.improving.forms import RATING_CHOICES
from feedback.improving.listing import OPEN, SORT_LABELS, OpportunityFilters, choosers
from feedback.improving.matrix import CELL, CORNERS, EDGE, bubbles
from feedback.models import Criterion, Opportunity, OpportunityState
from journeys.access import workspace_to_edit, workspace_to_see
from journeys.admin.access import administered_ids, edited_ids
from journeys.models import Workspace

PAGE = 50
COLUMN = 50
"""Cards in a column of the board; the list has the others."""
IN_PICTURE = 100
"""Bubbles in the matrix, those with most impact first."""


def opportunity_to_see(request: HttpRequest, workspace: str, pk: int) -> Opportunity:
    """Return the opportunity to any member of its workspace; raises Http404 for others."""
    visible = Opportunity.objects.visible_to(request.user).with_people()
    return get_object_or_404(visible, workspace__slug=workspace, pk=pk)


def opportunity_to_edit(request: HttpRequest, workspace: str, pk: int) -> Opportunity:
    """Return the opportunity to members whose role works on it.

    Raises Http404 for strangers and PermissionDenied for other members.
    """
    workspace_to_edit(request, workspace)
    return opportunity_to_see(request, workspace, pk)


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """A state, its first cards, and how many it has."""

    state: OpportunityState
    cards: list[Opportunity]
    count: int

    @property
    def left_out(self) -> int:
        """Return how many are in the list alone."""
        return self.count - len(self.cards)


def _context(
    request: HttpRequest, home: Workspace, filters: OpportunityFilters, *, states: bool = True
) -> dict[str, Any]:
    anything = Opportunity.objects.filter(workspace=home).exists()
    return {
        "workspace": home,
        "filters": filters,
        "choosers": choosers(filters, home, request.user, states=states) if anything else [],
        "query": filters.query(),
        "anything": anything,
        "edits": home.pk in edited_ids(request),
        "administers": home.pk in administered_ids(request),
        "today": timezone.now().date(),
    }


@require_GET
def opportunity_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """List a workspace's opportunities: what they weigh, whose they are, what is due."""
    home = workspace_to_see(request, workspace)
    filters = OpportunityFilters.read(request.GET)
    page = Paginator(filters.of(home, request.user), PAGE).get_page(request.GET.get("page"))
    context = _context(request, home, filters) | {
        "page": page,
        "weighs": Criterion.objects.filter(workspace=home).exists(),
        "heads": [
            (key, text, filters.query(sort=key), key == filters.sort)
            for key, text in SORT_LABELS.items()
        ],
        "pages": [(number, filters.query(page=number)) for number in page.paginator.page_range],
    }
    return render(request, "feedback/opportunity_list.html", context)


@require_GET
def opportunity_board(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show the opportunities in a column for each state."""
    home = workspace_to_see(request, workspace)
    filters = OpportunityFilters.read(request.GET)
    found = filters.of(home, request.user)
    counted = filters.narrow(home, request.user).order_by().values_list("state")
    counts = dict(counted.annotate(Count("pk")))
    context = _context(request, home, filters, states=False) | {
        "states": OpportunityState.choices,
        "columns": [
            BoardColumn(state, list(found.filter(state=state)[:COLUMN]), counts.get(state.value, 0))
            for state in OpportunityState
        ],
    }
    return render(request, "feedback/opportunity_board.html", context)


@require_GET
def opportunity_matrix(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show impact against effort, with the evidence as the size of a bubble."""
    home = workspace_to_see(request, workspace)
    filters = OpportunityFilters.read(request.GET)
    if "state" not in request.GET:
        filters = replace(filters, state=OPEN)
    shown = filters.of(home, request.user)
    rated = list(shown.filter(impact__isnull=False, effort__isnull=False)[: IN_PICTURE + 1])
    unrated = shown.filter(Q(impact__isnull=True) | Q(effort__isnull=True))
    context = _context(request, home, filters) | {
        "bubbles": bubbles(rated[:IN_PICTURE]),
        "more": len(rated) > IN_PICTURE,
        "unrated": unrated[:IN_PICTURE],
        "ratings": RATING_CHOICES,
        "corners": CORNERS,
        "cell": CELL,
        "edge": EDGE,
        "lines": [CELL * number for number in range(1, 5)],
        "ticks": [(number, CELL * number - CELL // 2) for number in range(1, 6)],
    }
    return render(request, "feedback/opportunity_matrix.html", context)
