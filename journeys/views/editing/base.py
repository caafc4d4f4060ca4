"""What all forms of the editor share: opening in the cell or as a page, refusing, and answering.

A part of the map is edited at its own address below the map's: GET shows its form, POST writes it;
`move/`, `copy/` and `remove/` below it only take POST. Every one works without scripts, too.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from journeys.access import journey_to_edit
from journeys.editing import Conflict, EditRefused
from journeys.live.doorbell import WHOLE_MAP
from journeys.models import Card, Change, Journey
from journeys.models.changes import TOKEN_LENGTH
from journeys.pages import render_page
from journeys.views.map_parts import parts_response

EditView = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Action:
    """A button of a part's form that does something else than save: its address and its words."""

    url: str
    label: str
    danger: bool = False
    opens: bool = False
    """True for one that asks more first: a link to that form."""


def edits_journey(view: EditView) -> EditView:
    """Hand the view the journey, to people whose role changes maps; say why an edit was refused.

    Strangers get 404, other members 403, a refused edit 409.
    """

    @wraps(view)
    def checked(
        request: HttpRequest, workspace: str, slug: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        journey = journey_to_edit(request, workspace, slug)
        journey.edit_token = request.headers.get("X-Edit-Id", "")[:TOKEN_LENGTH]
        if request.method == "POST" and _was_made(journey):
            # It came again because its answer was lost.
            return parts_response(request, journey, [WHOLE_MAP])
        try:
            return view(request, journey, *args, **kwargs)
        except EditRefused as refusal:
            return refused(request, journey, refusal)

    return checked


def _was_made(journey: Journey) -> bool:
    token = journey.edit_token
    return bool(token) and Change.objects.filter(journey=journey, token=token).exists()


def refused(request: HttpRequest, journey: Journey, refusal: EditRefused) -> HttpResponse:
    """Say why an edit was not made; of a conflict, show both texts and let the person choose."""
    conflict = refusal if isinstance(refusal, Conflict) else None
    rewritten = {"csrfmiddlewaretoken", "was", conflict.name if conflict else ""}
    context = {
        "workspace": journey.workspace,
        "journey": journey,
        "refusal": refusal,
        "conflict": conflict,
        "sent": [pair for pair in request.POST.items() if pair[0] not in rewritten],
        "address": request.path,
    }
    return render_page(request, "journeys/edit_refused.html", context, status=409)


def part_form(
    request: HttpRequest,
    journey: Journey,
    form: forms.BaseForm,
    *,
    title: str,
    url: str = "",
    actions: Iterable[Action] = (),
    back_to: str = "",
    quick: bool = False,
    save: str = "Save",
    comments_at: str = "",
    card: Card | None = None,
) -> HttpResponse:
    """Show the form of a part: in its cell where a script asks, else as a page of its own.

    `back_to` is the id of the element of the map that it is about; `save` is what its button says.
    `comments_at` says where the part is talked about, as in "?lane=4&step=7". A `quick` form is for
    writing one after another: its first field is what counts. A form with errors is a 422.
    Of a `card` that tells of a pain, something can be made elsewhere.
    """
    context = {
        "workspace": journey.workspace,
        "journey": journey,
        "form": form,
        "title": title,
        "url": url or request.path,
        "actions": list(actions),
        "back_to": back_to,
        "quick": quick,
        "save": "Add" if quick else save,
        "comments_at": comments_at,
        "card": card,
    }
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render_page(request, "journeys/part_edit.html", context, status=status)
