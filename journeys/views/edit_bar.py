"""The bar above a map for those who may change it."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from journeys.editing.reversing import redoable, undoable
from journeys.models import Journey


def edit_bar(request: HttpRequest, journey: Journey) -> SafeString:
    """Return the buttons for undo and redo, with what each would do."""
    mine = {"undo": undoable(journey, request.user), "redo": redoable(journey, request.user)}
    return render_to_string("journeys/_edit_bar.html", {"journey": journey} | mine, request)
